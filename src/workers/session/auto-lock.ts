// Locks after idle time. Idle is measured here from the activity that pages report, so a frozen page locks too; the
// clock is asked at every tick, so that time asleep counts.
export interface Timers {
  /** Calls `fire` once after `ms`; the result cancels. */
  after(ms: number, fire: () => void): () => void;
}

export interface AutoLock {
  /** `null` = never. */
  start(idleMs: number | null): void;
  active(): void;
  stop(): void;
}

const LONGEST_NAP_MS = 15_000;

export function createAutoLock({ clock, timers, lock }: { readonly clock: () => number; readonly timers: Timers; readonly lock: () => void }): AutoLock {
  let idleMs: number | null = null;
  let since = 0;
  let seen = 0;
  let cancel: (() => void) | undefined;

  /** A clock that is set back takes the beginning of the idle time with it: nobody gets more of that. */
  function now(): number {
    const time = clock();
    if (time < seen) since -= seen - time;
    seen = time;
    return time;
  }

  function tick(): void {
    cancel = undefined;
    if (idleMs === null) return;
    const time = now();
    const left = since + idleMs - time;
    if (left <= 0) lock();
    else cancel = timers.after(Math.min(left, LONGEST_NAP_MS), tick);
  }

  function stop(): void {
    cancel?.();
    cancel = undefined;
    idleMs = null;
  }

  return {
    start(ms) {
      stop();
      idleMs = ms;
      since = now();
      tick();
    },
    active() {
      // After waking, a tick may come later than the first key: time already past the limit locks all the same.
      const time = now();
      if (idleMs !== null && time - since >= idleMs) lock();
      else since = time;
    },
    stop,
  };
}
