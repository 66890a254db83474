// Who is logged in here, locked or not; at most one open. Holds the mounted home and gives it up whole
// (docs/users-and-sessions.md).
import { toHex } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { SessionCard } from '../contract/device.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { parseSid, parseUid, type Sid, type Uid } from '../contract/ids.ts';
import { LIMITS, PATIENCE } from '../contract/limits.ts';
import type { Prefs } from '../contract/prefs.ts';
import type { Identity } from '../identity/identity.ts';
import type { Keystore } from '../keystore/keystore.ts';
import { type Database, StorageError, type WriteTransaction } from '../store/database.ts';
import type { SessionRow, SystemRows, UserRow } from '../store/system-schema.ts';
import { type AutoLock, createAutoLock, type Timers } from './auto-lock.ts';
import type { Announcer, Follower, Homes, KeptSession, OpenHome, Standby } from './open-home.ts';
import { DEFAULT_PREFS, readPrefs } from './prefs.ts';
import { createSettings, type Settings } from './settings.ts';
import { readClocks, type SettingClocks } from './settings-object.ts';

export interface SessionDeps {
  readonly db: Database<SystemRows>;
  readonly identity: Identity;
  readonly keystore: Keystore;
  readonly homes: Homes;
  readonly standby: Standby;
  /** Told of a home that opens in this order, of one that closes in this order too. */
  readonly followers: readonly Follower[];
  readonly announcer: Announcer;
  readonly clock: () => number;
  readonly timers: Timers;
  readonly random: Random;
  /** What came of the settings that a person's devices share: chosen here, or taken from another device, by name. */
  readonly shared: { readonly chosen: () => void; readonly taken: (names: readonly string[]) => void };
  /** Ends this worker once everything admitted is answered, or patience is at its end; a fresh one follows. Heard once. */
  readonly retire: () => void;
}

export interface OpenSession {
  readonly sid: Sid;
  readonly uid: Uid;
  readonly home: OpenHome;
  prefs: Prefs;
  /** Undefined where this device keeps its settings to itself. */
  clocks: SettingClocks | undefined;
}

export type LockReason = 'asked' | 'idle' | 'switched' | 'renewed';

export const UNAVAILABLE: NexusError = nexusError('door.unavailable');

export interface SessionCore {
  readonly deps: SessionDeps;
  readonly autoLock: AutoLock;
  readonly settings: Settings;
  /** The open session; `session.locked` without one, `door.unavailable` once this worker leaves. */
  current(): Result<OpenSession, NexusError>;
  /** One at a time: two trials never overtake each other's count. */
  alone<T>(body: () => Promise<Result<T, NexusError>>): Promise<Result<T, NexusError>>;
  /** Makes way for another session: true where this worker has nothing open and may go on. */
  makeWay(): Promise<boolean>;
  /** Mounts and puts the session in front; `user` is in the system database already. */
  enter(uid: Uid, keys: HomeKeys): Promise<Result<Sid, NexusError>>;
  /** The same for a home that was mounted already. */
  enterMounted(uid: Uid, keys: HomeKeys, home: OpenHome): Promise<Result<Sid, NexusError>>;
  /** Locks and leaves. `toGreeter` puts no session in front. */
  leave(why: LockReason, toGreeter?: boolean): Promise<void>;
  offerStandby(): void;
  cards(): Promise<{ sessions: readonly SessionCard[]; front?: Sid }>;
  /** The home of a user, or of the user of a session, by its hex id. */
  homeOf(who: { readonly uid?: string; readonly sid?: string }): Promise<string | undefined>;
  resume(kept: KeptSession | undefined): Promise<void>;
}

const changeSessions = (tx: WriteTransaction<SystemRows>, change: (row: SessionRow) => SessionRow) =>
  tx.list('sessions').then(async (rows) => {
    for (const row of rows) await tx.put('sessions', change(row));
  });

const cardsOf = (rows: readonly SessionRow[], open: Sid | undefined): readonly SessionCard[] => rows.flatMap((row): SessionCard[] => {
  const [sid, uid] = [parseSid(row.sid), parseUid(row.uid)];
  return sid && uid ? [{ sid, uid, locked: open !== sid, openedAt: row.openedAt }] : [];
}).sort((a, b) => a.openedAt - b.openedAt || (a.sid < b.sid ? -1 : 1));

/** Each step of a lock is taken, whatever became of those before it; then the first fault is thrown. */
async function everyStep(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const step of steps) await Promise.resolve().then(step).catch((fault: unknown) => void faults.push(fault));
  if (faults.length > 0) throw faults[0];
}

/** The row of this user's session, made or found, in front of all others. */
function putInFront({ db, random, clock }: Pick<SessionDeps, 'db' | 'random' | 'clock'>, uid: Uid): Promise<Result<SessionRow, NexusError>> {
  return db.write(['sessions'], async (tx): Promise<Result<SessionRow, NexusError>> => {
    const rows = await tx.list('sessions');
    const mine = rows.find((row) => row.uid === uid);
    if (!mine && rows.length >= LIMITS.sessions) return err(nexusError('session.too_many'));
    await changeSessions(tx, (row) => ({ ...row, front: false }));
    const row = { sid: toHex(random(16)), openedAt: clock(), lockings: 0, uid, ...mine, front: true };
    await tx.put('sessions', row);
    return ok(row);
  }, { durability: 'strict' });
}

export function createSessionCore(deps: SessionDeps): SessionCore {
  const { db, homes, standby, followers, announcer, clock, timers } = deps;
  let open: OpenSession | undefined;
  let kept: KeptSession | undefined;
  let left = false;
  let turn: Promise<unknown> = Promise.resolve();
  const autoLock = createAutoLock({ clock, timers, lock: () => void core.alone(async () => ok(await core.leave('idle'))) });

  async function begin(row: SessionRow, keys: HomeKeys, home: OpenHome): Promise<Sid> {
    const [sid, uid] = [parseSid(row.sid), parseUid(row.uid)];
    if (!sid || !uid) throw new Error('session row without ids');
    const prefs = await readPrefs(home.mounted);
    open = { sid, uid, home, prefs: prefs.ok ? prefs.value : DEFAULT_PREFS, clocks: await readClocks(home.mounted) };
    kept = { sid, lockings: row.lockings, keys };
    standby.keep(kept);
    autoLock.start(open.prefs.autoLockMs);
    for (const follower of followers) await follower.opened(home.mounted, home.surface);
    return sid;
  }

  function current(): Result<OpenSession, NexusError> {
    if (left) return err(UNAVAILABLE);
    return open ? ok(open) : err(nexusError('session.locked'));
  }

  const core: SessionCore = {
    deps,
    autoLock,
    settings: createSettings({ deps, autoLock, current }),
    current,
    alone(body) {
      const run = turn.then(() => (left ? err(UNAVAILABLE) : body()));
      turn = run.catch(() => undefined);
      return run;
    },
    makeWay: async () => {
      if (open) await core.leave('switched');
      return !left;
    },
    async enter(uid, keys) {
      const home = await homes.mount(keys, { fresh: false });
      return home.ok ? core.enterMounted(uid, keys, home.value) : home;
    },
    async enterMounted(uid, keys, home) {
      const row = await putInFront(deps, uid);
      if (!row.ok) {
        await home.close();
        return row;
      }
      // A home that is half open is told to nobody, and not opened again: the next worker begins anew.
      const sid = await begin(row.value, keys, home).catch((fault: unknown) => (open ? core.leave('asked') : home.close()).then(() => { throw fault; }));
      announcer.announce({ type: 'session.opened', sid, uid });
      await announcer.deviceChanged();
      return ok(sid);
    },
    async leave(why, toGreeter = false) {
      if (!open) return;
      const { sid, uid, home } = open;
      open = undefined;
      kept = undefined;
      left = true;
      autoLock.stop();
      const patience = timers.after(PATIENCE.leaveMs, deps.retire);
      try {
        await everyStep([
          () => db.write(['sessions'], (tx) => changeSessions(tx, (row) =>
            row.sid === sid ? { ...row, lockings: row.lockings + 1, front: !toGreeter } : row), { durability: 'strict' }),
          standby.drop,
          ...followers.map((follower) => () => follower.closing(why)),
          home.close,
          async () => announcer.announce({ type: 'session.locked', sid, uid, why }),
          announcer.deviceChanged,
        ]);
      } finally {
        patience();
        deps.retire();
      }
    },
    offerStandby() {
      if (kept) standby.keep(kept);
    },
    async cards() {
      const rows = await db.read(['sessions'], (tx) => tx.list('sessions'));
      const sessions = cardsOf(rows, open?.sid);
      const front = parseSid(rows.find((row) => row.front)?.sid);
      return { sessions, ...(front && { front }) };
    },
    homeOf: ({ uid, sid }) => db.read(['sessions', 'users'], async (tx) => {
      const of = uid ?? (sid === undefined ? undefined : (await tx.get('sessions', sid))?.uid);
      return of === undefined ? undefined : (await tx.get('users', of))?.home;
    }),
    async resume(handed) {
      await sweep(deps);
      if (!handed) return;
      const row = await db.read(['sessions'], (tx) => tx.get('sessions', handed.sid));
      if (!row?.front || row.lockings !== handed.lockings) return;
      const home = await asFarAsStored(homes.mount(handed.keys, { fresh: false }));
      if (home?.ok) await begin(row, handed.keys, home.value);
    },
  };
  return core;
}

/** Undefined where storage fails: what is wrong with one home keeps nobody out of another, and is tried again at the next start. */
async function asFarAsStored<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (fault) {
    if (fault instanceof StorageError) return undefined;
    throw fault;
  }
}

/** Finishes deletions that were cut short, and drops homes that no user names: what a crash left of a creation or a restore. */
async function sweep({ identity, homes, db }: SessionDeps): Promise<void> {
  for (const row of await identity.leaving()) await asFarAsStored(finishDeletion({ identity, homes }, row));
  const named = new Set((await db.read(['users'], (tx) => tx.list('users'))).map((row) => row.home));
  for (const home of await homes.present()) if (!named.has(home)) await asFarAsStored(homes.destroy(home));
}

/** The home first, the system rows last. */
export async function finishDeletion({ identity, homes }: Pick<SessionDeps, 'identity' | 'homes'>, row: UserRow): Promise<void> {
  await homes.destroy(row.home);
  await identity.forget(row);
}
