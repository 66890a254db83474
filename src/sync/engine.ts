// One round of sync: everything that is new at the server is taken, then everything that waits is sent; a conflict means
// that there is news again. Each loop is bounded, and each step leaves home and server whole (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import type { Cloud, CloudFailure, Write, WriteOutcome } from './cloud.ts';
import type { OutgoingNode, Reconciler, RemoteChange, RemoteRecord } from './reconciler.ts';
import { BATCH_BYTES, BATCH_OPERATIONS, EXTENTS_NAMED } from './wire/limits.ts';

/** Requests under way at once. */
export const AT_ONCE = 6;
/** Conflicts in a row: by then somebody else writes faster than we do, and the next round goes on. */
const TURNS = 8;
/** Room for what a batch says beside the bytes. */
const BATCH_ROOM = BATCH_BYTES - 64 * 1024;
const EXTENTS_AHEAD = 64;

export interface EngineDeps {
  readonly cloud: Cloud;
  readonly home: Reconciler;
  readonly signal: AbortSignal;
  /** Something was taken or sent. */
  readonly progress?: () => void;
  /** Whether bulk may move now: false on a metered connection. */
  readonly mayMoveBulk?: () => boolean;
}

export type Round = Result<void, CloudFailure>;

/** Runs `work` over all, AT_ONCE at a time; stops at the first failure. */
export async function eachOf<T>(all: readonly T[], work: (item: T) => Promise<Result<void, CloudFailure>>): Promise<Result<void, CloudFailure>> {
  const rest = [...all];
  let failed: CloudFailure | undefined;
  const lane = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined && failed === undefined; item = rest.shift()) {
      const done = await work(item);
      if (!done.ok) failed ??= done.error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, lane));
  return failed === undefined ? ok() : err(failed);
}

/** Lists of as many as one request may carry. */
function* portions(changes: readonly RemoteChange[]): Generator<readonly RemoteChange[]> {
  let portion: RemoteChange[] = [];
  let bytes = 0;
  for (const change of changes) {
    if (portion.length > 0 && (portion.length >= BATCH_OPERATIONS || bytes + change.size > BATCH_ROOM)) {
      yield portion;
      [portion, bytes] = [[], 0];
    }
    portion.push(change);
    bytes += change.size;
  }
  if (portion.length > 0) yield portion;
}

async function fetchRecords(cloud: Cloud, portion: readonly RemoteChange[]): Promise<Result<readonly RemoteRecord[], CloudFailure>> {
  const live = portion.filter(({ deleted }) => !deleted);
  const answers = live.length > 0 ? await cloud.nodes(live.map(({ id }) => id)) : ok([]);
  if (!answers.ok) return answers;
  const records = new Map(live.map(({ id }, at) => [id, answers.value[at]]));
  return ok(portion.flatMap(({ id, rev, deleted }): RemoteRecord[] => {
    if (deleted) return [{ id, rev }];
    const found = records.get(id);
    // Gone since: a later change will say so.
    return found ? [{ id, rev: found.rev, record: found.body }] : [];
  }));
}

/** The next portion is fetched while one is taken. */
async function takePage({ cloud, home, signal, progress }: EngineDeps, news: readonly RemoteChange[], cursor: string): Promise<Round> {
  const all = [...portions(news)];
  if (all.length === 0) {
    await home.take([], cursor);
    return ok();
  }
  let next = fetchRecords(cloud, all[0]!);
  for (const [at] of all.entries()) {
    const records = await next;
    if (!records.ok) return records;
    const following = all[at + 1];
    if (following) {
      next = fetchRecords(cloud, following);
      next.catch(() => undefined);
    }
    if (signal.aborted) return err('aborted');
    await home.take(records.value, following ? undefined : cursor);
    progress?.();
  }
  return ok();
}

/** Takes everything that is new. */
async function pull(deps: EngineDeps): Promise<Round> {
  const { cloud, home, signal } = deps;
  for (let restarted = false; ;) {
    if (signal.aborted) return err('aborted');
    const before = await home.cursor();
    const page = await cloud.changes(before);
    if (!page.ok && page.error === 'cursor_gone' && !restarted) {
      restarted = true;
      await home.restart();
      continue;
    }
    if (!page.ok) return page;
    const { nodes, next, more } = page.value;
    const news = await home.news(nodes);
    if (news.length > 0 || next !== before) {
      const taken = await takePage(deps, news, next);
      if (!taken.ok) return taken;
    }
    if (!more) break;
  }
  await home.mend();
  return ok();
}

/** Sends those of `ids` that the server lacks; it keeps the others for a day. */
async function sendExtents({ cloud, home, signal, progress }: EngineDeps, ids: readonly string[]): Promise<Round> {
  const all = [...new Set(ids)];
  for (let at = 0; at < all.length; at += EXTENTS_NAMED) {
    const missing = await cloud.missing(all.slice(at, at + EXTENTS_NAMED));
    if (!missing.ok) return missing;
    const sent = await eachOf(missing.value, async (id) => {
      if (signal.aborted) return err('aborted');
      const bytes = await home.extent(id);
      // What neither side has cannot be sent; the node that names it is worth having all the same.
      const put = bytes ? await cloud.putExtent(id, bytes) : ok();
      progress?.();
      return put;
    });
    if (!sent.ok) return sent;
  }
  return ok();
}

function writeOf({ id, op, baseRev, record }: OutgoingNode): Write {
  if (op === 'put') return { op, id, body: record!, ...(baseRev !== undefined && { baseRev }) };
  return { op, id, baseRev: baseRev! };
}

type Pushed = 'all' | 'some' | 'conflict';

async function noteOutcomes({ home }: EngineDeps, nodes: readonly OutgoingNode[], outcomes: readonly WriteOutcome[], extents: readonly string[]): Promise<Result<Pushed, CloudFailure>> {
  const sent = nodes.flatMap((node, at) => {
    const outcome = outcomes[at];
    if (outcome?.done) return [{ node, rev: outcome.rev }];
    // It was deleted already.
    return outcome?.why === 'gone' ? [{ node, rev: '0' }] : [];
  });
  await home.sent(sent, extents);
  const refused = outcomes.flatMap((outcome) => (outcome.done || outcome.why === 'gone' ? [] : outcome.why));
  if (refused.includes('quota')) return err('quota');
  if (refused.includes('refused')) return err('protocol');
  return ok(refused.length > 0 ? 'conflict' : 'some');
}

/** Sends one batch: extents first, then the nodes that name them. */
async function pushBatch(deps: EngineDeps): Promise<Result<Pushed, CloudFailure>> {
  const { cloud, home } = deps;
  const { extents, nodes } = await home.outgoing({ nodes: BATCH_OPERATIONS, bytes: BATCH_ROOM, extents: EXTENTS_AHEAD });
  if (extents.length === 0 && nodes.length === 0) return ok('all');
  const named = [...extents, ...nodes.flatMap((node) => node.extents)];
  const there = named.length > 0 ? await sendExtents(deps, named) : ok();
  if (!there.ok) return there;
  const outcomes = nodes.length > 0 ? await cloud.write(nodes.map(writeOf)) : ok([]);
  if (!outcomes.ok) return outcomes;
  const pushed = await noteOutcomes(deps, nodes, outcomes.value, named);
  deps.progress?.();
  return pushed;
}

async function push(deps: EngineDeps): Promise<Result<'all' | 'conflict', CloudFailure>> {
  for (;;) {
    if (deps.signal.aborted) return err('aborted');
    const pushed = await pushBatch(deps);
    if (!pushed.ok) return pushed;
    if (pushed.value !== 'some') return ok(pushed.value);
  }
}

/** Brings content that is to be here. */
async function bring({ cloud, home, signal, progress, mayMoveBulk = () => true }: EngineDeps): Promise<Round> {
  for (;;) {
    const ids = mayMoveBulk() ? await home.wanted(AT_ONCE) : [];
    if (ids.length === 0) return ok();
    const brought = await eachOf(ids, async (id) => {
      if (signal.aborted) return err('aborted');
      const bytes = await cloud.extent(id);
      if (!bytes.ok) return bytes;
      if (bytes.value) await home.keep(id, bytes.value);
      else home.lacks(id);
      progress?.();
      return ok();
    });
    if (!brought.ok) return brought;
  }
}

/** Until nothing is new and nothing waits, or something stands in the way. */
export async function syncRound(deps: EngineDeps): Promise<Round> {
  await deps.home.finishLinking();
  for (let turn = 0; turn < TURNS; turn += 1) {
    const pulled = await pull(deps);
    if (!pulled.ok) return pulled;
    const pushed = await push(deps);
    if (!pushed.ok) return pushed;
    if (pushed.value === 'all') return bring(deps);
  }
  return ok();
}
