// How an open session outlives its worker: the authority hands the non-extractable keys to the one worker that stands by,
// and takes them back with the lock (docs/architecture.md, "One authority among tabs").
import type { StandbyFrame } from '../contract/line.ts';

/** An open session as it is handed over. */
export interface Kept {
  readonly sid: string;
  readonly lockings: number;
  readonly keys: { readonly homeId: Uint8Array<ArrayBuffer>; readonly mek: CryptoKey };
}

type Dropped = { readonly type: 'standby.dropped' };

export interface StandbyLine {
  /** A new worker stands by: the one before it is told to drop what it has. */
  offer(port: MessagePort): void;
  keep(kept: Kept): void;
  /** Settles when it has dropped, or did not answer in time: keys it still held are void by `lockings`. */
  drop(): Promise<void>;
}

export type After = (ms: number, fire: () => void) => () => void;
const DROP_MS = 500;
const post = (port: MessagePort, frame: StandbyFrame): void => port.postMessage(frame);

/** The authority's side. */
export function createStandbyLine(after: After, onOffer: () => void): StandbyLine {
  let port: MessagePort | undefined;

  return {
    offer(fresh) {
      if (port) post(port, { type: 'standby.drop' });
      port = fresh;
      port.start();
      onOffer();
    },
    keep({ sid, lockings, keys }) {
      if (port) post(port, { type: 'standby.keep', sid, lockings, homeId: keys.homeId, mek: keys.mek });
    },
    drop() {
      const to = port;
      if (!to) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = after(DROP_MS, resolve);
        to.addEventListener('message', () => {
          cancel();
          resolve();
        }, { once: true });
        post(to, { type: 'standby.drop' });
      });
    },
  };
}

export interface StandbyShelf {
  /** Listens to an authority; an earlier one is forgotten. */
  listen(port: MessagePort): void;
  /** What was kept, taken off the shelf. */
  take(): Kept | undefined;
}

/** The side of the worker that stands by. */
export function createStandbyShelf(): StandbyShelf {
  let kept: Kept | undefined;
  let from: MessagePort | undefined;

  return {
    listen(port) {
      from?.close();
      from = port;
      port.onmessage = ({ data }: MessageEvent<StandbyFrame>) => {
        kept = data.type === 'standby.keep' ? { sid: data.sid, lockings: data.lockings, keys: { homeId: data.homeId, mek: data.mek } } : undefined;
        if (data.type === 'standby.drop') port.postMessage({ type: 'standby.dropped' } satisfies Dropped);
      };
    },
    take() {
      const taken = kept;
      kept = undefined;
      from?.close();
      return taken;
    },
  };
}
