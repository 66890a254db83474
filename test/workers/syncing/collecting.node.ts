// What was deleted for good gives its room in the account back, at the real server; a bundle that names it keeps it.
import { assert } from 'chai';
import { importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { ok } from '../../../src/result.ts';
import { createCloudClient, type CloudClient } from '../../../src/sync/cloud-client.ts';
import { syncRound } from '../../../src/sync/engine.ts';
import { pull } from '../../../src/sync/pull.ts';
import { collectLetGo } from '../../../src/workers/backup/collect-let-go.ts';
import { createCheckpointKeeper } from '../../../src/workers/syncing/checkpoint-keeper.ts';
import { createRoomCalls } from '../../../src/workers/syncing/room-calls.ts';
import { sendOf } from '../../sync/send.ts';
import { startTestServer } from '../../server/support/test-server.ts';
import { bytes, command, newHome, type TestHome, value, workPort } from '../home/test-home.ts';
import { backupOver, type World } from '../backup/backup-world.ts';

const HOUR = 60 * 60_000;
const LONG = 26 * HOUR;

interface Device {
  readonly home: TestHome;
  readonly backup: World;
  readonly calls: ReturnType<typeof createRoomCalls>;
  collect(): Promise<void>;
  round(): Promise<void>;
}

async function openWorld() {
  const server = await startTestServer();
  const account = await server.account();
  let api = await server.client(account);
  let now = Date.now();
  const [mek, homeId] = [systemRandom(32), systemRandom(16)];
  const cloud: CloudClient = createCloudClient((request) => sendOf(api, { requests: 0, bytes: 0 })(request));
  const signal = new AbortController().signal;

  async function device(name: string): Promise<Device> {
    const home: TestHome = await newHome({ keys: await importHomeKeys(homeId, mek.slice()) });
    const { mounted, deps: { aead } } = home;
    await mounted.sync.link.begin(account);
    const clock = () => now;
    const keeper = createCheckpointKeeper({ aead, random: systemRandom, clock, deviceName: name });
    const look = () => pull({ cloud, home: mounted.sync.reconciler, signal });
    const knownToAll = () => keeper.knownToAll(mounted, cloud);
    const linked = { home: mounted, account: account as never, send: () => Promise.reject(new Error('unused')), cloud, look, knownToAll };
    return {
      home, backup: backupOver(home, [], cloud),
      calls: createRoomCalls({ linked: () => Promise.resolve(linked), devices: { list: () => Promise.resolve(ok([])) }, checkpoints: keeper, clock }),
      collect: () => collectLetGo({ random: systemRandom, clock, look, knownToAll }, { home: mounted, cloud, account }),
      async round() {
        value(await syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud, home: mounted.sync.reconciler, signal, noticed: (changes) => Promise.resolve(ok(keeper.heard(changes))) }) as never);
        value(await keeper.keepUp(mounted, cloud) as never);
      },
    };
  }

  const [one, two] = [await device('one'), await device('two')];
  return {
    one, two,
    async later(ms: number, ...devices: readonly Device[]) {
      now += ms;
      server.ahead += ms;
      api = await server.client(account);
      for (const each of [...devices, ...devices]) await each.round();
    },
    async bytesOf(kind: string): Promise<number> {
      const usage = await (await api.call('GET', '/v1/usage')).json() as { readonly collections: Readonly<Record<string, { readonly bytes: number }>> };
      return usage.collections[kind]?.bytes ?? 0;
    },
    end: () => server.close(),
  };
}

describe('the room of what was deleted', () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  beforeEach(async () => {
    world = await openWorld();
    await world.one.home.add({ 'large.bin': bytes(300_000) });
    for (const each of [world.one, world.two, world.one]) await each.round();
    assert.isAbove(await world.bytesOf('extents'), 300_000);
  });
  afterEach(() => world.end());

  async function deleteForGood({ home }: Device): Promise<void> {
    const node = await home.find('large.bin');
    value(await home.surface.trashNodes({ ...command(), nodes: [node] }));
    value(await home.surface.deleteNodes({ ...command(), nodes: [node] }));
  }

  it('is free once both devices know and a day has passed', async () => {
    const { one, two } = world;
    await deleteForGood(one);
    await world.later(HOUR, one, two);
    assert.deepInclude(value(await one.calls.roomToFree({})), { pieces: 1, waitsFor: [] });
    await world.later(LONG, one, two);
    await one.collect();
    assert.equal(await world.bytesOf('extents'), 0);
    assert.deepEqual(value(await one.calls.roomToFree({})), { pieces: 0, waitsFor: [] });
    await world.later(HOUR, one, two);
    assert.deepEqual(await two.home.names(), []);
  });

  it('waits for a device that is away, says for which, and no more once somebody says so', async () => {
    const { one } = world;
    await deleteForGood(one);
    await world.later(LONG, one);
    await world.later(LONG, one);
    await one.collect();
    assert.isAbove(await world.bytesOf('extents'), 300_000);
    assert.deepEqual(value(await one.calls.roomToFree({})), { pieces: 1, waitsFor: [] }, 'it may come within the day');
    await world.later(LONG, one);
    const { pieces, waitsFor } = value(await one.calls.roomToFree({}));
    assert.equal(pieces, 1);
    assert.deepEqual(waitsFor.map(({ name }) => name), ['two']);
    value(await one.calls.stopWaitingFor({ ...command(), id: waitsFor[0]!.id }));
    await world.later(HOUR, one);
    await one.collect();
    assert.equal(await world.bytesOf('extents'), 0);
  });

  it('stays taken by a bundle in the account, and is free when that has left', async () => {
    const { one, two } = world;
    const { id } = value(await one.backup.calls.createSnapshot({ ...command(), port: workPort() }));
    value(await one.backup.calls.uploadBackup({ ...command(), port: workPort(), id }));
    value(await one.backup.calls.deleteSnapshot({ ...command(), id }));
    await deleteForGood(one);
    await world.later(LONG, one, two);
    await one.collect();
    assert.isAbove(await world.bytesOf('extents'), 300_000);
    value(await one.backup.calls.deleteCloudBackup({ ...command(), id }));
    await world.later(LONG, one, two);
    await one.collect();
    await world.later(LONG, one, two);
    await one.collect();
    assert.equal(await world.bytesOf('extents'), 0);
  });
});
