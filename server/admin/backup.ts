// Owns the backup of a whole server, taken while it runs, and its way back. A backup is a folder such as a server on one
// machine keeps: rows of one moment in SQLite, bytes as files. So it can be started as it is, or loaded into any other pair.
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Blobs, BlobName } from '../blobs/blobs.ts';
import { openFolder } from '../blobs/folder.ts';
import type { Rows } from '../rows/rows.ts';
import { KEPT, type Schema } from '../rows/schema.ts';
import { openSqlite } from '../rows/sqlite.ts';
import { ENDED } from '../storage/lives.ts';
import { writeNote } from '../storage/server-notes.ts';
import type { Storage } from '../storage/storage.ts';

const ROWS_AT_ONCE = 500;
const SAID_MS = 60_000;
const ROWS_FILE = 'nexus.db';
const OBJECTS = 'objects';

/** What each table is read in the order of. */
const ORDER: Readonly<Record<(typeof KEPT)[number], readonly string[]>> = {
  server: ['name'], accounts: ['id'], passkeys: ['id'], objects: ['account', 'collection', 'id'], revisions: ['account', 'collection', 'id', 'rev'], dead_blobs: ['blob'], bindings: ['account', 'id'],
  entitlements: ['account', 'app', 'product'], hook_events: ['id'], lives: ['account', 'generation'],
};

/** Notes that belong to the server that made them. */
const OWN_NOTES = ['swept-hour', 'backup-at'];

type Row = Readonly<Record<string, unknown>>;

/** A restored server begins a new life of its feeds: the one that was backed up has ended there, and any before it long ago. */
function notesInNextLife(notes: readonly Row[]): readonly Row[] {
  const hasLife = notes.some(({ name }) => name === 'generation');
  return notes.filter(({ name }) => !OWN_NOTES.includes(String(name)) && !(hasLife && name === ENDED))
    .map((note) => (note['name'] === 'generation' ? { ...note, name: ENDED } : note));
}

/** Copies every kept table, some rows at a time. Returns how many. */
async function copyRows(from: Kysely<Schema>, to: Rows): Promise<number> {
  let copied = 0;
  for (const table of KEPT) {
    const order = ORDER[table];
    for (let last: Row | undefined; ;) {
      let query = from.selectFrom(table).selectAll().limit(ROWS_AT_ONCE);
      if (last !== undefined) query = query.where(sql<boolean>`(${sql.join(order.map((column) => sql.ref(column)))}) > (${sql.join(order.map((column) => last![column]))})`);
      for (const column of order) query = query.orderBy(column as never);
      const rows = await query.execute() as Row[];
      last = rows.at(-1);
      const kept = table === 'server' ? notesInNextLife(rows) : rows;
      if (kept.length > 0) await to.write((tx) => tx.insertInto(table).values(kept as never).execute());
      copied += kept.length;
      if (rows.length < ROWS_AT_ONCE) break;
    }
  }
  return copied;
}

async function* blobsNamed(rows: Rows): AsyncGenerator<{ blob: BlobName; size: number }> {
  for (const table of ['objects', 'revisions'] as const) {
    let last = '';
    for (;;) {
      const found = await rows.read((db) => db.selectFrom(table).select(['blob', 'size']).where('blob', '>', last).orderBy('blob').limit(ROWS_AT_ONCE).execute());
      for (const { blob, size } of found) if (blob !== null) yield { blob, size };
      last = found.at(-1)?.blob ?? '';
      if (found.length < ROWS_AT_ONCE) break;
    }
  }
}

/** Brings over what is not there yet. Throws where bytes that a row names are missing at the source. */
async function copyBlobs(rows: Rows, from: Blobs, to: Blobs, step: () => Promise<void>): Promise<number> {
  const there = new Map<string, number>();
  for await (const { name, size } of to.list()) there.set(name, size);
  const wanted = new Set<BlobName>();
  let copied = 0;
  for await (const { blob, size } of blobsNamed(rows)) {
    wanted.add(blob);
    if (there.get(blob) === size) continue;
    if (there.has(blob)) await to.drop([blob]);
    const body = await from.get(blob);
    if (!body) throw new Error(`the bytes of a row are not there: ${blob}`);
    await to.put(blob, body, size);
    copied += 1;
    await step();
  }
  const surplus = [...there.keys()].filter((name) => !wanted.has(name));
  await to.drop(surplus);
  return copied;
}

export interface Copied { readonly rows: number; readonly blobs: number }

/** Writes, or brings up to date, the backup in `folder`. The server may go on running. */
export async function backupTo({ rows, blobs, clock }: Storage, folder: string): Promise<Copied> {
  let said = 0;
  // The janitor drops nothing while it hears this.
  const say = async (): Promise<void> => {
    if (clock() - said < SAID_MS) return;
    said = clock();
    await writeNote(rows, 'backup-at', String(said));
  };
  await say();
  const to = await openFolder(join(folder, OBJECTS));
  const beside = join(folder, `${ROWS_FILE}.new`);
  const clear = (file: string) => Promise.all(['', '-fleeting', '-fleeting-wal', '-fleeting-shm', '-wal', '-shm'].map((end) => rm(`${file}${end}`, { force: true })));
  await clear(beside);
  const copy = await openSqlite(beside);
  try {
    const copiedRows = await rows.snapshot((db) => copyRows(db, copy));
    const copied = await copyBlobs(copy, blobs, to, say);
    await copy.close();
    // Only a whole backup takes the place of the one before.
    await rename(beside, join(folder, ROWS_FILE));
    await clear(beside);
    return { rows: copiedRows, blobs: copied };
  } finally {
    await writeNote(rows, 'backup-at', '0');
  }
}

/** Loads the backup in `folder` into a place that has no accounts yet. */
export async function restoreFrom({ rows, blobs }: Storage, folder: string): Promise<Copied> {
  const held = await rows.read((db) => db.selectFrom('accounts').select('id').limit(1).execute());
  if (held.length > 0) throw new Error('there are accounts already');
  const copy = await openSqlite(join(folder, ROWS_FILE));
  const from = await openFolder(join(folder, OBJECTS));
  try {
    const copied = await copyBlobs(copy, from, blobs, () => Promise.resolve());
    await rows.write((tx) => tx.deleteFrom('server').execute());
    return { rows: await copy.snapshot((db) => copyRows(db, rows)), blobs: copied };
  } finally {
    await copy.close();
  }
}
