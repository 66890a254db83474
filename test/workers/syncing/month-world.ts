// Two devices of one home at the real server, which may be gone for as long as a test likes: time passes by what is due in it, and all that
// a device writes, and asks of the server, is counted.
import { importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { err, ok } from '../../../src/result.ts';
import type { Send } from '../../../src/sync/cloud-client.ts';
import type { CourierPass } from '../../../src/sync/courier/pass.ts';
import type { AccountStorage } from '../../../src/workers/account/account-storage.ts';
import type { AccountId } from '../../../src/workers/contract/ids.ts';
import type { SyncStatus } from '../../../src/workers/contract/sync.ts';
import type { Database } from '../../../src/workers/store/database.ts';
import { HOME_SCHEMA, type HomeRows, type OutboxRow } from '../../../src/workers/store/home-schema.ts';
import { createCardKeeper } from '../../../src/workers/syncing/card-keeper.ts';
import { createCheckpointKeeper } from '../../../src/workers/syncing/checkpoint-keeper.ts';
import { createDeviceKeeper } from '../../../src/workers/syncing/device-keeper.ts';
import { createSyncing, type Syncing } from '../../../src/workers/syncing/syncing.ts';
import { proofKeyOf } from '../../server/support/api-client.ts';
import { startTestServer } from '../../server/support/test-server.ts';
import { insecureSeededRandom } from '../../support/insecure-random.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';
import { sendOf } from '../../sync/send.ts';
import { command, newHome, newHomeDisk, type TestHome, value } from '../home/test-home.ts';

export const DAY = 24 * 60 * 60_000;
const ACCOUNT = 'a'.repeat(32) as AccountId;

/** What a home did in its database: transactions, and the stores of rows that it wrote. */
export interface Work { reads: number; writes: number; readonly rows: string[] }

export interface MonthDevice {
  readonly home: TestHome;
  readonly syncing: Syncing;
  /** When it asked something of the server, and when for the courier's pass, in ms since 1970. */
  readonly asked: number[];
  readonly askedPass: number[];
  /** What pages were told of sync, each once. */
  readonly told: Set<string>;
  status(): Promise<SyncStatus>;
  /** What `deed` makes the home do. */
  work(deed: () => Promise<unknown>): Promise<Work>;
  outbox(): Promise<readonly OutboxRow[]>;
}

export interface MonthWorld {
  readonly one: MonthDevice;
  readonly two: MonthDevice;
  gone: boolean;
  readonly now: () => number;
  /** Time passes, and with it whatever is due. */
  pass(ms: number): Promise<void>;
  /** The server's clock comes to the same day, and devices are signed in anew. */
  signInAnew(): Promise<void>;
  end(): Promise<void>;
}

/** Timers that fire one by one: what each begins comes to rest before the next. */
function createTime(rest: () => Promise<void>) {
  const due = new Set<{ readonly at: number; readonly fire: () => void }>();
  const time = {
    now: Date.now(),
    after(ms: number, fire: () => void) {
      // As clocks tell it: whole.
      const entry = { at: Math.round(time.now + ms), fire };
      due.add(entry);
      return () => { due.delete(entry); };
    },
    async pass(ms: number) {
      const end = time.now + ms;
      for (;;) {
        let next: { readonly at: number; readonly fire: () => void } | undefined;
        for (const one of due) if (one.at <= end && (!next || one.at < next.at)) next = one;
        if (!next) break;
        due.delete(next);
        time.now = next.at;
        next.fire();
        await rest();
      }
      time.now = end;
    },
  };
  return time;
}

function counting(db: Database<HomeRows>, work: Work): Database<HomeRows> {
  return {
    ...db,
    read(stores, body) {
      work.reads += 1;
      return db.read(stores, body);
    },
    write(stores, body, options) {
      work.writes += 1;
      const wrote = (store: string) => { work.rows.push(store); };
      return db.write(stores, (tx) => body({
        ...tx,
        put: (store, row) => (wrote(store), tx.put(store, row)),
        remove: (store, key) => (wrote(store), tx.remove(store, key)),
      }), options);
    },
  };
}

interface Around {
  readonly time: ReturnType<typeof createTime>;
  /** The way to the server; undefined while it is gone. */
  readonly send: () => Send | undefined;
  readonly pass: () => Promise<CourierPass>;
  readonly keys: Readonly<Parameters<typeof importHomeKeys>>;
  readonly seed: number;
}

function storageOf({ send, pass, time }: Around, { asked, askedPass }: Pick<MonthDevice, 'asked' | 'askedPass'>): AccountStorage {
  return {
    account: () => ACCOUNT,
    async courierPass() {
      askedPass.push(time.now);
      return send() ? ok(await pass()) : err('unreachable');
    },
    sendTo: () => async (request) => {
      asked.push(time.now);
      const way = send();
      if (!way) return err('unreachable');
      // Nothing would ever end a stream that is open.
      return request.pace === 'lasting' ? err('absent') : way(request);
    },
  };
}

async function openDevice(around: Around): Promise<MonthDevice> {
  const { time, keys: [homeId, mek], seed } = around;
  const work: Work = { reads: 0, writes: 0, rows: [] };
  const [asked, askedPass, told]: [number[], number[], Set<string>] = [[], [], new Set()];
  const clock = () => time.now;
  const db = counting(createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, newHomeDisk()), work);
  const home = await newHome({ db, keys: await importHomeKeys(homeId, mek.slice()), now: clock });
  const { aead } = home.mounted;
  // A pass is given to those alone who are signed in.
  await db.write(['accountKeys'], async (tx) => tx.put('accountKeys', { id: ACCOUNT, ...(await around.pass()).key }));
  const chance = insecureSeededRandom(seed);
  const syncing = createSyncing({
    storage: storageOf(around, { asked, askedPass }), aead, random: (length) => (length === 1 ? chance(1) : systemRandom(length)), clock, after: time.after,
    announce: (fact) => { if (fact.type === 'sync.changed') told.add(fact.status.state); }, broken: (fault) => { throw fault; }, hold: () => Promise.resolve(), mayMoveBulk: () => true,
    cards: createCardKeeper({ aead, random: systemRandom, recoverySlots: () => Promise.resolve([]), owner: () => Promise.resolve({ name: 'Ada', seal: { picture: 'fox', colour: 'teal' } }) }),
    devices: createDeviceKeeper({ aead, random: systemRandom, signIns: () => Promise.resolve(ok([])), deviceName: 'a device' }),
    checkpoints: createCheckpointKeeper({ aead, random: systemRandom, clock, deviceName: 'a device' }),
    settings: () => ({ clocks: () => undefined, meet: () => Promise.resolve('off'), begin: () => Promise.resolve('off'), end: () => Promise.resolve() }), datasets: () => ({ of: () => Promise.resolve(undefined), all: () => Promise.resolve([]) }),
  });
  await syncing.opened(home.mounted);
  return {
    home, syncing, asked, askedPass, told,
    status: async () => value(await syncing.calls.syncStatus({})),
    async work(deed) {
      Object.assign(work, { reads: 0, writes: 0 }).rows.length = 0;
      await deed();
      syncing.homeChanged();
      return { ...work, rows: [...work.rows].sort() };
    },
    outbox: () => db.read(['outbox'], (tx) => tx.list('outbox')),
  };
}

export async function openMonthWorld(): Promise<MonthWorld> {
  const server = await startTestServer();
  const account = await server.account();
  const devices: MonthDevice[] = [];
  async function isBusy(): Promise<boolean> {
    for (const device of devices) if ((await device.status()).state === 'working') return true;
    return false;
  }
  const time = createTime(async () => {
    // A stream that is not to be had says so a moment after its round; with the server gone none is opened.
    for (let still = 0; still < (world.gone ? 1 : 3);) {
      await new Promise((resolve) => { setImmediate(resolve); });
      still = (await isBusy()) ? 0 : still + 1;
    }
  });
  let way = sendOf(await server.client(account), { requests: 0, bytes: 0 });
  const around = (seed: number): Around => ({
    time, seed, keys, send: () => (world.gone ? undefined : way),
    async pass() {
      const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']) as CryptoKeyPair;
      const { token } = await server.client(account, 'storage.courier', { key: await proofKeyOf(key, server.storage.clock) });
      return { api: `${server.origin}/v1`, token, key, expiresAt: time.now + DAY };
    },
  });
  const keys = [systemRandom(16), systemRandom(32)] as const;
  const world = {
    gone: false, now: () => time.now, pass: time.pass,
    async signInAnew() {
      server.ahead = time.now - Date.now();
      way = sendOf(await server.client(account), { requests: 0, bytes: 0 });
    },
    async end() {
      for (const { syncing } of devices) await syncing.closing();
      await server.close();
    },
  } as MonthWorld & { one: MonthDevice; two: MonthDevice };
  for (const name of ['one', 'two'] as const) {
    const device = world[name] = await openDevice(around(name.length + devices.length));
    devices.push(device);
    value(await device.syncing.calls.startSync(command()));
    await time.pass(60_000);
  }
  return world;
}
