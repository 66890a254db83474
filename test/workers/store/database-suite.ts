// What every implementation of the storage interface must do.
import { assert } from 'chai';
import { type Database, StaleTermError } from '../../../src/workers/store/database.ts';
import type { DatabaseSchema } from '../../../src/workers/store/schema.ts';

export const SUITE_SCHEMA = {
  version: 1,
  stores: {
    meta: { key: 'key', cleared: 'never' },
    things: { key: 'id', indexes: { colour: 'colour' }, cleared: 'never' },
    others: { key: 'id', cleared: 'never' },
  },
} as const satisfies DatabaseSchema;

interface Thing { readonly id: string; readonly colour: string; readonly bytes?: Uint8Array<ArrayBuffer> }
export type SuiteRows = { meta: { key: string; term?: number }; things: Thing; others: { id: string } };

/** `again` opens the same database as a later holder of the office. */
export type OpenSuite = () => Promise<{ db: Database<SuiteRows>; again: () => Promise<Database<SuiteRows>>; end: () => Promise<void> }>;

const thing = (id: string, colour = 'red'): Thing => ({ id, colour });

export function describeDatabase(what: string, open: OpenSuite): void {
  describe(what, () => {
    let db: Database<SuiteRows>;
    let again: () => Promise<Database<SuiteRows>>;
    let end: () => Promise<void>;
    beforeEach(async () => { ({ db, again, end } = await open()); });
    afterEach(async () => {
      db.close();
      await end();
    });

    const put = (...things: Thing[]) => db.write(['things'], async (tx) => {
      for (const one of things) await tx.put('things', one);
    });
    const ids = (query?: Parameters<Parameters<Parameters<typeof db.read>[1]>[0]['list']>[1]) =>
      db.read(['things'], async (tx) => (await tx.list('things', query)).map(({ id }) => (id)));

    it('gives back what was put, bytes and all', async () => {
      await put({ ...thing('a'), bytes: new Uint8Array([1, 2]) });
      assert.deepEqual(await db.read(['things'], (tx) => tx.get('things', 'a')), { ...thing('a'), bytes: new Uint8Array([1, 2]) });
      assert.isUndefined(await db.read(['things'], (tx) => tx.get('things', 'b')));
    });

    it('replaces a row of the same key', async () => {
      await put(thing('a'), thing('a', 'blue'));
      assert.equal((await db.read(['things'], (tx) => tx.get('things', 'a')))?.colour, 'blue');
    });

    it('lists in the order of keys, by prefix, after a key, up to a limit', async () => {
      await put(thing('b2'), thing('a1'), thing('b1'), thing('c1'));
      assert.deepEqual(await ids(), ['a1', 'b1', 'b2', 'c1']);
      assert.deepEqual(await ids({ prefix: 'b' }), ['b1', 'b2']);
      assert.deepEqual(await ids({ after: 'b1' }), ['b2', 'c1']);
      assert.deepEqual(await ids({ prefix: 'b', after: 'b1' }), ['b2']);
      assert.deepEqual(await ids({ limit: 2 }), ['a1', 'b1']);
    });

    it('lists by an index', async () => {
      await put(thing('a', 'red'), thing('b', 'blue'), thing('c', 'red'));
      assert.deepEqual(await ids({ index: 'colour', only: 'red' }), ['a', 'c']);
      assert.deepEqual(await ids({ index: 'colour', only: 'red', limit: 1 }), ['a']);
      assert.deepEqual(await ids({ index: 'colour', only: 'red', after: 'a' }), ['c']);
      assert.deepEqual(await db.read(['things'], (tx) => tx.keys('things', { index: 'colour', only: 'red' })), ['a', 'c']);
    });

    it('removes one row, or all with a prefix', async () => {
      await put(thing('a1'), thing('a2'), thing('b1'), thing('b2'));
      await db.write(['things'], async (tx) => {
        await tx.remove('things', 'b2');
        await tx.remove('things', { prefix: 'a' });
      });
      assert.deepEqual(await ids(), ['b1']);
    });

    it('writes whole or not at all', async () => {
      const fault = new Error('in the middle');
      const writing = db.write(['things', 'others'], async (tx) => {
        await tx.put('things', thing('a'));
        await tx.put('others', { id: 'x' });
        throw fault;
      });
      assert.equal(await writing.catch((error: unknown) => error), fault);
      assert.deepEqual(await ids(), []);
    });

    it('sees its own writes within a transaction, and nobody else does before it is done', async () => {
      let seen: string[] = [];
      const writing = db.write(['things'], async (tx) => {
        await tx.put('things', thing('a'));
        seen = await tx.keys('things');
      });
      await writing;
      assert.deepEqual(seen, ['a']);
    });

    it('lets no write of an earlier holder pass', async () => {
      await put(thing('a'));
      const later = await again();
      const stale = await put(thing('b')).catch((error: unknown) => error);
      assert.instanceOf(stale, StaleTermError);
      await later.write(['things'], (tx) => tx.put('things', thing('c')));
      assert.deepEqual(await later.read(['things'], (tx) => tx.keys('things')), ['a', 'c']);
      later.close();
    });

    it('keeps a thousand writes that were asked for at once', async () => {
      await Promise.all(Array.from({ length: 1000 }, (_, i) => put(thing(String(i)))));
      assert.lengthOf(await ids(), 1000);
    });
  });
}
