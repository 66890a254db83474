// When backups go to the account without being asked for: while the home is open, linked, not paused and not on a connection that
// costs; one at a time; after a failure not before a wait that doubles (docs/sync.md, "Bundles in an account").
import { err, ok, type Result } from '../../result.ts';
import type { CloudBackupSchedule } from '../contract/backup.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { ScheduleSurface, Served } from '../contract/surface.ts';
import type { SyncState } from '../contract/sync.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { StorageError } from '../store/database.ts';
import type { BackupDeps } from './backup-deps.ts';
import type { Place } from './cloud-list.ts';
import { collectLetGo } from './collect-let-go.ts';
import { type CloudPlan, dueAt } from './cloud-plan.ts';
import { dropPassing, scheduledBackup } from './scheduled-backup.ts';
import { placeOf } from './to-account.ts';

export interface ScheduleDeps extends BackupDeps {
  readonly after: (ms: number, fire: () => void) => () => void;
  /** How sync stands. */
  readonly syncState: () => Promise<SyncState | undefined>;
  /** False on a connection that costs. */
  readonly mayMoveBulk: () => boolean;
  readonly broken: (fault: unknown) => void;
}

export interface CloudSchedule {
  readonly calls: Served<ScheduleSurface>;
  opened(home: MountedHome): Promise<void>;
  closing(): Promise<void>;
}

interface Live {
  readonly home: MountedHome;
  readonly ending: AbortController;
  cancel: () => void;
  looking: boolean;
  working: boolean;
  /** What an ended worker left is gone. */
  swept: boolean;
}

/** After a home is opened, sync goes first. */
const FIRST_LOOK_MS = 20_000;
/** A timer may sleep with its device, and whatever it waits for comes unsaid: so it is looked at least so often. */
const LOOK_EVERY_MS = 5 * 60_000;

type Waits = NonNullable<CloudBackupSchedule['waits']>;

/** Where it can be done now; or what it waits for. */
async function readiness(deps: ScheduleDeps, home: MountedHome): Promise<Place | Waits | undefined> {
  const linked = await home.sync.link.read();
  if (!linked) return undefined;
  if (linked.paused) return 'paused';
  // What an earlier key seals is not to go there any more.
  if ((await deps.syncState()) === 'renewed') return 'renewed';
  if (home.sync.isArriving()) return 'arriving';
  const place = await placeOf(deps);
  if (!place.ok || place.value.home !== home || place.value.account !== linked.account) return 'signed_out';
  return deps.mayMoveBulk() || home.sync.content.choice().anyConnection ? place.value : 'metered';
}

/** What storage or a bug threw, as an answer. */
function errorOf(fault: unknown, broken: ScheduleDeps['broken']): NexusError {
  if (fault instanceof StorageError) return nexusError(`storage.${fault.fault}`);
  broken(fault);
  return nexusError('internal');
}

/** How the last try ended, into the plan. */
function settled(plan: CloudPlan, now: number, result: Result<CloudPlan['made'], NexusError>): CloudPlan {
  if (!result.ok) return { ...plan, failed: { at: now, times: (plan.failed?.times ?? 0) + 1, code: result.error.code } };
  const { failed: _, ...rest } = plan;
  return { ...rest, looked: result.value?.at ?? now, ...(result.value && { made: result.value }) };
}

function scheduleOf(plan: CloudPlan, now: number, state: Pick<CloudBackupSchedule, 'working' | 'waits'>): CloudBackupSchedule {
  const { every, keep, made, looked, failed } = plan;
  const next = dueAt(plan, now);
  return {
    every, keep, working: state.working, ...(made && { made: made.at }), ...(looked !== undefined && { looked }), ...(next !== undefined && { next }),
    ...(failed && { fault: nexusError(failed.code) }), ...(state.waits && next !== undefined && next <= now && { waits: state.waits }),
  };
}

export function createCloudSchedule(deps: ScheduleDeps): CloudSchedule {
  const { after, announce, broken, clock, plans } = deps;
  let live: Live | undefined;

  function lookAfter(current: Live, ms: number): void {
    current.cancel();
    if (!current.ending.signal.aborted) current.cancel = after(Math.min(Math.max(ms, 0), LOOK_EVERY_MS), () => look(current));
  }

  async function run(current: Live, at: Place): Promise<void> {
    const { signal } = current.ending;
    current.working = true;
    announce({ type: 'backup.changed' });
    const result = await scheduledBackup(deps, at, signal).catch((fault: unknown) => err(signal.aborted ? nexusError('aborted') : errorOf(fault, broken)));
    current.working = false;
    if (signal.aborted) return;
    await plans.change(current.home, at.account, (plan) => settled(plan, clock(), result));
    announce({ type: 'backup.changed' });
  }

  async function sweep(current: Live): Promise<void> {
    const account = await current.home.sync.link.former();
    if (account !== undefined && (await plans.read(current.home, account)).passing) await dropPassing(deps, current.home, account);
    current.swept = true;
  }

  /** Does what is due, where it can be done, and looks again when the next is. */
  async function look(current: Live): Promise<void> {
    if (current.looking || current.ending.signal.aborted) return;
    current.looking = true;
    let wait = LOOK_EVERY_MS;
    try {
      if (!current.swept) await sweep(current);
      const at = await readiness(deps, current.home);
      if (typeof at === 'object') {
        const due = dueAt(await plans.read(current.home, at.account), clock());
        if (due !== undefined && due <= clock()) await run(current, at);
        if (!current.ending.signal.aborted) await collectLetGo(deps, at);
        const next = dueAt(await plans.read(current.home, at.account), clock());
        wait = next === undefined ? LOOK_EVERY_MS : next - clock();
      }
    } catch (fault) {
      // A home that closes meanwhile is no fault.
      if (!current.ending.signal.aborted) broken(fault);
    } finally {
      current.looking = false;
      lookAfter(current, wait);
    }
  }

  async function status(current: Live): Promise<Result<CloudBackupSchedule, NexusError>> {
    const linked = await current.home.sync.link.read();
    if (!linked) return err(nexusError('sync.not_linked'));
    const [at, plan] = [await readiness(deps, current.home), await plans.read(current.home, linked.account)];
    return ok(scheduleOf(plan, clock(), { working: current.working, ...(typeof at === 'string' && { waits: at }) }));
  }

  return {
    calls: {
      cloudBackupSchedule: async () => (live ? status(live) : Promise.resolve(err(nexusError('session.locked')))),
      async setCloudBackupSchedule({ every, keep }) {
        const current = live;
        if (!current) return err(nexusError('session.locked'));
        const linked = await current.home.sync.link.read();
        if (!linked) return err(nexusError('sync.not_linked'));
        // What was chosen anew is not kept waiting by what failed before.
        await plans.change(current.home, linked.account, ({ failed: _, ...plan }) => ({ ...plan, every, keep }));
        lookAfter(current, 0);
        announce({ type: 'backup.changed' });
        return status(current);
      },
    },
    opened(home) {
      live = { home, ending: new AbortController(), cancel: () => undefined, looking: false, working: false, swept: false };
      lookAfter(live, FIRST_LOOK_MS);
      return Promise.resolve();
    },
    closing() {
      live?.cancel();
      live?.ending.abort();
      live = undefined;
      return Promise.resolve();
    },
  };
}
