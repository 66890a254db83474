// Devices of one home at the real server, each with the real syncing and the real apps: Notes, which speaks on its port. A test holds
// their clocks, and what is on its way of what the app keeps.
import { createAead } from '../../../src/crypto/aead.ts';
import { datasetKey, datasetName, datasetObjectKey, importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { fromHex, toHex } from '../../../src/crypto/bytes.ts';
import type { CborFields } from '../../../src/crypto/canonical-cbor.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { sealFields } from '../../../src/crypto/sealed.ts';
import { err, ok, type Result } from '../../../src/result.ts';
import type { CloudFailure } from '../../../src/sync/cloud.ts';
import { type CloudCollection, type CloudObject, createCloudClient, type StorageRequest } from '../../../src/sync/cloud-client.ts';
import type { AccountStorage } from '../../../src/workers/account/account-storage.ts';
import type { Access, Ask, DatasetConflict, DatasetPolicy } from '../../../src/workers/contract/app-protocol.ts';
import type { CarriedCard } from '../../../src/workers/contract/grants.ts';
import type { AccountId, AppId } from '../../../src/workers/contract/ids.ts';
import { createCardKeeper } from '../../../src/workers/syncing/card-keeper.ts';
import { createCheckpointKeeper } from '../../../src/workers/syncing/checkpoint-keeper.ts';
import { createDeviceKeeper } from '../../../src/workers/syncing/device-keeper.ts';
import { createSyncing, type Syncing } from '../../../src/workers/syncing/syncing.ts';
import type { Database } from '../../../src/workers/store/database.ts';
import type { HomeRows } from '../../../src/workers/store/home-schema.ts';
import { startTestServer, type TestServer } from '../../server/support/test-server.ts';
import { sendOf } from '../../sync/send.ts';
import { APP_URL, type AppWorld, createAppWorld, FOR_LONG, manifest, NOTES_ASKS, only, type TestApp } from '../grants/app-world.ts';
import { command, newHome, type TestHome, value } from '../home/test-home.ts';
import { createTimers, type TestClock } from '../session/device.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const OWN: readonly Ask[] = [{ scope: 'read:dataset', resource: 'dataset:self' }, { scope: 'write:dataset', resource: 'dataset:self' }];
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);

export interface DatasetDevice {
  home: TestHome;
  apps: AppWorld;
  syncing: Syncing;
  app: TestApp;
  readonly clock: TestClock;
  /** Its connection costs. */
  metered: boolean;
  appId: AppId;
  /** Requests about datasets that this device sent. */
  readonly asked: string[];
  /** Before the next request about a dataset goes out; a failure stands for its answer. `late`: the answer itself is lost. */
  before: ((request: StorageRequest) => Promise<CloudFailure | 'late' | undefined>) | undefined;
  put(key: string, text: string, fields?: boolean): Promise<void>;
  get(key: string): Promise<string | null>;
  remove(key: string): Promise<void>;
  conflict(key: string): Promise<{ readonly version: string; readonly local: string | null; readonly remote: string | null; readonly ancestor: string | null } | null>;
  /** The code of what came of it. */
  resolve(key: string, version: string, text: string | null): Promise<string>;
  carry(on: boolean, take?: 'here' | 'there'): ReturnType<Syncing['calls']['carryAppData']>;
  card(): Promise<CarriedCard | undefined>;
  /** Of the app, on what it keeps. */
  binding(): string;
  /** How often the app was told. */
  told(): number;
  round(): Promise<void>;
  /** Installs Notes and opens it. */
  startApp(): Promise<void>;
  /** A worker that ended, and the next; over another database where one is given. */
  again(db?: Database<HomeRows>): Promise<void>;
}

export interface DatasetWorld {
  readonly server: TestServer;
  readonly policy: DatasetPolicy | undefined;
  device(install?: boolean): Promise<DatasetDevice>;
  readonly cloud: CloudCollection;
  idOf(key: string): Promise<string>;
  /** Sealed as another release, or another key, would. */
  seal(id: string, fields: CborFields, key?: Bytes): Promise<Bytes>;
  /** Two devices that carry it. */
  pair(): Promise<readonly [DatasetDevice, DatasetDevice]>;
  /** What the account has of a key. */
  bodyOf(key: string): Promise<CloudObject | undefined>;
  /** Puts these bytes in its place. */
  replace(key: string, body: Bytes): Promise<void>;
  /** A server that removes what nobody asked it to. */
  remove(id: string): Promise<void>;
  end(): Promise<void>;
}

const found = <T>(answer: Result<T, CloudFailure>): T => {
  if (answer.ok) return answer.value;
  throw new Error(`the server: ${answer.error}`);
};

/** Turn by turn, until it is so: the runner's time limit ends a wait in vain. */
async function rest(syncing: Syncing): Promise<void> {
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  while (value(await syncing.calls.syncStatus({})).state === 'working') await new Promise((resolve) => { setTimeout(resolve, 2); });
}

async function openDevice(send: ReturnType<typeof sendOf>, { keys, policy, install }: { readonly keys: { readonly homeId: Bytes; readonly mek: Bytes }; readonly policy: DatasetPolicy | undefined; readonly install: boolean }): Promise<DatasetDevice> {
  const { clock, timers } = createTimers();
  clock.now = Date.now();
  const storage: AccountStorage = {
    account: () => 'account' as AccountId, courierPass: () => Promise.resolve(err('absent')),
    sendTo: () => async (request) => {
      if (request.pace === 'lasting') return err('absent');
      const ofDataset = request.path.includes('datasets%2Fd-') || (request.path.startsWith('/batch') && request.body instanceof Uint8Array && new TextDecoder('latin1').decode(request.body).includes('datasets/d-'));
      if (!ofDataset) return send(request);
      device.asked.push(`${request.method} ${request.path.split('?')[0]}`);
      const hook = device.before;
      device.before = undefined;
      const failure = await hook?.(request);
      if (failure === undefined) return send(request);
      if (failure === 'late') await send(request);
      return err(failure === 'late' ? 'unreachable' : failure);
    },
  };
  async function startApp(): Promise<void> {
    device.apps.network.set(APP_URL, manifest({ scopes: NOTES_ASKS, ...(policy && { dataset: { conflicts: policy } }) }));
    device.apps.person = ({ items }) => items.map(() => FOR_LONG);
    ({ appId: device.appId } = await device.apps.install());
    await openApp();
  }
  async function openApp(): Promise<void> {
    device.app = await device.apps.open(device.appId);
    binding = only(await device.app.get<readonly Access[]>('request', { asks: OWN })).binding;
  }
  let binding = '';
  async function start(home: TestHome): Promise<void> {
    device.home = home;
    device.apps = await createAppWorld({ home, datasetChanged: () => device.syncing.datasetChanged() });
    device.syncing = createSyncing({
      storage, aead: home.mounted.aead, random: systemRandom, clock: () => clock.now, after: timers.after, announce: () => undefined,
      broken: (fault) => { throw fault; }, hold: () => Promise.resolve(), mayMoveBulk: () => !device.metered,
      cards: createCardKeeper({ aead: home.mounted.aead, random: systemRandom, recoverySlots: () => Promise.resolve([]), owner: () => Promise.resolve({ name: 'Ada', seal: { picture: 'fox', colour: 'teal' } }) }),
      devices: createDeviceKeeper({ aead: home.mounted.aead, random: systemRandom, signIns: () => Promise.resolve(ok([])), deviceName: 'a device' }),
      checkpoints: createCheckpointKeeper({ aead: home.mounted.aead, random: systemRandom, clock: () => clock.now, deviceName: 'a device' }),
      settings: () => ({ clocks: () => undefined, meet: () => Promise.resolve('off'), begin: () => Promise.resolve('off'), end: () => Promise.resolve() }), datasets: () => device.apps.grants.carried,
    });
    await device.syncing.opened(home.mounted);
  }
  const device = {
    clock, metered: false, asked: [], before: undefined, startApp,
    async put(key: string, text: string, fields = false) {
      clock.now += 1000;
      await device.app.get('datasetPut', { binding, key, value: utf8(text), ...(fields && { fields }) });
    },
    get: async (key: string) => textOf(await device.app.get<Bytes | null>('datasetGet', { binding, key })),
    async remove(key: string) {
      clock.now += 1000;
      await device.app.get('datasetDelete', { binding, key });
    },
    async conflict(key: string) {
      const conflict = await device.app.get<DatasetConflict | null>('datasetConflict', { binding, key });
      return conflict && { version: conflict.version, local: textOf(conflict.local), remote: textOf(conflict.remote), ancestor: textOf(conflict.ancestor) };
    },
    resolve: (key: string, version: string, text: string | null) => device.app.code('datasetResolve', { binding, key, version, value: text === null ? null : utf8(text) }),
    carry: (on: boolean, take?: 'here' | 'there') => device.syncing.calls.carryAppData({ ...command(), appId: device.appId, on, ...(take && { take }) }),
    card: async () => value(await device.apps.grants.calls.listApps({})).find(({ appId }) => appId === device.appId)?.carried,
    binding: () => binding,
    told: () => device.app.events.filter(({ event }) => event === 'dataset').length,
    async round() {
      await rest(device.syncing);
      value(await device.syncing.calls.syncNow({}));
      await rest(device.syncing);
    },
    async again(db?: Database<HomeRows>) {
      await device.syncing.closing();
      await device.apps.grants.closing();
      await start(await device.home.again(db));
      await openApp();
      await rest(device.syncing);
    },
  } as unknown as DatasetDevice;
  await start(await newHome({ keys: await importHomeKeys(keys.homeId, keys.mek.slice()), random: systemRandom, now: () => clock.now }));
  if (install) await startApp();
  return device;
}

/** A server with an account, for devices of one home that are linked to it; Notes with this policy. */
export async function openDatasetWorld(policy: DatasetPolicy | undefined): Promise<DatasetWorld> {
  const server = await startTestServer();
  const account = await server.account();
  const way = async () => sendOf(await server.client(account), { requests: 0, bytes: 0 });
  const keys = { homeId: systemRandom(16), mek: systemRandom(32) };
  const devices: DatasetDevice[] = [];
  const home = await importHomeKeys(keys.homeId, keys.mek.slice());
  const [aead, own, objects] = [await createAead(), await datasetKey(home, APP_URL), await datasetObjectKey(home, APP_URL)];
  const name = `datasets/d-${toHex(await datasetName(keys.homeId, own, policy ?? 'app'))}`;
  const client = createCloudClient(await way());
  const world: DatasetWorld = {
    server, policy, cloud: client.collection(name),
    async idOf(key) {
      const hmac = await crypto.subtle.importKey('raw', own, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', hmac, utf8(key))).slice(0, 16));
    },
    seal: (id, fields, key = objects) => Promise.resolve(sealFields({ aead, random: systemRandom }, key, { kind: 'dataset', homeId: keys.homeId, id: fromHex(id, 16)! }, fields)),
    async pair() {
      const devices = [await world.device(), await world.device()] as const;
      for (const device of devices) {
        value(await device.carry(true));
        await device.round();
      }
      return devices;
    },
    bodyOf: async (key) => found(await world.cloud.read([await world.idOf(key)]))[0],
    async replace(key, body) {
      const there = await world.bodyOf(key);
      const [written] = found(await world.cloud.write([{ id: await world.idOf(key), body, ...(there && { baseRev: there.rev }) }]));
      if (!written?.done) throw new Error('somebody else was faster');
    },
    async remove(id) {
      const there = found(await client.object(name, id));
      if (!there || !found(await client.deleteObject(name, id, there.rev))) throw new Error('it was not there');
    },
    async device(install = true) {
      const device = await openDevice(await way(), { keys, policy, install });
      devices.push(device);
      value(await device.syncing.calls.startSync(command()));
      await device.round();
      return device;
    },
    async end() {
      for (const device of devices) {
        await device.syncing.closing();
        device.apps.close();
      }
      await server.close();
    },
  };
  return world;
}
