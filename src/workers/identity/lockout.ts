// Who may try a secret now: counting of wrong ones, pure (docs/users-and-sessions.md, "Lockout").
import { LOCKOUT } from '../contract/limits.ts';
import type { AttemptRow } from '../store/system-schema.ts';

export const noAttempts = (uid: string): AttemptRow => ({
  uid, failures: [], lockedUntil: 0, nextLockMs: LOCKOUT.firstMs, pinFailures: 0, latest: 0,
});

/** The larger of the clock and the last time stored: setting the clock back shortens nothing. */
export const timeOf = (row: AttemptRow, now: number): number => Math.max(now, row.latest);

/** How long until this user may try again; 0 = now. */
export function waitMs(row: AttemptRow, now: number): number {
  return Math.max(0, row.lockedUntil - timeOf(row, now));
}

export const pinDisabled = (row: AttemptRow): boolean => row.pinFailures >= LOCKOUT.pinFailures;

/** The row after a wrong secret. The fifth within the window locks; each further lock is twice as long, up to an hour. */
export function countFailure(row: AttemptRow, now: number, kind: 'password' | 'pin'): AttemptRow {
  const time = timeOf(row, now);
  const recent = [...row.failures.filter((at) => at > time - LOCKOUT.windowMs), time];
  const locks = recent.length >= LOCKOUT.failures;
  return {
    ...row,
    latest: time,
    pinFailures: row.pinFailures + (kind === 'pin' ? 1 : 0),
    failures: locks ? [] : recent,
    lockedUntil: locks ? time + row.nextLockMs : row.lockedUntil,
    nextLockMs: locks ? Math.min(row.nextLockMs * 2, LOCKOUT.longestMs) : row.nextLockMs,
  };
}

/** The row after a right secret: a right PIN does not bring a disabled PIN back, but then it was never tried. */
export function countSuccess(row: AttemptRow, now: number): AttemptRow {
  return { ...noAttempts(row.uid), latest: timeOf(row, now) };
}
