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
  let cancel: (() => void) | undefined;

  function tick(): void {
    cancel = undefined;
    if (idleMs === null) return;
    const left = since + idleMs - clock();
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
      since = clock();
      tick();
    },
    active() {
      // After waking, a tick may come later than the first key: time already past the limit locks all the same.
      if (idleMs !== null && clock() - since >= idleMs) lock();
      else since = clock();
    },
    stop,
  };
}
