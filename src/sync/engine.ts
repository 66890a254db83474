// One round of sync: everything that is new at the server is taken, then everything that waits is sent; a conflict means
// that there is news again, and bulk gives way to what is small. Each loop is bounded, and each step leaves home and server whole (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import { createPace } from './bulk-pace.ts';
import { beginBulk, type BulkTurn } from './bulk-turn.ts';
import type { CloudFailure } from './cloud.ts';
import { createDeviceRoom, type DeviceRoom } from './device-room.ts';
import { eachOf } from './each-of.ts';
import type { EngineDeps, RoundFailure } from './engine-deps.ts';
import { pull } from './pull.ts';
import { push, pushAhead } from './push.ts';
import { meetServer, newPushState, type PushState } from './push-state.ts';

/** Conflicts in a row, but for turns of bulk: by then somebody else writes faster than we do, and the next round goes on. */
const TURNS = 8;

/** `later`: something is left for the next turn; `full`: for when there is room on this device. */
type Moved = Result<'all' | 'later' | 'full', CloudFailure>;

/** Brings content that is to be here. */
async function bring({ cloud, home, signal, progress, moved }: EngineDeps, bulk: BulkTurn, room: DeviceRoom): Promise<Moved> {
  for (;;) {
    const ids = await home.wanted(room.atOnce(bulk.pace.atOnce()));
    if (ids.length === 0) return ok('all');
    if (!room.mayTry()) return ok('full');
    if (!bulk.mayGoOn()) return ok('later');
    let none = false;
    const brought = await eachOf(ids, async (id) => {
      if (signal.aborted) return err('aborted');
      const bytes = await bulk.pace.timed(() => cloud.extent(id), (done) => (done.ok ? done.value?.length : undefined));
      if (!bytes.ok && bytes.error !== 'protocol') return bytes;
      const kept = bytes.ok && bytes.value ? await home.keep(id, bytes.value) : 'wrong';
      if (kept === 'wrong') home.lacks(id);
      none ||= kept === 'no_room';
      if (kept === 'kept') moved?.();
      progress?.();
      return ok();
    });
    if (!brought.ok) return brought;
    if (none) room.none();
    else room.found();
  }
}

/** Sends what waits; where bulk has had a turn or may not move, first what needs none. */
async function send(deps: EngineDeps, state: PushState, { bulk, due }: { readonly bulk: BulkTurn; readonly due: boolean }): Promise<Result<'all' | 'conflict' | 'later', CloudFailure>> {
  meetServer(state, await deps.home.cursor());
  if (due || !deps.mayMoveBulk()) {
    const ahead = await pushAhead(deps, state);
    if (!ahead.ok || ahead.value === 'conflict') return ahead;
  }
  return push(deps, state, bulk);
}

/** Until nothing is new and nothing waits, or something stands in the way. */
export async function syncRound(deps: EngineDeps): Promise<Result<void, RoundFailure>> {
  const { home, mayMoveBulk, reasons, room = createDeviceRoom(deps.clock) } = deps;
  await home.finishLinking();
  const state = newPushState();
  const pace = createPace(deps.clock);
  // Bulk has had a turn.
  let due = false;
  for (let conflicts = 0; ;) {
    // What comes from here on may be missed by what follows.
    const known = reasons?.();
    const pulled = await pull(deps);
    if (!pulled.ok) return pulled;
    const kept = due && deps.between ? await deps.between() : ok();
    if (!kept.ok) return kept;
    const bulk = beginBulk(deps, { pace, known });
    const tried = await send(deps, state, { bulk, due });
    // Put back since it was looked at: what is new is then all of another life.
    const sent = !tried.ok && tried.error === 'cursor_gone' ? ok('conflict' as const) : tried;
    if (!sent.ok) return sent;
    if (sent.value === 'conflict') conflicts += 1;
    if (sent.value === 'conflict' && conflicts < TURNS) continue;
    due = sent.value === 'later';
    if (due) conflicts = 0;
    if (due && mayMoveBulk()) continue;
    const brought = await bring(deps, bulk, room);
    if (!brought.ok) return brought;
    due ||= brought.value === 'later';
    if (due && mayMoveBulk()) continue;
    if (state.failure) return err(state.failure);
    if (sent.value === 'conflict') return err('unreachable');
    if (due) return err('metered');
    return brought.value === 'full' ? err('device_full') : ok();
  }
}
