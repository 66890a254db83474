// A release over the tables of the one before it: nothing is lost, and what is new works.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { addAccount } from '../../../server/accounts/accounts.ts';
import { migrations } from '../../../server/rows/migrations.ts';
import { nodeSqliteDialect } from '../../../server/rows/node-sqlite.ts';
import { migrate } from '../../../server/rows/rows.ts';
import type { Schema } from '../../../server/rows/schema.ts';
import { listEntitlements, takeEvent } from '../../../server/storage/entitlements.ts';
import { openPair, ownPlace, scaled } from '../support/pair.ts';

describe('the tables', () => {
  it('of version 1 are brought up to date with what is in them', async () => {
    const place = await ownPlace();
    const dialect = scaled ? new PostgresDialect({ pool: new pg.Pool({ connectionString: place.env.NEXUS_DATABASE_URL! }) }) : nodeSqliteDialect(new DatabaseSync(join(place.env.NEXUS_DATA!, 'nexus.db')), true);
    const former = new Kysely<Schema>({ dialect });
    const { '0001-first': first } = migrations(scaled ? 'bytea' : 'blob');
    await migrate(former, { '0001-first': first! });
    const account = randomBytes(16).toString('hex');
    await former.insertInto('accounts').values({ id: account, name: 'ada', password: null, created_at: 0, disabled: 0, quota_bytes: 1, quota_objects: 1, seq: 7, naming_seq: 0, floor_seq: 0, usage: '{}' }).execute();
    await former.destroy();
    const pair = await openPair(place);
    const storage = { ...pair, clock: () => 1_000, random: (length: number) => randomBytes(length) };
    const held = { app: 'https://notes.example', product: 'pro', until: 2_000 };
    assert.isTrue((await takeEvent(storage, { id: 'msg_1', account, granted: true, happened: 0, ...held })).ok);
    assert.deepEqual(await listEntitlements(storage, account), [held]);
    assert.equal((await pair.rows.read((db) => db.selectFrom('accounts').select('seq').where('id', '=', account).executeTakeFirst()))?.seq, 7);
    assert.deepEqual(await addAccount(pair.rows, { id: randomBytes(16).toString('hex'), name: 'ada', password: null, createdAt: 0 }), { ok: false, error: 'taken' });
    await pair.close();
    await place.remove();
  });
});
