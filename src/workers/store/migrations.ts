// How a database comes to its version: made whole from the schema table, or step by step from the one before.
import type { IDBPDatabase, IDBPTransaction } from 'idb';
import type { DatabaseSchema } from './schema.ts';

export type UpgradeTransaction = IDBPTransaction<unknown, string[], 'versionchange'>;

/** From version `to - 1` to `to`. It deletes the old form only after it has read the new one back. */
export interface Migration {
  readonly to: number;
  run(db: IDBPDatabase, tx: UpgradeTransaction): Promise<void>;
}

export function createStores(db: IDBPDatabase, { stores }: DatabaseSchema): void {
  for (const [name, { key, indexes = {} }] of Object.entries(stores)) {
    const store = db.createObjectStore(name, { keyPath: key });
    for (const [index, field] of Object.entries(indexes)) store.createIndex(index, [field, key]);
  }
}

/** New stores of a table, in a step to the version that brings them. */
export function addStores(db: IDBPDatabase, { stores }: DatabaseSchema, ...names: readonly string[]): void {
  createStores(db, { version: 0, stores: Object.fromEntries(Object.entries(stores).filter(([name]) => names.includes(name))) });
}

/** Runs every step after `from`, in order. A step that is missing is a bug of this build: the upgrade is aborted and nothing is lost. */
export async function migrate(db: IDBPDatabase, tx: UpgradeTransaction, { from, to, steps }: { readonly from: number; readonly to: number; readonly steps: readonly Migration[] }): Promise<void> {
  for (let version = from + 1; version <= to; version += 1) {
    const step = steps.find((one) => one.to === version);
    if (!step) throw new Error(`no migration to version ${version}`);
    await step.run(db, tx);
  }
}
