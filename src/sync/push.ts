// Sending what waits: extents first, then the nodes that name them; what lost a race is merged with what is there now
// (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import type { CloudFailure, WriteOutcome } from './cloud.ts';
import { eachOf } from './each-of.ts';
import { BATCH_ROOM, type EngineDeps, type Round } from './engine-deps.ts';
import { takeAll } from './pull.ts';
import type { OutgoingNode } from './reconciler.ts';
import { createRoom, type Room } from './room.ts';
import { BATCH_OPERATIONS, EXTENTS_NAMED } from './wire/limits.ts';

const EXTENTS_AHEAD = 64;

/** No sealed extent is larger. */
const EXTENT_BYTES = 4 * 1024 * 1024 + 64 * 1024;
/** Bodies under way: an engine keeps copies of each beside it, until its collector comes to them. */
const BYTES_AT_ONCE = 3 * EXTENT_BYTES;

/** What did not go in this round, so that the rest can. */
export interface Trouble {
  readonly skip: Set<string>;
  failure: CloudFailure | undefined;
}

function skip(trouble: Trouble, id: string, why: CloudFailure): void {
  trouble.skip.add(id);
  trouble.failure ??= why;
}

/** Sends one, and counts it until it is through: how long it is shows when it was read. */
async function sendExtent({ cloud, home }: EngineDeps, id: string, room: Room): Promise<Result<'sent' | 'nowhere', CloudFailure>> {
  let held = await room.take(EXTENT_BYTES);
  const bytes = await home.extent(id);
  try {
    // What neither side has cannot be sent; the node that names it is worth having all the same.
    if (!bytes) return ok('nowhere');
    room.give(held - bytes.length);
    held = bytes.length;
    const put = await cloud.putExtent(id, bytes);
    return put.ok ? ok('sent') : put;
  } finally {
    // Given back now: buffers of this size outrun the collector. Nothing else holds them.
    bytes?.buffer.transfer(0);
    room.give(held);
  }
}

/** Sends those of `ids` that the server lacks; it keeps the others for a day. One that it does not take holds nothing else up. */
async function sendExtents(deps: EngineDeps, ids: readonly string[], trouble: Trouble): Promise<Round> {
  const { cloud, signal, progress, moved } = deps;
  const [all, room] = [[...new Set(ids)], createRoom(BYTES_AT_ONCE)];
  for (let at = 0; at < all.length; at += EXTENTS_NAMED) {
    const missing = await cloud.missing(all.slice(at, at + EXTENTS_NAMED));
    if (!missing.ok) return missing;
    const sent = await eachOf(missing.value, async (id) => {
      if (signal.aborted) return err('aborted');
      const put = await sendExtent(deps, id, room);
      if (put.ok && put.value === 'sent') moved?.();
      progress?.();
      if (put.ok) return ok();
      if (put.error !== 'quota' && put.error !== 'protocol') return put;
      skip(trouble, id, put.error);
      return ok();
    });
    if (!sent.ok) return sent;
  }
  return ok();
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
  const there = named.length > 0 ? await sendExtents(deps, named, trouble) : ok();
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
