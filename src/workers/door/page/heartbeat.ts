// Asks the authority whether it lives, also while nothing waits for it: a desktop must not stay open over a worker that cannot
// lock it any more. A late timer of our own is not its fault.
import { PATIENCE } from '../../contract/limits.ts';

export interface Heartbeat {
  pong(count: number): void;
  /** A new line: what was asked on the old one no longer counts. */
  reset(): void;
}

export interface HeartbeatDeps {
  /** Whether there is a line to ask on. */
  readonly connected: () => boolean;
  readonly ping: (count: number) => void;
  readonly silent: () => void;
  readonly now: () => number;
  readonly every: (ms: number, fire: () => void) => void;
}

const LATE_MS = 1000;

export function createHeartbeat({ connected, ping, silent, now, every }: HeartbeatDeps): Heartbeat {
  let asked = 0;
  let answered = 0;
  let last = now();

  every(PATIENCE.pingMs, () => {
    const late = now() - last > PATIENCE.pingMs + LATE_MS;
    last = now();
    if (!connected()) return;
    if (asked > answered && !late) {
      answered = asked;
      return silent();
    }
    asked += 1;
    ping(asked);
  });

  return {
    pong(count) {
      answered = Math.max(answered, count);
    },
    reset() {
      answered = asked;
    },
  };
}
