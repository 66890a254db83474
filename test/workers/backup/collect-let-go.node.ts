// The room of bundles that left an account comes back, at the real server, and whatever is listed stays whole: whoever uploads at
// the same time, however long that takes.
import { assert } from 'chai';
import { readCloudBundle } from '../../../src/workers/backup/cloud-bring.ts';
import { objectIdOf } from '../../../src/workers/backup/cloud-index.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';
import { command, value, workPort } from '../home/test-home.ts';
import { type AccountDevice, accountWorld, type AccountWorld } from './account-world.ts';
import { race } from './race.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The server's day, and how rarely it notes that somebody asked. */
const LONG = 26 * HOUR;

describe('what bundles that left an account were made of', () => {
  let world: AccountWorld;
  let one: AccountDevice;
  let two: AccountDevice;

  const cloudOf = async (device: AccountDevice) => (await device.world.deps.cloud())!;
  const uploaded = async (device: AccountDevice): Promise<BundleId> => {
    const id = await device.snapshot();
    value(await device.upload(id));
    return id;
  };
  const write = (text: string) => one.home.add({ 'letter.txt': text }, { clash: 'replace' });
  const bring = async (device: AccountDevice, id: BundleId) => value(await device.world.calls.bringBackup({ ...command(), port: workPort(), id }));
  async function partsOf(id: BundleId): Promise<readonly string[]> {
    const bundle = await readCloudBundle({ cloud: await cloudOf(one), home: one.home.mounted, id });
    if (!bundle.ok) throw new Error('no bundle');
    return bundle.value.parts;
  }
  /** Reads all that is listed; asking `missing` would keep it. */
  async function assertWhole(): Promise<void> {
    for (const id of await two.listed()) {
      const parts = await partsOf(id);
      assert.deepEqual(await world.has(parts), parts, `parts of ${id}`);
    }
  }
  const collectNow = () => one.pass(5 * MINUTE);
  const collections = () => one.asked.filter((request) => request === 'collect').length;

  beforeEach(async () => {
    world = await accountWorld();
    [one, two] = [await world.device(), await world.device()];
    await write('dear');
  });
  afterEach(async () => {
    assert.deepEqual([...one.broken, ...two.broken], []);
    await world.end();
  });

  it('go once nobody asked about them for a day, and only those that no listed bundle names', async () => {
    const [a, same] = [await uploaded(one), await uploaded(one)];
    await write('dear Charles');
    const b = await uploaded(one);
    const [parts, others] = [await partsOf(a), await partsOf(b)];
    assert.deepEqual(await partsOf(same), parts);
    assert.notDeepEqual(others, parts);
    value(await one.remove(a));
    await world.later(LONG);
    await collectNow();
    assert.deepEqual(await world.has(parts), parts, 'another names them');
    value(await one.remove(same));
    await collectNow();
    assert.deepEqual(await world.has([...parts, ...others]), others);
    await assertWhole();
    await bring(two, b);
    assert.include(value(await two.world.calls.verifySnapshot({ id: b, depth: 'full', port: workPort() })), { ok: true });
  });

  it('leaves content alone while anything here waits to be sent', async () => {
    await one.home.add({ 'large.bin': new Uint8Array(100_000).fill(7) });
    const id = await uploaded(one);
    const [extent] = await one.home.mounted.db.read(['extents'], (tx) => tx.keys('extents'));
    const node = await one.home.find('large.bin');
    value(await one.home.surface.trashNodes({ ...command(), nodes: [node] }));
    value(await one.home.surface.deleteNodes({ ...command(), nodes: [node] }));
    const parts = await partsOf(id);
    value(await one.remove(id));
    await world.later(LONG);
    await collectNow();
    assert.deepEqual(await world.has([...parts, extent!]), [extent!]);
  });

  it('go later where they were asked about just now, and are asked for once a day', async () => {
    const parts = await partsOf(await uploaded(one));
    value(await one.remove((await one.listed())[0]!));
    await one.pass(2 * DAY + HOUR);
    assert.equal(collections(), 3);
    assert.deepEqual(await world.has(parts), parts);
    await world.later(LONG);
    await one.pass(DAY);
    assert.deepEqual(await world.has(parts), []);
    await one.pass(3 * DAY);
    assert.equal(collections(), 4, 'nothing is left to ask for');
  });

  it('stay while a listed bundle cannot be read', async () => {
    const a = await uploaded(one);
    await write('dear Charles');
    const b = await uploaded(one);
    const parts = await partsOf(a);
    const cloud = await cloudOf(two);
    const index = value(await cloud.object('bundles', await objectIdOf(b)) as never) as { readonly rev: string; readonly body: Uint8Array<ArrayBuffer> };
    await cloud.putObject('bundles', await objectIdOf(b), { rev: index.rev, body: new Uint8Array(200) });
    value(await one.remove(a));
    await world.later(LONG);
    await one.pass(3 * HOUR);
    assert.equal(collections(), 0);
    assert.deepEqual(await world.has(parts), parts);
    await cloud.putObject('bundles', await objectIdOf(b), { rev: (value(await cloud.object('bundles', await objectIdOf(b)) as never) as { readonly rev: string }).rev, body: index.body });
    await one.pass(2 * HOUR);
    assert.deepEqual(await world.has(parts), []);
  });

  it('stay where a bundle that names them is uploaded meanwhile, however long either takes', async () => {
    const id = await uploaded(one);
    await bring(two, id);
    await write('dear Charles');
    await uploaded(one);
    let parts = await partsOf(id);
    const begin = async () => {
      value(await two.upload(id));
      parts = await partsOf(id);
      value(await one.remove(id));
      await world.later(LONG);
    };
    const slowly = async (work: () => Promise<unknown>) => {
      await world.later(LONG);
      await work();
      await world.later(LONG);
    };
    const upload = () => two.upload(id);
    await race(one, { begin, work: collectNow, then: upload, whole: assertWhole });
    await race(one, { begin, work: collectNow, then: () => slowly(upload), whole: assertWhole });
    await race(two, { begin, work: upload, then: collectNow, whole: assertWhole });
    await race(two, { begin, work: upload, then: () => slowly(collectNow), whole: assertWhole });
    value(await two.upload(id));
    assert.deepEqual(await world.has(parts), parts);
  });

  it('stay where anything that may name them changed since it was looked', async () => {
    const parts = await partsOf(await uploaded(one));
    value(await one.remove((await one.listed())[0]!));
    await world.later(LONG);
    await write('dear Charles');
    const id = await two.snapshot();
    one.before = async (request) => {
      if (request !== 'collect') return;
      one.before = () => Promise.resolve();
      value(await two.upload(id));
    };
    await collectNow();
    assert.equal(collections(), 1);
    assert.deepEqual(await world.has(parts), parts);
    await one.pass(2 * HOUR);
    assert.deepEqual(await world.has(parts), []);
  });
});
