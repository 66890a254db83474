// Owns what the server asks of a database. Two implementations: sqlite.ts (one machine) and postgres.ts (many processes);
// test/server/storage runs the same suite over both.
import type { Kysely, Transaction } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Schema } from './schema.ts';

export type Tx = Transaction<Schema>;

/** Rows that are acknowledged only when they are on stable storage. */
export interface Rows {
  /** One transaction, all or nothing; resolves when it is on stable storage. The work asks nothing but what it is handed: there may be one connection. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Reads what is committed; resolves when what was seen is on stable storage, so that nobody acts on what a power cut takes back. */
  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** Reads one moment of the whole database while others go on writing. */
  snapshot<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** For what is worth nothing after a crash, such as a proof that was seen: committed, not waited for. */
  readonly fleeting: Kysely<Schema>;
  /** Whether the database takes `for update`; where it does not, a transaction that writes is alone anyway. */
  readonly locksRows: boolean;
  close(): Promise<void>;
}

/** Brings the tables up to this release's; refuses those of a newer one. */
export async function migrate(db: Kysely<Schema>, steps: Readonly<Record<string, Migration>>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...steps }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('the tables could not be brought up to date');
}
