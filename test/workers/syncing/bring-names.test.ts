// What a new device has of a home once it may open it, and what follows while it is open.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { toHex } from '../../../src/crypto/bytes.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import type { Cloud } from '../../../src/sync/cloud.ts';
import { syncRound } from '../../../src/sync/engine.ts';
import { BATCH_OPERATIONS, CHANGES_PAGE } from '../../../src/sync/wire/limits.ts';
import { createHome } from '../../../src/workers/home/create-home.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { bringNames } from '../../../src/workers/syncing/bring-names.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';
import { type Device, openFleet } from '../../sync/devices.ts';
import { cloudOf, FakeServer } from '../../sync/fake-cloud.ts';
import { codeOf, command, newHomeDisk, type TestHome, testHomeOver, value, workPort } from '../home/test-home.ts';

const FILES = 60;
const ACCOUNT = 'account';
const nameOf = (at: number): string => `file ${String(at).padStart(2, '0')}.txt`;

/** An account with a folder of files and one beside it, and a device that has the home's keys alone. */
async function open(files = FILES) {
  const fleet = await openFleet(1, new FakeServer());
  const [old] = fleet.devices as [Device];
  await old.home.add({ 'beside.txt': 'beside', ...Object.fromEntries(Array.from({ length: files }, (_, at) => [`many/${nameOf(at)}`, `words ${at}`])) });
  await fleet.settle();
  const disk = newHomeDisk();
  const { keys } = old.home.deps;
  const deps = { keys, aead: await createAead(), device: systemRandom(16), random: systemRandom, extentsAs: 'buffer', now: () => fleet.now } as const;
  const database = () => createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, disk);
  const staged = await createHome({ ...deps, db: database(), desk: { offer: () => ({}) as never }, announce: () => undefined });
  await staged.mounted.sync.link.begin(ACCOUNT, { arriving: true });
  const cloud = cloudOf(() => fleet.server, { fate: () => 'well' });
  let now = 0;
  let portions = 0;
  return {
    fleet, old, cloud, staged, portions: () => portions,
    /** Each portion takes so long. */
    bring: (msAPortion: number, signal = new AbortController().signal, over: Cloud = cloud) => bringNames(over, staged.mounted, { signal, clock: () => now, taken: () => {
      portions += 1;
      now += msAPortion;
    } }),
    /** The home as a session opens it. */
    async mount(): Promise<TestHome> {
      await staged.close();
      return testHomeOver({ ...deps, db: database() });
    },
    round: async ({ mounted }: TestHome) => assert.isTrue((await syncRound({ cloud, home: mounted.sync.reconciler, signal: new AbortController().signal })).ok),
  };
}

const check = async ({ surface }: TestHome) => value(await surface.checkHome({ ...command(), repair: true, content: false, port: workPort() })).faults;

describe('a home on its way to a new device', () => {
  it('is there whole where that takes no longer than a person likes to wait', async () => {
    const world = await open();
    assert.equal(codeOf(await world.bring(1)), 'ok');
    const home = await world.mount();
    assert.isFalse(home.mounted.sync.isArriving());
    assert.lengthOf(await home.names(await home.find('many')), FILES);
  });

  it('opens with some of its names where it is large, and the others follow', async () => {
    const world = await open();
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    assert.equal(world.portions(), 3);
    const home = await world.mount();
    assert.isTrue(home.mounted.sync.isArriving());
    assert.deepEqual(await home.names(), ['many', 'beside.txt']);
    const some = await home.names(await home.find('many'));
    assert.isNotEmpty(some);
    assert.isBelow(some.length, FILES);
    await world.round(home);
    assert.isFalse(home.mounted.sync.isArriving());
    assert.deepEqual(await home.names(), await world.old.names());
    assert.lengthOf(await home.names(await home.find('many')), FILES);
    assert.isFalse((await home.again()).mounted.sync.isArriving(), 'nor for the next worker');
  });

  it('is not kept waiting by what was asked for early', async () => {
    const world = await open(2 * BATCH_OPERATIONS);
    world.fleet.server.page = CHANGES_PAGE;
    let asked = 0;
    const slow: Cloud = { ...world.cloud, nodes(ids) {
      asked += 1;
      return asked === 1 ? world.cloud.nodes(ids) : new Promise(() => undefined);
    } };
    assert.equal(codeOf(await world.bring(3_000, undefined, slow)), 'ok');
    assert.isAbove(asked, 1);
    assert.isTrue((await world.mount()).mounted.sync.isArriving());
  });

  it('is not opened before its root is there, however late that comes', async () => {
    const world = await open();
    const { server } = world.fleet;
    const root = toHex(world.old.home.deps.keys.homeId);
    const { rev, body } = server.object('nodes', root)!;
    server.swap('nodes', root, { rev });
    server.swap('nodes', root, { rev: undefined, body });
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    assert.isAbove(world.portions(), 3);
    assert.equal((await world.mount()).root, root);
  });

  it('is none without a root', async () => {
    const world = await open();
    world.fleet.server.remove(toHex(world.old.home.deps.keys.homeId));
    assert.equal(codeOf(await world.bring(1_000)), 'sync.no_home');
  });

  it('stops when it is called off', async () => {
    const world = await open();
    assert.equal(codeOf(await world.bring(1, AbortSignal.abort())), 'aborted');
  });

  it('keeps what lies in folders that did not come yet where it is, whoever checks it meanwhile', async () => {
    const world = await open();
    // The folder is the newest of all: what lies in it comes before it.
    const folder = await world.old.home.find('many');
    value(await world.old.home.surface.renameNode({ ...command(), node: folder, name: 'a great many' }));
    await world.fleet.settle();
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    const home = await world.mount();
    assert.notInclude(await home.names(), 'a great many');
    assert.deepEqual(await check(home), []);
    await world.round(home);
    assert.deepEqual(await home.names(), ['a great many', 'beside.txt']);
    assert.lengthOf(await home.names(await home.find('a great many')), FILES);
    assert.deepEqual(await check(home), []);
  });

  it('keeps what is changed in it meanwhile, on either side', async () => {
    const world = await open();
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    const home = await world.mount();
    await home.add({ 'mine.txt': 'mine', [`many/${nameOf(FILES - 1)}`]: 'mine too' });
    await world.old.home.add({ 'theirs.txt': 'theirs' });
    await world.fleet.settle();
    await world.round(home);
    await world.fleet.settle();
    await world.round(home);
    assert.includeMembers(await home.names(), ['mine.txt', 'theirs.txt']);
    assert.deepEqual(await home.names(), await world.old.names());
  });

  it('goes on arriving after a link that ended, or a server that was put back', async () => {
    const world = await open();
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    const home = await world.mount();
    const { link, reconciler } = home.mounted.sync;
    await link.end();
    assert.isTrue((await home.again()).mounted.sync.isArriving(), 'linked to none');
    await link.begin(ACCOUNT);
    assert.isTrue((await home.again()).mounted.sync.isArriving(), 'linked again');
    await reconciler.restart(undefined);
    const later = await home.again();
    assert.isTrue(later.mounted.sync.isArriving(), 'put back');
    await world.round(later);
    assert.isFalse(later.mounted.sync.isArriving());
    assert.lengthOf(await later.names(await later.find('many')), FILES);
  });
});
