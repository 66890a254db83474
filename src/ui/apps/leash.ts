// What an app that runs here hangs on: a Web Lock that this page holds, and that is free once the page is gone, however it went.

export interface Leash {
  readonly name: string;
  release(): void;
}

/** Settles once it is held. */
export function holdLeash(): Promise<Leash> {
  const name = `nexus.app.${crypto.randomUUID()}`;
  return new Promise((held, failed) => {
    navigator.locks.request(name, () => new Promise<void>((release) => { held({ name, release }); })).catch(failed);
  });
}
