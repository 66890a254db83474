// Whether all of a home that came from an account is on this device yet (docs/decisions/0023-open-before-whole.md).
import type { Journal } from './journal.ts';

export interface Arrival {
  /** The account has names that never came here: what is here is a part of the home, whether it is still linked or not. */
  isPartial(): boolean;
  /** It is a part, and linked: what would take it for the whole waits. */
  isArriving(): boolean;
  become(partial: boolean): void;
}

export function createArrival({ partial: wasPartial, journal }: { readonly partial: boolean; readonly journal: Pick<Journal, 'linked'> }): Arrival {
  let partial = wasPartial;
  return {
    isPartial: () => partial,
    isArriving: () => partial && journal.linked,
    become(now) { partial = now; },
  };
}
