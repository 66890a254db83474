// A wire that can be cut and mended, between a server and what it keeps things in.
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Wire {
  readonly port: number;
  /** Ends every connection, and lets none through. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** What passes through it reaches `to`. */
export async function wire(to: URL): Promise<Wire> {
  const open = new Set<Socket>();
  let whole = true;
  const relay: Server = createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect(Number(to.port), to.hostname);
    for (const end of [near, far]) {
      open.add(end);
      end.on('error', () => undefined).on('close', () => { open.delete(end); near.destroy(); far.destroy(); });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => { relay.listen(0, '127.0.0.1', resolve); });
  const address = relay.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut() {
      whole = false;
      for (const end of open) end.destroy();
    },
    mend() { whole = true; },
    close() { relay.close(); },
  };
}
