// What an app keeps on two devices, over the real server, where the last writer of each field counts.
import { assert } from 'chai';
import { bytes, codeOf, value } from '../home/test-home.ts';
import { type DatasetDevice, type DatasetWorld, openDatasetWorld } from './datasets-world.ts';

const json = (of: object): string => JSON.stringify(of);

describe('what an app keeps, on several devices', () => {
  let world: DatasetWorld;
  let one: DatasetDevice;
  let two: DatasetDevice;

  beforeEach(async () => {
    world = await openDatasetWorld('last-writer');
    [one, two] = [await world.device(), await world.device()];
  });
  afterEach(() => world.end());

  /** Both carry it. */
  async function both(): Promise<void> {
    for (const device of [one, two]) {
      assert.deepEqual(value(await device.carry(true)), { asks: false });
      await device.round();
    }
    await one.round();
  }

  const there = async (): Promise<number> => {
    const page = await world.cloud.changes(undefined);
    return page.ok ? page.value.changes.filter(({ deleted }) => !deleted).length : -1;
  };

  it('stays on its device until somebody chooses otherwise', async () => {
    await one.put('order', 'title');
    await one.round();
    assert.deepEqual([one.asked, await there(), await one.card()], [[], 0, { policy: 'last-writer', on: false, waiting: 0, conflicts: 0, left: false }]);
  });

  it('goes over a connection that costs, beside content that waits for another', async () => {
    await both();
    one.metered = true;
    await one.home.add({ 'film.bin': bytes(70_000) });
    await one.put('order', 'title');
    await one.round();
    assert.equal(value(await one.syncing.calls.syncStatus({})).state, 'metered');
    await two.round();
    assert.equal(await two.get('order'), 'title');
  });

  it('comes to a device that chose the same, with what was there before, and the app is told', async () => {
    await one.put('order', 'title');
    await both();
    assert.equal(await two.get('order'), 'title');
    assert.equal(two.told(), 1);
    assert.deepEqual([await one.card(), await two.card()], [await one.card(), { policy: 'last-writer', on: true, waiting: 0, conflicts: 0, left: false }]);
    await two.put('order', 'modified');
    await two.round();
    await one.round();
    assert.deepEqual([await one.get('order'), one.told(), two.told()], ['modified', 1, 1]);
    await one.remove('order');
    await one.round();
    await two.round();
    assert.isNull(await two.get('order'));
    assert.equal(await there(), 1, 'a deletion is a sealed record');
  });

  it('comes though what is new was taken beside a round, as before something is collected', async () => {
    await both();
    await one.put('order', 'title');
    await one.round();
    const at = (await two.syncing.linked())!;
    value(await at.look() as never);
    await two.round();
    assert.equal(await two.get('order'), 'title');
  });

  it('is not carried by an app on a device where nobody chose that', async () => {
    value(await one.carry(true));
    await one.put('order', 'title');
    await one.round();
    await two.round();
    assert.isNull(await two.get('order'));
    assert.isEmpty(two.asked);
  });

  it('comes to a device that chooses it long after its cursor passed', async () => {
    await one.put('before', '1');
    value(await one.carry(true));
    for (let times = 0; times < 5; times += 1) await one.put(`key ${times}`, String(times));
    await one.round();
    // The second device goes through all of the feed meanwhile, and more.
    await two.round();
    await one.put('later', '2');
    await one.round();
    await two.round();
    value(await two.carry(true));
    await two.round();
    assert.deepEqual([await two.get('before'), await two.get('key 4'), await two.get('later')], ['1', '4', '2']);
    assert.isNotEmpty(two.asked);
  });

  it('becomes the same by field where both changed it, offline', async () => {
    await one.put('note', json({ title: 'a', text: 'b' }), true);
    await both();
    await one.put('note', json({ title: 'A', text: 'b' }), true);
    two.clock.now = one.clock.now;
    await two.put('note', json({ title: 'a', text: 'B', more: 1 }), true);
    await one.round();
    await two.round();
    await one.round();
    for (const device of [one, two]) assert.equal(await device.get('note'), json({ more: 1, text: 'B', title: 'A' }));
    const asked = one.asked.length;
    await one.round();
    await two.round();
    assert.equal(one.asked.length, asked, 'and then nothing moves any more');
  });

  it('is what was written last where it is whole, and a clock that was set back loses nothing', async () => {
    await one.put('k', 'first');
    await both();
    two.clock.now -= 3_600_000;
    await two.put('k', 'second');
    await two.round();
    await one.round();
    assert.equal(await one.get('k'), 'second');
  });

  it('asks whose count where both have a value already, and changes nothing before', async () => {
    await one.put('k', 'of one');
    value(await one.carry(true));
    await one.round();
    await two.put('k', 'of two');
    await two.put('own', 'only here');
    assert.deepEqual(value(await two.carry(true)), { asks: true });
    await two.round();
    assert.deepEqual([await two.get('k'), (await two.card())?.on, await there()], ['of two', false, 1]);
    value(await two.carry(true, 'there'));
    await two.round();
    await one.round();
    assert.deepEqual([await two.get('k'), await one.get('own')], ['of one', 'only here']);
  });

  it('counts everywhere where that was said, though the clock is behind', async () => {
    await one.put('k', json({ a: 1, b: 1 }), true);
    value(await one.carry(true));
    await one.round();
    two.clock.now -= 3_600_000;
    await two.put('k', json({ a: 2 }), true);
    value(await two.carry(true, 'here'));
    await two.round();
    await one.round();
    assert.deepEqual([await one.get('k'), await two.get('k')], [json({ a: 2 }), json({ a: 2 })]);
  });

  it('takes by field only what is an object, written out no larger than a value may be', async () => {
    const put = (text: string) => one.app.code('datasetPut', { binding: one.binding(), key: 'k', value: new TextEncoder().encode(text), fields: true });
    assert.deepEqual([await put('[1]'), await put('{'), await put('{"a":1}')], ['format.malformed', 'format.malformed', 'ok']);
    assert.equal(await put(json({ a: 0 }).replace('0', `[${Array.from({ length: 100_000 }, () => '1e20').join(',')}]`)), 'format.too_large');
    assert.equal(await one.get('k'), '{"a":1}');
  });

  it('is not offered where the app says nothing of conflicts', async () => {
    const other = await openDatasetWorld(undefined);
    try {
      const device = await other.device();
      assert.isUndefined(await device.card());
      assert.equal(codeOf(await device.carry(true)), 'apps.not_carried');
    } finally {
      await other.end();
    }
  });

  it('rests while sync is paused, and goes on then', async () => {
    await both();
    value(await one.syncing.calls.pauseSync({ command: 'a'.repeat(32) as never, at: 0, paused: true }));
    one.asked.length = 0;
    await one.put('k', 'v');
    await one.round();
    assert.deepEqual([one.asked, (await one.card())?.waiting], [[], 1]);
    assert.equal(codeOf(await one.carry(true)), 'sync.paused');
    value(await one.syncing.calls.pauseSync({ command: 'b'.repeat(32) as never, at: 0, paused: false }));
    await one.round();
    await two.round();
    assert.equal(await two.get('k'), 'v');
  });

  it('stays as it is here and there where it is turned off, and where sync is stopped', async () => {
    await one.put('k', 'v');
    await both();
    value(await two.carry(false));
    await two.put('k', 'own');
    await two.round();
    await one.round();
    assert.deepEqual([await one.get('k'), await two.get('k'), (await two.card())?.on], ['v', 'own', false]);
    value(await one.syncing.calls.stopSync({ command: 'a'.repeat(32) as never, at: 0 }));
    assert.deepEqual([(await one.card())?.on, await one.get('k'), await there()], [false, 'v', 1]);
    assert.isEmpty(await one.home.deps.db.read(['datasets'], (tx) => tx.keys('datasets', { prefix: `${one.appId}:carried/` })));
  });

  it('goes with the app here, and only here; it comes back with it', async () => {
    await one.put('k', 'v');
    await both();
    value(await two.apps.grants.calls.removeApp({ command: 'a'.repeat(32) as never, at: 0, appId: two.appId }));
    assert.isEmpty(await two.home.deps.db.read(['datasets'], (tx) => tx.keys('datasets')));
    await two.round();
    await one.round();
    assert.equal(await one.get('k'), 'v');
    await two.startApp();
    assert.equal((await two.card())?.on, false);
    value(await two.carry(true));
    await two.round();
    assert.equal(await two.get('k'), 'v');
  });
});
