// What an app keeps on two devices, over the real server, where the app decides: nothing is overwritten on either side before it did.
import { assert } from 'chai';
import { value } from '../home/test-home.ts';
import { type DatasetDevice, type DatasetWorld, openDatasetWorld } from './datasets-world.ts';

describe('what an app keeps, on several devices, where the app decides', () => {
  let world: DatasetWorld;
  let one: DatasetDevice;
  let two: DatasetDevice;

  beforeEach(async () => {
    world = await openDatasetWorld('app');
    [one, two] = [await world.device(), await world.device()];
  });
  afterEach(() => world.end());

  async function both(): Promise<void> {
    for (const device of [one, two]) {
      assert.deepEqual(value(await device.carry(true)), { asks: false });
      await device.round();
    }
    await one.round();
  }

  /** Both changed what they had agreed on; the first was faster. */
  async function clash(mine: string | null = 'of two', theirs: string | null = 'of one'): Promise<void> {
    await one.put('k', 'ancestor');
    await both();
    await (theirs === null ? one.remove('k') : one.put('k', theirs));
    await (mine === null ? two.remove('k') : two.put('k', mine));
    await one.round();
    await two.round();
  }

  it('goes over where only one changed it, also more than once', async () => {
    await one.put('k', 'a');
    await both();
    for (const text of ['b', 'c', 'd']) {
      await one.put('k', text);
      await one.round();
    }
    await two.round();
    assert.deepEqual([await two.get('k'), two.told(), (await two.card())?.conflicts], ['d', 2, 0]);
    await two.put('k', 'e');
    await two.round();
    await one.round();
    assert.deepEqual([await one.get('k'), (await one.card())?.conflicts], ['e', 0]);
  });

  it('waits where both did: the app is told, has all three, and each side stays as it is', async () => {
    await clash();
    const { version, ...three } = (await two.conflict('k'))!;
    assert.deepEqual(three, { local: 'of two', remote: 'of one', ancestor: 'ancestor' });
    assert.isNotEmpty(version);
    assert.deepEqual([await two.get('k'), await one.get('k'), two.told(), (await two.card())?.conflicts], ['of two', 'of one', 2, 1]);
    await two.again();
    await two.round();
    await one.round();
    assert.deepEqual([await two.get('k'), await one.get('k'), (await two.conflict('k'))?.remote], ['of two', 'of one', 'of one']);
    assert.deepEqual(await two.app.get('datasetConflicts', { binding: two.binding() }), ['k']);
    assert.isNull(await one.conflict('k'));
  });

  for (const [what, said, comes] of [['both together', 'together', 'together'], ['the other one', 'of one', 'of one'], ['its own', 'of two', 'of two'], ['none', null, null]] as const) {
    it(`becomes what the app says on both: ${what}`, async () => {
      await clash();
      assert.equal(await two.resolve('k', (await two.conflict('k'))!.version, said), 'ok');
      await two.round();
      await one.round();
      assert.deepEqual([await one.get('k'), await two.get('k')], [comes, comes]);
      for (const device of [one, two]) assert.include(await device.card(), { waiting: 0, conflicts: 0 });
    });
  }

  it('waits too where one deleted it', async () => {
    await clash('of two', null);
    assert.deepInclude(await two.conflict('k'), { local: 'of two', remote: null, ancestor: 'ancestor' });
    assert.equal(await two.resolve('k', (await two.conflict('k'))!.version, 'of two'), 'ok');
    await two.round();
    await one.round();
    assert.equal(await one.get('k'), 'of two');
  });

  it('is no conflict where both made the same of it', async () => {
    await clash('alike', 'alike');
    assert.deepEqual([await two.conflict('k'), await two.get('k'), (await two.card())?.waiting], [null, 'alike', 0]);
  });

  it('is not decided by what was said of another state', async () => {
    await clash();
    const { version } = (await two.conflict('k'))!;
    await two.put('k', 'of two, later');
    assert.equal(await two.resolve('k', version, 'x'), 'grants.conflict_over');
    const { version: second } = (await two.conflict('k'))!;
    await one.put('k', 'of one, later');
    await one.round();
    await two.round();
    assert.equal(await two.resolve('k', second, 'x'), 'grants.conflict_over');
    assert.deepInclude(await two.conflict('k'), { local: 'of two, later', remote: 'of one, later', ancestor: 'ancestor' });
    assert.equal(await two.resolve('k', 'nothing', 'x'), 'grants.conflict_over');
    assert.equal(await two.resolve('else', second, 'x'), 'grants.conflict_over');
  });

  it('waits again where the other changed it while the app decided', async () => {
    await clash();
    assert.equal(await two.resolve('k', (await two.conflict('k'))!.version, 'decided'), 'ok');
    await one.put('k', 'once more');
    await one.round();
    await two.round();
    assert.deepInclude(await two.conflict('k'), { local: 'decided', remote: 'once more', ancestor: 'of one' });
  });

  it('waits where both had a value before they began, with nothing in common', async () => {
    await one.put('k', 'of one');
    await two.put('k', 'of two');
    await two.put('same', 'alike');
    await one.put('same', 'alike');
    // Also where the clock of the second is far behind, or ahead.
    two.clock.now -= 3_600_000;
    await both();
    assert.deepInclude(await two.conflict('k'), { local: 'of two', remote: 'of one', ancestor: null });
    assert.isNull(await two.conflict('same'));
    assert.deepEqual([await one.get('k'), await two.get('k')], ['of one', 'of two']);
  });

  it('waits where it was turned off meanwhile, and each went on by itself', async () => {
    await one.put('k', 'a');
    await both();
    value(await two.carry(false));
    await two.put('k', 'of two');
    await one.put('k', 'of one');
    await one.round();
    value(await two.carry(true));
    await two.round();
    assert.deepInclude(await two.conflict('k'), { local: 'of two', remote: 'of one', ancestor: null });
  });

  it('waits where the app was removed here meanwhile, and began anew with a value of its own', async () => {
    await one.put('other', 'x');
    await both();
    await two.put('k', 'before');
    await two.round();
    value(await two.apps.grants.calls.removeApp({ command: 'a'.repeat(32) as never, at: 0, appId: two.appId }));
    await two.startApp();
    await two.put('k', 'anew');
    value(await two.carry(true));
    await two.round();
    assert.deepInclude(await two.conflict('k'), { local: 'anew', remote: 'before', ancestor: null });
  });

  it('is asked about where a server that came back older let somebody build on that', async () => {
    await one.put('k', 'old');
    await both();
    const id = await world.idOf('k');
    const older = await world.cloud.read([id]);
    await one.put('k', 'new');
    await one.round();
    await two.round();
    // As it was before: it is sent over again, since its clock is older.
    const now = await world.cloud.read([id]);
    assert.isTrue(older.ok && now.ok);
    if (!older.ok || !now.ok) return;
    await world.cloud.write([{ id, body: older.value[0]!.body, baseRev: now.value[0]!.rev }]);
    await two.round();
    await one.round();
    assert.deepEqual([await one.get('k'), await two.get('k'), (await one.card())?.conflicts], ['new', 'new', 0]);
    // A change of the older state by a device that never saw the newer one.
    const again = await world.cloud.read([id]);
    if (!again.ok) return;
    const { key, version } = { key: 'k', version: [Date.now() + 10_000_000, 0, new Uint8Array(16).fill(9)] };
    await world.cloud.write([{ id, body: await world.seal(id, { key, clock: version, base: [1, 0, new Uint8Array(16).fill(9)], value: new TextEncoder().encode('fork') }), baseRev: again.value[0]!.rev }]);
    await two.round();
    assert.deepInclude(await two.conflict('k'), { local: 'new', remote: 'fork', ancestor: null });
    assert.equal(await two.get('k'), 'new');
  });
});
