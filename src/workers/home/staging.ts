// Extents on their way: what is staged by a command that runs, and what an ended worker left.
import type { HomeContext } from './context.ts';

/** At a start nobody is staging. What was staged and is named by nothing is collected with the rest; what was brought may be named by now. True where there was any. */
export async function dropStagedRows({ db }: Pick<HomeContext, 'db'>): Promise<boolean> {
  const any = await db.read(['staging'], (tx) => tx.keys('staging', { limit: 1 }));
  if (any.length > 0) await db.write(['staging'], (tx) => tx.remove('staging', { prefix: '' }));
  return any.length > 0;
}
