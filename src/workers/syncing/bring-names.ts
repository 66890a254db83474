// Names of an account's home to a device that has none of them yet: all of a home that is small, and of a large one enough to open it.
// What is missing then comes as every change does (docs/sync.md, "Joining").
import { toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Cloud } from '../../sync/cloud.ts';
import { syncRound } from '../../sync/engine.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { MountedHome } from '../home/mounted-home.ts';

interface Bringing {
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Some were taken. */
  readonly taken: () => void;
}

/** Most homes are here by then. */
const OPENED_AFTER_MS = 3_000;

/** Takes names for so long as a person likes to wait; true where there are no more. */
async function takeSome(cloud: Cloud, { sync }: Pick<MountedHome, 'sync'>, { clock, signal, taken }: Bringing): Promise<Result<boolean, NexusError>> {
  const enough = new AbortController();
  const until = clock() + OPENED_AFTER_MS;
  const progress = () => {
    taken();
    if (clock() >= until) enough.abort();
  };
  const round = await syncRound({ cloud, home: sync.reconciler, signal: AbortSignal.any([signal, enough.signal]), progress, mayMoveBulk: () => false });
  if (round.ok) return ok(true);
  return round.error === 'aborted' && !signal.aborted ? ok(false) : err(cloudError(round.error));
}

/** Into a home that is linked and arriving; settles once it has its root and can be opened. `sync.no_home` where the account has no root. */
export async function bringNames(cloud: Cloud, home: Pick<MountedHome, 'sync' | 'node' | 'homeId'>, bringing: Bringing): Promise<Result<void, NexusError>> {
  for (;;) {
    const some = await takeSome(cloud, home, bringing);
    if (!some.ok) return some;
    const root = await home.node(toHex(home.homeId));
    if (root && root !== 'damaged') return ok();
    if (some.value) return err(nexusError('sync.no_home'));
  }
}
