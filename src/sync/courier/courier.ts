// Carries what was sealed to the server while nobody is there who could open it: extents first, then nodes in the order of the
// outbox. It merges nothing: what lost a race, and what is deleted, waits for the authority (docs/sync.md, "Courier").
import { err, ok, type Result } from '../../result.ts';
import type { Cloud, CloudFailure } from '../cloud.ts';
import { BATCH_ROOM } from '../engine-deps.ts';
import { sendExtents } from '../send-extents.ts';
import { BATCH_OPERATIONS } from '../wire/limits.ts';
import type { CarriedNode, CourierOutbox } from './courier-outbox.ts';

export interface CourierDeps {
  readonly cloud: Pick<Cloud, 'missing' | 'putExtent' | 'write'>;
  readonly outbox: CourierOutbox;
  /** Whether somebody who can open the home waits to sync it: asked before each request. */
  readonly mustYield: () => Promise<boolean>;
}

type Carried = Result<void, CloudFailure>;

/** Extents asked about at once. */
const WINDOW = 1_000;

/** Sends what the server lacks of all that waits; gives the last number that was asked about. */
async function carryExtents({ cloud, outbox, mustYield }: CourierDeps): Promise<Result<string | undefined, CloudFailure>> {
  let through: string | undefined;
  for (;;) {
    const waiting = await outbox.extents(WINDOW, through);
    const last = waiting.at(-1);
    if (!last) return ok(through);
    if (await mustYield()) return err('aborted');
    const sent = await sendExtents({
      cloud, read: outbox.extent, mayGoOn: async () => !(await mustYield()), told: (_, became) => (became.ok ? ok() : became),
    }, waiting.map(({ id }) => id));
    if (!sent.ok) return sent;
    through = last.number;
  }
}

/** One batch; what the server did not take stays where it is. */
async function carryNodes({ cloud, outbox }: CourierDeps, nodes: readonly CarriedNode[]): Promise<Result<boolean, CloudFailure>> {
  const outcomes = await cloud.write(nodes.map(({ id, baseRev, record }) => ({ id, body: record, ...(baseRev !== undefined && { baseRev }) })));
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

/** Until nothing waits that may go blindly, or something stands in the way. Whatever was acknowledged is noted. */
export async function carry(deps: CourierDeps): Promise<Carried> {
  const { outbox, mustYield } = deps;
  const extents = await carryExtents(deps);
  if (!extents.ok) return extents;
  let all = true;
  for (let after: string | undefined; ;) {
    const nodes = await outbox.nodes({ nodes: BATCH_OPERATIONS, bytes: BATCH_ROOM }, after);
    const last = nodes.at(-1);
    if (!last) break;
    if (await mustYield()) return err('aborted');
    const carried = await carryNodes(deps, nodes);
    if (!carried.ok) return carried;
    all &&= carried.value;
    after = last.number;
  }
  // A node that stays may name them: they are asked about again before it goes.
  if (all && extents.value !== undefined && !(await outbox.waits())) await outbox.extentsCarried(extents.value);
  return ok();
}
