// How long bulk goes on before what is small has its turn (docs/sync.md, "Large files").
import type { EngineDeps } from './engine-deps.ts';

/** By then others' changes are taken and names are sent before bulk goes on. */
export const BULK_TURN_MS = 10_000;

export interface BulkTurn {
  /** Asked before each piece; the first begins the turn, so that each turn moves something. */
  mayGoOn(): boolean;
}

/** For whoever sends only what needs none. */
export const NO_BULK: BulkTurn = { mayGoOn: () => false };

export function beginBulk({ clock, mayMoveBulk }: Pick<EngineDeps, 'clock' | 'mayMoveBulk'>): BulkTurn {
  let began: number | undefined;
  return {
    mayGoOn() {
      if (!mayMoveBulk()) return false;
      const now = clock();
      began ??= now;
      // A clock that was set back ends it too.
      return now >= began && now - began < BULK_TURN_MS;
    },
  };
}
