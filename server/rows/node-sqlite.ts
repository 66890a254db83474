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

/** A transaction that would become a writer only later could find that another process was faster, and fail. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** A Kysely dialect over an open database; `writes` says whether transactions begin as writers. */
export function nodeSqliteDialect(database: DatabaseSync, writes: boolean): Dialect {
  const config = { database: adapted(database) };
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => writes ? new ImmediateDriver(config) : new SqliteDriver(config),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
