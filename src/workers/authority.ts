// The authority, assembled: each service gets the others as interfaces. No decisions here.
import { createAead } from '../crypto/aead.ts';
import { fromHex, toHex } from '../crypto/bytes.ts';
import { systemRandom } from '../crypto/random.ts';
import { ok } from '../result.ts';
import { createBoundedFetch, createStorageFetch } from '../sync/oauth/bounded-fetch.ts';
import { createOAuthClient } from '../sync/oauth/oauth-client.ts';
import { type Account, createAccount } from './account/account.ts';
import { accountWays, approvingOf, devicesOf, joiningOf, keepersOf, renewalOf, roomOf, syncingOf } from './assemble-sync.ts';
import type { BackupDeps } from './backup/backup-deps.ts';
import { createCloudPlans } from './backup/cloud-plan.ts';
import { createCloudSchedule } from './backup/cloud-schedule.ts';
import { createBackup } from './backup/create-backup.ts';
import { mayMoveBulk, watchConnection } from './shell/connection.ts';
import { nexusError, type NexusError } from './contract/errors.ts';
import { parseUid } from './contract/ids.ts';
import { PATIENCE } from './contract/limits.ts';
import type { namesOf } from './contract/line.ts';
import type { Line } from './contract/relay.ts';
import type { Answer } from './contract/surface.ts';
import { nudgeRelay } from './door/streams/nudge.ts';
import { createStreamDesk } from './door/streams/stream-desk.ts';
import { createDoor, type ServedSurface } from './door/worker/door.ts';
import { createFacts, type Facts } from './door/worker/facts.ts';
import { tellIncident } from './door/worker/incident.ts';
import { createStandbyLine, type Kept, type StandbyLine } from './election/standby.ts';
import { type Audit, createAudit } from './grants/audit.ts';
import { noteAccountEvent, noting } from './grants/auditor.ts';
import { createGrants, type Grants } from './grants/grants.ts';
import { policed } from './grants/policy.ts';
import { createHomes, type HomesOnDevice } from './home/homes.ts';
import { createIdentity, type Identity } from './identity/identity.ts';
import { createAppKeys } from './keystore/app-keys.ts';
import { createKeystore, type Keystore } from './keystore/keystore.ts';
import { RELEASE } from './release.ts';
import type { Timers } from './session/auto-lock.ts';
import { createSessionCore, type SessionCore } from './session/core.ts';
import { deviceStatus } from './session/device-status.ts';
import { handMekOf } from './session/hand-mek.ts';
import { createHomeCalls } from './session/home-calls.ts';
import { createSessionCalls } from './session/session.ts';
import { adoptHome, createUserCalls, stageUnowned } from './session/users.ts';
import { createWaysIn } from './session/ways-in.ts';
import { type Database, StaleTermError, StorageError } from './store/database.ts';
import { extentForm } from './store/extent-form.ts';
import { openDatabase } from './store/open-database.ts';
import { SYSTEM_MIGRATIONS, SYSTEM_SCHEMA, type SystemRows } from './store/system-schema.ts';
import { createContentSpace } from './syncing/content-space.ts';
import type { Syncing } from './syncing/syncing.ts';

export interface AuthorityOptions {
  readonly names: ReturnType<typeof namesOf>;
  /** An open session that this worker stood by for. */
  readonly kept: Kept | undefined;
  /** Ends this worker after a lock; a fresh one follows. */
  readonly leave: () => void;
  /** The office is another's: end at once. */
  readonly lost: () => void;
}

export interface Authority {
  serve(line: Line, port: MessagePort): void;
}

const clock = () => Date.now();
const timers: Timers = {
  after(ms, fire) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

/** This device's id for node clocks: made once, kept in the system database. */
async function deviceId(db: Database<SystemRows>) {
  const known = await db.read(['meta'], (tx) => tx.get('meta', 'device'));
  const id = fromHex(known?.device ?? '', 16) ?? systemRandom(16);
  if (!known) await db.write(['meta'], (tx) => tx.put('meta', { key: 'device', device: toHex(id) }), { durability: 'strict' });
  return id;
}

/** Storage that fails in a way a person can do something about is an answer, not a bug; a past term ends this worker. */
const expectedBy = (lost: () => void) => (fault: unknown): Answer<never> | undefined => {
  if (fault instanceof StorageError) return { ok: false, error: nexusError(`storage.${fault.fault}`) };
  if (!(fault instanceof StaleTermError)) return undefined;
  lost();
  return { ok: false, error: nexusError('door.unavailable') };
};

function currentHome(core: Pick<SessionCore, 'current'>): ReturnType<BackupDeps['current']> {
  const open = core.current();
  return open.ok ? ok(open.value.home.mounted) : open;
}

/** What backup needs of the others. */
function backupDeps({ core, identity, keystore, homes, prefs }: {
  readonly core: SessionCore; readonly identity: Identity; readonly keystore: Keystore; readonly homes: HomesOnDevice; readonly prefs: ReturnType<typeof createSessionCalls>;
}): Pick<BackupDeps, 'current' | 'checkSecret' | 'portableSlots' | 'userOf' | 'stage' | 'adopt' | 'checkName' | 'retention'> {
  return {
    current: () => currentHome(core),
    checkSecret: (kind, secret) => handMekOf(core)(kind, secret, () => Promise.resolve()),
    portableSlots: keystore.portable,
    userOf: async (home) => parseUid((await identity.byHome(home))?.uid),
    stage: (keys) => stageUnowned({ identity, homes }, keys),
    adopt: (adopted) => adoptHome(core, adopted),
    checkName: (name) => identity.checkName(name),
    retention: {
      async read() {
        const read = await prefs.getPrefs({});
        return read.ok ? ok(read.value.retention) : read;
      },
      async write({ retention, ...command }) {
        const written = await prefs.setPrefs({ ...command, prefs: { retention } });
        return written.ok ? ok() : written;
      },
    },
  };
}

function accountOf({ announce }: Facts, audit: Audit, { bindingEnded, changed }: { readonly bindingEnded: (bindingId: string) => void; readonly changed: Syncing['accountChanged'] }): Account {
  const wait = (ms: number) => new Promise<void>((resolve) => { timers.after(ms, resolve); });
  const net = { fetch: (url: string, init: RequestInit) => fetch(url, init), deadline: (ms: number) => AbortSignal.timeout(ms) };
  const account = createAccount({
    oauth: createOAuthClient(createBoundedFetch({ ...net, wait }), createStorageFetch(net)), clock, timers, random: systemRandom, origin: location.origin, broken: (fault) => void tellIncident('account', fault), bindingEnded,
    announce(fact) {
      if (fact.type === 'account.event') noteAccountEvent(audit, fact.event);
      announce(fact);
      const state = fact.type === 'account.event' ? fact.event.status?.state : undefined;
      if (state !== undefined) changed(state === 'authenticated' || state === 'refresh_pending' ? 'usable' : 'not');
    },
  });
  addEventListener('online', () => {
    account.online();
    changed('online');
  });
  watchConnection(() => { changed('online'); });
  return account;
}

/** Apps, and what each may reach of the open home. */
function grantsOf(audit: Audit, { account, announce, expected, calls, personName, datasetChanged }: {
  readonly account: Account; readonly announce: Facts['announce']; readonly expected: (fault: unknown) => NexusError | undefined; readonly calls: () => ServedSurface; readonly personName: () => Promise<string | undefined>; readonly datasetChanged: () => void;
}): Grants {
  return createGrants({
    random: systemRandom, clock, after: timers.after, announce, note: audit.note, ownOrigin: location.origin, backups: calls, personName, account: { ...account.apps, active: account.active, statements: account.statements }, expected, incident: tellIncident, datasetChanged,
    appKeys: (home, app) => createAppKeys(home, { random: systemRandom, clock }, app),
    whenGone(leash, gone) {
      const waiting = new AbortController();
      void navigator.locks.request(leash, { signal: waiting.signal }, gone).catch(() => undefined);
      return () => waiting.abort();
    },
    packages: { fetch: (url, init) => fetch(url, init), deadline: (ms) => AbortSignal.timeout(ms) },
  });
}

interface Session {
  readonly core: SessionCore;
  readonly served: ServedSurface;
  readonly facts: Facts;
}

async function createSession(db: Database<SystemRows>, { names, kept, lost }: AuthorityOptions, { desk, standby, retire, closing }: {
  readonly desk: ReturnType<typeof createStreamDesk>; readonly standby: StandbyLine; readonly retire: () => void; readonly closing: AbortSignal;
}): Promise<Session> {
  const [aead, extentsAs, device] = await Promise.all([createAead(), extentForm(`${names.system}.probe`), deviceId(db)]);
  const identity = createIdentity({ db, clock });
  const keystore = createKeystore({ db, aead, random: systemRandom });
  const workerId = crypto.randomUUID();
  const status = () => deviceStatus(identity, core, { extentsAs, release: RELEASE, workerId });
  const facts = createFacts(status);
  const homes = createHomes({
    names, aead, random: systemRandom, clock, device, extentsAs, desk,
    announce(fact) {
      facts.announce(fact);
      if (fact.type !== 'home.changed') return;
      grants.homeChanged(fact.folders);
      syncing.homeChanged();
    },
  });
  const audit = createAudit({ db, random: systemRandom, clock, announce: facts.announce, broken: (fault) => void tellIncident('audit', fault) });
  const account = accountOf(facts, audit, { bindingEnded: (bindingId) => grants.bindingEnded(bindingId), changed: (state) => syncing.accountChanged(state) });
  const world = { aead, account, announce: facts.announce, identity, keystore, homes, clock, closing, after: timers.after, core: () => core, datasets: () => grants.carried };
  const keepers = keepersOf(world);
  const syncing: Syncing = syncingOf(world, keepers, names.sync);
  const joining = joiningOf(world, keepers);
  const grants: Grants = grantsOf(audit, {
    account, announce: facts.announce, calls: () => noted, datasetChanged: () => syncing.datasetChanged(), personName: async () => {
      const open = core.current();
      return open.ok ? (await identity.row(open.value.uid))?.name : undefined;
    },
    expected(fault) {
      const answer = expectedBy(lost)(fault);
      return answer && !answer.ok ? answer.error : undefined;
    },
  });
  const core: SessionCore = createSessionCore({ db, identity, keystore, homes, standby, followers: [{ opened: joining.opened, closing: async () => Promise.resolve() }, account, { opened: (home) => schedule.opened(home), closing: () => schedule.closing() }, syncing, grants, audit], announcer: facts, clock, timers, random: systemRandom, retire,
    shared: { chosen: () => syncing.settingChosen(), taken: (names) => audit.note({ what: 'account.settings_taken', actor: 'nexus', about: names.join(' ') }) } });
  const prefs = createSessionCalls(core);
  const backupWorld: BackupDeps = {
    ...backupDeps({ core, identity, keystore, homes, prefs }), ...accountWays(syncing), plans: createCloudPlans(systemRandom), note: (done) => audit.note({ ...done, actor: 'nexus' }), aead, random: systemRandom, clock, desk, announce: facts.announce, closing,
  };
  const backup = createBackup(backupWorld);
  const schedule = createCloudSchedule({ ...backupWorld, after: timers.after, syncState: () => syncing.calls.syncStatus({}).then((now) => (now.ok ? now.value.state : undefined)), mayMoveBulk, broken: (fault) => void tellIncident('backup', fault) });
  const space = createContentSpace({ current: () => currentHome(core), cloud: syncing.cloud, syncNow: () => syncing.calls.syncNow({}), clock, closing });
  const served: ServedSurface = {
    deviceStatus: async () => ok(await status()), ...createUserCalls(core), ...prefs, ...createWaysIn(core), ...createHomeCalls(core), ...backup, ...schedule.calls, ...account.calls, ...syncing.calls, ...space, ...approvingOf(world, syncing), ...devicesOf(world, keepers, syncing), ...roomOf(world, keepers, syncing), ...renewalOf(world, keepers, syncing), ...joining.calls, ...grants.calls, ...audit.calls,
  };
  const noted = noting(served, audit, core.homeOf);
  await core.resume(kept);
  return { core, served: policed(noted, { kind: 'surface' }), facts };
}

/** Throws StorageError where the system database cannot be opened. */
export async function createAuthority(options: AuthorityOptions): Promise<Authority> {
  const { names, leave, lost } = options;
  const db = await openDatabase<SystemRows>({ name: names.system, schema: SYSTEM_SCHEMA, migrations: SYSTEM_MIGRATIONS, create: true });
  const desk = createStreamDesk({
    random: systemRandom, timers, namespace: names.namespace, nudge: () => void nudgeRelay(), broken: (fault) => void tellIncident('stream', fault),
  });
  const standby = createStandbyLine(timers.after, () => session.core.offerStandby());
  const closing = new AbortController();
  const session = await createSession(db, options, { desk, standby, retire, closing: closing.signal });
  const door = createDoor({
    served: session.served, openEvents: session.facts.subscribe, offerStandby: standby.offer, expected: expectedBy(lost),
    incident: tellIncident,
  });

  function retire(): void {
    if (closing.signal.aborted) return;
    closing.abort();
    desk.closeAll();
    // A file that is never read to its end must not keep keys in memory: every change is whole or not there at any moment.
    const patience = new Promise<void>((resolve) => { timers.after(PATIENCE.leaveMs, resolve); });
    void Promise.race([door.close(), patience]).then(() => {
      db.close();
      leave();
    });
  }

  return {
    serve: (line, port) => (line === 'stream' ? desk.serve(port) : door.serve(port)),
  };
}
