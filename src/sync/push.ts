// Sending what waits: extents first, then the nodes that name them; what lost a race is merged with what is there now
// (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import { type BulkTurn, NO_BULK } from './bulk-turn.ts';
import type { CloudFailure, WriteOutcome } from './cloud.ts';
import { BATCH_ROOM, type EngineDeps, type Round } from './engine-deps.ts';
import { positionOf } from './feed-cursor.ts';
import { takeAll } from './pull.ts';
import { type PushState, skip } from './push-state.ts';
import type { Outgoing, OutgoingNode } from './reconciler.ts';
import { type Sending, settleExtents } from './settle-extents.ts';
import { BATCH_OPERATIONS } from './wire/limits.ts';

/** Between two lots of extents nothing is under way; how long one may take is the turn's business. */
const EXTENTS_AHEAD = 256;
const BATCH = { nodes: BATCH_OPERATIONS, bytes: BATCH_ROOM, extents: EXTENTS_AHEAD };

/** What changed at the server meanwhile is taken at once: the feed may not tell of it again. */
async function takeConflicts(deps: EngineDeps, ids: readonly string[]): Promise<Round> {
  const found = await deps.cloud.nodes(ids);
  if (!found.ok) return found;
  return takeAll(deps, ids.map((id, at) => {
    const there = found.value[at];
    return there ? { id, rev: there.rev, record: there.body } : { id, rev: '0' };
  }));
}

/** True where something lost a race. */
async function noteOutcomes(deps: EngineDeps, nodes: readonly OutgoingNode[], outcomes: readonly WriteOutcome[], { extents, state }: { readonly extents: readonly string[]; readonly state: PushState }): Promise<Result<boolean, CloudFailure>> {
  const conflicts: string[] = [];
  const sent = nodes.flatMap((node, at) => {
    const outcome = outcomes[at]!;
    if (outcome.done) return [{ node, rev: outcome.rev }];
    if (outcome.why === 'conflict') conflicts.push(node.id);
    else skip(state, node.id, outcome.why === 'quota' ? 'quota' : 'protocol');
    return [];
  });
  const waitAgain = await deps.home.sent(sent, extents);
  state.missed ||= waitAgain || conflicts.length > 0;
  if (conflicts.length === 0) return ok(false);
  const taken = await takeConflicts(deps, conflicts);
  return taken.ok ? ok(true) : taken;
}

/** Their revisions are of the life of the server that was looked at last. */
async function writeNodes({ cloud, home }: EngineDeps, nodes: readonly OutgoingNode[]): Promise<Result<readonly WriteOutcome[], CloudFailure>> {
  if (nodes.length === 0) return ok([]);
  const cursor = await home.cursor();
  return cloud.write(nodes.map(({ id, baseRev, record }) => ({ id, body: record, ...(baseRev !== undefined && { baseRev }) })), cursor === undefined ? undefined : positionOf(cursor).generation);
}

/** `some`: there may be more; `later`: some of it waits for the next turn of bulk. */
type Pushed = 'some' | 'conflict' | 'later';

/** Sends one batch: extents first, then those of the nodes whose extents are there. */
async function pushBatch(deps: EngineDeps, { extents, nodes }: Outgoing, sending: Sending): Promise<Result<Pushed, CloudFailure>> {
  const { state } = sending;
  const named = [...new Set([...extents, ...nodes.flatMap((node) => node.extents)])];
  const settled = await settleExtents(deps, named, sending);
  if (!settled.ok) return settled;
  const { ids, lost } = settled.value;
  // Of what was deleted meanwhile the content is gone: whoever named that is gathered anew, and what is left of it is sent.
  const ready = nodes.filter((node) => node.extents.every((id) => ids.has(id) && !lost.has(id)));
  for (const node of nodes) if (node.extents.some((id) => state.skip.has(id))) state.skip.add(node.id);
  const outcomes = await writeNodes(deps, ready);
  if (!outcomes.ok) return outcomes;
  const lostRace = await noteOutcomes(deps, ready, outcomes.value, { extents: [...ids], state });
  if (!lostRace.ok) return lostRace;
  if (outcomes.value.some(({ done }) => done)) deps.moved?.();
  deps.progress?.();
  if (lostRace.value) return ok('conflict');
  return ok(named.every((id) => ids.has(id) || state.skip.has(id)) ? 'some' : 'later');
}

/** Until nothing waits that can go, something lost a race, or bulk has had its turn. */
export async function push(deps: EngineDeps, state: PushState, bulk: BulkTurn): Promise<Result<'all' | 'conflict' | 'later', CloudFailure>> {
  for (;;) {
    if (deps.signal.aborted) return err('aborted');
    const outgoing = await deps.home.outgoing({ ...BATCH, skip: state.skip });
    if (outgoing.extents.length === 0 && outgoing.nodes.length === 0) return ok('all');
    const pushed = await pushBatch(deps, outgoing, { state, bulk });
    if (!pushed.ok) return pushed;
    if (pushed.value !== 'some') return ok(pushed.value);
  }
}

/** Sends nodes whose content is at the server, whatever stands before them in the outbox; what was looked through before in this round is not again. */
export async function pushAhead(deps: EngineDeps, state: PushState): Promise<Result<'all' | 'conflict', CloudFailure>> {
  if (state.missed) state.through = undefined;
  state.missed = false;
  for (;;) {
    if (deps.signal.aborted) return err('aborted');
    const { through, ...some } = await deps.home.outgoing({ ...BATCH, skip: state.skip, ahead: { after: state.through } });
    state.through = through;
    if (some.nodes.length === 0) return ok('all');
    const pushed = await pushBatch(deps, some, { state, bulk: NO_BULK });
    if (!pushed.ok) return pushed;
    if (pushed.value === 'conflict') return ok('conflict');
  }
}
