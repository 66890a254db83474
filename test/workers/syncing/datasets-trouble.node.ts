// What an app keeps on several devices, where things go wrong: workers that end between any two steps, answers that get lost, a server
// that removes, damages or comes back older, and more than fits. Nothing is lost, and nothing comes up that nobody wrote.
import { assert } from 'chai';
import { fromHex } from '../../../src/crypto/bytes.ts';
import { datasetObjectKey, importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { openFields } from '../../../src/crypto/sealed.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import type { CloudFailure } from '../../../src/sync/cloud.ts';
import type { StorageRequest } from '../../../src/sync/cloud-client.ts';
import { positionOf } from '../../../src/sync/feed-cursor.ts';
import { APP_LIMITS } from '../../../src/workers/contract/app-protocol.ts';
import type { AppId } from '../../../src/workers/contract/ids.ts';
import { type CarriedDataset, createCarriedDataset } from '../../../src/workers/grants/carried-dataset.ts';
import { createDatasetRows } from '../../../src/workers/grants/dataset-rows.ts';
import { momentsOf } from '../../../src/workers/grants/moments.ts';
import type { Database } from '../../../src/workers/store/database.ts';
import type { HomeRows } from '../../../src/workers/store/home-schema.ts';
import { pullDataset, pushDataset } from '../../../src/workers/syncing/dataset-round.ts';
import { APP_URL } from '../grants/app-world.ts';
import { type TestHome, value } from '../home/test-home.ts';
import { type DatasetDevice, type DatasetWorld, openDatasetWorld, utf8 } from './datasets-world.ts';

describe('what an app keeps on several devices, in trouble', () => {
  let world: DatasetWorld;
  let one: DatasetDevice;
  let two: DatasetDevice;
  const begin = async (policy: 'last-writer' | 'app'): Promise<void> => {
    world = await openDatasetWorld(policy);
    [one, two] = await world.pair();
  };
  afterEach(() => world.end());

  const objects = async () => {
    const page = await world.cloud.changes(undefined);
    if (!page.ok) throw new Error(page.error);
    return page.value.changes;
  };
  /** The same database for a worker that ends at its nth write of datasets: that one, and whatever it does after it, does not take place. */
  function ending(db: Database<HomeRows>, after: number): Database<HomeRows> {
    let left = after;
    return { ...db, write: (stores, body, options) => {
      if (stores.includes('datasets')) left -= 1;
      return left < 0 ? Promise.reject(new Error('ended')) : db.write(stores, body, options);
    } };
  }

  for (const policy of ['last-writer', 'app'] as const) {
    it(`loses nothing where a worker ends between any two steps (${policy})`, async () => {
      await begin(policy);
      await one.put('k', 'first');
      await one.round();
      await two.round();
      const { db } = one.home.deps;
      for (let steps = 0; steps < 5; steps += 1) {
        // Both have something to take and to send.
        await one.put('k', `k ${steps}`);
        await one.put(`one ${steps}`, 'x');
        await two.put(`two ${steps}`, 'y');
        await two.round();
        const dataset = (await one.apps.grants.carried.all(one.home.mounted))[0]!;
        const ended = await one.home.again(ending(db, steps));
        const other = await createDatasetDevice(ended, dataset.appId);
        await pullAndPush(other).catch(() => undefined);
        await one.again(db);
        await one.round();
        await two.round();
        await one.round();
        for (const device of [one, two]) {
          assert.deepEqual([await device.get('k'), await device.get(`one ${steps}`), await device.get(`two ${steps}`)], [`k ${steps}`, 'x', 'y'], `after ${steps}`);
          assert.deepEqual([(await device.card())?.waiting, (await device.card())?.conflicts], [0, 0], `after ${steps}`);
        }
      }
    });
  }

  /** What a worker that is about to end has open. */
  async function createDatasetDevice(home: Pick<TestHome, 'mounted'>, appId: AppId): Promise<CarriedDataset> {
    const [moment, policy] = [momentsOf(home.mounted), () => world.policy];
    const rows = await createDatasetRows(home.mounted, systemRandom, { appId, source: APP_URL, policy });
    return createCarriedDataset(home.mounted, { appId, source: APP_URL, rows }, { random: systemRandom, moment, policy, came: () => undefined, moved: () => undefined });
  }

  async function pullAndPush(dataset: CarriedDataset): Promise<void> {
    const moving = { dataset, cloud: world.cloud, signal: new AbortController().signal };
    await pullDataset(moving);
    await pushDataset(moving);
  }

  it('is sent again where the server removed it, and was not deleted by that', async () => {
    await begin('last-writer');
    await one.put('k', 'v');
    await one.round();
    await two.round();
    await world.remove(await world.idOf('k'));
    await one.round();
    await two.round();
    assert.deepEqual([await one.get('k'), await two.get('k')], ['v', 'v']);
    assert.isDefined(await world.bodyOf('k'));
  });

  it('goes once where the answer gets lost, and what was written meanwhile follows', async () => {
    for (const policy of ['last-writer', 'app'] as const) {
      await begin(policy);
      await one.put('k', 'first');
      await one.round();
      await two.round();
      await one.put('k', 'second');
      // The look comes first, the write after it.
      one.before = async ({ path }) => {
        if (path.startsWith('/batch')) {
          await one.put('k', 'third');
          return 'late';
        }
        return Promise.resolve(undefined);
      };
      await one.round();
      await one.round();
      await two.round();
      assert.deepEqual([await one.get('k'), await two.get('k'), (await one.card())?.conflicts, (await two.card())?.conflicts], ['third', 'third', 0, 0], policy);
      if (policy === 'last-writer') await world.end();
    }
  });

  it('merges with whoever was faster', async () => {
    await begin('last-writer');
    await one.put('k', '{"a":1,"b":1}', true);
    await one.round();
    await two.round();
    await two.put('k', '{"a":1,"b":2}', true);
    await one.put('k', '{"a":2,"b":1}', true);
    two.before = async () => {
      await one.round();
      return undefined;
    };
    await two.round();
    await one.round();
    assert.deepEqual([await one.get('k'), await two.get('k')], ['{"a":2,"b":2}', '{"a":2,"b":2}']);
  });

  it('takes no more than a device may hold, tells of that, and goes on when there is room', async () => {
    await begin('last-writer');
    const large = 'x'.repeat(APP_LIMITS.datasetValueBytes);
    for (let at = 0; at < 10; at += 1) await one.put(`one ${at}`, large);
    value(await two.carry(false));
    for (let at = 0; at < 8; at += 1) await two.put(`two ${at}`, large);
    await one.round();
    value(await two.carry(true));
    await two.round();
    assert.equal((await two.card())?.left, true);
    assert.equal(await two.get('two 7'), large, 'what is here stays');
    const mine = await two.app.get<string[]>('datasetKeys', { binding: two.binding() });
    assert.isAtMost(mine.length, 15);
    for (let at = 0; at < 8; at += 1) await two.remove(`two ${at}`);
    await two.round();
    await two.again();
    await two.round();
    assert.deepEqual([(await two.card())?.left, await two.get('one 9')], [false, large]);
  });

  it('is all sent again to a server that has another life', async () => {
    await begin('last-writer');
    for (const key of ['a', 'b']) await one.put(key, key);
    await one.remove('b');
    await one.round();
    await two.round();
    for (const key of ['a', 'b']) await world.remove(await world.idOf(key));
    await two.put('c', 'c');
    for (const device of [two, one]) {
      device.before = ({ path }) => Promise.resolve(path.startsWith('/changes') ? 'cursor_gone' : undefined);
      await device.round();
      await device.round();
    }
    assert.equal((await objects()).filter(({ deleted }) => !deleted).length, 3, 'what was deleted is deleted there too');
    for (const device of [one, two]) assert.deepEqual([await device.get('a'), await device.get('b'), await device.get('c')], ['a', null, 'c']);
  });

  it('is written to the life of the server that was looked at, and looked at anew at once where that has ended', async () => {
    await begin('last-writer');
    const page = await world.cloud.changes(undefined);
    const life = positionOf(page.ok ? page.value.next : '').generation;
    await one.put('k', 'v');
    const asked: string[] = [];
    const noting = ({ path }: StorageRequest): Promise<CloudFailure | undefined> => {
      one.before = noting;
      asked.push(path.replace(/collection.*/, ''));
      return Promise.resolve(asked.length === 1 ? 'cursor_gone' : undefined);
    };
    one.before = noting;
    await one.round();
    await one.round();
    assert.deepEqual(asked.slice(0, 3), [`/batch?life=${life}`, '/changes?', `/batch?life=${life}`]);
    assert.isDefined(await world.bodyOf('k'));
  });

  it('is sent anew under keys that were renewed, by which rows here still open', async () => {
    await begin('app');
    await one.put('k', 'v');
    await one.round();
    const { mounted } = one.home;
    const { mek } = await importHomeKeys(mounted.homeId, systemRandom(32));
    const renewed = { ...one.home, mounted: { ...mounted, keys: { homeId: mounted.homeId, mek, earlier: [mounted.keys.mek] } } };
    const dataset = await createDatasetDevice(renewed, one.appId);
    const first = (await world.bodyOf('k'))!;
    const other = await datasetObjectKey(renewed.mounted.keys, APP_URL);
    const opens = async (body: Uint8Array<ArrayBuffer>) => openFields(mounted.aead, other, { kind: 'dataset', homeId: mounted.homeId, id: fromHex(await world.idOf('k'), 16)! }, body).ok;
    await dataset.renew();
    await pullAndPush(dataset);
    const anew = (await world.bodyOf('k'))!;
    assert.deepEqual([await opens(first.body), await opens(anew.body)], [false, true]);
    await dataset.renew();
    await pullAndPush(dataset);
    assert.equal((await world.bodyOf('k'))!.rev, anew.rev, 'once');
    const before = (await world.bodyOf('k'))!;
    // A device that has not heard of it yet goes on with the earlier one.
    await world.replace('k', await world.seal(await world.idOf('k'), { key: 'k', clock: [Date.now() + 9_000_000, 0, new Uint8Array(16)], value: utf8('by the earlier key') }));
    await pullAndPush(dataset);
    const after = (await world.bodyOf('k'))!;
    assert.notEqual(after.rev, before.rev);
    assert.deepEqual([await one.get('k'), (await one.card())?.waiting], ['v', 0]);
    assert.isTrue(await opens(after.body));
  });

  it('has the same in the end though rows of it were damaged here', async () => {
    await begin('last-writer');
    await one.put('k', 'v');
    await one.round();
    await two.round();
    const { db } = two.home.deps;
    const tag = await world.idOf('k');
    await db.write(['datasets'], async (tx) => {
      for (const key of [`${two.appId}/${tag}`, `${two.appId}:carried/at/${tag}`]) {
        const row = (await tx.get('datasets', key))!;
        await tx.put('datasets', { ...row, bytes: row.bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte)) as Uint8Array<ArrayBuffer> });
      }
    });
    await one.put('k', 'w');
    await one.round();
    await two.round();
    assert.equal(await two.get('k'), 'w');
    assert.equal((await objects()).length, 1);
  });
});
