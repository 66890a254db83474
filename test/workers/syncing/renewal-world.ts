// Devices of one person at the real server, each with the real session, keystore, home, syncing and renewal over memory: what a
// worker ends leaves its disk, and the next one begins there.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { fromHex, toHex, utf8 } from '../../../src/crypto/bytes.ts';
import { domainKey, type HomeKeys } from '../../../src/crypto/home-keys.ts';
import { withKeyring } from '../../../src/crypto/keyring.ts';
import { openNode } from '../../../src/crypto/node-record.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { parseSlot } from '../../../src/crypto/slot.ts';
import { err, ok } from '../../../src/result.ts';
import type { CloudFailure } from '../../../src/sync/cloud.ts';
import { type CloudClient, createCloudClient, type StorageRequest } from '../../../src/sync/cloud-client.ts';
import type { AccountStorage } from '../../../src/workers/account/account-storage.ts';
import type { SignInCard } from '../../../src/workers/contract/account.ts';
import type { AccountId, SignInId, Uid } from '../../../src/workers/contract/ids.ts';
import type { Served } from '../../../src/workers/contract/surface.ts';
import type { SyncSurface } from '../../../src/workers/contract/sync.ts';
import { createHome, initHome } from '../../../src/workers/home/create-home.ts';
import { openKeyring } from '../../../src/workers/home/keyring-row.ts';
import type { MountedHome } from '../../../src/workers/home/mounted-home.ts';
import { createIdentity } from '../../../src/workers/identity/identity.ts';
import { createKeystore } from '../../../src/workers/keystore/keystore.ts';
import { createSessionCore, type SessionCore } from '../../../src/workers/session/core.ts';
import { handMekOf } from '../../../src/workers/session/hand-mek.ts';
import { createRenewal } from '../../../src/workers/session/renewal.ts';
import { secretOf } from '../../../src/workers/session/secrets.ts';
import { createSessionCalls } from '../../../src/workers/session/session.ts';
import { adoptHome, createUserCalls } from '../../../src/workers/session/users.ts';
import { createWaysIn } from '../../../src/workers/session/ways-in.ts';
import { createMemoryDatabase, type MemoryDisk, newMemoryDisk, whereRoom } from '../../support/memory-database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { SYSTEM_SCHEMA, type SystemRows } from '../../../src/workers/store/system-schema.ts';
import { createApproving } from '../../../src/workers/syncing/approving.ts';
import { createCardKeeper } from '../../../src/workers/syncing/card-keeper.ts';
import { createDeviceCalls } from '../../../src/workers/syncing/device-calls.ts';
import { createCheckpointKeeper } from '../../../src/workers/syncing/checkpoint-keeper.ts';
import { createDeviceKeeper } from '../../../src/workers/syncing/device-keeper.ts';
import { parseCard } from '../../../src/workers/syncing/home-card.ts';
import { createRenewalCalls } from '../../../src/workers/syncing/renewal-calls.ts';
import { createRoomCalls } from '../../../src/workers/syncing/room-calls.ts';
import { resting } from './resting.ts';
import { createSyncing, type Syncing } from '../../../src/workers/syncing/syncing.ts';
import { changeAccount } from '../../../server/accounts/accounts.ts';
import { startTestServer } from '../../server/support/test-server.ts';
import { sendOf } from '../../sync/send.ts';
import { bytes, type TestHome, testHomeOver, value, workPort } from '../home/test-home.ts';
import { CHEAP, command, PASSWORD, SEAL } from '../session/device.ts';

const ACCOUNT = 'a'.repeat(32) as AccountId;

export interface RenewalDevice {
  readonly name: string;
  uid: Uid;
  home: TestHome;
  core: SessionCore;
  syncing: Syncing;
  keystore: ReturnType<typeof createKeystore>;
  calls: Served<Pick<SyncSurface, 'draftRecoveryPhrase' | 'renewKeys' | 'takeRenewedKeys' | 'accountDevices' | 'nameDevice' | 'waitingDevices' | 'compareDevice' | 'approveDevice' | 'refuseDevice'>>
    & Pick<ReturnType<typeof createWaysIn>, 'tryRecoveryPhrase' | 'setPin'>;
  /** Digits that this device showed, and requests that it sent. */
  readonly digits: string[];
  readonly sent: StorageRequest[];
  /** Answers a request instead of the server. */
  before: ((request: StorageRequest) => CloudFailure | undefined | Promise<undefined>) | undefined;
  locked: boolean;
  /** The disk takes no record of a node. */
  noRoom: boolean;
  signedOut: boolean;
  state(): Promise<string>;
  round(): Promise<string>;
  /** Opens what is on the disk with this password, in a new worker. */
  unlock(password?: string): Promise<string>;
}

export interface RenewalWorld {
  readonly cloud: CloudClient;
  readonly signIns: SignInCard[];
  readonly ended: SignInId[];
  first(): Promise<RenewalDevice>;
  /** The account has no more room. */
  fill(): Promise<void>;
  /** One more device of the same home: by the key that a device has, or by its phrase and the card. */
  join(from: RenewalDevice, name: string, phrase?: string): Promise<RenewalDevice>;
  end(): Promise<void>;
}

interface Disk {
  readonly system: MemoryDisk;
  readonly home: MemoryDisk;
  readonly device: Uint8Array<ArrayBuffer>;
}

const newDisk = (): Disk => ({ system: newMemoryDisk(SYSTEM_SCHEMA), home: newMemoryDisk(HOME_SCHEMA), device: systemRandom(16) });
const pause = () => new Promise<void>((resolve) => { setImmediate(resolve); });

export async function openRenewalWorld(): Promise<RenewalWorld> {
  const server = await startTestServer();
  const account = await server.account();
  const aead = await createAead();
  const [signIns, ended]: [SignInCard[], SignInId[]] = [[], []];
  const endings: (() => Promise<void>)[] = [];
  let now = Date.now();
  const clock = () => (now += 1);

  async function open(name: string, disk = newDisk()): Promise<RenewalDevice> {
    const send = sendOf(await server.client(account), { requests: 0, bytes: 0 });
    const storage: AccountStorage = {
      account: () => (device.signedOut ? undefined : ACCOUNT), courierPass: () => Promise.resolve(err('absent')),
      sendTo: () => async (request) => {
        if (request.pace === 'lasting') return err('absent');
        device.sent.push(request);
        const failure = await device.before?.(request);
        return failure ? err(failure) : send(request);
      },
    };
    const signInId = `sign-in-of-${name}` as SignInId;
    const sessions = () => Promise.resolve(ok(signIns.map((each) => ({ ...each, current: each.signInId === signInId }))));
    if (!signIns.some((each) => each.signInId === signInId)) signIns.push({ signInId, client: 'app', begunAt: 1, usedAt: 1, current: false });

    async function start(): Promise<void> {
      const db = createMemoryDatabase<SystemRows>('system', SYSTEM_SCHEMA, disk.system);
      const identity = createIdentity({ db, clock });
      const keystore = createKeystore({ db, aead, random: systemRandom, cost: CHEAP });
      const homeDb = whereRoom(createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, disk.home), (stores) => !(device.noRoom && stores.includes('records')));
      const cards = createCardKeeper({ aead, random: systemRandom, owner: (home) => identity.byHome(home), recoverySlots: async (home) => recovery(await keystore.portable(home)) });
      const devices = createDeviceKeeper({ aead, random: systemRandom, signIns: sessions, deviceName: name });
      const checkpoints = createCheckpointKeeper({ aead, random: systemRandom, clock, deviceName: name });
      const syncing = createSyncing({
        storage, aead, random: systemRandom, clock, after: () => () => undefined, announce: () => undefined, broken: (fault) => { throw fault; }, hold: () => Promise.resolve(), mayMoveBulk: () => true,
        settings: () => ({ clocks: () => undefined, end: () => Promise.resolve(), meet: () => Promise.resolve('off'), begin: () => Promise.resolve('off') }) as never, datasets: () => ({ of: () => Promise.resolve(undefined), all: () => Promise.resolve([]) }), cards, devices, checkpoints,
      });
      const core = createSessionCore({
        db, identity, keystore, clock, timers: { after: () => () => undefined }, random: systemRandom, retire: () => undefined, shared: { chosen: () => undefined, taken: () => undefined },
        announcer: { announce: () => undefined, deviceChanged: () => Promise.resolve() }, standby: { keep: () => undefined, drop: () => Promise.resolve() },
        followers: [{ opened: (home: MountedHome) => syncing.opened(home), closing: () => syncing.closing() }],
        homes: {
          destroy: () => Promise.resolve(), present: () => Promise.resolve([]),
          async mount(keys, { fresh }) {
            const deps = { keys, aead, db: homeDb, device: disk.device, random: systemRandom, extentsAs: 'buffer', now: clock } as const;
            if (fresh) await initHome(deps);
            const whole = await openKeyring(homeDb, aead, keys);
            if (!whole) return err({ code: 'integrity.tampered' });
            device.home = await testHomeOver({ ...deps, keys: whole });
            return ok(device.home);
          },
        },
      });
      const linked = () => syncing.linked('any');
      Object.assign(device, {
        core, keystore, syncing, calls: {
          ...createUserCalls(core), ...createSessionCalls(core), ...createWaysIn(core), ...createDeviceCalls({ linked, devices, signIns: sessions }), ...createRoomCalls({ linked, devices, checkpoints, clock }),
          ...createApproving({
            random: systemRandom, clock, pause, handMek: handMekOf(core), recoverySlots: async (home) => recovery(await keystore.portable(toHex(home))),
            async current() {
              const at = await syncing.linked();
              return at && { homeId: at.home.homeId, account: at.account, send: at.send, closing: at.home.closing };
            },
          }),
          ...createRenewalCalls({
            aead, clock, pause, cards, devices, checkpoints, linked, random: systemRandom, isLinked: syncing.isLinked, renewal: createRenewal(core), recoverySlots: (slots) => recovery(slots.map(({ row }) => row.bytes)),
            showDigits: (digits) => void device.digits.push(digits),
            endSignIn({ signInId: gone }) {
              ended.push(gone);
              signIns.splice(signIns.findIndex((each) => each.signInId === gone), 1);
              return Promise.resolve(ok());
            },
            async takeMek(homeId, mek, password) {
              const taken = await keystore.takeMek(homeId, mek, { kind: 'password', bytes: password });
              return taken.ok ? taken : err({ code: 'internal' });
            },
            async enter(homeId, slots, { phrase, password }) {
              const by = secretOf('phrase', phrase);
              const entered = by.ok ? await keystore.enter(homeId, slots, by.value, { kind: 'password', bytes: password }) : by;
              return entered.ok ? entered : err({ code: 'auth.rejected' });
            },
          }),
        },
      });
    }

    const device = {
      name, digits: [], sent: [], before: undefined, signedOut: false, noRoom: false,
      state: () => resting(device.syncing),
      async round() {
        await resting(device.syncing);
        value(await device.syncing.calls.syncNow({}));
        return resting(device.syncing);
      },
      async unlock(password = PASSWORD) {
        await start();
        const opened = await (device.calls as unknown as ReturnType<typeof createSessionCalls>).login({ ...command(), uid: device.uid, kind: 'password', secret: utf8(password) });
        return opened.ok ? 'ok' : opened.error.code;
      },
    } as unknown as RenewalDevice;
    Object.defineProperty(device, 'locked', { get: () => !device.core.current().ok });
    Object.defineProperty(device, 'disk', { value: disk });
    await start();
    endings.push(() => device.syncing.closing());
    return device;
  }

  const recovery = (slots: readonly Uint8Array<ArrayBuffer>[]) => slots.filter((bytes) => {
    const slot = parseSlot(bytes);
    return slot.ok && slot.value.kind === 'recovery';
  });

  const world: RenewalWorld = {
    cloud: createCloudClient(sendOf(await server.client(account), { requests: 0, bytes: 0 })),
    signIns, ended,
    async first() {
      const device = await open('one');
      const made = value(await (device.calls as unknown as ReturnType<typeof createUserCalls>).createUser({ ...command(), name: 'Ada', seal: SEAL, secret: utf8(PASSWORD) }));
      device.uid = made.uid;
      value(await device.syncing.calls.startSync(command()));
      await resting(device.syncing);
      return device;
    },
    fill: async () => void (await changeAccount(server.storage.rows, `u${account}`, { quotaBytes: 1 })),
    async join(from, name, phrase) {
      const { homeId } = from.home.mounted;
      const device = await open(name);
      const [password, found] = [{ kind: 'password', bytes: utf8(PASSWORD) } as const, await world.cloud.object('envelopes', '0'.repeat(32))];
      const card = found.ok && found.value ? parseCard(found.value.body) : undefined;
      const by = phrase === undefined ? undefined : secretOf('phrase', utf8(phrase));
      const taken = by?.ok && card ? await device.keystore.enter(homeId, card.slots, by.value, password)
        : await device.keystore.takeMek(homeId, value(await handMekOf(from.core)('password', utf8(PASSWORD), (mek) => Promise.resolve(mek.slice()))), password);
      if (!taken.ok) throw new Error('no slot');
      const keys = (await withKeyring(aead, taken.value.keys, phrase === undefined ? undefined : card?.keyring))!;
      // As a staged home has it: nothing yet, and linked.
      const disk = (device as unknown as { readonly disk: Disk }).disk;
      const staged = await createHome({ keys, aead, db: createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, disk.home), device: disk.device, random: systemRandom, extentsAs: 'buffer', now: clock, desk: { offer: () => ({}) as never }, announce: () => undefined });
      await staged.mounted.sync.link.begin(ACCOUNT);
      if (phrase !== undefined && card?.keyring) await staged.mounted.keyring.keep(card.keyring);
      await staged.close();
      device.uid = value(await adoptHome(device.core, { home: toHex(homeId), slots: 'slots' in taken.value ? taken.value.slots : [taken.value.slot], name: 'Ada', seal: SEAL, command: command().command }));
      assert.equal(await device.unlock(), 'ok');
      await device.round();
      return device;
    },
    async end() {
      for (const ending of endings) await ending();
      await server.close();
    },
  };
  return world;
}

/** Renews keys on a device, which locks; gives the new phrase. */
export async function renew(device: RenewalDevice, how: { readonly signInId?: SignInId } = {}): Promise<string> {
  const { phrase } = value(await device.calls.draftRecoveryPhrase({}));
  value(await device.calls.renewKeys({ ...command(), secret: utf8(PASSWORD), phrase: utf8(phrase), ...how }));
  return phrase;
}

/** Takes over keys on a device: by their phrase, or by another device. */
export const take = (device: RenewalDevice, phrase?: string, password = PASSWORD): ReturnType<RenewalDevice['calls']['takeRenewedKeys']> =>
  device.calls.takeRenewedKeys({ ...command(), port: workPort(), secret: utf8(password), ...(phrase !== undefined && { phrase: utf8(phrase) }) });

const LARGE = bytes(5_000_000, 3);
/** What the first device begins with: small and large content, and a folder. */
export const FILES = { 'small.txt': 'small', 'large.bin': LARGE, 'docs/deep.txt': 'deep' };
const text = (read: Uint8Array) => new TextDecoder().decode(read);
const tail = (read: Uint8Array) => toHex(Uint8Array.from(read.subarray(-16)));

/** What a device reads of them, and what it is to read. */
export const contents = async ({ home }: RenewalDevice): Promise<readonly string[]> => [
  text(await home.read(await home.find('small.txt'))), tail(await home.read(await home.find('large.bin'))), text(await home.read(await home.find('deep.txt', await home.find('docs')))),
];
export const all: readonly string[] = ['small', tail(LARGE), 'deep'];

/** Which of the records at the server, of the nodes that this device has, open by these keys. */
export async function opensAtServer({ cloud }: RenewalWorld, { home }: RenewalDevice, keys: HomeKeys): Promise<readonly boolean[]> {
  const [aead, key] = [await createAead(), await domainKey(keys, 'nodes')];
  const ids = (await home.mounted.db.read(['nodes'], (tx) => tx.list('nodes'))).map(({ id }) => id);
  const found = await cloud.nodes(ids);
  if (!found.ok) throw new Error(found.error);
  return found.value.map((object, at) => object !== undefined && openNode(aead, key, fromHex(ids[at]!, 16)!, object.body).ok);
}
