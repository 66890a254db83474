import { assert } from 'chai';
import { openDB } from 'idb';
import { StorageError } from '../../../src/workers/store/database.ts';
import { databaseNames, dropDatabase } from '../../../src/workers/store/databases.ts';
import { asExtentData, extentData, extentForm } from '../../../src/workers/store/extent-form.ts';
import { openDatabase } from '../../../src/workers/store/open-database.ts';
import { describeDatabase, SUITE_SCHEMA, type SuiteRows } from './database-suite.ts';

let count = 0;
const freshName = () => `suite.${(count += 1)}.${crypto.randomUUID()}`;
const faultOf = (promise: Promise<unknown>) => promise.then(() => 'none', (error: unknown) => (error instanceof StorageError ? error.fault : String(error)));

describeDatabase('the storage interface over IndexedDB', async () => {
  const name = freshName();
  const open = () => openDatabase<SuiteRows>({ name, schema: SUITE_SCHEMA, create: true });
  return { db: await open(), again: open, end: () => dropDatabase(name) };
});

describe('opening a database', () => {
  let name: string;
  beforeEach(() => { name = freshName(); });
  afterEach(() => dropDatabase(name));

  it('tells one that was evicted, and does not make it anew', async () => {
    assert.equal(await faultOf(openDatabase({ name, schema: SUITE_SCHEMA, create: false })), 'evicted');
    assert.deepEqual(await databaseNames(name), []);
  });

  it('tells one of a newer schema, and leaves it as it is', async () => {
    (await openDB(name, 7, { upgrade: (db) => void db.createObjectStore('later') })).close();
    assert.equal(await faultOf(openDatabase({ name, schema: SUITE_SCHEMA, create: true })), 'newer_schema');
    const later = await openDB(name);
    assert.deepEqual([...later.objectStoreNames], ['later']);
    later.close();
  });

  it('tells a deletion under its feet', async () => {
    const db = await openDatabase<SuiteRows>({ name, schema: SUITE_SCHEMA, create: true });
    await dropDatabase(name);
    assert.equal(await faultOf(db.read(['things'], (tx) => tx.keys('things'))), 'evicted');
    assert.equal(await faultOf(db.write(['things'], (tx) => tx.put('things', { id: 'a', colour: 'b' }))), 'evicted');
  });

  it('gives up on another connection that blocks', async () => {
    const stubborn = await openDB(name, 1, { upgrade: (db) => void db.createObjectStore('meta', { keyPath: 'key' }) });
    const newer = { ...SUITE_SCHEMA, version: 2 };
    assert.equal(await faultOf(openDatabase({ name, schema: newer, create: true, migrations: [{ to: 2, run: () => Promise.resolve() }], blockedMs: 10 })), 'blocked');
    stubborn.close();
  });

  it('goes through every migration in order, and aborts whole where one fails', async () => {
    const first = await openDatabase<SuiteRows>({ name, schema: SUITE_SCHEMA, create: true });
    await first.write(['things'], (tx) => tx.put('things', { id: 'a', colour: 'red' }));
    first.close();
    const ran: number[] = [];
    const step = (to: number) => ({ to, run: () => Promise.resolve(void ran.push(to)) });
    const third = { ...SUITE_SCHEMA, version: 3 };
    assert.notEqual(await faultOf(openDatabase({ name, schema: third, create: true, migrations: [step(2)] })), 'none');
    const again = await openDatabase<SuiteRows>({ name, schema: third, create: true, migrations: [step(3), step(2)] });
    assert.deepEqual(ran, [2, 2, 3]);
    assert.equal((await again.read(['things'], (tx) => tx.get('things', 'a')))?.colour, 'red');
    again.close();
  });
});

describe('extents at rest', () => {
  it('come back as they were, in the form that the engine keeps', async () => {
    const form = await extentForm(freshName());
    const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    assert.deepEqual(await extentData(asExtentData(form, bytes)), new Uint8Array([2, 3]));
  });
});
