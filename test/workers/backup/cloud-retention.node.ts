// What goes from an account, and that whatever its list names can be brought back: whoever else is at it, and wherever a worker ends.
import { assert } from 'chai';
import { LIST_ID, sealList } from '../../../src/workers/backup/cloud-index.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';
import { codeOf, command, value, workPort } from '../home/test-home.ts';
import { type AccountDevice, accountWorld, type AccountWorld, Ended } from './account-world.ts';
import { race } from './race.ts';

describe('what an account keeps of bundles', () => {
  let world: AccountWorld;
  let one: AccountDevice;
  let two: AccountDevice;

  const uploaded = async (device: AccountDevice): Promise<BundleId> => {
    const id = await device.snapshot();
    value(await device.upload(id));
    return id;
  };
  const bring = (device: AccountDevice, id: BundleId) => device.world.calls.bringBackup({ ...command(), port: workPort(), id });
  /** Every bundle that the list names has its index, and all of its content. */
  async function assertWhole(): Promise<readonly BundleId[]> {
    const ids = await two.listed();
    for (const id of ids) assert.deepEqual(value(await two.world.calls.checkCloudBackup({ id })), { ok: true, missing: 0 });
    return ids;
  }
  /** Ends the worker before its nth request. */
  function endAt(device: AccountDevice, nth: number): void {
    let count = 0;
    device.before = () => ((count += 1) === nth ? Promise.reject(new Ended()) : Promise.resolve());
  }
  const orEnded = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      return false;
    } catch (fault) {
      if (fault instanceof Ended) return true;
      throw fault;
    }
  };

  beforeEach(async () => {
    world = await accountWorld();
    [one, two] = [await world.device(), await world.device()];
    await one.home.add({ 'a.txt': 'alpha', 'large.bin': new Uint8Array(100_000).fill(7) });
  });
  afterEach(() => world.end());

  it('is everything, unless somebody chose otherwise', async () => {
    const ids = [await uploaded(one), await uploaded(one), await uploaded(one)];
    assert.sameMembers([...(await one.listed())], ids);
  });

  it('is the newest that were chosen, whichever device made them, and is said in the log', async () => {
    const [a, b, c] = [await uploaded(one), await uploaded(one), await uploaded(one)];
    value(await bring(two, c));
    await two.choose({ keep: 2 });
    assert.sameMembers([...(await two.listed())], [a, b, c], 'a choice alone deletes nothing');
    const d = await uploaded(one);
    assert.lengthOf(await one.listed(), 4, 'the choice is of the other device');
    value(await two.upload(c));
    assert.sameMembers([...(await assertWhole())], [c, d]);
    assert.deepEqual(two.world.noted, [a, b].map((id) => `backup.cloud_deleted ${id}`));
    assert.equal(await world.indexes(), 2);
  });

  it('has what was just uploaded, though it is the oldest', async () => {
    const [old, next, last] = [await one.snapshot(), await one.snapshot(), await one.snapshot()];
    value(await one.upload(next));
    value(await one.upload(last));
    await one.choose({ keep: 1 });
    value(await one.upload(old));
    assert.sameMembers([...(await one.listed())], [old, last]);
  });

  it('loses nothing to an upload that came to nothing', async () => {
    const [a, b] = [await uploaded(one), await uploaded(one)];
    await one.choose({ keep: 1 });
    const c = await one.snapshot();
    one.before = (request) => (request === 'putObject list' ? Promise.reject(new Ended()) : Promise.resolve());
    assert.isTrue(await orEnded(one.upload(c)));
    assert.sameMembers([...(await assertWhole())], [a, b]);
  });

  it('heeds what was chosen while the upload was on its way', async () => {
    const [a, b] = [await uploaded(one), await uploaded(one)];
    await one.choose({ keep: 1 });
    const c = await one.snapshot();
    let chosen = false;
    one.before = async (request) => {
      if (request !== 'putObject list' || chosen) return;
      chosen = true;
      await one.choose({ keep: null });
    };
    value(await one.upload(c));
    assert.sameMembers([...(await one.listed())], [a, b, c]);
  });

  it('can all be brought back wherever a worker ended, and what it left is gone after the next upload', async () => {
    let ended = true;
    await uploaded(one);
    for (let nth = 1; ended; nth += 1) {
      const at = await one.again();
      await at.choose({ keep: 2 });
      const id = await at.snapshot();
      endAt(at, nth);
      ended = await orEnded(at.upload(id));
      await assertWhole();
      one = await at.again();
      await uploaded(one);
      assert.lengthOf(await assertWhole(), 2, `ended before request ${nth}`);
      assert.equal(await world.indexes(), 2, `ended before request ${nth}`);
      assert.isBelow(nth, 40);
    }
  });

  it('can all be brought back wherever a deletion ended', async () => {
    let ended = true;
    for (let nth = 1; ended; nth += 1) {
      const id = await uploaded(one);
      endAt(one, nth);
      ended = await orEnded(one.remove(id));
      await assertWhole();
      one = await one.again();
      await uploaded(one);
      const ids = await assertWhole();
      assert.equal(await world.indexes(), ids.length, `ended before request ${nth}`);
      assert.isBelow(nth, 20);
    }
  });

  it('has no bundle without its index, where one device deletes what another uploads again', async () => {
    const id = await uploaded(one);
    value(await bring(two, id));
    const begin = async () => value(await two.upload(id));
    const upload = begin;
    const remove = async () => value(await one.remove(id));
    await race(one, { begin, work: remove, then: upload, whole: assertWhole });
    await race(two, { begin, work: upload, then: remove, whole: assertWhole });
    await race(two, { begin: remove, work: upload, then: remove, whole: assertWhole });
  });

  it('has no bundle without its index, where a deletion is slow and an upload begins its list anew', async () => {
    const id = await uploaded(one);
    value(await bring(two, id));
    const [reached, release] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    one.before = async (request) => {
      if (request !== 'deleteObject index') return;
      reached.resolve(undefined);
      await release.promise;
    };
    let removed: Promise<unknown> | undefined;
    two.before = async (request) => {
      if (request !== 'putObject list' || removed) return;
      removed = one.remove(id);
      await reached.promise;
    };
    value(await two.upload(id));
    release.resolve(undefined);
    await removed;
    assert.include(await assertWhole(), id);
  });

  it('has what two devices upload at once, each letting some go', async () => {
    for (const device of [one, two]) await device.choose({ keep: 3 });
    const [a, b] = [await uploaded(one), await one.snapshot()];
    value(await bring(two, a));
    await race(one, { begin: () => uploaded(two), work: async () => value(await one.upload(b)), then: () => uploaded(two), whole: assertWhole });
    assert.include(await assertWhole(), b);
  });

  it('is told where the list is full, before anything is sent', async () => {
    const id = await uploaded(one);
    const { plans } = one.world.deps;
    assert.equal((await plans.read(one.home.mounted, 'account')).keep, null);
    const full = Array.from({ length: 200 }, (_, at) => ({ id: `${at}-0123456789ab` as BundleId, created: at, bytes: 1, nodes: 1 }));
    await fill(one, full);
    one.asked.length = 0;
    assert.equal(codeOf(await one.upload(id)), 'backup.too_many');
    assert.deepEqual(one.asked, ['object list']);
  });
});

/** Puts a list that names these. */
async function fill({ home, world }: AccountDevice, bundles: Parameters<typeof sealList>[2]): Promise<void> {
  const cloud = (await world.deps.cloud())!;
  const there = value(await cloud.object('bundles', LIST_ID) as never) as { readonly rev: string };
  await cloud.putObject('bundles', LIST_ID, { rev: there.rev, body: await sealList(home.mounted, world.deps.random, bundles) });
}
