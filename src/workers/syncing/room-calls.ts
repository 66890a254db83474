// Calls about room in the account that deleted content still takes, and the devices that it waits for (docs/sync.md, "Collecting").
import { err, ok } from '../../result.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError } from '../contract/errors.ts';
import { parseCheckpointId } from '../contract/ids.ts';
import type { Served } from '../contract/surface.ts';
import type { SyncSurface, WaitedFor } from '../contract/sync.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { idIn } from '../store/outbox/outbox.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import type { DeviceKeeper } from './device-keeper.ts';
import type { LinkedHome } from './linked-home.ts';

export interface RoomDeps {
  readonly linked: () => Promise<LinkedHome | undefined>;
  readonly devices: Pick<DeviceKeeper, 'list'>;
  readonly checkpoints: Pick<CheckpointKeeper, 'others' | 'drop'>;
  readonly clock: () => number;
}

const DAY_MS = 24 * 60 * 60_000;
const NOTHING_TO_FREE = { pieces: 0, waitsFor: [] };

/** How many pieces are to go, and the newest change of those that all devices had a day to hear of. */
async function letGo({ sync }: MountedHome, now: number): Promise<{ readonly pieces: number; readonly since: number }> {
  let [pieces, since] = [0, 0];
  for await (const rows of sync.letGo.rows()) {
    for (const row of rows.filter(({ name }) => idIn('extents', name) !== undefined)) {
      pieces += 1;
      if (row.since !== undefined && Math.abs(now - (row.numbered ?? now)) > DAY_MS) since = Math.max(since, row.since);
    }
  }
  return { pieces, since };
}

/** One that cannot be read may have heard of nothing. */
const isAwaited = (checkpoint: Checkpoint | undefined, generation: string | undefined, since: number): boolean =>
  since > 0 && (checkpoint?.generation !== generation || (checkpoint?.seq ?? 0) < since);

export function createRoomCalls({ linked, devices, checkpoints, clock }: RoomDeps): Pick<Served<SyncSurface>, 'roomToFree' | 'stopWaitingFor'> {
  return {
    async roomToFree() {
      const at = await linked();
      if (!at) return ok(NOTHING_TO_FREE);
      const { pieces, since } = await letGo(at.home, clock());
      if (pieces === 0) return ok(NOTHING_TO_FREE);
      const [others, listed, upTo] = [await checkpoints.others(at.home, at.cloud), await devices.list(at.home, at.cloud), await at.home.sync.takenUpTo()];
      if (!others.ok) return err(cloudError(others.error));
      const names = new Map(listed.ok ? listed.value.map(({ device, name }) => [device, name]) : []);
      const waitsFor = others.value.filter(({ checkpoint }) => isAwaited(checkpoint, upTo?.generation, since)).flatMap(({ id, checkpoint }): readonly WaitedFor[] => {
        const parsed = parseCheckpointId(id);
        return parsed ? [{ id: parsed, ...(checkpoint && { name: names.get(checkpoint.device) ?? checkpoint.name, at: checkpoint.at }) }] : [];
      });
      return ok({ pieces, waitsFor });
    },
    async stopWaitingFor({ id }) {
      const at = await linked();
      if (!at) return err(nexusError('sync.not_linked'));
      const dropped = await checkpoints.drop(at.home, at.cloud, id);
      return dropped.ok ? ok() : err(cloudError(dropped.error));
    },
  };
}
