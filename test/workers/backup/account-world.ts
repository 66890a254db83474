// Devices of one home at the real server, each with backups in the account; a test holds their clock, and may do something, or end
// the worker, before any request.
import { err } from '../../../src/result.ts';
import type { CloudFailure, Cloudy } from '../../../src/sync/cloud.ts';
import { createCloudClient, type CloudClient } from '../../../src/sync/cloud-client.ts';
import { createCloudSchedule, type CloudSchedule } from '../../../src/workers/backup/cloud-schedule.ts';
import type { CloudBackupChoice } from '../../../src/workers/contract/backup.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';
import type { SyncState } from '../../../src/workers/contract/sync.ts';
import { sendOf } from '../../sync/send.ts';
import { startTestServer } from '../../server/support/test-server.ts';
import { command, newHome, type TestHome, value, workPort } from '../home/test-home.ts';
import { createTimers, type TestClock } from '../session/device.ts';
import { backupOver, homeWithSlot, linkAll, type World } from './backup-world.ts';

/** The worker ended there. */
export class Ended extends Error {}

export interface AccountDevice {
  readonly home: TestHome;
  readonly world: World;
  readonly clock: TestClock;
  readonly schedule: CloudSchedule;
  /** Of the requests that went to the server, in order. */
  readonly asked: string[];
  readonly broken: unknown[];
  /** Before each request. */
  before: (request: string) => Promise<void>;
  metered: boolean;
  syncState: SyncState;
  /** Stands for the answer to every request. */
  fails: CloudFailure | undefined;
  signedIn: boolean;
  choose(choice: Partial<CloudBackupChoice>): Promise<void>;
  snapshot(): Promise<BundleId>;
  upload(id: BundleId): ReturnType<World['calls']['uploadBackup']>;
  remove(id: BundleId): ReturnType<World['calls']['deleteCloudBackup']>;
  listed(): Promise<readonly BundleId[]>;
  /** Time goes by, and what is due then is done. */
  pass(ms: number): Promise<void>;
  /** A worker that ended, and the next. */
  again(): Promise<AccountDevice>;
}

export interface AccountWorld {
  device(): Promise<AccountDevice>;
  /** ms by which the server's clock goes on. */
  later(ms: number): Promise<void>;
  /** Which of these the server has; asking keeps none of them. */
  has(ids: readonly string[]): Promise<readonly string[]>;
  /** Indexes of bundles that the account keeps. */
  indexes(): Promise<number>;
  end(): Promise<void>;
}

const BEGAN = 1_700_000_000_000;
/** No wait is shorter but the first. */
const STEP_MS = 60_000;

/** Each request is named by its method, and by what it is about where that matters. */
function watched(cloud: CloudClient, device: () => AccountDevice): CloudClient {
  const ask = <A extends unknown[], T>(name: string, call: (...args: A) => Cloudy<T>) => async (...args: A): Cloudy<T> => {
    const request = name.endsWith('bject') ? `${name} ${String(args[1]) === '0'.repeat(32) ? 'list' : 'index'}` : name;
    await device().before(request);
    device().asked.push(request);
    const { fails } = device();
    return fails ? err(fails) : call(...args);
  };
  return {
    ...cloud, collect: ask('collect', cloud.collect), changes: ask('changes', cloud.changes), extent: ask('extent', cloud.extent), missing: ask('missing', cloud.missing), putExtent: ask('putExtent', cloud.putExtent), object: ask('object', cloud.object), putObject: ask('putObject', cloud.putObject), deleteObject: ask('deleteObject', cloud.deleteObject),
  };
}

function deviceOver(home: TestHome, slots: Awaited<ReturnType<typeof homeWithSlot>>['slots'], { cloud, clock, timers }: { readonly cloud: CloudClient } & ReturnType<typeof createTimers>): AccountDevice {
  const broken: unknown[] = [];
  const world = backupOver(home, slots, watched(cloud, () => device));
  const deps = { ...world.deps, cloud: async () => (device.signedIn ? world.deps.cloud() : Promise.resolve(undefined)) };
  // What is on its way is waited for, so that nothing depends on how long it takes.
  let busy: Promise<unknown> = Promise.resolve();
  const schedule = createCloudSchedule({
    ...deps, aead: home.mounted.aead, clock: () => clock.now, mayMoveBulk: () => !device.metered, syncState: () => Promise.resolve(device.syncState), broken: (fault) => void broken.push(fault),
    after: (ms, fire) => timers.after(ms, () => { busy = busy.then(fire); }),
  });
  const device: AccountDevice = {
    home, world, clock, schedule, asked: [], broken, metered: false, syncState: 'synced', fails: undefined, signedIn: true, before: () => Promise.resolve(),
    async choose(choice) {
      value(await schedule.calls.setCloudBackupSchedule({ ...command(), every: 'never', keep: null, ...choice }));
    },
    snapshot: async () => value(await world.calls.createSnapshot({ ...command(), port: workPort() })).id,
    upload: (id) => world.calls.uploadBackup({ ...command(), port: workPort(), id }),
    remove: (id) => world.calls.deleteCloudBackup({ ...command(), id }),
    listed: async () => value(await world.calls.listCloudBackups({})).map(({ id }) => id),
    async pass(ms) {
      const end = clock.now + ms;
      do {
        clock.pass(Math.min(STEP_MS, end - clock.now));
        await busy;
      } while (clock.now < end);
    },
    async again() {
      await schedule.closing();
      const next = await home.again();
      const following = deviceOver(next, slots, { cloud, clock, timers });
      await following.schedule.opened(next.mounted);
      return following;
    },
  };
  return device;
}

export async function accountWorld(): Promise<AccountWorld> {
  const server = await startTestServer();
  const account = await server.account();
  const { home, slots } = await homeWithSlot();
  let api = await server.client(account);
  let made: TestHome | undefined;
  return {
    async device() {
      const cloud = createCloudClient((request) => sendOf(api, { requests: 0, bytes: 0 })(request));
      made = made ? await newHome({ keys: home.deps.keys }) : home;
      await linkAll(made);
      const timed = createTimers();
      timed.clock.now = BEGAN;
      const device = deviceOver(made, slots, { cloud, ...timed });
      await device.schedule.opened(made.mounted);
      return device;
    },
    async indexes() {
      const usage = await (await api.call('GET', '/v1/usage')).json() as { readonly collections: Readonly<Record<string, { readonly objects: number }>> };
      return (usage.collections['bundles']?.objects ?? 1) - 1;
    },
    async later(ms) {
      server.ahead += ms;
      api = await server.client(account);
    },
    async has(ids) {
      const there = await Promise.all(ids.map(async (id) => (await api.call('GET', `/v1/objects/extents/${id}`)).status === 200));
      return ids.filter((_, at) => there[at]);
    },
    end: () => server.close(),
  };
}
