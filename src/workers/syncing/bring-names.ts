// Names of an account's home to a device that has none of them yet: all of a home that is small, and of a large one enough to open it.
// What is missing then comes as every change does (docs/sync.md, "Joining").
import { toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Cloud, CloudFailure } from '../../sync/cloud.ts';
import { isRest } from '../../sync/engine-deps.ts';
import { syncRound } from '../../sync/engine.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { Waiting } from './approval-steps.ts';

interface Bringing {
  readonly clock: () => number;
  readonly pause: Waiting['pause'];
  readonly signal: AbortSignal;
  /** Some were taken. */
  readonly taken: () => void;
}

/** Most homes are here by then. */
const OPENED_AFTER_MS = 3_000;

/** What ends the taking and leaves a home that can be opened, once its root is there. */
const PASSES: readonly CloudFailure[] = ['aborted', 'unreachable'];

/** Into a home that is linked and partial; settles once it can be opened. `sync.no_home` where the account has no root. */
export async function bringNames(cloud: Cloud, home: Pick<MountedHome, 'sync' | 'node' | 'homeId'>, { clock, pause, signal, taken }: Bringing): Promise<Result<void, NexusError>> {
  const [enough, over] = [new AbortController(), new AbortController()];
  let late = false;
  const hasRoot = async () => {
    const root = await home.node(toHex(home.homeId));
    return root !== undefined && root !== 'damaged';
  };
  const openWhereLate = () => {
    if (late) void hasRoot().then((has) => { if (has) enough.abort(); }, () => undefined);
  };
  const progress = () => {
    taken();
    openWhereLate();
  };
  void pause(OPENED_AFTER_MS, AbortSignal.any([signal, over.signal])).then(() => {
    late = true;
    openWhereLate();
  });
  // Content is nobody's concern yet: what there is of that is not looked for.
  const reconciler = { ...home.sync.reconciler, wanted: () => Promise.resolve([]) };
  const synced = await syncRound({ cloud, home: reconciler, signal: AbortSignal.any([signal, enough.signal]), clock, progress, mayMoveBulk: () => false }).finally(() => { over.abort(); });
  const round = synced.ok || isRest(synced.error) ? ok() : err(synced.error);
  if (!round.ok && (signal.aborted || !PASSES.includes(round.error))) return err(cloudError(round.error));
  if (await hasRoot()) return ok();
  return err(round.ok ? nexusError('sync.no_home') : cloudError(round.error));
}
