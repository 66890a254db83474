// Owns how often something may be tried: counters in the rows, so that every process sees every attempt.
import type { Rows } from '../rows/rows.ts';

/** So many in a window. */
export interface Allowance { readonly count: number; readonly windowMs: number }

const MINUTE = 60_000;
/** Sign-in by name and by address; sign-up by address. A name's is small: who forgot waits, who guesses waits for ever. */
export const ALLOWANCE = {
  name: { count: 10, windowMs: 15 * MINUTE },
  address: { count: 60, windowMs: 15 * MINUTE },
  signUp: { count: 10, windowMs: 60 * MINUTE },
} as const satisfies Readonly<Record<string, Allowance>>;

/** Counts an attempt; how long to wait, in ms, where there were too many: 0 where there were not. */
export async function countAttempt({ rows, clock }: { rows: Rows; clock: () => number }, key: string, { count, windowMs }: Allowance): Promise<number> {
  const now = clock();
  return rows.write(async (tx) => {
    // Setting the clock back shortens nothing: a window that lies in the future is still this one.
    await tx.deleteFrom('attempts').where('key', '=', key).where('since', '<=', now - windowMs).execute();
    const row = await tx.insertInto('attempts').values({ key, since: now, count: 1 })
      .onConflict((conflict) => conflict.column('key').doUpdateSet((eb) => ({ count: eb('attempts.count', '+', 1) }))).returning(['since', 'count']).executeTakeFirstOrThrow();
    return row.count > count ? Math.max(1, row.since + windowMs - now) : 0;
  });
}

/** A success clears the name's counter. */
export async function clearAttempts(rows: Rows, key: string): Promise<void> {
  await rows.write((tx) => tx.deleteFrom('attempts').where('key', '=', key).execute());
}
