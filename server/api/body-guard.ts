// Owns the pace of request bodies: none may pause, crawl or last for ever (docs/cloud-api.md, "Budgets").
import { Transform } from 'node:stream';
import { BODY } from '../../src/sync/wire/limits.ts';

const CHECK_MS = 1_000;

/** A body that came too slowly; answered 408. */
export class SlowBody extends Error {
  readonly statusCode = 408;
  constructor() { super('the body came too slowly'); }
}

/** A body whose sender went away in its midst: nobody is left to answer, and it is no failure of ours. */
export class BrokenBody extends Error {
  readonly statusCode = 400;
  constructor() { super('the body broke off'); }
}

/** What a body's pace says after `elapsed` ms, `bytes` bytes, and `idle` ms without one. */
export function isTooSlow({ elapsed, idle, bytes }: { elapsed: number; idle: number; bytes: number }): boolean {
  if (idle > BODY.pauseMs || elapsed > BODY.totalMs) return true;
  return elapsed > BODY.freeMs && bytes < BODY.bytesPerSecond * (elapsed / 1000);
}

export interface GuardTools { readonly clock: () => number; /** Calls back until it is told to stop. */ readonly every: (ms: number, check: () => void) => () => void }

/** Passes a body on, and breaks it off where it is too slow. It stops looking when the body is whole, or nobody wants it. */
export function guarded({ clock, every }: GuardTools): Transform {
  const began = clock();
  let last = began;
  let bytes = 0;
  const guard = new Transform({
    transform(piece: Buffer, _, done) {
      last = clock();
      bytes += piece.byteLength;
      done(null, piece);
    },
  });
  const stop = every(CHECK_MS, () => {
    // While the reader takes nothing, it is not the sender who is slow.
    if (guard.readableLength >= guard.readableHighWaterMark) last = clock();
    else if (isTooSlow({ elapsed: clock() - began, idle: clock() - last, bytes })) guard.destroy(new SlowBody());
  });
  // Whoever reads hears of a failure by reading; where nobody reads, nobody needs to.
  guard.once('finish', stop).once('close', stop).on('error', () => undefined);
  return guard;
}
