// Carries what was sealed to the server while nobody is there who could open it: content in the order of the outbox, and
// after it the nodes that may name it. It merges nothing: what lost a race, and what is deleted, waits for the authority (docs/sync.md, "Courier").
import { err, ok, type Result } from '../../result.ts';
import { createPace } from '../bulk-pace.ts';
import { beginBulk, type BulkTurn, NO_BULK } from '../bulk-turn.ts';
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
  /** Extents asked about at once. */
  readonly window?: number;
}

type Carried = Result<void, RoundFailure>;

const WINDOW = 1_000;

/** How far it has come in the outbox. */
interface Way {
  /** The number of the last content that was settled, as was all before it. */
  content?: string;
  /** Content behind that which is settled: it is sent once, whatever the server says. */
  readonly ahead: Set<string>;
  /** The number of the last node that was offered. */
  node?: string;
  /** Whether the server took each node that it was offered. */
  all: boolean;
}

/** What came of a turn. */
interface Turn {
  /** All content before this number is settled; undefined where all is. */
  readonly until?: string | undefined;
  /** Content is left that the server lacks. */
  readonly lacks: boolean;
  readonly failure?: CloudFailure | undefined;
}

/** Notes how far all is settled. */
function settle(way: Way, waiting: readonly { readonly number: string; readonly id: string }[], window: number): Turn {
  const open = waiting.findIndex(({ id }) => !way.ahead.has(id));
  const through = open < 0 ? waiting : waiting.slice(0, open);
  for (const { id } of through) way.ahead.delete(id);
  const last = through.at(-1);
  if (last) way.content = last.number;
  return { until: waiting[open]?.number ?? (waiting.length < window ? undefined : way.content), lacks: open >= 0 };
}

/** Sends what the server lacks of the next content, for a turn. */
async function carryContent({ cloud, outbox, mustYield, window = WINDOW }: CourierDeps, way: Way, bulk: BulkTurn): Promise<Turn> {
  const waiting = await outbox.extents(window, way.content);
  if (waiting.length === 0) return { lacks: false };
  // Nothing stands before the empty number.
  if (await mustYield()) return { until: '', lacks: true, failure: 'aborted' };
  let over = false;
  const sent = await sendExtents({
    cloud, read: outbox.extent, pace: bulk.pace,
    async mayGoOn() {
      over ||= !bulk.mayGoOn() || await mustYield();
      return !over;
    },
    told(id, became) {
      if (became.ok) way.ahead.add(id);
      return became.ok ? ok() : became;
    },
  }, waiting.map(({ id }) => id).filter((id) => !way.ahead.has(id)));
  return { ...settle(way, waiting, window), ...(!sent.ok && !(over && sent.error === 'aborted') && { failure: sent.error }) };
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

/** Until nothing waits that may go blindly, or something stands in the way: first what needs no content that the server lacks, then content by turns, and after each the nodes that wait for no other. Whatever was acknowledged is noted. */
export async function carry(deps: CourierDeps): Promise<Carried> {
  const way: Way = { ahead: new Set(), all: true };
  const pace = createPace(deps.clock);
  for (let bulk = NO_BULK; ; bulk = beginBulk(deps, { pace })) {
    const { until, lacks, failure } = await carryContent(deps, way, bulk);
    const nodes = await carryNodesBefore(deps, way, until);
    if (!nodes.ok) return nodes;
    if (failure) return err(failure);
    if (until === undefined) break;
    if (lacks && !deps.mayMoveBulk()) return err('metered');
  }
  // A node that stays may name them: they are asked about again before it goes.
  if (way.all && way.content !== undefined && !(await deps.outbox.waits())) await deps.outbox.extentsCarried(way.content);
  return ok();
}
