// The storage interface over IndexedDB. Opening takes the database's term: every later write of an earlier holder fails.
import { deleteDB, type IDBPDatabase, openDB } from 'idb';
import { type Database, type Rows, StaleTermError, StorageError } from './database.ts';
import { createStores, migrate, type Migration } from './migrations.ts';
import { type DatabaseSchema, META_STORE } from './schema.ts';
import { asStorageError } from './storage-fault.ts';
import { databaseOver, settle } from './transactions.ts';

export interface OpenOptions {
  readonly name: string;
  readonly schema: DatabaseSchema;
  readonly migrations?: readonly Migration[];
  /** False: a database that is not there was evicted, and is not made anew. */
  readonly create: boolean;
  /** How long another connection may block an upgrade. */
  readonly blockedMs?: number;
}

const BLOCKED_MS = 3000;

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

  return databaseOver<R>({
    db, name: options.name, isGone: () => gone,
    async mayWrite(tx) {
      if (termOf(await tx.get(META_STORE, 'term')) !== term) throw new StaleTermError();
    },
  });
}
