// Devices of one home at the real server, each with the real syncing and the real settings of an open session; a test holds
// their clocks, and what is on its way of the settings.
import { createAead } from '../../../src/crypto/aead.ts';
import { importHomeKeys, sharedDatasetKey } from '../../../src/crypto/home-keys.ts';
import { type Random, systemRandom } from '../../../src/crypto/random.ts';
import { openFields, sealFields } from '../../../src/crypto/sealed.ts';
import { err, ok, type Result } from '../../../src/result.ts';
import type { CloudFailure } from '../../../src/sync/cloud.ts';
import { type CloudObject, createCloudClient, type StorageRequest } from '../../../src/sync/cloud-client.ts';
import type { AccountStorage } from '../../../src/workers/account/account-storage.ts';
import type { AccountId, Sid, Uid } from '../../../src/workers/contract/ids.ts';
import type { Prefs } from '../../../src/workers/contract/prefs.ts';
import type { OpenSession, SessionCore } from '../../../src/workers/session/core.ts';
import { DEFAULT_PREFS, readPrefs, writePrefs } from '../../../src/workers/session/prefs.ts';
import { createSettings, type Settings } from '../../../src/workers/session/settings.ts';
import { readClocks } from '../../../src/workers/session/settings-object.ts';
import { createCardKeeper } from '../../../src/workers/syncing/card-keeper.ts';
import { createCheckpointKeeper } from '../../../src/workers/syncing/checkpoint-keeper.ts';
import { createDeviceKeeper } from '../../../src/workers/syncing/device-keeper.ts';
import { createSyncing, type Syncing } from '../../../src/workers/syncing/syncing.ts';
import { startTestServer, type TestServer } from '../../server/support/test-server.ts';
import { sendOf } from '../../sync/send.ts';
import { command, newHome, type TestHome, value } from '../home/test-home.ts';
import { createTimers, type TestClock } from '../session/device.ts';

const OBJECT = ['datasets/home', `${'0'.repeat(31)}1`] as const;
type Bytes = Uint8Array<ArrayBuffer>;

export const settingsName = (homeId: Bytes) => ({ kind: 'dataset', homeId, id: new Uint8Array(16).fill(1, 15) } as const);
const OWNER = { name: 'Ada', seal: { picture: 'fox', colour: 'teal' } } as const;

export interface SettingsDevice {
  home: TestHome;
  syncing: Syncing;
  settings: Settings;
  readonly clock: TestClock;
  /** Its connection costs. */
  metered: boolean;
  /** Names of settings that came from elsewhere, each time; and facts that pages heard of settings. */
  readonly taken: string[];
  readonly heard: Prefs[];
  /** Requests about the settings that this device sent. */
  readonly asked: StorageRequest['method'][];
  /** Before the next request about the settings goes out; a failure stands for its answer. */
  before: ((method: StorageRequest['method']) => Promise<CloudFailure | undefined>) | undefined;
  /** Before any request but the feed's stream goes out. */
  sending: ((request: StorageRequest) => Promise<unknown>) | undefined;
  prefs(): Prefs;
  choose(change: Partial<Prefs>): Promise<void>;
  share(on: boolean, take?: 'here' | 'there'): ReturnType<Syncing['calls']['shareSettings']>;
  state(): Promise<string | undefined>;
  /** One round, and what it does of the settings; minutes later where it is to look anyhow. */
  round(minutes?: number): Promise<void>;
  /** A worker that ended, and the next. */
  again(): Promise<void>;
}

export interface SettingsWorld {
  device(): Promise<SettingsDevice>;
  /** Both share, with German and dark, and what they did for that is forgotten. */
  both(one: SettingsDevice, two: SettingsDevice): Promise<void>;
  /** What the account has. */
  there(): Promise<CloudObject | undefined>;
  /** The same, opened. */
  fields(): Promise<ReadonlyMap<string, ReadonlyMap<string, unknown>>>;
  seal(fields: ReadonlyMap<string, unknown>, more?: Readonly<Record<string, unknown>>): Promise<Bytes>;
  replace(body: Bytes): Promise<void>;
  end(): Promise<void>;
}

const turns = async (until: () => boolean) => {
  for (let times = 0; times < 2000 && !until(); times += 1) await new Promise((resolve) => { setTimeout(resolve, 2); });
  if (!until()) throw new Error('it never came to rest');
};

/** The session of a home that is open. */
function sessionOver(open: OpenSession, told: Pick<SettingsDevice, 'taken' | 'heard'>, chosen: () => void): Settings {
  const core = {
    deps: {
      identity: { row: () => Promise.resolve(OWNER) }, random: systemRandom, shared: { chosen, taken: (names: readonly string[]) => void told.taken.push(names.join(' ')) },
      announcer: { announce: (fact: { readonly type: string; readonly prefs: Prefs }) => void told.heard.push(fact.prefs) },
    },
    autoLock: { start: () => undefined }, current: () => ok(open),
  };
  return createSettings(core as unknown as SessionCore);
}

async function openDevice(send: ReturnType<typeof sendOf>, { keys, random }: { readonly keys: { readonly homeId: Uint8Array<ArrayBuffer>; readonly mek: Uint8Array<ArrayBuffer> }; readonly random: Random }): Promise<SettingsDevice> {
  const { clock, timers } = createTimers();
  clock.now = Date.now();
  const first = await newHome({ keys: await importHomeKeys(keys.homeId, keys.mek.slice()), random, now: () => clock.now });
  const storage: AccountStorage = {
    account: () => 'account' as AccountId, courierPass: () => Promise.resolve(err('absent')),
    sendTo: () => async (request) => {
      if (request.pace === 'lasting') return err('absent');
      await device.sending?.(request);
      if (!request.path.includes('datasets/home')) return send(request);
      device.asked.push(request.method);
      const hook = device.before;
      device.before = undefined;
      const failure = await hook?.(request.method);
      return failure ? err(failure) : send(request);
    },
  };
  const state = async () => value(await device.syncing.calls.syncStatus({}));
  async function rest(): Promise<void> {
    let now = await state();
    const done = () => now.state !== 'working';
    const watch = setInterval(() => { void state().then((next) => { now = next; }); }, 1);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    await turns(done);
    clearInterval(watch);
  }
  async function start(home: TestHome): Promise<void> {
    const prefs = await readPrefs(home.mounted);
    const open: OpenSession = { sid: '' as Sid, uid: '' as Uid, home, prefs: prefs.ok ? prefs.value : DEFAULT_PREFS, clocks: await readClocks(home.mounted) };
    device.home = home;
    device.prefs = () => open.prefs;
    device.settings = sessionOver(open, device, () => device.syncing.settingChosen());
    device.syncing = createSyncing({
      storage, aead: home.mounted.aead, random: systemRandom, clock: () => clock.now, after: timers.after, announce: () => undefined,
      broken: (fault) => { throw fault; }, hold: () => Promise.resolve(), mayMoveBulk: () => !device.metered, settings: () => device.settings, datasets: () => ({ of: () => Promise.resolve(undefined), all: () => Promise.resolve([]) }),
      cards: createCardKeeper({ aead: home.mounted.aead, random: systemRandom, recoverySlots: () => Promise.resolve([]), owner: () => Promise.resolve(OWNER) }),
      devices: createDeviceKeeper({ aead: home.mounted.aead, random: systemRandom, signIns: () => Promise.resolve(ok([])), deviceName: 'a device' }),
      checkpoints: createCheckpointKeeper({ aead: home.mounted.aead, random: systemRandom, clock: () => clock.now, deviceName: 'a device' }),
    });
    await device.syncing.opened(home.mounted);
  }
  const device = {
    clock, metered: false, taken: [], heard: [], asked: [], before: undefined, sending: undefined,
    async choose(change: Partial<Prefs>) {
      clock.now += 1000;
      value(await device.settings.change(change));
    },
    share: (on: boolean, take?: 'here' | 'there') => device.syncing.calls.shareSettings({ ...command(), on, ...(take && { take }) }),
    state: async () => (await state()).settings,
    async round(minutes = 0) {
      await rest();
      clock.now += minutes * 60_000;
      value(await device.syncing.calls.syncNow({}));
      await rest();
    },
    async again() {
      await device.syncing.closing();
      await start(await device.home.again());
      await rest();
    },
  } as unknown as SettingsDevice;
  await writePrefs(first.mounted, systemRandom, DEFAULT_PREFS, OWNER);
  await start(first);
  return device;
}

/** A server with an account, for devices of one home that are linked to it. */
export async function openSettingsWorld(): Promise<SettingsWorld> {
  const server: TestServer = await startTestServer();
  const account = await server.account();
  const way = async () => sendOf(await server.client(account), { requests: 0, bytes: 0 });
  const keys = { homeId: systemRandom(16), mek: systemRandom(32) };
  const devices: SettingsDevice[] = [];
  const cloud = createCloudClient(await way());
  const aead = await createAead();
  const key = await sharedDatasetKey(await importHomeKeys(keys.homeId, keys.mek.slice()), 'home');
  const name = settingsName(keys.homeId);
  const found = <T>(answer: Result<T, CloudFailure>): T => {
    if (answer.ok) return answer.value;
    throw new Error(`the server: ${answer.error}`);
  };
  const there = async () => found(await cloud.object(...OBJECT));
  return {
    there,
    seal: (fields, more) => Promise.resolve(sealFields({ aead, random: systemRandom }, key, name, { fields, ...more })),
    async fields() {
      const opened = openFields(aead, key, name, (await there())?.body ?? new Uint8Array(0));
      if (!opened.ok) throw new Error(opened.error.kind);
      return opened.value.get('fields') as Map<string, Map<string, unknown>>;
    },
    async replace(body) {
      if (!found(await cloud.putObject(...OBJECT, { rev: (await there())?.rev, body }))) throw new Error('somebody else was faster');
    },
    async both(one, two) {
      await one.choose({ language: 'de', appearance: 'dark' });
      value(await one.share(true));
      value(await two.share(true, 'there'));
      for (const device of [one, two]) {
        await device.round();
        device.asked.length = device.heard.length = device.taken.length = 0;
      }
    },
    async device() {
      const device = await openDevice(await way(), { keys, random: systemRandom });
      devices.push(device);
      value(await device.syncing.calls.startSync(command()));
      await device.round();
      return device;
    },
    async end() {
      for (const device of devices) await device.syncing.closing();
      await server.close();
    },
  };
}
