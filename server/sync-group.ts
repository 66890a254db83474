// Owns group commit: many writers wait for one `fdatasync`. Whoever asks while one runs waits for the next, which covers all
// that was written before it began.

export interface SyncGroup {
  /** Resolves when everything written before this call is on stable storage. */
  settled(): Promise<void>;
}

/** A group over one way to flush; a failed flush rejects all who waited for it. */
export function createSyncGroup(flush: () => Promise<void>): SyncGroup {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    running = flush().finally(() => { running = undefined; });
    return running;
  };
  const afterRunning = async (): Promise<void> => {
    // Its failure is told to those who wait for it.
    await running?.catch(() => undefined);
    next = undefined;
    await begin();
  };
  return {
    settled() {
      if (running === undefined) return begin();
      next ??= afterRunning();
      return next;
    },
  };
}
