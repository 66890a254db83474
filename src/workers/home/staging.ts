// Extents on their way: what is staged by a command that runs, and what an ended worker left.
import type { HomeContext } from './context.ts';

const BATCH = 64;

/** Drops every staged extent: at a start nobody is staging, and an extent is named by its own random bytes, so no node shares it. */
export async function dropStagedRows({ db }: Pick<HomeContext, 'db'>): Promise<number> {
  const keys = await db.read(['staging'], (tx) => tx.keys('staging'));
  for (let from = 0; from < keys.length; from += BATCH) {
    await db.write(['staging', 'extents'], async (tx) => {
      for (const key of keys.slice(from, from + BATCH)) {
        await tx.remove('extents', key.slice(key.indexOf('/') + 1));
        await tx.remove('staging', key);
      }
    });
  }
  return keys.length;
}
