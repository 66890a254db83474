// Owns rows in PostgreSQL, for any number of processes. A commit is durable when it is answered (`synchronous_commit`).
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { migrations } from './migrations.ts';
import { migrate, type Rows } from './rows.ts';
import type { Schema } from './schema.ts';

const CONNECTIONS = 16;
const CONNECT_MS = 5_000;
/** No statement of ours comes near it; a database that hangs must not hang us. */
const STATEMENT_MS = 30_000;

const INT8 = 20;

/** `bigint` columns hold counts and times below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

/** Opens the database at `url` (`postgres://…`); `onTrouble` hears of connections that broke while nobody used them. */
export async function openPostgres(url: string, onTrouble: (error: Error) => void): Promise<Rows> {
  const pool = new pg.Pool({
    connectionString: url, max: CONNECTIONS, connectionTimeoutMillis: CONNECT_MS, statement_timeout: STATEMENT_MS, types, application_name: 'nexus-server',
  });
  pool.on('error', onTrouble);
  // The pool listens to idle connections alone; one that breaks under a query would end the process, though the query is told.
  pool.on('connect', (client) => { client.on('error', onTrouble); });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  await migrate(db, migrations('bytea'));
  return {
    fleeting: db,
    locksRows: true,
    write: (work) => db.transaction().execute(work),
    read: (work) => work(db),
    snapshot: (work) => db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    close: () => db.destroy(),
  };
}
