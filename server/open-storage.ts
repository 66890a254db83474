// Owns which pair of rows and objects the options mean, and opens it: on this machine, or out in PostgreSQL and S3.
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openFolder } from './blobs/folder.ts';
import type { Options } from './options.ts';
import { openSqlite } from './rows/sqlite.ts';
import type { Storage } from './storage/storage.ts';

export type Place = Pick<Options, 'data' | 'databaseUrl' | 'objects'>;

/** The storage at a place, made where it is new; `onTrouble` hears of connections that broke while idle. */
export async function openStorage({ data, databaseUrl, objects }: Place, onTrouble: (error: Error) => void): Promise<Storage & { close(): Promise<void> }> {
  if (databaseUrl === undefined || objects === undefined) await mkdir(data, { recursive: true, mode: 0o700 });
  // The libraries for what is out there are loaded where something is.
  const rows = databaseUrl === undefined ? await openSqlite(join(data, 'nexus.db')) : await (await import('./rows/postgres.ts')).openPostgres(databaseUrl, onTrouble);
  const blobs = objects === undefined ? await openFolder(join(data, 'objects')) : (await import('./blobs/s3.ts')).openS3(objects);
  return {
    rows, blobs, clock: Date.now, random: (length) => randomBytes(length),
    async close() {
      await rows.close();
      blobs.close();
    },
  };
}
