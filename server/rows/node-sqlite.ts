// Owns how Kysely speaks to `node:sqlite`: one connection, prepared statements kept, writers that begin as writers.
import { CompiledQuery, type DatabaseConnection, type Dialect, SqliteAdapter, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler, type SqliteDatabase, type SqliteStatement } from 'kysely';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** Statements of few shapes; a batch's many-rowed ones come and go. */
const PREPARED = 256;

function statementOf(database: DatabaseSync, text: string): SqliteStatement {
  const statement = database.prepare(text);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters as SQLInputValue[]),
    run: (parameters) => statement.run(...parameters as SQLInputValue[]),
    iterate: (parameters) => statement.iterate(...parameters as SQLInputValue[]) as IterableIterator<unknown>,
  };
}

/** The few calls of a SQLite library that Kysely needs. */
function adapted(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => { database.close(); },
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      const made = statementOf(database, text);
      if (prepared.size >= PREPARED) prepared.delete(prepared.keys().next().value ?? '');
      prepared.set(text, made);
      return made;
    },
  };
}

/** Writers begin as writers, and what SQLite has already taken back is not taken back again. */
class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #begin: CompiledQuery;

  constructor(database: DatabaseSync, writes: boolean) {
    super({ database: adapted(database) });
    this.#database = database;
    // A reader that became a writer later could find that another process was faster, and fail.
    this.#begin = CompiledQuery.raw(writes ? 'begin immediate' : 'begin');
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(this.#begin);
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // A full disk ends the transaction by itself; the failure that is told must be that one.
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

/** A Kysely dialect over an open database; `writes` says whether transactions begin as writers. */
export function nodeSqliteDialect(database: DatabaseSync, writes: boolean): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new NodeSqliteDriver(database, writes),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
