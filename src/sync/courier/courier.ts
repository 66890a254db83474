// Carries what was sealed to the server while nobody is there who could open it: extents first, then nodes in the order of the
// outbox. It merges nothing: what lost a race, and what is deleted, waits for the authority (docs/sync.md, "Courier").
import { err, ok, type Result } from '../../result.ts';
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
  /** False on a connection that costs: no content moves then. */
  readonly mayMoveBulk: () => boolean;
}

type Carried = Result<void, RoundFailure>;

/** Extents asked about at once. */
const WINDOW = 1_000;

/** Sends what the server lacks of all that waits; gives the last number that was asked about. */
async function carryExtents({ cloud, outbox, mustYield, mayMoveBulk }: CourierDeps): Promise<Result<string | undefined, CloudFailure>> {
  let through: string | undefined;
  for (;;) {
    const waiting = await outbox.extents(WINDOW, through);
    const last = waiting.at(-1);
    if (!last) return ok(through);
    if (await mustYield()) return err('aborted');
    const sent = await sendExtents({
      cloud, read: outbox.extent, mayGoOn: async () => mayMoveBulk() && !(await mustYield()), told: (_, became) => (became.ok ? ok() : became),
    }, waiting.map(({ id }) => id));
    if (!sent.ok) return sent;
    through = last.number;
  }
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

/** Nodes that stand before a number of the outbox, or all; true where the server took each. */
async function carryNodesBefore(deps: CourierDeps, end: string | undefined): Promise<Result<boolean, CloudFailure>> {
  const { outbox, mustYield } = deps;
  const life = await outbox.life();
  let all = true;
  for (let after: string | undefined; ;) {
    const nodes = (await outbox.nodes({ nodes: BATCH_OPERATIONS, bytes: BATCH_ROOM }, after)).filter(({ number }) => end === undefined || number < end);
    const last = nodes.at(-1);
    if (!last) return ok(all);
    if (await mustYield()) return err('aborted');
    const carried = await carryNodes(deps, nodes, life);
    if (!carried.ok) return carried;
    all &&= carried.value;
    after = last.number;
  }
}

/** Until nothing waits that may go blindly, or something stands in the way. Whatever was acknowledged is noted. */
export async function carry(deps: CourierDeps): Promise<Carried> {
  const { outbox, mayMoveBulk } = deps;
  if (!mayMoveBulk()) {
    // What stands behind content may name it.
    const [content] = await outbox.extents(1, undefined);
    const carried = await carryNodesBefore(deps, content?.number);
    if (!carried.ok) return carried;
    return content ? err('metered') : ok();
  }
  const extents = await carryExtents(deps);
  if (!extents.ok) return extents;
  const all = await carryNodesBefore(deps, undefined);
  if (!all.ok) return all;
  // A node that stays may name them: they are asked about again before it goes.
  if (all.value && extents.value !== undefined && !(await outbox.waits())) await outbox.extentsCarried(extents.value);
  return ok();
}
