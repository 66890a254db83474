// Owns what is particular to extents: which are missing, and which may go. An extent that somebody asked about or put is
// safe for a day, so that one device's collection never takes what another has just relied on.
import { type Result, err, ok } from '../../src/result.ts';
import { EXTENTS } from '../../src/sync/wire/collections.ts';
import { EXTENT_SAFE_MS } from '../../src/sync/wire/limits.ts';
import type { Tx } from '../rows/rows.ts';
import { counted, lockAccount, roomOf, writeAccount } from './account-state.ts';
import { buryBlobs } from './admit.ts';
import type { Storage } from './storage.ts';

/** A row is touched at most once in this while; collection allows for it. */
const TOUCH_MS = 60 * 60_000;
/** Parameters in one statement. */
const NAMED_AT_ONCE = 2_500;

function* pieces<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += NAMED_AT_ONCE) yield all.slice(at, at + NAMED_AT_ONCE);
}

const extentsOf = (tx: Tx, account: string, ids: readonly string[]) => tx.selectFrom('objects').where('account', '=', account).where('collection', '=', EXTENTS).where('id', 'in', ids);

/** Which of `ids` are not there; the others are safe for a day from now. `room`: bytes that the quota leaves for an extent. */
export async function missingExtents({ rows, clock }: Storage, account: string, ids: readonly string[]): Promise<{ readonly missing: readonly string[]; readonly room: number }> {
  const at = clock();
  return rows.write(async (tx) => {
    const state = await lockAccount(rows, tx, account);
    const there = new Set<string>();
    for (const some of pieces(ids)) {
      const found = await extentsOf(tx, account, some).select(['id', 'at']).execute();
      for (const { id } of found) there.add(id);
      const stale = found.filter((row) => row.at < at - TOUCH_MS).map(({ id }) => id);
      if (stale.length > 0) await tx.updateTable('objects').set({ at }).where('account', '=', account).where('collection', '=', EXTENTS).where('id', 'in', stale).execute();
    }
    return { missing: ids.filter((id) => !there.has(id)), room: roomOf(state) };
  });
}

/** Drops those of `ids` that nobody asked about for a day; refused where something that names extents changed after `seen`, or where there was no such change yet. */
export async function collectExtents({ rows, clock }: Storage, account: string, { ids, seen }: { ids: readonly string[]; seen: number }): Promise<Result<readonly string[], 'extent.named_since'>> {
  const at = clock();
  return rows.write(async (tx) => {
    const state = await lockAccount(rows, tx, account);
    if (state.namingSeq > seen || seen > state.seq) return err('extent.named_since');
    const dropped: string[] = [];
    let { usage } = state;
    for (const some of pieces(ids)) {
      const found = await extentsOf(tx, account, some).select(['id', 'size', 'blob']).where('at', '<', at - EXTENT_SAFE_MS - TOUCH_MS).execute();
      if (found.length === 0) continue;
      await tx.deleteFrom('objects').where('account', '=', account).where('collection', '=', EXTENTS).where('id', 'in', found.map(({ id }) => id)).execute();
      await buryBlobs(tx, found.map(({ blob }) => blob), at);
      usage = counted(usage, EXTENTS, -found.reduce((sum, { size }) => sum + size, 0), -found.length);
      dropped.push(...found.map(({ id }) => id));
    }
    if (dropped.length > 0) await writeAccount(tx, account, { ...state, usage });
    return ok(dropped);
  });
}
