// Owns what goes by itself when its time is over: tombstones, revisions, short-lived rows, and blobs that no row names. Every
// pass is bounded and any process may make it; two at once do no harm.
import { REVISION_MS, TOMBSTONE_MS } from '../../src/sync/wire/limits.ts';
import { hourOf } from '../blobs/blobs.ts';
import { type AccountState, counted, lockAccount, writeAccount } from './account-state.ts';
import { buryBlobs } from './admit.ts';
import { readNote, writeNote } from './server-notes.ts';
import type { Storage } from './storage.ts';

/** Longer than any answer that may still be reading the bytes, and than a backup takes to copy them. */
export const BURIED_MS = 60 * 60_000;
/** An upload ends, or is given up, within ten minutes; two hours on, what no row names is nobody's. */
export const ORPHAN_HOURS = 2;
const HOUR_MS = 60 * 60_000;
/** A backup that is under way says so more often than this. */
export const BACKUP_MS = 10 * 60_000;
const SWEPT_AT_ONCE = 48;
const AT_ONCE = 500;

/** Drops the bytes of rows that went an hour ago. The names go after the bytes: a crash between costs nothing. */
async function dropBuried({ rows, blobs, clock }: Storage): Promise<number> {
  // A backup copies bytes long after it read the rows that name them.
  if (clock() - Number(await readNote(rows, 'backup-at') ?? 0) < BACKUP_MS) return 0;
  const due = await rows.read((db) => db.selectFrom('dead_blobs').select('blob').where('at', '<', clock() - BURIED_MS).limit(AT_ONCE).execute());
  const names = due.map(({ blob }) => blob);
  if (names.length === 0) return 0;
  await blobs.drop(names);
  await rows.write((tx) => tx.deleteFrom('dead_blobs').where('blob', 'in', names).execute());
  return names.length;
}

/** Names of blobs among `names` that some row still names. */
async function namedAmong({ rows }: Storage, names: readonly string[]): Promise<ReadonlySet<string>> {
  return rows.read(async (db) => {
    const found = [
      ...await db.selectFrom('objects').select('blob').where('blob', 'in', names).execute(),
      ...await db.selectFrom('revisions').select('blob').where('blob', 'in', names).execute(),
      ...await db.selectFrom('dead_blobs').select('blob').where('blob', 'in', names).execute(),
    ];
    return new Set(found.flatMap(({ blob }) => blob ?? []));
  });
}

async function sweepHour(storage: Storage, hour: string): Promise<number> {
  let swept = 0;
  let batch: string[] = [];
  const flush = async () => {
    const named = batch.length > 0 ? await namedAmong(storage, batch) : new Set();
    const orphans = batch.filter((name) => !named.has(name));
    if (orphans.length > 0) await storage.blobs.drop(orphans);
    swept += orphans.length;
    batch = [];
  };
  for await (const { name } of storage.blobs.list(hour)) {
    batch.push(name);
    if (batch.length >= AT_ONCE) await flush();
  }
  await flush();
  return swept;
}

/** Drops what uploads left behind that never came to a row, hour by hour, each hour once. */
async function sweepOrphans(storage: Storage): Promise<number> {
  const last = Math.floor(storage.clock() / HOUR_MS) - ORPHAN_HOURS;
  const noted = Number(await readNote(storage.rows, 'swept-hour') ?? last - 1);
  let swept = 0;
  const until = Math.min(last, noted + SWEPT_AT_ONCE);
  for (let hour = noted + 1; hour <= until; hour += 1) swept += await sweepHour(storage, hourOf(hour * HOUR_MS));
  if (until !== noted) await writeNote(storage.rows, 'swept-hour', String(until));
  return swept;
}

async function dueIn({ rows }: Storage, table: 'objects' | 'revisions', before: number): Promise<readonly string[]> {
  const query = rows.read((db) => table === 'revisions'
    ? db.selectFrom('revisions').select('account').distinct().where('replaced_at', '<', before).limit(AT_ONCE).execute()
    : db.selectFrom('objects').select('account').distinct().where('deleted', '=', 1).where('at', '<', before).limit(AT_ONCE).execute());
  return (await query).map(({ account }) => account);
}

/** Forgets deletions of ninety days ago; feeds from before them must begin anew. */
async function dropTombstones(storage: Storage, account: string, before: number): Promise<number> {
  return storage.rows.write(async (tx) => {
    const state = await lockAccount(storage.rows, tx, account);
    const due = await tx.selectFrom('objects').select(['collection', 'id', 'seq']).where('account', '=', account).where('deleted', '=', 1).where('at', '<', before).orderBy('seq').limit(AT_ONCE).execute();
    if (due.length === 0) return 0;
    const floorSeq = Math.max(state.floorSeq, due.at(-1)?.seq ?? 0);
    await tx.deleteFrom('objects').where('account', '=', account).where('deleted', '=', 1).where('seq', 'in', due.map(({ seq }) => seq)).execute();
    const after: AccountState = { ...state, floorSeq, usage: counted(state.usage, 'tombstones', 0, -due.length) };
    await writeAccount(tx, account, after);
    return due.length;
  });
}

async function dropRevisions(storage: Storage, account: string, before: number): Promise<number> {
  return storage.rows.write(async (tx) => {
    const state = await lockAccount(storage.rows, tx, account);
    const due = await tx.selectFrom('revisions').select(['collection', 'id', 'rev', 'size', 'blob']).where('account', '=', account).where('replaced_at', '<', before).limit(AT_ONCE).execute();
    for (const { collection, id, rev } of due) await tx.deleteFrom('revisions').where('account', '=', account).where('collection', '=', collection).where('id', '=', id).where('rev', '=', rev).execute();
    await buryBlobs(tx, due.map(({ blob }) => blob), storage.clock());
    await writeAccount(tx, account, { ...state, usage: counted(state.usage, 'revisions', -due.reduce((sum, { size }) => sum + size, 0), -due.length) });
    return due.length;
  });
}

/** Rows whose time is over and that nobody counts. */
async function dropExpired({ rows, clock }: Storage): Promise<void> {
  const now = clock();
  await rows.fleeting.deleteFrom('proofs').where('expires_at', '<', now).execute();
  await rows.fleeting.deleteFrom('credentials').where('expires_at', '<', now).execute();
  await rows.fleeting.deleteFrom('enrolments').where('expires_at', '<', now).execute();
  await rows.fleeting.deleteFrom('bindings').where('expires_at', '<', now).execute();
  await rows.fleeting.deleteFrom('entitlements').where('expires_at', '<', now).execute();
  await rows.fleeting.deleteFrom('hook_events').where('expires_at', '<', now).execute();
  await rows.fleeting.deleteFrom('attempts').where('since', '<', now - 24 * HOUR_MS).execute();
}

export interface Swept { readonly blobs: number; readonly orphans: number; readonly tombstones: number; readonly revisions: number }

/** One bounded pass over everything. */
export async function tidy(storage: Storage): Promise<Swept> {
  const now = storage.clock();
  let tombstones = 0;
  let revisions = 0;
  for (const account of await dueIn(storage, 'objects', now - TOMBSTONE_MS)) tombstones += await dropTombstones(storage, account, now - TOMBSTONE_MS);
  for (const account of await dueIn(storage, 'revisions', now - REVISION_MS)) revisions += await dropRevisions(storage, account, now - REVISION_MS);
  await dropExpired(storage);
  return { blobs: await dropBuried(storage), orphans: await sweepOrphans(storage), tombstones, revisions };
}
