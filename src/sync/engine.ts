// One round of sync: everything that is new at the server is taken, then everything that waits is sent; a conflict means
// that there is news again. Each loop is bounded, and each step leaves home and server whole (docs/sync.md, "Engine").
import { err, ok } from '../result.ts';
import { AT_ONCE, eachOf } from './each-of.ts';
import type { EngineDeps, Round } from './engine-deps.ts';
import { pull } from './pull.ts';
import { push, type Trouble } from './push.ts';

/** Conflicts in a row: by then somebody else writes faster than we do, and the next round goes on. */
const TURNS = 8;

/** Brings content that is to be here. */
async function bring({ cloud, home, signal, progress, moved, mayMoveBulk = () => true }: EngineDeps): Promise<Round> {
  for (let room = true; room;) {
    const ids = mayMoveBulk() ? await home.wanted(AT_ONCE) : [];
    if (ids.length === 0) return ok();
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
  return ok();
}

/** Until nothing is new and nothing waits, or something stands in the way. */
export async function syncRound(deps: EngineDeps): Promise<Round> {
  await deps.home.finishLinking();
  const trouble: Trouble = { skip: new Set(), failure: undefined };
  let settled = false;
  for (let turn = 0; turn < TURNS && !settled; turn += 1) {
    const pulled = await pull(deps);
    if (!pulled.ok) return pulled;
    const pushed = await push(deps, trouble);
    if (!pushed.ok) return pushed;
    settled = pushed.value === 'all';
  }
  const brought = await bring(deps);
  if (!brought.ok) return brought;
  if (trouble.failure) return err(trouble.failure);
  return settled ? ok() : err('unreachable');
}
