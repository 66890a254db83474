// How much content is under way at once: fewer pieces where they make each other late, so that what is small has its turn soon
// (docs/sync.md, "Large files").
import { AT_ONCE } from './each-of.ts';

/** A piece is to be through by then. */
const SOON_MS = 2_000;
/** Where nothing is known. */
const AT_FIRST = 2;
/** So much longer than alone takes a piece that waits for those beside it. */
const LATE = 1.5;
/** Pieces before more are tried on a way that was full. */
const CALM = 8;

export interface BulkPace {
  /** Pieces that may be under way, by what came through last; at least one. */
  atOnce(): number;
  /** A piece on its way; `bytes` are those of one that came through, undefined where it did not: that says nothing of the way. */
  timed<T>(piece: () => Promise<T>, bytes: (done: T) => number | undefined): Promise<T>;
}

/** What is known of pieces of about one size. */
interface Size {
  most: number;
  /** ms that one took that nothing was beside. */
  alone?: number;
  calm: number;
}

/** Small ones take as long as the way is far, large ones as long as it is narrow. */
const sizeClass = (bytes: number): number => Math.floor(Math.log2(Math.max(1, bytes)) / 2);

function learn(size: Size, took: number, beside: number): void {
  if (beside === 1) size.alone = took;
  const late = took > SOON_MS && (size.alone === undefined || took > LATE * size.alone);
  if (late && size.alone === undefined) size.most = 1;
  else if (late) [size.most, size.calm] = [Math.max(1, Math.min(size.most, Math.floor(beside * SOON_MS / took))), CALM];
  else if (size.calm > 0) size.calm -= 1;
  else size.most = Math.min(AT_ONCE, size.most + 1);
}

export function createPace(clock: () => number): BulkPace {
  const sizes = new Map<number, Size>();
  const underWay = new Set<{ beside: number }>();
  let most = AT_FIRST;

  function note(bytes: number, took: number, beside: number): void {
    const size = sizes.get(sizeClass(bytes)) ?? { most: AT_FIRST, calm: 0 };
    sizes.set(sizeClass(bytes), size);
    learn(size, took, beside);
    ({ most } = size);
  }

  return {
    atOnce: () => most,
    async timed(piece, bytesOf) {
      const began = clock();
      const flight = { beside: 0 };
      underWay.add(flight);
      for (const each of underWay) each.beside = Math.max(each.beside, underWay.size);
      try {
        const done = await piece();
        const [bytes, took] = [bytesOf(done), clock() - began];
        // A clock that was set back says nothing either.
        if (bytes !== undefined && took >= 0) note(bytes, took, flight.beside);
        return done;
      } finally {
        underWay.delete(flight);
      }
    },
  };
}
