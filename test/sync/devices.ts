// Devices for tests: the real home, engine and merge over storage in memory and a server that a test holds in its hands.
import { assert } from 'chai';
import { importHomeKeys } from '../../src/crypto/home-keys.ts';
import { toHex } from '../../src/crypto/bytes.ts';
import { type Random, systemRandom } from '../../src/crypto/random.ts';
import type { HomeNode } from '../../src/crypto/node.ts';
import { ok, type Result } from '../../src/result.ts';
import { syncRound } from '../../src/sync/engine.ts';
import type { RoundFailure } from '../../src/sync/engine-deps.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { createDeviceRoom, type DeviceRoom } from '../../src/sync/device-room.ts';
import { pull } from '../../src/sync/pull.ts';
import { collectLetGo } from '../../src/workers/backup/collect-let-go.ts';
import { type CheckpointKeeper, createCheckpointKeeper } from '../../src/workers/syncing/checkpoint-keeper.ts';
import { carry } from '../../src/sync/courier/courier.ts';
import type { CourierOutbox } from '../../src/sync/courier/courier-outbox.ts';
import { isGrave } from '../../src/workers/home/grave.ts';
import { createNodeCodec } from '../../src/workers/home/node-codec.ts';
import type { NodeId } from '../../src/workers/contract/ids.ts';
import type { Database, WriteTransaction } from '../../src/workers/store/database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../src/workers/store/home-schema.ts';
import { courierOutbox } from '../../src/workers/store/outbox/courier-outbox.ts';
import { createMemoryDatabase, type MemoryDisk } from '../support/memory-database.ts';
import { newHome, newHomeDisk, type TestHome } from '../workers/home/test-home.ts';
import { cloudOf, Ended, FakeServer, type Way } from './fake-cloud.ts';

const WELL: Way = { fate: () => 'well' };

export interface Device {
  home: TestHome;
  way: Way;
  /** How far its clock is off, in ms. */
  skew: number;
  /** Ends the worker in the midst of a write to these stores, before or after it counts; once. What it throws, the write throws. */
  failWrites: ((stores: readonly string[]) => 'well' | 'before' | 'after') | undefined;
  requests(): number;
  /** What it says of itself after a round that went well, and what it hears of others. */
  readonly checkpoints: () => CheckpointKeeper;
  /** What a round takes for time; it stands still by itself. */
  elapsed: () => number;
  /** Its connection costs. */
  metered: boolean;
  /** What is known of room on it, from round to round. */
  readonly room: DeviceRoom;
  round(): Promise<Result<void, RoundFailure>>;
  /** Collects at the server what nothing needs. */
  collect(): Promise<void>;
  /** The home is closed, the courier carries what waits, and the home is opened again. */
  carry(options?: { readonly outbox?: (outbox: CourierOutbox) => CourierOutbox; readonly mustYield?: () => boolean; readonly window?: number; readonly cloud?: (cloud: Cloud) => Cloud }): Promise<Result<void, RoundFailure>>;
  /** A worker that ended, and the next. */
  again(): Promise<void>;
  /** Every node that opens, by id. */
  nodes(): Promise<ReadonlyMap<string, HomeNode>>;
  /** Bytes of a content, fetched where they are not here. */
  text(content: Parameters<TestHome['mounted']['read']>[0]): Promise<string>;
  names(folder?: NodeId): Promise<readonly string[]>;
}

export interface Fleet {
  server: FakeServer;
  readonly devices: readonly Device[];
  /** ms since 1970, by a clock that is right. */
  now: number;
  /** Ids of the server's nodes that are not deleted, sorted. */
  alive(): Promise<readonly string[]>;
  /** What the server's nodes say, those that are not deleted. */
  stored(): Promise<readonly HomeNode[]>;
  /** Rounds on every device until nothing moves any more. */
  settle(): Promise<void>;
}

/** The database of a worker: dead once that has ended. */
function mortal(disk: MemoryDisk, device: Pick<Device, 'failWrites'>, life: { over: boolean }): Database<HomeRows> {
  const db = createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, disk);
  const alive = <T>(work: () => Promise<T>): Promise<T> => (life.over ? Promise.reject(new Ended()) : work());
  return {
    ...db,
    read: (stores, body) => alive(() => db.read(stores, body)),
    write: (stores, body, options) => alive(async () => {
      const fate = device.failWrites?.(stores) ?? 'well';
      if (fate === 'before') {
        life.over = true;
        throw new Ended();
      }
      const value = await db.write(stores, (tx: WriteTransaction<HomeRows>) => body(tx), options);
      if (fate !== 'after') return value;
      life.over = true;
      throw new Ended();
    }),
  };
}

async function openDevice(fleet: Fleet, { mek, homeId, random }: { readonly mek: Uint8Array<ArrayBuffer>; readonly homeId: Uint8Array<ArrayBuffer>; readonly random: Random }): Promise<Device> {
  const disk = newHomeDisk();
  let life = { over: false };
  const hooks: Pick<Device, 'failWrites' | 'skew'> = { failWrites: undefined, skew: 0 };
  let moment = 0;
  const first = await newHome({ keys: await importHomeKeys(homeId, mek.slice()), random, db: mortal(disk, hooks, life), now: () => {
    moment += 1;
    return fleet.now + hooks.skew + (moment % 3 === 0 ? 1 : 0);
  } });
  /** A worker that ended asks nothing more, though it had several requests under way. */
  const wayOf = (mine: { over: boolean }): Way => ({
    fate() {
      const fate = mine.over ? 'ends' : device.way.fate();
      mine.over ||= fate === 'ends';
      return fate;
    },
    meanwhile: () => (mine.over ? undefined : device.way.meanwhile?.()) ?? Promise.resolve(),
    later: (arrives) => device.way.later?.(arrives),
  });
  let requests = 0;
  let cloud = cloudOf(() => fleet.server, wayOf(life));
  const connect = (home: TestHome) => {
    home.mounted.remote.fetch = async (id) => fleet.server.extents.get(id);
  };
  const keeperOf = ({ deps: { aead } }: TestHome) => createCheckpointKeeper({ aead, random, clock: () => fleet.now + hooks.skew, deviceName: 'a device' });
  let checkpoints = keeperOf(first);
  const device: Device = {
    home: first, way: WELL, elapsed: () => 0, metered: false, room: createDeviceRoom(() => fleet.now),
    get skew() { return hooks.skew; },
    set skew(skew) { hooks.skew = skew; },
    get failWrites() { return hooks.failWrites; },
    set failWrites(fail) { hooks.failWrites = fail; },
    requests: () => requests + cloud.requests,
    checkpoints: () => checkpoints,
    async round() {
      const { mounted } = device.home;
      const awaited = await checkpoints.ensure(mounted, cloud);
      if (!awaited.ok) return awaited;
      const round = await syncRound({ cloud, clock: () => device.elapsed(), mayMoveBulk: () => !device.metered, room: device.room, home: mounted.sync.reconciler, signal: new AbortController().signal, noticed: (changes) => Promise.resolve(ok(checkpoints.heard(changes))) });
      return round.ok ? checkpoints.keepUp(mounted, cloud) : round;
    },
    async collect() {
      const { mounted } = device.home;
      const look = () => pull({ cloud, home: mounted.sync.reconciler, signal: new AbortController().signal });
      await collectLetGo({ random, clock: () => fleet.now + hooks.skew, look, knownToAll: () => checkpoints.knownToAll(mounted, cloud) }, { home: mounted, cloud, account: 'account' });
    },
    async carry({ outbox = (all: CourierOutbox) => all, mustYield = () => false, window = 1_000, cloud: through = (all: Cloud) => all } = {}) {
      const carried = await carry({ window, cloud: through(cloud), outbox: outbox(courierOutbox(device.home.deps.db)), mustYield: () => Promise.resolve(mustYield()), clock: () => fleet.now, mayMoveBulk: () => !device.metered });
      await device.again();
      return carried;
    },
    async again() {
      life.over = true;
      life = { over: false };
      requests += cloud.requests;
      cloud = cloudOf(() => fleet.server, wayOf(life));
      device.home = await device.home.again(mortal(disk, hooks, life));
      checkpoints = keeperOf(device.home);
      connect(device.home);
    },
    async nodes() {
      const nodes = new Map<string, HomeNode>();
      const { db } = device.home.deps;
      for (const id of await db.read(['nodes'], (tx) => tx.keys('nodes'))) {
        const node = await device.home.mounted.node(id);
        if (node && node !== 'damaged') nodes.set(toHex(node.id), node);
      }
      return nodes;
    },
    async text(content) {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of device.home.mounted.read(content, { start: 0, end: content.size })) parts.push(piece);
      return new Blob(parts).text();
    },
    names: (folder) => device.home.names(folder),
  };
  connect(first);
  return device;
}

/** So many devices with one home that is linked, each with its own root of it. */
export async function openFleet(count: number, server: FakeServer, random: Random = systemRandom): Promise<Fleet> {
  const [mek, homeId] = [random(32), random(16)];
  const devices: Device[] = [];
  const fleet: Fleet = {
    server, devices, now: 1_800_000_000_000,
    alive: async () => (await fleet.stored()).map(({ id }) => toHex(id)).sort(),
    async stored() {
      const { keys, aead, random: die } = devices[0]!.home.deps;
      const codec = await createNodeCodec(keys, aead, die);
      return [...fleet.server.objects].flatMap(([id, { body: record }]) => {
        const node = record && codec.open({ id, record });
        return node && !isGrave(node) ? [node] : [];
      });
    },
    async settle() {
      for (let turn = 0; turn < 40; turn += 1) {
        const before = fleet.server.seq;
        for (const device of devices) {
          const round = await device.round();
          if (!round.ok) throw new Error(`a round failed: ${round.error}`);
        }
        const waits = devices.some((device) => device.home.mounted.sync.reconciler.waiting() > 0);
        if (before === fleet.server.seq && !waits) return;
      }
      throw new Error('it does not settle');
    },
  };
  server.clock = () => fleet.now;
  for (let at = 0; at < count; at += 1) {
    const device = await openDevice(fleet, { mek, homeId, random });
    await device.home.mounted.sync.link.begin('account');
    devices.push(device);
  }
  await fleet.settle();
  return fleet;
}

const MINUTE = 60_000;

/** Ada's and Bob's device of one home, and what they do. */
export interface Two {
  readonly fleet: Fleet;
  readonly ada: Device;
  readonly bob: Device;
  /** A minute later. */
  write(device: Device, name: string, text: string | Uint8Array<ArrayBuffer>): Promise<unknown>;
  read(device: Device, name: string): Promise<string>;
  /** Both have the same nodes. */
  same(): Promise<void>;
}

export async function openTwo(): Promise<Two> {
  const fleet = await openFleet(2, new FakeServer());
  const [ada, bob] = fleet.devices as [Device, Device];
  return {
    fleet, ada, bob,
    write(device, name, text) {
      fleet.now += MINUTE;
      return device.home.add({ [name]: text }, { clash: 'replace' });
    },
    read: async (device, name) => new TextDecoder().decode(await device.home.read(await device.home.find(name))),
    same: async () => assert.deepEqual([...await ada.nodes()].sort(), [...await bob.nodes()].sort()),
  };
}
