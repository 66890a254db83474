// Keeps what apps keep alike on a person's devices, where they chose so: when the account is asked for each, and in which portions.
// What a value says, and how two become one, is grants' (docs/sync.md, "Datasets").
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure, OtherChange } from '../../sync/cloud.ts';
import type { CloudClient, CloudCollection } from '../../sync/cloud-client.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Args, Value } from '../contract/surface.ts';
import type { CarriedDataset } from '../grants/carried-dataset.ts';
import type { CarriedDatasets } from '../grants/carried-datasets.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { differsThere, type Moving, pullDataset, pushDataset } from './dataset-round.ts';

const LOOK_EVERY_MS = 2 * 60_000;
/** The next round may do better. */
const PASSING: readonly CloudFailure[] = ['unreachable', 'aborted', 'cursor_gone'];

type Objects = Pick<CloudClient, 'collection'>;
type Choice = Pick<Args<'carryAppData'>, 'appId' | 'on' | 'take'>;

export interface DatasetKeeper {
  /** Within a round, what is to be looked at or sent; only a sign-in that is over ends the round. */
  keepUp(home: MountedHome, cloud: Objects, signal: AbortSignal): Promise<Result<void, CloudFailure>>;
  /** The server told of objects that changed: datasets among them are looked at next. */
  heard(home: MountedHome, changes: readonly OtherChange[]): Promise<void>;
  /** Begins, or ends; `asks` where the person has to say first whose values count. */
  carry(home: MountedHome, cloud: Objects, choice: Choice): Promise<Result<Value<'carryAppData'>, NexusError>>;
  /** Of every app. */
  end(home: MountedHome): Promise<void>;
}

/** Of one collection, while the home is open: looked at since the last news, and once from the beginning where something was left there. */
interface Looked { at: boolean; again: boolean; nextTry: number }

export function createDatasetKeeper({ datasets, clock }: { readonly datasets: () => CarriedDatasets; readonly clock: () => number }): DatasetKeeper {
  const seen = new WeakMap<MountedHome, Map<string, Looked>>();

  function lookedAt(home: MountedHome, collection: string): Looked {
    const all = seen.get(home) ?? new Map<string, Looked>();
    seen.set(home, all);
    const one = all.get(collection) ?? { at: false, again: true, nextTry: 0 };
    all.set(collection, one);
    return one;
  }

  async function move({ dataset, cloud, signal }: Moving, looked: Looked): Promise<Result<void, CloudFailure>> {
    if (looked.again) await dataset.renew();
    // What was left there may fit, or be readable, by now.
    if (looked.again && (await dataset.progress())?.left) await dataset.restart(false);
    looked.again = false;
    const pulled = looked.at ? ok() : await pullDataset({ dataset, cloud, signal });
    looked.at ||= pulled.ok;
    const pushed = pulled.ok ? await pushDataset({ dataset, cloud, signal }) : pulled;
    // The server was put back since it was looked at.
    if (!pushed.ok && pushed.error === 'cursor_gone') looked.at = false;
    return pushed;
  }

  async function keepOne(home: MountedHome, cloud: Objects, { dataset, signal }: { readonly dataset: CarriedDataset; readonly signal: AbortSignal }): Promise<Result<void, CloudFailure>> {
    const [collection, progress] = [await dataset.collection(), await dataset.progress()];
    if (collection === undefined || !progress) return ok();
    const looked = lookedAt(home, collection);
    if ((looked.at && !progress.waits) || clock() < looked.nextTry) return ok();
    const moved = await move({ dataset, cloud: cloud.collection(collection), signal }, looked);
    looked.nextTry = moved.ok || PASSING.includes(moved.error) ? 0 : clock() + LOOK_EVERY_MS;
    return !moved.ok && moved.error === 'signed_out' ? moved : ok();
  }

  async function keepUp(home: MountedHome, cloud: Objects, signal: AbortSignal): Promise<Result<void, CloudFailure>> {
    for (const dataset of await datasets().all(home)) {
      if (signal.aborted) return ok();
      const kept = await keepOne(home, cloud, { dataset, signal });
      if (!kept.ok) return kept;
    }
    return ok();
  }

  async function begin(dataset: CarriedDataset, cloud: CloudCollection, { take, asks }: { readonly take: Choice['take']; readonly asks: boolean }): Promise<Result<Value<'carryAppData'>, NexusError>> {
    const differs = asks && take === undefined ? await differsThere(dataset, cloud) : ok(false);
    if (!differs.ok) return err(cloudError(differs.error));
    if (!differs.value) await dataset.begin(take);
    return ok({ asks: differs.value });
  }

  return {
    keepUp,
    async heard(home, changes) {
      for (const dataset of await datasets().all(home)) {
        const collection = await dataset.collection();
        const own = changes.filter((change) => change.collection === collection);
        if (collection !== undefined && (await dataset.news(own)).length > 0) Object.assign(lookedAt(home, collection), { at: false, nextTry: 0 });
      }
    },
    async carry(home, cloud, { appId, on, take }) {
      const dataset = await datasets().of(home, appId);
      if (!dataset) return err(nexusError('apps.unknown'));
      const card = await dataset.card();
      const collection = await dataset.collection();
      if (!on) {
        await dataset.end();
        return ok({ asks: false });
      }
      if (!card || collection === undefined) return err(nexusError('apps.not_carried'));
      if (card.on) return ok({ asks: false });
      seen.get(home)?.delete(collection);
      // Where the app decides, it is asked, and nobody else.
      return begin(dataset, cloud.collection(collection), { take, asks: card.policy === 'last-writer' });
    },
    async end(home) {
      for (const dataset of await datasets().all(home)) await dataset.end();
    },
  };
}
