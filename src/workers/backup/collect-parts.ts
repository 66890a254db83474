// Gives back the room of bundles that left the account, as far as nothing else can need it: of their parts, which bundles alone name.
// Content stays: a device that was away may bring back a file that was deleted, and have its content online only.
import { ok, type Result } from '../../result.ts';
import { EXTENTS_NAMED } from '../../sync/wire/limits.ts';
import type { BundleId } from '../contract/ids.ts';
import type { BackupDeps } from './backup-deps.ts';
import { readCloudBundle } from './cloud-bring.ts';
import { type Place, readList, renewList } from './cloud-list.ts';
import type { UploadFailure } from './cloud-upload.ts';
import type { LooseParts } from './loose-parts.ts';

type Deps = Pick<BackupDeps, 'parts' | 'random' | 'clock'>;

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** The server drops nothing that was asked about within a day. What it did not drop in this time is gone already. */
const FORGOTTEN_MS = 7 * DAY_MS;
const MOST_PAGES = 200;

/** The number of the newest change at the server; undefined where that cannot be told. */
async function newestChange({ home, cloud }: Place): Promise<Result<number | undefined, UploadFailure>> {
  let cursor = await home.sync.reconciler.cursor();
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await cloud.changes(cursor);
    if (!page.ok) return page;
    cursor = page.value.next;
    if (!page.value.more) return ok(Number(cursor.split('.')[1]));
  }
  return ok(undefined);
}

/** Those that no listed bundle names. A bundle whose index is not there, or does not open, may name any of them: then it is an error. */
async function unnamed(at: Place, bundles: readonly BundleId[], parts: ReadonlySet<string>): Promise<Result<ReadonlySet<string>, UploadFailure>> {
  const left = new Set(parts);
  for (const id of bundles) {
    if (left.size === 0) break;
    const bundle = await readCloudBundle({ ...at, id });
    if (!bundle.ok) return bundle;
    for (const part of bundle.value.parts) left.delete(part);
  }
  return ok(left);
}

/** What may still be collected of `candidates`: undefined where anything changed meanwhile, so that nothing was. */
async function collect(at: Place, random: Deps['random'], candidates: ReadonlySet<string>): Promise<Result<ReadonlySet<string> | undefined, UploadFailure>> {
  // In this order. Whoever is about to list a bundle by the list before has to ask about its parts again, and then they are safe for a
  // day. Whatever is listed, or named, after the number was read makes the server refuse.
  const renewed = await renewList(at, random);
  if (!renewed.ok) return renewed;
  const seen = await newestChange(at);
  if (!seen.ok) return seen;
  if (!renewed.value || seen.value === undefined) return ok(undefined);
  const list = await readList(at);
  if (!list.ok) return list;
  const left = await unnamed(at, list.value.bundles.map(({ id }) => id), candidates);
  if (!left.ok) return left;
  const some = [...left.value].slice(0, EXTENTS_NAMED);
  const gone = some.length > 0 ? await at.cloud.collect(some, seen.value) : ok([]);
  if (!gone.ok) return gone;
  if (!gone.value) return ok(undefined);
  const dropped = new Set(gone.value);
  return ok(new Set([...left.value].filter((id) => !dropped.has(id))));
}

const only = ({ batches }: LooseParts, left: ReadonlySet<string>, now: number): LooseParts['batches'] =>
  batches.filter(({ at }) => at > now - FORGOTTEN_MS).map(({ at, parts }) => ({ at, parts: parts.filter((id) => left.has(id)) })).filter(({ parts }) => parts.length > 0);

/** At most once a day, and after a bundle left. What fails is tried again an hour later. */
export async function collectParts({ parts, random, clock }: Deps, at: Place): Promise<void> {
  const { home, account } = at;
  const loose = await parts.read(home, account);
  const now = clock();
  const isDue = loose.next === undefined || loose.next <= now || loose.next > now + DAY_MS;
  if (loose.batches.length === 0 || !isDue) return;
  const candidates = new Set(loose.batches.flatMap((batch) => batch.parts));
  const result = await collect(at, random, candidates);
  const left = result.ok ? result.value : undefined;
  // What was noted meanwhile is not among the candidates, and stays.
  await parts.change(home, account, (since) => (left
    ? { batches: [...only(since, new Set([...left, ...since.batches.flatMap((batch) => batch.parts).filter((id) => !candidates.has(id))]), now)], next: now + DAY_MS }
    : { ...since, next: now + HOUR_MS }));
}
