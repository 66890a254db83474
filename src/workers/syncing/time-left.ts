// How long what is to be moved still takes, as far as the last half minute tells. It reads no clock of its own.
import type { SyncState } from '../contract/sync.ts';

/** What is seen to be left, with each change of it. */
export interface Seen {
  readonly state: SyncState;
  /** Pieces of content, up and down. */
  readonly left: number;
  /** In ms. */
  readonly at: number;
}

/** `done`: pieces that were moved until then. */
interface Sample extends Pick<Seen, 'left' | 'at'> { readonly done: number }

const WINDOW_MS = 30_000;
/** Less than that says too little about what is to come. */
const [LEAST_MS, LEAST_DONE] = [2_000, 2];

/** The states in which content moves. */
const MOVING: readonly SyncState[] = ['working', 'synced'];

/** Takes what is seen, and answers in ms; undefined where nothing moves, or not for long enough. Pieces that are added are no step back. */
export function createTimeLeft(): (seen: Seen) => number | undefined {
  let samples: readonly Sample[] = [];
  return ({ state, left, at }) => {
    const moves = MOVING.includes(state) && left > 0;
    const last = samples.at(-1);
    if (!moves || !last || at < last.at) {
      samples = moves ? [{ left, at, done: 0 }] : [];
      return undefined;
    }
    const seen = [...samples, { left, at, done: last.done + Math.max(0, last.left - left) }];
    // The first is the last one before the window, where there is one.
    samples = seen.filter((_, index) => (seen[index + 1]?.at ?? Infinity) > at - WINDOW_MS);
    const [done, ms] = [samples.at(-1)!.done - samples[0]!.done, at - samples[0]!.at];
    return done < LEAST_DONE || ms < LEAST_MS ? undefined : (left * ms) / done;
  };
}
