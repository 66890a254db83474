// Owns rows in one SQLite file, for a server on one machine. Commits go to the write-ahead log without a flush of their own;
// one `fdatasync` of that log then covers all that committed meanwhile, away from the event loop
// (docs/decisions/0008-group-commit.md).
import { Kysely } from 'kysely';
import { type FileHandle, open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { migrations } from './migrations.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { migrate, type Rows } from './rows.ts';
import type { Schema } from './schema.ts';
import { createSyncGroup } from '../sync-group.ts';

/** Another process (the administrator's) may hold the file for a moment. */
const BUSY_MS = 5_000;
/** Pages of 4 KiB in the log before it is written back: 32 MiB. */
const CHECKPOINT_PAGES = 8_192;

/** What a crash may take lies in a file of its own, which nobody flushes. */
function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
  database.exec(`attach database '${`${file}-fleeting`.replaceAll("'", "''")}' as fleeting; pragma fleeting.journal_mode = wal; pragma fleeting.synchronous = off;
    create table if not exists fleeting.proofs (id text primary key, expires_at bigint not null) without rowid`);
  database.exec(`pragma main.journal_mode = wal; pragma main.synchronous = normal; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}; pragma cache_size = -32768`);
  return database;
}

/** Waits for the log only where something was committed since it was last flushed. */
function durability(log: FileHandle) {
  const group = createSyncGroup(() => log.datasync());
  let written = 0;
  let flushed = 0;
  return {
    wrote: () => { written += 1; },
    async settled(): Promise<void> {
      const mark = written;
      if (flushed >= mark) return;
      await group.settled();
      flushed = Math.max(flushed, mark);
    },
  };
}

/** Opens, or makes, the database in `file`. */
export async function openSqlite(file: string): Promise<Rows> {
  const database = connect(file);
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(database, true) });
  await migrate(db, migrations('blob'));
  // The log exists from the first write on, and stays for as long as the connection does.
  const log = await open(`${file}-wal`, 'r+');
  const { wrote, settled } = durability(log);
  await log.datasync();
  return {
    fleeting: db,
    locksRows: false,
    async write(work) {
      const value = await db.transaction().execute(async (tx) => {
        const done = await work(tx);
        // Before the commit for whoever reads right after it; again after it, since a flush may begin in between.
        wrote();
        return done;
      });
      wrote();
      await settled();
      return value;
    },
    async read(work) {
      const value = await work(db);
      await settled();
      return value;
    },
    async snapshot(work) {
      const reader = new Kysely<Schema>({ dialect: nodeSqliteDialect(connect(file), false) });
      try {
        return await reader.transaction().execute(work);
      } finally {
        await reader.destroy();
      }
    },
    async close() {
      await log.close();
      await db.destroy();
    },
  };
}
