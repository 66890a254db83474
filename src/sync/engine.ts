// One round of sync: everything that is new at the server is taken, then everything that waits is sent; a conflict means
// that there is news again, and bulk gives way to what is small. Each loop is bounded, and each step leaves home and server whole (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import { beginBulk, type BulkTurn } from './bulk-turn.ts';
import type { CloudFailure } from './cloud.ts';
import { AT_ONCE, eachOf } from './each-of.ts';
import type { EngineDeps, RoundFailure } from './engine-deps.ts';
import { pull } from './pull.ts';
import { push, pushSmall, type Trouble } from './push.ts';

/** Conflicts in one round: by then somebody else writes faster than we do, and the next round goes on. */
const TURNS = 8;

/** `later`: something is left for the next turn. */
type Moved = Result<'all' | 'later', CloudFailure>;

/** Brings content that is to be here. */
async function bring({ cloud, home, signal, progress, moved }: EngineDeps, bulk: BulkTurn): Promise<Moved> {
  for (let room = true; room;) {
    const ids = await home.wanted(AT_ONCE);
    if (ids.length === 0) return ok('all');
    if (!bulk.mayGoOn()) return ok('later');
    const brought = await eachOf(ids, async (id) => {
      if (signal.aborted) return err('aborted');
      const bytes = await cloud.extent(id);
      if (!bytes.ok && bytes.error !== 'protocol') return bytes;
      const kept = bytes.ok && bytes.value ? await home.keep(id, bytes.value) : 'wrong';
      if (kept === 'wrong') home.lacks(id);
      if (kept === 'kept') moved?.();
      room &&= kept !== 'no_room';
      progress?.();
      return ok();
    });
    if (!brought.ok) return brought;
  }
  return ok('all');
}

/** What is small, and goes ahead of bulk. */
interface Ahead {
  /** Bulk has had a turn. */
  due: boolean;
  /** Of the outbox, how far it was looked through. */
  through: string | undefined;
}

/** Sends what waits; first what is small, where bulk has had a turn or may not move. */
async function send(deps: EngineDeps, trouble: Trouble, { ahead, bulk }: { readonly ahead: Ahead; readonly bulk: BulkTurn }): Promise<Result<'all' | 'conflict' | 'later', CloudFailure>> {
  if (ahead.due || deps.mayMoveBulk?.() === false) {
    const small = await pushSmall(deps, trouble, ahead.through);
    if (!small.ok) return small;
    ahead.through = small.value.through;
    if (small.value.lostRace) return ok('conflict');
  }
  return push(deps, trouble, bulk);
}

/** Until nothing is new and nothing waits, or something stands in the way. */
export async function syncRound(deps: EngineDeps): Promise<Result<void, RoundFailure>> {
  const { home, mayMoveBulk = () => true } = deps;
  await home.finishLinking();
  const trouble: Trouble = { skip: new Set(), failure: undefined };
  const ahead: Ahead = { due: false, through: undefined };
  for (let conflicts = 0; ;) {
    const pulled = await pull(deps);
    if (!pulled.ok) return pulled;
    const kept = ahead.due && deps.between ? await deps.between() : ok();
    if (!kept.ok) return kept;
    const bulk = beginBulk(deps);
    const tried = await send(deps, trouble, { ahead, bulk });
    // Put back since it was looked at: what is new is then all of another life.
    const sent = !tried.ok && tried.error === 'cursor_gone' ? ok('conflict' as const) : tried;
    if (!sent.ok) return sent;
    if (sent.value === 'conflict') conflicts += 1;
    if (sent.value === 'conflict' && conflicts < TURNS) continue;
    ahead.due = sent.value === 'later';
    if (ahead.due && mayMoveBulk()) continue;
    const brought = await bring(deps, bulk);
    if (!brought.ok) return brought;
    ahead.due ||= brought.value === 'later';
    if (ahead.due && mayMoveBulk()) continue;
    if (trouble.failure) return err(trouble.failure);
    if (sent.value === 'conflict') return err('unreachable');
    return ahead.due ? err('metered') : ok();
  }
}
