// The storage interface over IndexedDB. Opening takes the database's term: every later write of an earlier holder fails.
import { deleteDB, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { type Database, type Query, type ReadTransaction, type Rows, StaleTermError, StorageError, type WriteTransaction } from './database.ts';
import { createStores, migrate, type Migration } from './migrations.ts';
import { type DatabaseSchema, META_STORE } from './schema.ts';
import { asStorageError } from './storage-fault.ts';

export interface OpenOptions {
  readonly name: string;
  readonly schema: DatabaseSchema;
  readonly migrations?: readonly Migration[];
  /** False: a database that is not there was evicted, and is not made anew. */
  readonly create: boolean;
  /** How long another connection may block an upgrade. */
  readonly blockedMs?: number;
}

type Tx = IDBPTransaction<unknown, string[], IDBTransactionMode>;
const BLOCKED_MS = 3000;
const LAST = '\uffff';

const rangeOf = ({ index, only, prefix, after }: Query): IDBKeyRange | null => {
  // An index is over [field, key]; an empty array comes after every string.
  if (index !== undefined) return IDBKeyRange.bound(after === undefined ? [only] : [only, after], [only, []], after !== undefined);
  if (only !== undefined) return IDBKeyRange.only(only);
  if (after !== undefined) return prefix === undefined ? IDBKeyRange.lowerBound(after, true) : IDBKeyRange.bound(after, prefix + LAST, true);
  return prefix === undefined ? null : IDBKeyRange.bound(prefix, prefix + LAST);
};

function reading(tx: Tx): ReadTransaction<Rows> {
  const source = (store: string, query: Query) => {
    const rows = tx.objectStore(store);
    return query.index === undefined ? rows : rows.index(query.index);
  };
  return {
    get: (store, key) => tx.objectStore(store).get(key) as Promise<object | undefined>,
    list: (store, query = {}) => source(store, query).getAll(rangeOf(query), query.limit) as Promise<object[]>,
    keys: (store, query = {}) => source(store, query).getAllKeys(rangeOf(query), query.limit) as Promise<string[]>,
  };
}

function writing(tx: IDBPTransaction<unknown, string[], 'readwrite'>): WriteTransaction<Rows> {
  return {
    ...reading(tx),
    put: async (store, row) => void (await tx.objectStore(store).put(row)),
    remove: (store, key) => tx.objectStore(store).delete(typeof key === 'string' ? key : IDBKeyRange.bound(key.prefix, key.prefix + LAST)),
  };
}

/** Waits for body and commit together; a failed body aborts, so that nothing of it stays. */
async function settle<T>(tx: Tx, body: Promise<T>): Promise<T> {
  const done = tx.done.then(() => undefined, (error: unknown) => ({ error }));
  let value: T;
  try {
    value = await body;
  } catch (fault) {
    try {
      tx.abort();
    } catch {
      // It had aborted already: then that is why the body failed.
    }
    const aborted = await done;
    throw asStorageError(fault instanceof DOMException && fault.name === 'AbortError' ? (aborted?.error ?? fault) : fault);
  }
  const failed = await done;
  if (failed) throw asStorageError(failed.error ?? new StorageError('failed'));
  return value;
}

async function open({ name, schema, migrations = [], create, blockedMs = BLOCKED_MS }: OpenOptions, onGone: () => void): Promise<IDBPDatabase> {
  let missing = false;
  let failure: unknown;
  let giveUp: (error: Error) => void;
  const blocked = new Promise<never>((_, reject) => { giveUp = reject; });
  const opening = openDB(name, schema.version, {
    async upgrade(db, from, _to, tx) {
      const aborted = tx.done.catch(() => undefined);
      missing = from === 0 && !create;
      if (from === 0 && create) return createStores(db, schema);
      try {
        if (missing) throw new StorageError('evicted');
        await migrate(db, tx, { from, to: schema.version, steps: migrations });
      } catch (fault) {
        failure = fault;
        tx.abort();
        await aborted;
      }
    },
    blocked: () => void setTimeout(() => giveUp(new StorageError('blocked')), blockedMs),
    blocking: (_current, _next, event) => {
      (event.target as IDBDatabase).close();
      onGone();
    },
    terminated: onGone,
  });
  try {
    return await Promise.race([opening, blocked]);
  } catch (error) {
    void opening.then((late) => late.close(), () => undefined);
    // WebKit still lists a database whose making was aborted.
    if (missing) await deleteDB(name);
    throw failure ?? asStorageError(error);
  }
}

const termOf = (row: unknown): number => {
  const { term } = (row ?? {}) as { term?: unknown };
  return typeof term === 'number' ? term : 0;
};

/** Raises the term by one: from here on, whoever held the database before can write nothing. */
async function claimTerm(db: IDBPDatabase): Promise<number> {
  const tx = db.transaction([META_STORE], 'readwrite', { durability: 'strict' });
  const meta = tx.objectStore(META_STORE);
  return settle(tx, (async () => {
    const term = termOf(await meta.get('term')) + 1;
    await meta.put({ key: 'term', term });
    return term;
  })());
}

/** Throws StorageError: `blocked`, `newer_schema`, `evicted`, `quota`, `failed`. */
export async function openDatabase<R extends Rows>(options: OpenOptions): Promise<Database<R>> {
  let gone = false;
  const db = await open(options, () => { gone = true; });
  const term = await claimTerm(db);

  function begin<M extends 'readonly' | 'readwrite'>(stores: readonly string[], mode: M, durability: IDBTransactionDurability) {
    if (gone) throw new StorageError('evicted');
    try {
      return db.transaction([...stores], mode, { durability });
    } catch (error) {
      throw asStorageError(error);
    }
  }

  return {
    name: options.name,
    async read(stores, body) {
      const tx = begin(stores, 'readonly', 'default');
      return settle(tx, body(reading(tx) as unknown as ReadTransaction<R>));
    },
    async write(stores, body, { durability = 'relaxed' } = {}) {
      const tx = begin([...new Set([...stores, META_STORE])], 'readwrite', durability);
      return settle(tx, (async () => {
        if (termOf(await tx.objectStore(META_STORE).get('term')) !== term) throw new StaleTermError();
        return body(writing(tx) as unknown as WriteTransaction<R>);
      })());
    },
    close: () => db.close(),
  };
}
