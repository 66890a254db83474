// One app's dataset over its collection: what changed there is taken page by page, what waits here is sent by compare-and-swap. Each
// loop is bounded, and each step leaves both sides whole.
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure, OtherChange } from '../../sync/cloud.ts';
import type { CloudCollection } from '../../sync/cloud-client.ts';
import { BATCH_ROOM } from '../../sync/engine-deps.ts';
import { positionOf } from '../../sync/feed-cursor.ts';
import { BATCH_OPERATIONS } from '../../sync/wire/limits.ts';
import { GRANTS } from '../contract/limits.ts';
import type { CarriedDataset, ObjectRecord, OutgoingObject } from '../grants/carried-dataset.ts';

export interface Moving {
  readonly dataset: CarriedDataset;
  readonly cloud: CloudCollection;
  readonly signal: AbortSignal;
}

type Done = Promise<Result<void, CloudFailure>>;

/** Of a thousand changes each. */
const PAGES = 200;
/** Conflicts in a row: by then somebody else writes faster than we do. */
const TURNS = 8;
const NOTHING = new Uint8Array(0);

/** As many as may be asked for at once. */
function* portions(changes: readonly OtherChange[]): Generator<readonly OtherChange[]> {
  let portion: OtherChange[] = [];
  let bytes = 0;
  for (const change of changes) {
    if (portion.length >= BATCH_OPERATIONS || (portion.length > 0 && bytes + change.size > BATCH_ROOM)) {
      yield portion;
      [portion, bytes] = [[], 0];
    }
    portion.push(change);
    bytes += change.size;
  }
  if (portion.length > 0) yield portion;
}

/** What is too large to be a value is not fetched: it is as good as damaged. */
async function fetched(cloud: CloudCollection, changes: readonly OtherChange[]): Promise<Result<readonly ObjectRecord[], CloudFailure>> {
  const wanted = changes.filter(({ deleted, size }) => !deleted && size <= GRANTS.datasetObjectBytes);
  const found = wanted.length > 0 ? await cloud.read(wanted.map(({ id }) => id)) : ok([]);
  if (!found.ok) return found;
  const objects = new Map(wanted.map(({ id }, at) => [id, found.value[at]]));
  return ok(changes.map(({ id, rev, deleted, size }): ObjectRecord => {
    if (!deleted && size > GRANTS.datasetObjectBytes) return { id, rev, body: NOTHING };
    const there = objects.get(id);
    return { id, rev: there?.rev, body: there?.body };
  }));
}

/** Takes what is new, each page with its cursor in one transaction. */
export async function pullDataset({ dataset, cloud, signal }: Moving): Done {
  let restarted = false;
  for (let pages = 0; pages < PAGES; pages += 1) {
    if (signal.aborted) return err('aborted');
    const progress = await dataset.progress();
    if (!progress) return ok();
    const page = await cloud.changes(progress.cursor);
    if (!page.ok && page.error === 'cursor_gone' && !restarted) {
      restarted = true;
      await dataset.restart(true);
      continue;
    }
    if (!page.ok) return page;
    const { changes, next, more } = page.value;
    for (const portion of portions(await dataset.news(changes))) {
      if (signal.aborted) return err('aborted');
      const records = await fetched(cloud, portion);
      if (!records.ok) return records;
      await dataset.take(records.value);
    }
    // The cursor goes on only when all of its page was taken.
    if (next !== progress.cursor) await dataset.take([], next);
    if (!more) return ok();
  }
  return err('unreachable');
}

interface Trouble { readonly skip: Set<string>; failure: CloudFailure | undefined; conflicts: number }

async function takeConflicts({ dataset, cloud }: Moving, ids: readonly string[]): Done {
  // One by one: how large they are is not known.
  for (const id of ids) {
    const found = await cloud.read([id]);
    if (!found.ok) return found;
    await dataset.take([{ id, rev: found.value[0]?.rev, body: found.value[0]?.body }]);
  }
  return ok();
}

async function pushSome(moving: Moving, objects: readonly OutgoingObject[], trouble: Trouble): Done {
  const cursor = (await moving.dataset.progress())?.cursor;
  const outcomes = await moving.cloud.write(objects.map(({ id, baseRev, body }) => ({ id, body, ...(baseRev !== undefined && { baseRev }) })), cursor === undefined ? undefined : positionOf(cursor).generation);
  if (!outcomes.ok) return outcomes;
  const conflicts: string[] = [];
  const sent = objects.flatMap((object, at) => {
    const outcome = outcomes.value[at]!;
    if (outcome.done) return [{ object, rev: outcome.rev }];
    if (outcome.why === 'conflict') conflicts.push(object.id);
    else {
      trouble.skip.add(object.id);
      trouble.failure ??= outcome.why === 'quota' ? 'quota' : 'protocol';
    }
    return [];
  });
  if (sent.length > 0) await moving.dataset.sent(sent);
  if (conflicts.length > 0) trouble.conflicts += 1;
  return conflicts.length > 0 ? takeConflicts(moving, conflicts) : ok();
}

/** Sends what waits; what lost a race meets what is there now, and goes again. */
export async function pushDataset(moving: Moving): Done {
  const trouble: Trouble = { skip: new Set(), failure: undefined, conflicts: 0 };
  while (trouble.conflicts < TURNS) {
    if (moving.signal.aborted) return err('aborted');
    const objects = await moving.dataset.outgoing({ objects: BATCH_OPERATIONS, bytes: BATCH_ROOM, skip: trouble.skip });
    if (objects.length === 0) return trouble.failure ? err(trouble.failure) : ok();
    const pushed = await pushSome(moving, objects, trouble);
    if (!pushed.ok) return pushed;
  }
  return err('unreachable');
}

/** Whether the account has another value than this device for something that both have. Nothing is taken. */
export async function differsThere(dataset: CarriedDataset, cloud: CloudCollection): Promise<Result<boolean, CloudFailure>> {
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const page = await cloud.changes(cursor);
    if (!page.ok) return page;
    const both = new Set(await dataset.shared(page.value.changes.map(({ id }) => id)));
    for (const portion of portions(page.value.changes.filter(({ id, deleted }) => !deleted && both.has(id)))) {
      const records = await fetched(cloud, portion);
      if (!records.ok) return records;
      if (await dataset.differs(records.value)) return ok(true);
    }
    if (!page.value.more) return ok(false);
    cursor = page.value.next;
  }
  return err('unreachable');
}
