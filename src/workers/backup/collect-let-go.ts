// Gives back, at the server, the room of what nothing needs any more: content that no file, no earlier version and no listed bundle
// names, parts of bundles that left, and graves; each once every device knows (docs/sync.md, "Collecting").
import { ok, type Result } from '../../result.ts';
import { positionOf } from '../../sync/feed-cursor.ts';
import { BATCH_OPERATIONS, EXTENTS_NAMED } from '../../sync/wire/limits.ts';
import type { BundleId } from '../contract/ids.ts';
import type { LetGoRow } from '../store/home-schema.ts';
import { idIn, objectName } from '../store/outbox/outbox.ts';
import { unpackExtents } from '../store/snapshot-lists.ts';
import type { BackupDeps } from './backup-deps.ts';
import { readCloudBundle } from './cloud-bring.ts';
import { type Place, readList, renewList } from './cloud-list.ts';
import type { UploadFailure } from './cloud-upload.ts';

type Deps = Pick<BackupDeps, 'random' | 'clock' | 'look' | 'knownToAll'>;

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_PAGES = 200;

const namesOf = (extents: readonly string[]): readonly string[] => extents.map((id) => objectName('extents', id));

/** The number of the newest change at the server; undefined where that cannot be told, or where a node changed that was not taken. */
async function newestChange({ home, cloud }: Place): Promise<Result<number | undefined, UploadFailure>> {
  let cursor = await home.sync.reconciler.cursor();
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await cloud.changes(cursor);
    if (!page.ok) return page;
    if (page.value.nodes.length > 0) return ok(undefined);
    cursor = page.value.next;
    if (!page.value.more) return ok(positionOf(cursor).seq);
  }
  return ok(undefined);
}

/** Takes out what a listed bundle names. One whose index is not there, or does not open, may name any of them: then it is an error. */
async function withoutNamed(at: Place, bundles: readonly BundleId[], extents: ReadonlySet<string>): Promise<Result<ReadonlySet<string>, UploadFailure>> {
  const left = new Set(extents);
  for (const id of bundles) {
    if (left.size === 0) break;
    const bundle = await readCloudBundle({ ...at, id });
    if (!bundle.ok) return bundle;
    for (const part of bundle.value.parts) left.delete(part);
    for (const extent of unpackExtents(bundle.value.extents) ?? []) left.delete(extent.id);
  }
  return ok(left);
}

/** Rows that every device knows of, as many as one request may name; of extents first those that were not asked for yet. */
async function ready({ home }: Place, known: number): Promise<{ readonly extents: ReadonlySet<string>; readonly graves: readonly LetGoRow[] }> {
  const [fresh, asked]: [string[], string[]] = [[], []];
  const graves: LetGoRow[] = [];
  for await (const rows of home.sync.letGo.rows()) {
    for (const row of rows) {
      if (row.since === undefined || row.since > known) continue;
      const [extent, extents] = [idIn('extents', row.name), row.asked === undefined ? fresh : asked];
      if (extent !== undefined && extents.length < EXTENTS_NAMED) extents.push(extent);
      if (extent === undefined && graves.length < BATCH_OPERATIONS) graves.push(row);
    }
  }
  return { extents: new Set([...fresh, ...asked].slice(0, EXTENTS_NAMED)), graves };
}

/** False where anything changed meanwhile, so that nothing was dropped. */
async function collectExtents({ random, clock, look }: Deps, at: Place, candidates: ReadonlySet<string>): Promise<Result<boolean, UploadFailure>> {
  const { home: { sync: { letGo } }, cloud } = at;
  // In this order. Whoever is about to list a bundle by the list before has to ask about its content again, and then that is safe for a
  // day. Whatever is listed, or named, after the number was read makes the server refuse.
  const renewed = await renewList(at, random);
  if (!renewed.ok) return renewed;
  const looked = await look();
  if (!looked.ok) return looked;
  const seen = await newestChange(at);
  if (!seen.ok) return seen;
  if (!renewed.value || seen.value === undefined) return ok(false);
  const named = await letGo.named(candidates);
  if (!named) return ok(false);
  const list = await readList(at);
  if (!list.ok) return list;
  const left = await withoutNamed(at, list.value.bundles.map(({ id }) => id), new Set([...candidates].filter((id) => !named.has(id))));
  if (!left.ok) return left;
  const gone = left.value.size > 0 ? await cloud.collect([...left.value], seen.value) : ok([]);
  if (!gone.ok) return gone;
  if (!gone.value) return ok(false);
  const stays = new Set(left.value);
  for (const id of gone.value) stays.delete(id);
  // What something names is noted again when that lets it go.
  await letGo.forget(namesOf([...candidates].filter((id) => !stays.has(id))));
  await letGo.asked(namesOf([...stays]), clock());
  return ok(true);
}

/** One that was changed since is no grave any more, or another device was at it. */
async function dropGraves({ home, cloud }: Place, graves: readonly LetGoRow[]): Promise<Result<void, UploadFailure>> {
  const dropped = await cloud.deleteNodes(graves.flatMap(({ name, rev }) => {
    const id = idIn('nodes', name);
    return id === undefined || rev === undefined ? [] : [{ id, rev }];
  }));
  if (!dropped.ok) return dropped;
  await home.sync.letGo.forget(graves.map(({ name }) => name));
  return ok();
}

async function collect(deps: Deps, at: Place): Promise<Result<boolean, UploadFailure>> {
  const { letGo } = at.home.sync;
  await letGo.markSent();
  const looked = await deps.look();
  if (!looked.ok) return looked;
  await letGo.number(deps.clock());
  const known = await deps.knownToAll();
  if (!known.ok) return known;
  const { extents, graves } = await ready(at, known.value);
  const collected = extents.size > 0 ? await collectExtents(deps, at, extents) : ok(true);
  if (!collected.ok || graves.length === 0) return collected;
  const dropped = await dropGraves(at, graves);
  return dropped.ok ? collected : dropped;
}

/** How long to wait since the last time; undefined where there is nothing to ask for. */
async function waitOf({ home }: Place): Promise<number | undefined> {
  let wait: number | undefined;
  for await (const rows of home.sync.letGo.rows()) for (const { asked } of rows) wait = Math.min(wait ?? DAY_MS, asked === undefined ? HOUR_MS : DAY_MS);
  return wait;
}

/** At most once an hour where something was let go since, else once a day. */
export async function collectLetGo(deps: Deps, at: Place): Promise<void> {
  const { letGo } = at.home.sync;
  const now = deps.clock();
  const [wait, last] = [await waitOf(at), await letGo.last()];
  if (wait === undefined || (last !== undefined && Math.abs(now - last) < wait)) return;
  // A failure is tried again as what is fresh is: nothing was asked for.
  await collect(deps, at);
  await letGo.setLast(now);
}
