// Sending what waits: extents first, then the nodes that name them; what lost a race is merged with what is there now
// (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import type { CloudFailure, WriteOutcome } from './cloud.ts';
import { BATCH_ROOM, type EngineDeps, type Round } from './engine-deps.ts';
import { takeAll } from './pull.ts';
import type { OutgoingNode } from './reconciler.ts';
import { sendExtents } from './send-extents.ts';
import { BATCH_OPERATIONS } from './wire/limits.ts';

const EXTENTS_AHEAD = 64;

/** What did not go in this round, so that the rest can. */
export interface Trouble {
  readonly skip: Set<string>;
  failure: CloudFailure | undefined;
}

function skip(trouble: Trouble, id: string, why: CloudFailure): void {
  trouble.skip.add(id);
  trouble.failure ??= why;
}

/** Sends those of `ids` that the server lacks. One that it does not take holds nothing else up; what neither side has, or not as its name says, cannot be sent, and the node that names it is worth having all the same. */
function sendNamed({ cloud, home, signal, progress, moved }: EngineDeps, ids: readonly string[], trouble: Trouble): Promise<Round> {
  return sendExtents({
    cloud, read: home.extent, mayGoOn: () => !signal.aborted,
    async told(id, became) {
      if (became.ok && became.value === 'sent') moved?.();
      progress?.();
      if (became.ok) return ok();
      if (became.error !== 'quota' && became.error !== 'protocol') return became;
      if (became.error === 'quota' || (await home.isIntact(id))) skip(trouble, id, became.error);
      return ok();
    },
  }, [...new Set(ids)]);
}

type Pushed = 'all' | 'some' | 'conflict';

/** What changed at the server meanwhile is taken at once: the feed may not tell of it again. */
async function takeConflicts(deps: EngineDeps, ids: readonly string[]): Promise<Round> {
  const found = await deps.cloud.nodes(ids);
  if (!found.ok) return found;
  return takeAll(deps, ids.map((id, at) => {
    const there = found.value[at];
    return there ? { id, rev: there.rev, record: there.body } : { id, rev: '0' };
  }));
}

async function noteOutcomes(deps: EngineDeps, nodes: readonly OutgoingNode[], outcomes: readonly WriteOutcome[], { extents, trouble }: { readonly extents: readonly string[]; readonly trouble: Trouble }): Promise<Result<Pushed, CloudFailure>> {
  const conflicts: string[] = [];
  const sent = nodes.flatMap((node, at) => {
    const outcome = outcomes[at]!;
    if (outcome.done) return [{ node, rev: outcome.rev }];
    if (outcome.why === 'conflict') conflicts.push(node.id);
    else skip(trouble, node.id, outcome.why === 'quota' ? 'quota' : 'protocol');
    return [];
  });
  await deps.home.sent(sent, extents.filter((id) => !trouble.skip.has(id)));
  if (conflicts.length === 0) return ok('some');
  const taken = await takeConflicts(deps, conflicts);
  return taken.ok ? ok('conflict') : taken;
}

/** Sends one batch: extents first, then the nodes that name them. */
async function pushBatch(deps: EngineDeps, trouble: Trouble): Promise<Result<Pushed, CloudFailure>> {
  const { cloud, home } = deps;
  const { extents, nodes } = await home.outgoing({ nodes: BATCH_OPERATIONS, bytes: BATCH_ROOM, extents: EXTENTS_AHEAD, skip: trouble.skip });
  if (extents.length === 0 && nodes.length === 0) return ok('all');
  const named = [...extents, ...nodes.flatMap((node) => node.extents)];
  const there = named.length > 0 ? await sendNamed(deps, named, trouble) : ok();
  if (!there.ok) return there;
  const ready = nodes.filter((node) => !node.extents.some((id) => trouble.skip.has(id)));
  for (const node of nodes) if (!ready.includes(node)) trouble.skip.add(node.id);
  const outcomes = ready.length > 0 ? await cloud.write(ready.map(({ id, baseRev, record }) => ({ id, body: record, ...(baseRev !== undefined && { baseRev }) }))) : ok([]);
  if (!outcomes.ok) return outcomes;
  const pushed = await noteOutcomes(deps, ready, outcomes.value, { extents: named, trouble });
  if (outcomes.value.some(({ done }) => done)) deps.moved?.();
  deps.progress?.();
  return pushed;
}

/** Until nothing waits that can go, or something lost a race. */
export async function push(deps: EngineDeps, trouble: Trouble): Promise<Result<'all' | 'conflict', CloudFailure>> {
  for (;;) {
    if (deps.signal.aborted) return err('aborted');
    const pushed = await pushBatch(deps, trouble);
    if (!pushed.ok) return pushed;
    if (pushed.value !== 'some') return ok(pushed.value);
  }
}
