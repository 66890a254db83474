// One backup that nobody asked for just now: a snapshot that is there for its upload alone, so that it takes no place among those of
// a person; or none, where the account has all that the home holds.
import { toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { BundleId, CommandId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { BackupDeps } from './backup-deps.ts';
import { type Place, readList, told } from './cloud-list.ts';
import type { CloudPlan } from './cloud-plan.ts';
import { snapshotInTurn } from './create-snapshot.ts';
import { homePrint } from './home-print.ts';
import { snapshotRow } from './snapshot.ts';
import { letGo, toAccount } from './to-account.ts';

/** Drops a snapshot of an upload that is over, or whose worker ended. */
export async function dropPassing({ plans }: Pick<BackupDeps, 'plans'>, home: MountedHome, account: string): Promise<void> {
  await home.db.write(['snapshots'], async (tx) => {
    for (const { id, passing } of await tx.list('snapshots')) if (passing) await tx.remove('snapshots', id);
  }, { durability: 'strict' });
  await home.pinsRemoved();
  await plans.change(home, account, (plan) => ({ ...plan, passing: false }));
}

async function upload(deps: BackupDeps, at: Place, run: { readonly signal: AbortSignal; readonly report: () => void }): Promise<Result<BundleId, NexusError>> {
  const { home } = at;
  const command = toHex(deps.random(16)) as CommandId;
  const card = await snapshotInTurn(deps, home, { command, run, passing: true });
  if (!card.ok) return card;
  const row = await snapshotRow(home, card.value.id);
  return row.ok ? toAccount(deps, at, { row: row.value, run }) : row;
}

/** Gives what it made; undefined where nothing changed since the last one, which the account still lists. */
export async function scheduledBackup(deps: BackupDeps, at: Place, signal: AbortSignal): Promise<Result<CloudPlan['made'], NexusError>> {
  const { plans, clock, note, portableSlots } = deps;
  const { home, account } = at;
  const before = await plans.read(home, account);
  if (before.passing) await dropPassing(deps, home, account);
  // Taken before the snapshot: what changes in between makes one more, and never one less.
  const print = await homePrint(home, await portableSlots(toHex(home.homeId)), signal);
  const list = await readList(at);
  if (!list.ok) return told(list);
  const { made } = before;
  const isThere = made !== undefined && toHex(made.print) === toHex(print) && list.value.bundles.some(({ id }) => id === made.bundle);
  if (isThere) {
    if (before.loose.length > 0) await letGo(deps, at, () => []);
    return ok(undefined);
  }
  await plans.change(home, account, (plan) => ({ ...plan, passing: true }));
  try {
    const bundle = await upload(deps, at, { signal, report: () => undefined });
    if (!bundle.ok) return bundle;
    note({ what: 'backup.uploaded', about: bundle.value });
    return ok({ at: clock(), bundle: bundle.value, print });
  } catch (fault) {
    if (!signal.aborted) throw fault;
    return err(nexusError('aborted'));
  } finally {
    if (!signal.aborted) await dropPassing(deps, home, account);
  }
}
