// How much content is under way at once: where pieces take long, fewer, so that what is small has its turn soon (docs/sync.md, "Large files").
import { AT_ONCE } from './each-of.ts';

/** A piece is to be through by then. */
const SOON_MS = 2_000;
/** Where nothing is known; a fast way is known after four. */
const AT_FIRST = 2;

export interface BulkPace {
  /** Pieces that may be under way; at least one. */
  atOnce(): number;
  /** A piece on its way. */
  timed<T>(piece: () => Promise<T>): Promise<T>;
}

export function createPace(clock: () => number): BulkPace {
  let most = AT_FIRST;
  let underWay = 0;

  /** Those beside it shared its way. */
  function note(took: number, beside: number): void {
    if (took > SOON_MS) most = Math.max(1, Math.min(most, Math.floor(beside * SOON_MS / took)));
    // A clock that was set back says nothing.
    else if (took >= 0 && took < SOON_MS / 2) most = Math.min(AT_ONCE, most + 1);
  }

  return {
    atOnce: () => most,
    async timed(piece) {
      const began = clock();
      underWay += 1;
      const beside = underWay;
      try {
        return await piece();
      } finally {
        note(clock() - began, Math.max(beside, underWay));
        underWay -= 1;
      }
    },
  };
}
