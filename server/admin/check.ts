// Owns the check of a server's storage: every row has its bytes, every byte its row, every count is the sum. Hour by hour, so
// that memory stays bounded however much there is.
import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { EXTENTS, kindOf } from '../../src/sync/wire/collections.ts';
import type { Schema } from '../rows/schema.ts';
import { counted, lockAccount, NO_USAGE, type Usage, type UsageKind, writeAccount } from '../storage/account-state.ts';
import { ORPHAN_HOURS } from '../storage/janitor.ts';
import { endLife } from '../storage/lives.ts';
import type { Storage } from '../storage/storage.ts';

export interface Fault { readonly kind: 'lost' | 'changed' | 'orphan' | 'miscounted'; readonly where: string; readonly mended: boolean }

export interface CheckOptions { readonly repair: boolean; /** Read every byte and hash it, too. */ readonly deep: boolean }

const HOUR_MS = 60 * 60_000;
const HOUR_LENGTH = 10;

interface Named { readonly table: 'objects' | 'revisions'; readonly account: string; readonly collection: string; readonly id: string; readonly size: number; readonly sha256: string; readonly blob: string }

async function hoursNamed({ rows }: Storage): Promise<readonly string[]> {
  const hour = sql<string>`substr(blob, 1, ${sql.lit(HOUR_LENGTH)})`.as('hour');
  return rows.read(async (db) => {
    const found = [
      ...await db.selectFrom('objects').select(hour).distinct().where('blob', 'is not', null).execute(),
      ...await db.selectFrom('revisions').select(hour).distinct().where('blob', 'is not', null).execute(),
    ];
    return found.map((row) => row.hour);
  });
}

/** Rows whose bytes were begun in an hour. */
async function namedIn({ rows }: Storage, hour: string): Promise<readonly Named[]> {
  const columns = ['account', 'collection', 'id', 'size', 'sha256', 'blob'] as const;
  const [from, to] = [`${hour}/`, `${hour}0`];
  return rows.read(async (db) => [
    ...(await db.selectFrom('objects').select(columns).where('blob', '>=', from).where('blob', '<', to).execute()).map((row) => ({ ...row, table: 'objects' as const, blob: row.blob ?? '' })),
    ...(await db.selectFrom('revisions').select(columns).where('blob', '>=', from).where('blob', '<', to).execute()).map((row) => ({ ...row, table: 'revisions' as const, blob: row.blob ?? '' })),
  ]);
}

/** Forgets a row whose bytes are gone, without a tombstone, and ends the life of the feeds: devices that have the object send it again. A row that names other bytes by now stays. */
async function forgetRow({ rows }: Storage, { table, account, collection, size, blob }: Named): Promise<void> {
  await rows.write(async (tx) => {
    const state = await lockAccount(rows, tx, account);
    const { numDeletedRows } = await tx.deleteFrom(table).where('account', '=', account).where('blob', '=', blob).executeTakeFirst();
    if (numDeletedRows === 0n) return;
    const kind: UsageKind = table === 'revisions' ? 'revisions' : kindOf(collection) ?? EXTENTS;
    await writeAccount(tx, account, { ...state, usage: counted(state.usage, kind, -size, -1) });
    await endLife(tx);
  });
}

async function hashOf({ blobs }: Storage, blob: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of await blobs.get(blob) ?? []) hash.update(piece as Buffer);
  return hash.digest('hex');
}

const nameOf = ({ account, collection, id }: Named): string => `${account} ${collection}/${id}`;

async function* checkHour(storage: Storage, hour: string, { repair, deep }: CheckOptions): AsyncGenerator<Fault> {
  // Rows first: bytes are there before the row that names them, and stay an hour after it went.
  const rows = await namedIn(storage, hour);
  const there = new Map<string, number>();
  for await (const { name, size } of storage.blobs.list(hour)) there.set(name, size);
  for (const row of rows) {
    const size = there.get(row.blob);
    there.delete(row.blob);
    const kind = size === undefined ? 'lost' : size !== row.size || (deep && await hashOf(storage, row.blob) !== row.sha256) ? 'changed' : undefined;
    if (kind === undefined) continue;
    if (repair) await forgetRow(storage, row);
    yield { kind, where: nameOf(row), mended: repair };
  }
  const buried = new Set((await storage.rows.read((db) => db.selectFrom('dead_blobs').select('blob').where('blob', '>=', `${hour}/`).where('blob', '<', `${hour}0`).execute())).map(({ blob }) => blob));
  // What is being uploaded right now has no row yet.
  const settled = Date.UTC(Number(hour.slice(0, 4)), Number(hour.slice(4, 6)) - 1, Number(hour.slice(6, 8)), Number(hour.slice(8))) < storage.clock() - ORPHAN_HOURS * HOUR_MS;
  for (const name of there.keys()) {
    if (buried.has(name) || !settled) continue;
    if (repair) await storage.blobs.drop([name]);
    yield { kind: 'orphan', where: name, mended: repair };
  }
}

/** What an account holds, counted from its rows. */
async function counts(db: Kysely<Schema>, account: string): Promise<Usage> {
  const sums = [sql<number>`coalesce(sum(size), 0)`.as('bytes'), sql<number>`count(*)`.as('objects')] as const;
  const live = await db.selectFrom('objects').select(['collection', 'deleted', ...sums]).where('account', '=', account).groupBy(['collection', 'deleted']).execute();
  const former = await db.selectFrom('revisions').select([...sums]).where('account', '=', account).executeTakeFirstOrThrow();
  const rows: [UsageKind, number, number][] = live.map(({ collection, deleted, bytes, objects }) => [deleted === 1 ? 'tombstones' : kindOf(collection) ?? EXTENTS, Number(bytes), Number(objects)]);
  return [...rows, ['revisions', Number(former.bytes), Number(former.objects)] as [UsageKind, number, number]].reduce((usage, row) => counted(usage, ...row), NO_USAGE);
}

async function* checkCounts(storage: Storage, { repair }: CheckOptions): AsyncGenerator<Fault> {
  const accounts = await storage.rows.read((db) => db.selectFrom('accounts').select('id').execute());
  for (const { id } of accounts) {
    const exact = await storage.rows.write(async (tx) => {
      const state = await lockAccount(storage.rows, tx, id);
      const usage = await counts(tx, id);
      const same = JSON.stringify(usage) === JSON.stringify(state.usage);
      if (repair && !same) await writeAccount(tx, id, { ...state, usage });
      return same;
    });
    if (!exact) yield { kind: 'miscounted', where: id, mended: repair };
  }
}

/** Every fault as it is found, and mended where that is asked for. */
export async function* checkStorage(storage: Storage, options: CheckOptions): AsyncGenerator<Fault> {
  const hours = new Set(await hoursNamed(storage));
  for await (const { name } of storage.blobs.list()) hours.add(name.slice(0, HOUR_LENGTH));
  for (const hour of [...hours].sort()) yield* checkHour(storage, hour, options);
  yield* checkCounts(storage, options);
}
