// What nodes name is at the server before they are: what is not there is sent, as long as bulk may go on (docs/sync.md, "Engine").
import { ok, type Result } from '../result.ts';
import type { BulkTurn } from './bulk-turn.ts';
import type { CloudFailure } from './cloud.ts';
import type { EngineDeps } from './engine-deps.ts';
import { type PushState, skip } from './push-state.ts';
import { sendExtents } from './send-extents.ts';

/** What a round sends with. */
export interface Sending {
  readonly state: PushState;
  readonly bulk: BulkTurn;
}

/** `ids` need not be waited for any more; `lost` are those of them that were just found to be nowhere. */
type Settled = Result<{ readonly ids: ReadonlySet<string>; readonly lost: ReadonlySet<string> }, CloudFailure>;

/** A server keeps what it was sent for a day, though nothing names it. */
const SETTLED_MS = 12 * 3_600_000;

/** Sends those of `ids` that the server lacks, as long as bulk may go on. One that the server does not take holds nothing else up; what neither side has, or not as its name says, cannot be sent, and the node that names it is worth having all the same. */
async function sendLacking({ cloud, home, signal, progress, moved, clock }: EngineDeps, ids: readonly string[], { state, bulk }: Sending): Promise<Settled> {
  const [settled, lost] = [new Set<string>(), new Set<string>()];
  const sent = await sendExtents({
    cloud, read: home.extent, mayGoOn: () => !signal.aborted && bulk.mayGoOn(), pace: bulk.pace,
    async told(id, became) {
      if (became.ok && became.value === 'sent') moved?.();
      progress?.();
      if (!became.ok && became.error !== 'quota' && became.error !== 'protocol') return became;
      if (!became.ok && (became.error === 'quota' || (await home.isIntact(id)))) {
        skip(state, id, became.error);
        return ok();
      }
      settled.add(id);
      if (became.ok && became.value === 'nowhere' && !state.nowhere.has(id)) {
        lost.add(id);
        state.nowhere.add(id);
      }
      if (!became.ok || became.value !== 'had') state.settled.set(id, clock());
      return ok();
    },
  }, ids);
  return sent.ok || (sent.error === 'aborted' && !signal.aborted) ? ok({ ids: settled, lost }) : sent;
}

/** Of `named`, those that need not be waited for any more. What went long ago is asked about again. */
export async function settleExtents(deps: EngineDeps, named: readonly string[], sending: Sending): Promise<Settled> {
  const now = deps.clock();
  const isSettled = (id: string): boolean => {
    const at = sending.state.settled.get(id) ?? Infinity;
    return at <= now && now - at < SETTLED_MS;
  };
  const known = named.filter(isSettled);
  const open = named.filter((id) => !isSettled(id));
  if (open.length === 0) return ok({ ids: new Set(known), lost: new Set() });
  const settled = await sendLacking(deps, open, sending);
  return settled.ok ? ok({ ids: new Set([...known, ...settled.value.ids]), lost: settled.value.lost }) : settled;
}
