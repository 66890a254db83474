// Sending what waits: extents first, then the nodes that name them; what lost a race is merged with what is there now
// (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import { type BulkTurn, NO_BULK } from './bulk-turn.ts';
import type { CloudFailure, WriteOutcome } from './cloud.ts';
import { BATCH_ROOM, type EngineDeps, type Round } from './engine-deps.ts';
import { positionOf } from './feed-cursor.ts';
import { takeAll } from './pull.ts';
import type { Outgoing, OutgoingNode } from './reconciler.ts';
import { sendExtents } from './send-extents.ts';
import { BATCH_OPERATIONS } from './wire/limits.ts';

/** Between two lots of extents nothing is under way; how long one may take is the turn's business. */
const EXTENTS_AHEAD = 256;

/** What did not go in this round, so that the rest can. */
export interface Trouble {
  readonly skip: Set<string>;
  failure: CloudFailure | undefined;
}

function skip(trouble: Trouble, id: string, why: CloudFailure): void {
  trouble.skip.add(id);
  trouble.failure ??= why;
}

/** What a round sends with. */
interface Pushing {
  readonly trouble: Trouble;
  readonly bulk: BulkTurn;
}

/** Sends those of `ids` that the server lacks, as long as bulk may go on, and gives those that need not be waited for any more. One that the server does not take holds nothing else up; what neither side has, or not as its name says, cannot be sent, and the node that names it is worth having all the same. */
async function sendNamed({ cloud, home, signal, progress, moved }: EngineDeps, ids: readonly string[], { trouble, bulk }: Pushing): Promise<Result<ReadonlySet<string>, CloudFailure>> {
  const settled = new Set<string>();
  const sent = await sendExtents({
    cloud, read: home.extent, mayGoOn: () => !signal.aborted && bulk.mayGoOn(),
    async told(id, became) {
      if (became.ok && became.value === 'sent') moved?.();
      progress?.();
      if (!became.ok && became.error !== 'quota' && became.error !== 'protocol') return became;
      if (!became.ok && (became.error === 'quota' || (await home.isIntact(id)))) skip(trouble, id, became.error);
      else settled.add(id);
      return ok();
    },
  }, ids);
  return sent.ok || (sent.error === 'aborted' && !signal.aborted) ? ok(settled) : sent;
}

/** `some`: there may be more; `later`: some of it waits for the next turn of bulk. */
type Pushed = 'some' | 'conflict' | 'later';

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
async function noteOutcomes(deps: EngineDeps, nodes: readonly OutgoingNode[], outcomes: readonly WriteOutcome[], { extents, trouble }: { readonly extents: readonly string[]; readonly trouble: Trouble }): Promise<Result<boolean, CloudFailure>> {
  const conflicts: string[] = [];
  const sent = nodes.flatMap((node, at) => {
    const outcome = outcomes[at]!;
    if (outcome.done) return [{ node, rev: outcome.rev }];
    if (outcome.why === 'conflict') conflicts.push(node.id);
    else skip(trouble, node.id, outcome.why === 'quota' ? 'quota' : 'protocol');
    return [];
  });
  await deps.home.sent(sent, extents);
  if (conflicts.length === 0) return ok(false);
  const taken = await takeConflicts(deps, conflicts);
  return taken.ok ? ok(true) : taken;
}

async function writeAll({ cloud, home }: EngineDeps, nodes: readonly OutgoingNode[]): Promise<Result<readonly WriteOutcome[], CloudFailure>> {
  const cursor = await home.cursor();
  return cloud.write(nodes.map(({ id, baseRev, record }) => ({ id, body: record, ...(baseRev !== undefined && { baseRev }) })), cursor && positionOf(cursor).generation);
}

/** Sends one batch: extents first, then those of the nodes whose extents are there. */
async function pushBatch(deps: EngineDeps, { extents, nodes }: Outgoing, pushing: Pushing): Promise<Result<Pushed, CloudFailure>> {
  const { trouble } = pushing;
  const named = [...new Set([...extents, ...nodes.flatMap((node) => node.extents)])];
  const settled = named.length > 0 ? await sendNamed(deps, named, pushing) : ok(new Set<string>());
  if (!settled.ok) return settled;
  const ready = nodes.filter((node) => node.extents.every((id) => settled.value.has(id)));
  for (const node of nodes) if (node.extents.some((id) => trouble.skip.has(id))) trouble.skip.add(node.id);
  const outcomes = ready.length > 0 ? await writeAll(deps, ready) : ok([]);
  if (!outcomes.ok) return outcomes;
  const lostRace = await noteOutcomes(deps, ready, outcomes.value, { extents: [...settled.value], trouble });
  if (!lostRace.ok) return lostRace;
  if (outcomes.value.some(({ done }) => done)) deps.moved?.();
  deps.progress?.();
  if (lostRace.value) return ok('conflict');
  return ok(named.every((id) => settled.value.has(id) || trouble.skip.has(id)) ? 'some' : 'later');
}

const BATCH = { nodes: BATCH_OPERATIONS, bytes: BATCH_ROOM, extents: EXTENTS_AHEAD };

/** Until nothing waits that can go, something lost a race, or bulk has had its turn. */
export async function push(deps: EngineDeps, trouble: Trouble, bulk: BulkTurn): Promise<Result<'all' | 'conflict' | 'later', CloudFailure>> {
  for (;;) {
    if (deps.signal.aborted) return err('aborted');
    const outgoing = await deps.home.outgoing({ ...BATCH, skip: trouble.skip });
    if (outgoing.extents.length === 0 && outgoing.nodes.length === 0) return ok('all');
    const pushed = await pushBatch(deps, outgoing, { trouble, bulk });
    if (!pushed.ok) return pushed;
    if (pushed.value !== 'some') return ok(pushed.value);
  }
}

interface SmallPushed {
  readonly lostRace: boolean;
  /** How far the outbox was looked through. */
  readonly through: string | undefined;
}

/** Sends nodes that name no content that waits, whatever stands before them in the outbox. */
export async function pushSmall(deps: EngineDeps, trouble: Trouble, after: string | undefined): Promise<Result<SmallPushed, CloudFailure>> {
  for (let from = after; ;) {
    if (deps.signal.aborted) return err('aborted');
    const { through, ...small } = await deps.home.outgoing({ ...BATCH, skip: trouble.skip, small: { after: from } });
    if (small.nodes.length === 0) return ok({ lostRace: false, through });
    const pushed = await pushBatch(deps, small, { trouble, bulk: NO_BULK });
    if (!pushed.ok) return pushed;
    if (pushed.value === 'conflict') return ok({ lostRace: true, through });
    from = through;
  }
}
