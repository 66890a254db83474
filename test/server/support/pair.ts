// The pair of rows and objects that a suite runs over: SQLite and a folder, or, where `NEXUS_TEST_PAIR` says `scaled`, the
// PostgreSQL and S3 that tools/services.mjs started. The suites are the same.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Blobs } from '../../../server/blobs/blobs.ts';
import { openFolder } from '../../../server/blobs/folder.ts';
import { openS3 } from '../../../server/blobs/s3.ts';
import { s3Place } from '../../../server/blobs/s3-place.ts';
import { openPostgres } from '../../../server/rows/postgres.ts';
import type { Rows } from '../../../server/rows/rows.ts';
import { openSqlite } from '../../../server/rows/sqlite.ts';

export const scaled = process.env.NEXUS_TEST_PAIR === 'scaled';

/** Where a server finds its rows and objects, as its options say it. */
export interface Place { readonly env: Readonly<Record<string, string>>; remove(): Promise<void> }

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; run the step "scaled" of npm test`);
  return value;
}

/** A database of its own in the PostgreSQL that runs. */
async function ownDatabase(): Promise<Place> {
  const admin = new URL(needed('NEXUS_TEST_POSTGRES'));
  const name = `t${randomBytes(8).toString('hex')}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: admin.href });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`create database ${name}`);
  await bucket(needed('NEXUS_TEST_S3'));
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    env: { NEXUS_DATABASE_URL: url.href, NEXUS_OBJECTS: needed('NEXUS_TEST_S3') },
    remove: () => run(`drop database ${name} with (force)`),
  };
}

/** The bucket that the place names; made by whoever comes first. */
async function bucket(objects: string): Promise<void> {
  const { bucket: Bucket, endpoint, region } = s3Place(objects)!;
  const client = new S3Client({ region, endpoint: endpoint!, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
}

/** An empty place for rows and objects. */
export async function ownPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-data-'));
  const database = scaled ? await ownDatabase() : undefined;
  return {
    env: { NEXUS_DATA: folder, ...database?.env },
    async remove() {
      await database?.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The pair at a place, opened in this process. */
export async function openPair({ env }: Place): Promise<{ rows: Rows; blobs: Blobs; close(): Promise<void> }> {
  const rows = scaled ? await openPostgres(env.NEXUS_DATABASE_URL!, () => undefined) : await openSqlite(join(env.NEXUS_DATA!, 'nexus.db'));
  const blobs = scaled ? openS3(s3Place(env.NEXUS_OBJECTS!)!) : await openFolder(join(env.NEXUS_DATA!, 'objects'));
  return { rows, blobs, async close() { await rows.close(); blobs.close(); } };
}
