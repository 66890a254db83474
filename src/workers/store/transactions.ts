// Transactions over an open IndexedDB database, as database.ts has them: whoever opens one decides what may be written.
import { type IDBPDatabase, type IDBPTransaction, unwrap } from 'idb';
import { type Database, type Query, type ReadTransaction, type Rows, StorageError, type WriteTransaction } from './database.ts';
import { META_STORE } from './schema.ts';
import { asStorageError } from './storage-fault.ts';

type Tx = IDBPTransaction<unknown, string[], IDBTransactionMode>;
const LAST = '\uffff';

const rangeOf = ({ index, only, prefix, after }: Query): IDBKeyRange | null => {
  // An index is over [field, key]; an empty array comes after every string.
  if (index !== undefined) return IDBKeyRange.bound(after === undefined ? [only] : [only, after], [only, []], after !== undefined);
  if (only !== undefined) return IDBKeyRange.only(only);
  if (after !== undefined) return prefix === undefined ? IDBKeyRange.lowerBound(after, true) : IDBKeyRange.bound(after, prefix + LAST, true);
  return prefix === undefined ? null : IDBKeyRange.bound(prefix, prefix + LAST);
};

/** With no more around a request than that: a large home makes hundreds of thousands. */
const answerTo = <T>(request: IDBRequest): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => { resolve(request.result as T); };
  request.onerror = () => { reject(request.error!); };
});

function reading(tx: IDBTransaction): ReadTransaction<Rows> {
  const source = (store: string, query: Query) => {
    const rows = tx.objectStore(store);
    return query.index === undefined ? rows : rows.index(query.index);
  };
  return {
    get: async (store, key) => answerTo(tx.objectStore(store).get(key)),
    list: async (store, query = {}) => answerTo(source(store, query).getAll(rangeOf(query), query.limit)),
    keys: async (store, query = {}) => answerTo(source(store, query).getAllKeys(rangeOf(query), query.limit)),
  };
}

/** What is written is not waited for: requests are done in their order, and one that fails ends the transaction. */
function writing(tx: IDBTransaction): WriteTransaction<Rows> {
  return {
    ...reading(tx),
    put: async (store, row) => void tx.objectStore(store).put(row),
    remove: async (store, key) => void tx.objectStore(store).delete(typeof key === 'string' ? key : IDBKeyRange.bound(key.prefix, key.prefix + LAST)),
  };
}

/** False where it had ended before. */
function abort(tx: Tx): boolean {
  try {
    tx.abort();
    return true;
  } catch {
    return false;
  }
}

/** How it ended: undefined where it is kept. A request's error is not known of the whole before that has ended, which `tx.done` does not wait for. */
function endOf(tx: Tx): Promise<{ readonly error: unknown } | undefined> {
  tx.done.catch(() => undefined);
  const raw: IDBTransaction = unwrap(tx);
  return new Promise((resolve) => {
    raw.addEventListener('complete', () => { resolve(undefined); });
    raw.addEventListener('abort', () => { resolve({ error: raw.error ?? new DOMException('The transaction was aborted.', 'AbortError') }); });
  });
}

/** Waits for body and commit together; a failed body aborts, so that nothing of it stays. */
export async function settle<T>(tx: Tx, body: Promise<T>): Promise<T> {
  const done = endOf(tx);
  let value: T;
  try {
    value = await body;
  } catch (fault) {
    // It may have aborted already: then that is why the body failed.
    const isOurs = abort(tx);
    const aborted = await done;
    throw asStorageError(!isOurs && fault instanceof DOMException ? (aborted?.error ?? fault) : fault);
  }
  const failed = await done;
  if (failed) throw asStorageError(failed.error ?? new StorageError('failed'));
  return value;
}

export interface Opened {
  readonly db: IDBPDatabase;
  readonly name: string;
  /** Another connection needed it gone. */
  readonly isGone: () => boolean;
  /** Asked first in every transaction that writes; what it throws ends that. */
  readonly mayWrite?: (tx: ReadTransaction<Rows>) => Promise<void>;
}

export function databaseOver<R extends Rows>({ db, name, isGone, mayWrite }: Opened): Database<R> {
  function begin<M extends 'readonly' | 'readwrite'>(stores: readonly string[], mode: M, durability: IDBTransactionDurability) {
    if (isGone()) throw new StorageError('evicted');
    try {
      return db.transaction([...stores], mode, { durability });
    } catch (error) {
      throw asStorageError(error);
    }
  }

  return {
    name,
    async read(stores, body) {
      const tx = begin(stores, 'readonly', 'default');
      return settle(tx, body(reading(unwrap(tx)) as unknown as ReadTransaction<R>));
    },
    async write(stores, body, { durability = 'relaxed' } = {}) {
      const tx = begin([...new Set([...stores, META_STORE])], 'readwrite', durability);
      return settle(tx, (async () => {
        const transaction = writing(unwrap(tx));
        await mayWrite?.(transaction);
        return body(transaction as unknown as WriteTransaction<R>);
      })());
    },
    close: () => db.close(),
  };
}
