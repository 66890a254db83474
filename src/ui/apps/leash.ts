// What an app that runs here hangs on: a Web Lock that this page holds, and that is free once the page is gone, however it went.
import { type LeashName, parseLeashName } from '../../workers/contract/ids.ts';

export interface Leash {
  readonly name: LeashName;
  release(): void;
}

/** Settles once it is held. */
export function holdLeash(): Promise<Leash> {
  const name = parseLeashName(`nexus.app.${crypto.randomUUID()}`);
  if (!name) throw new Error('a UUID has 36 characters');
  return new Promise((held, failed) => {
    navigator.locks.request(name, () => new Promise<void>((release) => { held({ name, release }); })).catch(failed);
  });
}
