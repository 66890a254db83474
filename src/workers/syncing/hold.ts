// The lock of one home's sync: the authority has it while it syncs the home, the service worker while it carries what a closed
// home left (docs/sync.md, "Courier").
import type { SyncingDeps } from './syncing.ts';

export const holdBy = (locks: LockManager, lock: (home: string) => string): SyncingDeps['hold'] => (home, over) => new Promise((resolve, reject) => {
  if (over.aborted) return resolve();
  const until = new Promise<void>((end) => { over.addEventListener('abort', () => end(), { once: true }); });
  locks.request(lock(home), { signal: over }, () => {
    resolve();
    return until;
  }).catch((fault: unknown) => {
    if (over.aborted) resolve();
    else reject(fault as Error);
  });
});
