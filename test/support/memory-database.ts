// The storage interface over memory, for Node: one transaction at a time, each over copies that count only when it is whole.
import { type Database, type Query, type ReadTransaction, type Rows, StaleTermError, StorageError, type WriteTransaction } from '../../src/workers/store/database.ts';
import { type DatabaseSchema, META_STORE } from '../../src/workers/store/schema.ts';

type Row = Record<string, unknown>;
type Stores = Map<string, Map<string, Row>>;

export interface MemoryDisk {
  stores: Stores;
  turn: Promise<unknown>;
}

export const newMemoryDisk = (schema: DatabaseSchema): MemoryDisk =>
  ({ stores: new Map(Object.keys(schema.stores).map((name) => [name, new Map()])), turn: Promise.resolve() });

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function select(schema: DatabaseSchema, stores: Stores, store: string, query: Query = {}): [string, Row][] {
  const field = query.index === undefined ? undefined : schema.stores[store]?.indexes?.[query.index];
  const rows = [...(stores.get(store) ?? [])]
    .filter(([key, row]) => query.only === undefined || (field === undefined ? key : row[field]) === query.only)
    .filter(([key]) => query.prefix === undefined || key.startsWith(query.prefix))
    .filter(([key]) => query.after === undefined || key > query.after)
    .sort((a, b) => compare(a[0], b[0]));
  return query.limit === undefined ? rows : rows.slice(0, query.limit);
}

function transactionOver(schema: DatabaseSchema, stores: Stores): WriteTransaction<Rows> {
  const rowsOf = (store: string): Map<string, Row> => {
    const rows = stores.get(store);
    if (!rows) throw new Error(`not in this transaction: ${store}`);
    return rows;
  };
  return {
    // Rows come out and go in as copies, as they do with IndexedDB.
    get: async (store, key) => structuredClone(rowsOf(store).get(key)),
    list: async (store, query) => select(schema, stores, store, query).map(([, row]) => structuredClone(row)),
    keys: async (store, query) => select(schema, stores, store, query).map(([key]) => key),
    put: async (store, row) => {
      rowsOf(store).set(String((row as Row)[schema.stores[store]?.key ?? '']), structuredClone(row as Row));
    },
    remove: async (store, key) => {
      const rows = rowsOf(store);
      const gone = typeof key === 'string' ? [key] : [...rows.keys()].filter((one) => one.startsWith(key.prefix));
      gone.forEach((one) => rows.delete(one));
    },
  };
}

/** Several databases over one disk are several workers over one device. */
export function createMemoryDatabase<R extends Rows>(name: string, schema: DatabaseSchema, disk = newMemoryDisk(schema), term?: number): Database<R> {
  const inTurn = <T>(body: () => Promise<T>): Promise<T> => {
    const run = disk.turn.then(body);
    disk.turn = run.catch(() => undefined);
    return run;
  };
  const copyOf = (names: readonly string[]): Stores => new Map(names.map((one) => [one, new Map(disk.stores.get(one))]));

  return {
    name,
    read: (names, body) => inTurn(() => body(transactionOver(schema, copyOf(names)) as unknown as ReadTransaction<R>)),
    write: (names, body) => inTurn(async () => {
      const copy = copyOf([...new Set([...names, META_STORE])]);
      const held = copy.get(META_STORE)?.get('term')?.['term'];
      if (term !== undefined && typeof held === 'number' && held > term) throw new StaleTermError();
      const value = await body(transactionOver(schema, copy) as unknown as WriteTransaction<R>);
      for (const [store, rows] of copy) disk.stores.set(store, rows);
      return value;
    }),
    close: () => undefined,
  };
}

/** A disk that takes a write of these stores only where there is room. */
export const whereRoom = <R extends Rows>(db: Database<R>, isRoom: (stores: readonly string[]) => boolean): Database<R> => ({
  ...db, write: (stores, body, options) => (isRoom(stores) ? db.write(stores, body, options) : Promise.reject(new StorageError('quota'))),
});
