// A device for tests: the real session, identity and keystore over memory, with homes that hold nothing, a clock and
// timers that the test moves, and the cheapest KDF that the format allows.
import { createAead } from '../../../src/crypto/aead.ts';
import { toHex, utf8 } from '../../../src/crypto/bytes.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { ok, unwrap } from '../../../src/result.ts';
import type { Fact } from '../../../src/workers/contract/events.ts';
import type { CommandId, Sid, Uid } from '../../../src/workers/contract/ids.ts';
import type { HomeSurface, IdentitySurface, Served, SessionSurface } from '../../../src/workers/contract/surface.ts';
import type { MountedHome } from '../../../src/workers/home/mounted-home.ts';
import { createIdentity, type Identity } from '../../../src/workers/identity/identity.ts';
import { createKeystore, type Keystore } from '../../../src/workers/keystore/keystore.ts';
import { createSessionCore, type SessionCore } from '../../../src/workers/session/core.ts';
import type { Homes, KeptSession } from '../../../src/workers/session/open-home.ts';
import { createSessionCalls } from '../../../src/workers/session/session.ts';
import { createUserCalls } from '../../../src/workers/session/users.ts';
import { createWaysIn } from '../../../src/workers/session/ways-in.ts';
import type { Database } from '../../../src/workers/store/database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { SYSTEM_SCHEMA, type SystemRows } from '../../../src/workers/store/system-schema.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';

export const CHEAP = { m: 8 * 1024, t: 1, p: 1 } as const;
export const SEAL = { picture: 'fox', colour: 'teal' } as const;

let commands = 0;
/** A new command's envelope. */
export const command = () => {
  commands += 1;
  return { command: commands.toString(16).padStart(32, '0') as CommandId, at: 0 };
};

export interface TestClock {
  now: number;
  /** Moves time and fires what is due, in order. */
  pass(ms: number): void;
  /** The time of day alone: timers go on. */
  setBack(ms: number): void;
}

export function createTimers(): { clock: TestClock; timers: SessionCore['deps']['timers'] } {
  let due: { at: number; fire: () => void }[] = [];
  const clock: TestClock = {
    now: 1_000_000,
    pass(ms) {
      const end = clock.now + ms;
      for (;;) {
        const next = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        due = due.filter((one) => one !== next);
        clock.now = next.at;
        next.fire();
      }
      clock.now = end;
    },
    setBack(ms) {
      clock.now -= ms;
      due = due.map((entry) => ({ ...entry, at: entry.at - ms }));
    },
  };
  const timers = {
    after(ms: number, fire: () => void) {
      const entry = { at: clock.now + ms, fire };
      due.push(entry);
      return () => { due = due.filter((one) => one !== entry); };
    },
  };
  return { clock, timers };
}

/** What outlives a worker: the databases and the clock. */
export interface Disk {
  readonly system: Database<SystemRows>;
  readonly homes: Map<string, Database<HomeRows>>;
  readonly clock: TestClock;
  readonly timers: SessionCore['deps']['timers'];
}

export const newDisk = (): Disk => ({ system: createMemoryDatabase<SystemRows>('system', SYSTEM_SCHEMA), homes: new Map(), ...createTimers() });

export interface Device {
  readonly calls: Served<Omit<IdentitySurface, 'deviceStatus'>> & Served<SessionSurface>;
  readonly core: SessionCore;
  readonly identity: Identity;
  readonly keystore: Keystore;
  readonly facts: Fact[];
  readonly disk: Disk;
  /** 1 once this worker asked to be ended. */
  retired: number;
  kept: KeptSession | undefined;
  mounted: number;
}

/** A fresh worker over `disk`. */
export async function startDevice(disk: Disk = newDisk(), kept?: KeptSession): Promise<Device> {
  const aead = await createAead();
  const facts: Fact[] = [];
  const { system: db, clock, timers } = disk;
  const identity = createIdentity({ db, clock: () => clock.now });
  const keystore = createKeystore({ db, aead, random: systemRandom, cost: CHEAP });

  const homes: Homes = {
    async mount({ homeId, mek }, { fresh }) {
      const id = toHex(homeId);
      if (fresh) disk.homes.set(id, createMemoryDatabase<HomeRows>(id, HOME_SCHEMA));
      const home = disk.homes.get(id);
      if (!home) return { ok: false, error: { code: 'storage.evicted' } };
      const mounted = { homeId, keys: { homeId, mek }, aead, db: home } as unknown as MountedHome;
      device.mounted += 1;
      return Promise.resolve(ok({ surface: {} as Served<HomeSurface>, mounted, close: () => Promise.resolve(void (device.mounted -= 1)) }));
    },
    destroy: async (id) => Promise.resolve(void disk.homes.delete(id)),
    present: () => Promise.resolve([...disk.homes.keys()]),
  };

  const core = createSessionCore({
    db, identity, keystore, homes, timers, clock: () => clock.now, random: systemRandom,
    announcer: { announce: (fact) => void facts.push(fact), deviceChanged: () => Promise.resolve() },
    standby: {
      keep: (session) => { device.kept = session; },
      drop: () => Promise.resolve(void (device.kept = undefined)),
    },
    followers: [], shared: { chosen: () => undefined, taken: () => undefined },
    retire: () => { device.retired = 1; },
  });
  const calls = { ...createUserCalls(core), ...createSessionCalls(core), ...createWaysIn(core) };
  const device: Device = { calls, core, identity, keystore, facts, disk, retired: 0, kept: undefined, mounted: 0 };
  await core.resume(kept);
  return device;
}

export const secret = (text: string) => utf8(text);

export const PASSWORD = 'correct horse';
export const codeOf = (answer: { ok: boolean; error?: { code: string } }) => (answer.ok ? 'ok' : answer.error?.code);

export interface Ada { readonly uid: Uid; readonly sid: Sid; readonly phrase: string }
export const createAda = async (device: Device, name = 'Ada'): Promise<Ada> =>
  unwrap(await device.calls.createUser({ ...command(), name, seal: SEAL, secret: secret(PASSWORD) }));
export const login = (device: Device, uid: Uid, word = PASSWORD, kind: 'password' | 'pin' | 'phrase' = 'password') =>
  device.calls.login({ ...command(), uid, kind, secret: secret(word) });
