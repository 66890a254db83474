// What waits to be sent is there once by its name, whatever is asked for at the same time.
import { assert } from 'chai';
import type { Database } from '../../../src/workers/store/database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { type Outbox, OUTBOX_STORES, withOutbox } from '../../../src/workers/store/outbox/outbox.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';

const NAME = 'extents/one';

describe('the outbox', () => {
  let db: Database<HomeRows>;
  beforeEach(() => { db = createMemoryDatabase<HomeRows>('home', HOME_SCHEMA); });

  const inOne = (body: (outbox: Outbox) => Promise<unknown>) => db.write([...OUTBOX_STORES], (tx) => withOutbox(tx, body));
  const rows = () => db.read([...OUTBOX_STORES], async (tx) => (await tx.list('outbox')).map(({ number, name }) => [Number(number), name]));
  const names = () => db.read([...OUTBOX_STORES], async (tx) => (await tx.list('queued')).map(({ number, name }) => [Number(number), name]));

  it('has one row of a name that is queued twice at once', async () => {
    await inOne((outbox) => Promise.all([outbox.queue({ name: NAME, op: 'put' }), outbox.queue({ name: NAME, op: 'put' }), outbox.queue({ name: 'extents/two', op: 'put' })]));
    assert.deepEqual((await rows()).map(([, name]) => name), [NAME, 'extents/two']);
    assert.deepEqual(await names(), await rows());
  });

  it('does what is about one name in its order', async () => {
    await inOne((outbox) => Promise.all([outbox.queue({ name: NAME, op: 'put' }), outbox.queueLast({ name: NAME, op: 'put' }), outbox.remove(NAME)]));
    assert.deepEqual(await rows(), []);
    await inOne((outbox) => Promise.all([outbox.queue({ name: NAME, op: 'put' }), outbox.remove(NAME), outbox.queue({ name: NAME, op: 'put' })]));
    assert.lengthOf(await rows(), 1);
    assert.deepEqual(await names(), await rows());
  });

  it('gives a row its place, whatever it was read with before', async () => {
    await inOne((outbox) => Promise.all([outbox.queue({ name: NAME, op: 'put' }), outbox.queue({ name: 'extents/two', op: 'put' })]));
    await inOne(async (outbox) => {
      const read = (await outbox.row(NAME))!;
      await outbox.queueLast(read);
      await outbox.queue(read);
    });
    assert.deepEqual(await rows(), [[1, 'extents/two'], [2, NAME]]);
    assert.sameDeepMembers(await names(), await rows());
  });
});
