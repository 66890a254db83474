// Taking what is new at the server: pages of the feed, the records that they name, and what is needed to merge them
// (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import type { Cloud, CloudFailure } from './cloud.ts';
import { eachOf } from './each-of.ts';
import { wentBack } from './feed-cursor.ts';
import { BATCH_ROOM, type TakeDeps, type Round } from './engine-deps.ts';
import type { RemoteChange, RemoteRecord, Through } from './reconciler.ts';
import { BATCH_OPERATIONS } from './wire/limits.ts';

/** Of the feed, in one round: a server that has more every time is asked again after a wait. */
const PAGES = 5_000;

/** Portions that are under way while one is taken. */
const AHEAD = 2;

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
async function fetchComparable({ cloud, home, signal }: TakeDeps, records: readonly RemoteRecord[]): Promise<Round> {
  return eachOf(await home.comparable(records), async (id) => {
    if (signal.aborted) return err('aborted');
    const bytes = await cloud.extent(id);
    if (!bytes.ok) return bytes.error === 'protocol' ? ok() : bytes;
    if (bytes.value) await home.keep(id, bytes.value);
    return ok();
  });
}

/** Takes records, with what they are to be compared with at hand. */
export async function takeAll(deps: TakeDeps, records: readonly RemoteRecord[], through?: Through): Promise<Round> {
  const fetched = await fetchComparable(deps, records);
  if (!fetched.ok) return fetched;
  if (deps.signal.aborted) return err('aborted');
  await deps.home.take(records, through);
  deps.progress?.();
  return ok();
}

/** What was begun early may be needed no more, and its failure is then nobody's. */
function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** What was asked for may be long in coming: nobody waits for it once the round is called off. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<Result<T, CloudFailure>>): Promise<Result<T, CloudFailure>> {
  if (signal.aborted) return Promise.resolve(err('aborted'));
  return new Promise((resolve, reject) => {
    const end = () => { resolve(err('aborted')); };
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => { signal.removeEventListener('abort', end); });
  });
}

interface Portion {
  readonly changes: readonly RemoteChange[];
  readonly records: ReturnType<typeof fetchRecords>;
}

const fetched = (cloud: Cloud, changes: readonly RemoteChange[]): Portion => ({ changes, records: begun(fetchRecords(cloud, changes)) });

/** A page of the feed, and its first portions as far as they looked like news before its turn. */
interface Coming {
  readonly page: Awaited<ReturnType<Cloud['changes']>>;
  readonly early: readonly Portion[];
}

const firstPage = async (cloud: Cloud, cursor: string | undefined): Promise<Coming> => ({ page: await cloud.changes(cursor), early: [] });

/** What a page brings is on its way while the one before is taken: that may change what is news, so it is looked at again. */
async function comingAfter({ cloud, home }: TakeDeps, cursor: string, taking: ReadonlySet<string>): Promise<Coming> {
  const page = await cloud.changes(cursor);
  // What the page before brings too is asked for in its turn: else the older of two answers might be taken last.
  const likely = page.ok ? await home.news(page.value.nodes.filter(({ id }) => !taking.has(id))) : [];
  return { page, early: [...portions(likely)].slice(0, AHEAD + 1).map((portion) => fetched(cloud, portion)) };
}

/** The next portions are fetched while one is taken. */
async function takePage(deps: TakeDeps, { news, early }: { readonly news: readonly RemoteChange[]; readonly early: readonly Portion[] }, through: Through): Promise<Round> {
  const { cloud, home } = deps;
  const isNews = new Set(news.map(({ id }) => id));
  const under = new Set(early.flatMap(({ changes }) => changes.map(({ id }) => id)));
  const coming = [...early];
  const rest = [...portions(news.filter(({ id }) => !under.has(id)))];
  if (coming.length + rest.length === 0) {
    await home.take([], through);
    return ok();
  }
  do {
    for (const portion of rest.splice(0, Math.max(0, AHEAD + 1 - coming.length))) coming.push(fetched(cloud, portion));
    const records = await unlessAborted(deps.signal, coming.shift()!.records);
    if (!records.ok) return records;
    const taken = await takeAll(deps, records.value.filter(({ id }) => isNews.has(id)), coming.length > 0 ? undefined : through);
    if (!taken.ok) return taken;
  } while (coming.length > 0);
  return ok();
}

/** The numbers are of another life of the server: what is here of that is looked at anew. */
async function restart({ cloud, home }: TakeDeps, before: string | undefined): Promise<Round> {
  const common = before === undefined ? ok(undefined) : await cloud.common(before);
  if (!common.ok) return common;
  await home.restart(common.value);
  return ok();
}

/** Takes everything that is new; the next page of the feed comes while one is taken. */
export async function pull(deps: TakeDeps): Promise<Round> {
  const { cloud, home, signal } = deps;
  let restarted = false;
  let coming: Promise<Coming> | undefined;
  for (let pages = 0; pages < PAGES; pages += 1) {
    if (signal.aborted) return err('aborted');
    const before = await home.cursor();
    // It was put back again, perhaps, before anything of it was taken.
    const gone = before === undefined && !restarted ? await home.gone() : undefined;
    if (gone !== undefined) {
      restarted = true;
      const begun = await restart(deps, gone);
      if (!begun.ok) return begun;
      continue;
    }
    const come = await unlessAborted(signal, (coming ?? firstPage(cloud, before)).then((found) => ok(found)));
    if (!come.ok) return come;
    const { page, early } = come.value;
    coming = undefined;
    if (!page.ok && page.error === 'cursor_gone' && !restarted) {
      restarted = true;
      const begun = await restart(deps, before);
      if (!begun.ok) return begun;
      continue;
    }
    if (!page.ok) return page;
    const { nodes, others, next, more } = page.value;
    // Numbers that went back within one life: the server was set back without saying so.
    const isSetBack = before !== undefined && wentBack(before, next);
    if (isSetBack && !restarted) {
      restarted = true;
      await home.restart(undefined);
      continue;
    }
    if (isSetBack || (more && next === before)) return err('protocol');
    const heard = others.length > 0 && deps.noticed ? await deps.noticed(others) : ok();
    if (!heard.ok) return heard;
    if (more) coming = begun(comingAfter(deps, next, new Set(nodes.map(({ id }) => id))));
    const news = await home.news(nodes);
    if (news.length > 0 || next !== before) {
      const taken = await takePage(deps, { news, early }, { cursor: next, ...(nodes.length > 0 && { newest: Math.max(...nodes.map(({ seq }) => seq)) }) });
      if (!taken.ok) return taken;
    }
    if (more) continue;
    await home.mend();
    deps.progress?.();
    return ok();
  }
  return err('unreachable');
}
