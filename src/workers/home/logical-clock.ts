// The hybrid logical clock of a home: it never goes back, whatever the device's clock does.
import type { Clock } from '../../crypto/node.ts';

export interface LogicalClock {
  tick(): Clock;
  /** A clock that was read: what is made later comes after it. */
  saw(clock: Clock): void;
}

export function createLogicalClock(now: () => number): LogicalClock {
  let last: Clock = [0, 0];
  return {
    tick() {
      const ms = now();
      last = ms > last[0] ? [ms, 0] : [last[0], last[1] + 1];
      return last;
    },
    saw(clock) {
      if (clock[0] > last[0] || (clock[0] === last[0] && clock[1] > last[1])) last = clock;
    },
  };
}
