// Whether this device has room for content that is to come: where it had none, nothing is fetched in vain for a while (docs/sync.md, "Engine").

export interface DeviceRoom {
  /** False for a while after there was none. */
  mayTry(): boolean;
  /** Pieces to be brought at once, of so many at most: after there was none a single one tries. */
  atOnce(most: number): number;
  none(): void;
  found(): void;
  /** Somebody did something about it: it is tried at once. */
  again(): void;
}

const WHILE_MS = 5 * 60_000;

export function createDeviceRoom(clock: () => number): DeviceRoom {
  let noneAt: number | undefined;
  return {
    mayTry() {
      // A clock that was set back ends it too.
      return noneAt === undefined || clock() < noneAt || clock() - noneAt >= WHILE_MS;
    },
    atOnce: (most) => (noneAt === undefined ? most : 1),
    none() { noneAt = clock(); },
    found() { noneAt = undefined; },
    again() { if (noneAt !== undefined) noneAt = -Infinity; },
  };
}
