// One round of sync: everything that is new at the server is taken, then everything that waits is sent; a conflict means
// that there is news again. Each loop is bounded, and each step leaves home and server whole (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import type { Cloud, CloudFailure, WriteOutcome } from './cloud.ts';
import type { OutgoingNode, Reconciler, RemoteChange, RemoteRecord } from './reconciler.ts';
import { BATCH_BYTES, BATCH_OPERATIONS, EXTENTS_NAMED } from './wire/limits.ts';

/** Requests under way at once. */
export const AT_ONCE = 6;
/** Conflicts in a row: by then somebody else writes faster than we do, and the next round goes on. */
const TURNS = 8;
/** Room for what a batch says beside the bytes. */
const BATCH_ROOM = BATCH_BYTES - 64 * 1024;
const EXTENTS_AHEAD = 64;
/** Of the feed, in one round: a server that has more every time is asked again after a wait. */
const PAGES = 5_000;

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

/** What did not go in this round, so that the rest can. */
interface Trouble {
  readonly skip: Set<string>;
  failure: CloudFailure | undefined;
}

function skip(trouble: Trouble, id: string, why: CloudFailure): void {
  trouble.skip.add(id);
  trouble.failure ??= why;
}

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

/** Fetches what contents are to be compared with; what cannot be had is told apart without. */
async function fetchComparable({ cloud, home, signal }: EngineDeps, records: readonly RemoteRecord[]): Promise<Round> {
  return eachOf(await home.comparable(records), async (id) => {
    if (signal.aborted) return err('aborted');
    const bytes = await cloud.extent(id);
    if (!bytes.ok) return bytes.error === 'protocol' ? ok() : bytes;
    if (bytes.value) await home.keep(id, bytes.value);
    return ok();
  });
}

async function takeAll(deps: EngineDeps, records: readonly RemoteRecord[], cursor?: string): Promise<Round> {
  const fetched = await fetchComparable(deps, records);
  if (!fetched.ok) return fetched;
  if (deps.signal.aborted) return err('aborted');
  await deps.home.take(records, cursor);
  deps.progress?.();
  return ok();
}

/** The next portion is fetched while one is taken. */
async function takePage(deps: EngineDeps, news: readonly RemoteChange[], cursor: string): Promise<Round> {
  const { cloud, home } = deps;
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
    const taken = await takeAll(deps, records.value, following ? undefined : cursor);
    if (!taken.ok) return taken;
  }
  return ok();
}

const numberOf = (cursor: string | undefined): number => Number(cursor?.split('.')[1] ?? -1);

/** Takes everything that is new. */
async function pull(deps: EngineDeps): Promise<Round> {
  const { cloud, home, signal } = deps;
  let restarted = false;
  for (let pages = 0; pages < PAGES; pages += 1) {
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
    if (more && numberOf(next) <= numberOf(before)) return err('protocol');
    const news = await home.news(nodes);
    if (news.length > 0 || next !== before) {
      const taken = await takePage(deps, news, next);
      if (!taken.ok) return taken;
    }
    if (more) continue;
    await home.mend();
    return ok();
  }
  return err('unreachable');
}

/** Sends those of `ids` that the server lacks; it keeps the others for a day. One that it does not take holds nothing else up. */
async function sendExtents({ cloud, home, signal, progress }: EngineDeps, ids: readonly string[], trouble: Trouble): Promise<Round> {
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
      if (put.ok || (put.error !== 'quota' && put.error !== 'protocol')) return put;
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
  deps.progress?.();
  return pushed;
}

async function push(deps: EngineDeps, trouble: Trouble): Promise<Result<'all' | 'conflict', CloudFailure>> {
  for (;;) {
    if (deps.signal.aborted) return err('aborted');
    const pushed = await pushBatch(deps, trouble);
    if (!pushed.ok) return pushed;
    if (pushed.value !== 'some') return ok(pushed.value);
  }
}

/** Brings content that is to be here. */
async function bring({ cloud, home, signal, progress, mayMoveBulk = () => true }: EngineDeps): Promise<Round> {
  for (let room = true; room;) {
    const ids = mayMoveBulk() ? await home.wanted(AT_ONCE) : [];
    if (ids.length === 0) return ok();
    const brought = await eachOf(ids, async (id) => {
      if (signal.aborted) return err('aborted');
      const bytes = await cloud.extent(id);
      if (!bytes.ok && bytes.error !== 'protocol') return bytes;
      const kept = bytes.ok && bytes.value ? await home.keep(id, bytes.value) : 'wrong';
      if (kept === 'wrong') home.lacks(id);
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
