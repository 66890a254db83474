// Taking what is new at the server: pages of the feed, the records that they name, and what is needed to merge them
// (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import type { Cloud, CloudFailure } from './cloud.ts';
import { eachOf } from './each-of.ts';
import { BATCH_ROOM, type EngineDeps, type Round } from './engine-deps.ts';
import type { RemoteChange, RemoteRecord } from './reconciler.ts';
import { BATCH_OPERATIONS } from './wire/limits.ts';

/** Of the feed, in one round: a server that has more every time is asked again after a wait. */
const PAGES = 5_000;

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

/** Takes records, with what they are to be compared with at hand. */
export async function takeAll(deps: EngineDeps, records: readonly RemoteRecord[], cursor?: string): Promise<Round> {
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
export async function pull(deps: EngineDeps): Promise<Round> {
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
