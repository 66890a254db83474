// How long bulk goes on before what is small has its turn (docs/sync.md, "Large files").
import { type BulkPace, createPace } from './bulk-pace.ts';
import type { EngineDeps } from './engine-deps.ts';

/** By then others' changes are taken and names are sent before bulk goes on. */
export const BULK_TURN_MS = 10_000;
/** And by then where there is reason to look: however often that is, bulk goes on in between. */
export const HASTY_TURN_MS = 2_000;

export interface BulkTurn {
  /** Asked before each piece; the first begins the turn, so that each turn moves something. */
  mayGoOn(): boolean;
  readonly pace: BulkPace;
}

/** For whoever sends only what needs none. */
export const NO_BULK: BulkTurn = { mayGoOn: () => false, pace: createPace(() => 0) };

export function beginBulk({ clock, mayMoveBulk, reasons = () => 0 }: Pick<EngineDeps, 'clock' | 'mayMoveBulk' | 'reasons'>, { pace = createPace(clock), known = reasons() }: { readonly pace?: BulkPace; readonly known?: number | undefined } = {}): BulkTurn {
  let began: number | undefined;
  return {
    pace,
    mayGoOn() {
      if (!mayMoveBulk()) return false;
      const now = clock();
      began ??= now;
      // A clock that was set back ends it too.
      return now >= began && now - began < (reasons() === known ? BULK_TURN_MS : HASTY_TURN_MS);
    },
  };
}
