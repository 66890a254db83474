// A snapshot to the account, whole: first its content, then its index and its line in the list, and only then what the choice
// lets go.
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { BundleId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { LongWorkRun } from '../contract/long-work.ts';
import type { SnapshotRow } from '../store/home-schema.ts';
import type { BackupDeps } from './backup-deps.ts';
import type { ListedBundle } from './cloud-index.ts';
import { delist, enlist, type Leave, type Place, readList, told } from './cloud-list.ts';
import { sendSnapshot, type UploadFailure } from './cloud-upload.ts';
import type { CloudPlan } from './cloud-plan.ts';
import { evicted } from './retention.ts';
import { cardOf } from './snapshot.ts';

type Deps = Pick<BackupDeps, 'plans' | 'random' | 'note'>;

/** The open home, and the account that it is linked to. */
export async function placeOf({ current, cloud }: Pick<BackupDeps, 'current' | 'cloud'>): Promise<Result<Place, NexusError>> {
  const home = current();
  if (!home.ok) return home;
  const linked = await home.value.sync.link.read();
  const client = linked && (await cloud());
  return client ? ok({ home: home.value, cloud: client, account: linked.account }) : err(nexusError('sync.not_linked'));
}

/** Which go, oldest first, ties by id; never the one that was just uploaded, whatever its time says. */
function tooMany(bundles: readonly ListedBundle[], keep: number | null, uploaded: BundleId): readonly BundleId[] {
  return keep === null ? [] : evicted(bundles, { keep, softBytes: Infinity, hardBytes: Infinity }).filter((id) => id !== uploaded);
}

/** Takes what is chosen off the list, and what an ended worker left beside it; those whose index is not gone yet are remembered. */
export async function letGo({ plans, random }: Deps, at: Place, choose: (bundles: readonly ListedBundle[], plan: CloudPlan) => readonly BundleId[]): Promise<Result<readonly BundleId[], UploadFailure>> {
  const { home, account } = at;
  let chosen: readonly BundleId[] = [];
  const note: Leave['note'] = async ({ parts, extents }) => {
    await home.sync.letGo.note(parts, 'by bundles alone');
    await home.sync.letGo.note(extents, 'by files too');
  };
  const leaving = async (bundles: readonly ListedBundle[]) => {
    const listed = new Set(bundles.map(({ id }) => id));
    const { loose } = await plans.change(home, account, (plan) => {
      chosen = choose(bundles, plan);
      // What is on the list and stays there is not loose.
      const left = [...new Set([...plan.loose.filter((id) => !listed.has(id)), ...chosen])];
      return left.join() === plan.loose.join() ? plan : { ...plan, loose: left };
    });
    return loose;
  };
  const gone = await delist(at, random, { choose: leaving, note });
  if (!gone.ok) return gone;
  const dropped = new Set(gone.value);
  await plans.change(home, account, (plan) => (plan.loose.some((id) => dropped.has(id)) ? { ...plan, loose: plan.loose.filter((id) => !dropped.has(id)) } : plan));
  return ok(chosen);
}

/** Settles when the account has all of it and its list says so. What is let go after that, or is not since the server does not answer, changes nothing about it. */
export async function toAccount(deps: Deps, at: Place, { row, run }: { readonly row: SnapshotRow; readonly run: Pick<LongWorkRun, 'signal' | 'report'> }): Promise<Result<BundleId, NexusError>> {
  const { plans, random, note } = deps;
  const { home, account } = at;
  const card = cardOf(row);
  if (!card) return err(nexusError('backup.damaged'));
  const { id, created, bytes, nodes } = card;
  const before = await readList(at);
  if (!before.ok) return told(before);
  const { keep } = await plans.read(home, account);
  if (keep === null && before.value.bundles.filter((each) => each.id !== id).length >= LIMITS.cloudBackups) return err(nexusError('backup.too_many'));
  const bundle = await sendSnapshot({ ...at, row, run });
  if (!bundle.ok) return told(bundle);
  await plans.change(home, account, (plan) => ({ ...plan, loose: [...plan.loose.filter((each) => each !== id), id] }));
  const listed = await enlist(at, random, { id, created, bytes, nodes }, bundle.value);
  if (!listed.ok) return told(listed);
  const gone = await letGo(deps, at, (bundles, plan) => tooMany(bundles, plan.keep, id));
  if (gone.ok) gone.value.forEach((each) => note({ what: 'backup.cloud_deleted', about: each }));
  return ok(id);
}
