// Calls about which content of a synced home is on this device. What may go is the home's to say (home/free-space.ts); here
// the server is asked for it, in the very call that drops it.
import { err, ok, type Result } from '../../result.ts';
import type { Cloud } from '../../sync/cloud.ts';
import { EXTENTS_NAMED } from '../../sync/wire/limits.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { parseNodeId } from '../contract/ids.ts';
import { type LongWorkRun, startWork } from '../contract/long-work.ts';
import type { Served } from '../contract/surface.ts';
import type { FreedSpace, SyncSurface } from '../contract/sync.ts';
import type { FreePlan } from '../home/free-space.ts';
import type { MountedHome } from '../home/mounted-home.ts';

export interface ContentSpaceDeps {
  readonly current: () => Result<Pick<MountedHome, 'sync' | 'closing'>, NexusError>;
  /** Of the account that the open home is linked to, where that is signed in. */
  readonly cloud: () => Promise<Pick<Cloud, 'missing'> | undefined>;
  readonly syncNow: () => Promise<unknown>;
  readonly clock: () => number;
  readonly closing: AbortSignal;
}

type Sync = MountedHome['sync'];
type Calls = Pick<Served<SyncSurface>, 'contentChoice' | 'setContentChoice' | 'setContentConnection' | 'keepOnDevice' | 'freeUpSpace'>;

interface Freeing {
  readonly sync: Sync;
  readonly cloud: Pick<Cloud, 'missing'>;
  readonly plan: FreePlan;
  readonly run: LongWorkRun;
}

interface Dropped {
  readonly ids: Set<string>;
  bytes: number;
}

/** Asks for as many as one request may name, and drops those that the server has before it asks for more. */
async function free({ sync, cloud, plan, run }: Freeing, dropped: Dropped): Promise<Result<void, NexusError>> {
  const all = [...plan.extents];
  const totalBytes = all.reduce((sum, [, bytes]) => sum + bytes, 0);
  for (let at = 0; at < all.length; at += EXTENTS_NAMED) {
    run.signal.throwIfAborted();
    const sizes = new Map(all.slice(at, at + EXTENTS_NAMED));
    const missing = await cloud.missing([...sizes.keys()]);
    if (!missing.ok) return err(cloudError(missing.error));
    const lacks = new Set(missing.value.missing);
    for await (const gone of sync.content.drop(plan, [...sizes.keys()].filter((id) => !lacks.has(id)))) {
      for (const id of gone) dropped.ids.add(id);
      dropped.bytes += gone.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
      run.report({ phase: 'working', doneBytes: dropped.bytes, totalBytes, doneItems: dropped.ids.size, totalItems: all.length });
      run.signal.throwIfAborted();
    }
  }
  return ok();
}

export function createContentSpace({ current, cloud, syncNow, clock, closing }: ContentSpaceDeps): Calls {
  /** Of a home that is linked: elsewhere all content is here, and stays. */
  async function linked(): Promise<Result<Pick<MountedHome, 'sync' | 'closing'>, NexusError>> {
    const home = current();
    if (!home.ok) return home;
    return (await home.value.sync.link.read()) ? home : err(nexusError('sync.not_linked'));
  }

  async function freeUp({ sync }: Pick<MountedHome, 'sync'>, run: LongWorkRun): Promise<Result<FreedSpace, NexusError>> {
    const server = await cloud();
    if (!server) return err(nexusError('account.reauth_required'));
    const plan = await sync.content.plan();
    if (!plan) return err(nexusError('sync.not_linked'));
    const candidates = plan.extents.size;
    const dropped: Dropped = { ids: new Set(), bytes: 0 };
    let files = 0;
    let done: Result<void, NexusError>;
    try {
      done = await free({ sync, cloud: server, plan, run }, dropped);
    } finally {
      files = await sync.content.tell(dropped.ids);
    }
    if (!done.ok && dropped.ids.size === 0) return done;
    return ok({ bytes: dropped.bytes, extents: dropped.ids.size, files, left: candidates - dropped.ids.size });
  }

  return {
    async contentChoice({ count }) {
      const home = await linked();
      if (!home.ok) return home;
      const { content, absent } = home.value.sync;
      const { all, kept, anyConnection } = content.choice();
      return ok({ all, anyConnection, kept: [...kept].flatMap((id) => parseNodeId(id) ?? []), ...(count && { absent: await absent() }) });
    },
    async setContentChoice({ all }) {
      const home = await linked();
      if (!home.ok) return home;
      await home.value.sync.content.chooseAll(all);
      await syncNow();
      return ok();
    },
    async setContentConnection({ any }) {
      const home = await linked();
      if (!home.ok) return home;
      await home.value.sync.content.chooseConnection(any);
      await syncNow();
      return ok();
    },
    async keepOnDevice({ node, kept }) {
      const home = await linked();
      if (!home.ok) return home;
      const done = await home.value.sync.content.keep(node, kept);
      if (done.ok) await syncNow();
      return done;
    },
    async freeUpSpace({ port }) {
      const home = await linked();
      if (!home.ok) return home;
      const run = startWork(port, AbortSignal.any([closing, home.value.closing]), clock);
      try {
        const freed = await freeUp(home.value, run);
        // What had no room here may have it now.
        if (freed.ok && freed.value.bytes > 0) await syncNow();
        return freed;
      } catch (fault) {
        if (!run.signal.aborted) throw fault;
        return err(nexusError(home.value.closing.aborted || closing.aborted ? 'session.locked' : 'aborted'));
      } finally {
        run.end();
      }
    },
  };
}
