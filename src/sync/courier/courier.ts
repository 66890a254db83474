// Carries what was sealed to the server while nobody is there who could open it: content in the order of the outbox, and
// after it the nodes that may name it. It merges nothing: what lost a race, and what is deleted, waits for the authority (docs/sync.md, "Courier").
import { err, ok, type Result } from '../../result.ts';
import { type BulkPace, createPace } from '../bulk-pace.ts';
import { beginBulk } from '../bulk-turn.ts';
import type { Cloud, CloudFailure } from '../cloud.ts';
import { BATCH_ROOM, type RoundFailure } from '../engine-deps.ts';
import { sendExtents } from '../send-extents.ts';
import { BATCH_OPERATIONS } from '../wire/limits.ts';
import type { CarriedNode, CourierOutbox } from './courier-outbox.ts';

export interface CourierDeps {
  readonly cloud: Pick<Cloud, 'missing' | 'putExtent' | 'write'>;
  readonly outbox: CourierOutbox;
  /** Whether somebody who can open the home waits to sync it: asked before each request. */
  readonly mustYield: () => Promise<boolean>;
  readonly clock: () => number;
  /** False on a connection that costs: no content moves then. */
  readonly mayMoveBulk: () => boolean;
}

type Carried = Result<void, RoundFailure>;

/** Extents asked about at once. */
const WINDOW = 1_000;

/** How far it has come in the outbox. */
interface Way {
  /** The number of the last content that was settled. */
  content?: string;
  /** The number of the last node that was offered. */
  node?: string;
  /** Whether the server took each node that it was offered. */
  all: boolean;
  readonly pace: BulkPace;
}

/** Sends what the server lacks of the next content, for a turn; gives the number before which all content is there, undefined where none is left. */
async function carryContent({ cloud, outbox, mustYield, clock, mayMoveBulk }: CourierDeps, way: Way): Promise<Result<string | undefined, CloudFailure>> {
  const waiting = await outbox.extents(WINDOW, way.content);
  if (waiting.length === 0) return ok(undefined);
  if (await mustYield()) return err('aborted');
  const settled = new Set<string>();
  const bulk = beginBulk({ clock, mayMoveBulk }, way.pace);
  let over = false;
  const sent = await sendExtents({
    cloud, read: outbox.extent, pace: bulk.pace,
    async mayGoOn() {
      over ||= !bulk.mayGoOn() || await mustYield();
      return !over;
    },
    told(id, became) {
      if (became.ok) settled.add(id);
      return became.ok ? ok() : became;
    },
  }, waiting.map(({ id }) => id));
  if (!sent.ok && !(over && sent.error === 'aborted')) return sent;
  const open = waiting.findIndex(({ id }) => !settled.has(id));
  const through = open < 0 ? waiting.length : open;
  if (through > 0) way.content = waiting[through - 1]!.number;
  return ok(open < 0 && waiting.length < WINDOW ? undefined : waiting[open]?.number ?? way.content);
}

/** One batch; what the server did not take stays where it is. */
async function carryNodes({ cloud, outbox }: CourierDeps, nodes: readonly CarriedNode[], life: string | undefined): Promise<Result<boolean, CloudFailure>> {
  const outcomes = await cloud.write(nodes.map(({ id, baseRev, record }) => ({ id, body: record, ...(baseRev !== undefined && { baseRev }) })), life);
  if (!outcomes.ok) return outcomes;
  const sent = nodes.flatMap((node, at) => {
    const outcome = outcomes.value[at]!;
    return outcome.done ? [{ node, rev: outcome.rev }] : [];
  });
  await outbox.sent(sent);
  const refusal = outcomes.value.find((outcome) => !outcome.done && outcome.why !== 'conflict');
  if (refusal && !refusal.done) return err(refusal.why === 'quota' ? 'quota' : 'protocol');
  return ok(sent.length === nodes.length);
}

/** The next nodes that stand before a number of the outbox, or all that are left. */
async function carryNodesBefore(deps: CourierDeps, way: Way, end: string | undefined): Promise<Result<void, CloudFailure>> {
  const { outbox, mustYield } = deps;
  const life = await outbox.life();
  for (;;) {
    const nodes = (await outbox.nodes({ nodes: BATCH_OPERATIONS, bytes: BATCH_ROOM }, way.node)).filter(({ number }) => end === undefined || number < end);
    const last = nodes.at(-1);
    if (!last) return ok();
    if (await mustYield()) return err('aborted');
    const carried = await carryNodes(deps, nodes, life);
    if (!carried.ok) return carried;
    way.all &&= carried.value;
    way.node = last.number;
  }
}

/** Until nothing waits that may go blindly, or something stands in the way: content by turns, and after each the nodes that wait for no other. Whatever was acknowledged is noted. */
export async function carry(deps: CourierDeps): Promise<Carried> {
  const way: Way = { all: true, pace: createPace(deps.clock) };
  for (;;) {
    const content = await carryContent(deps, way);
    if (!content.ok) return content;
    const nodes = await carryNodesBefore(deps, way, content.value);
    if (!nodes.ok) return nodes;
    if (content.value === undefined) break;
    if (!deps.mayMoveBulk()) return err('metered');
  }
  // A node that stays may name them: they are asked about again before it goes.
  if (way.all && way.content !== undefined && !(await deps.outbox.waits())) await deps.outbox.extentsCarried(way.content);
  return ok();
}
