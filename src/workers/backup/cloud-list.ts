// The account's list of bundles, and the indexes that it names. The rule: whatever the list names can be brought back, whoever else
// changes it meanwhile and wherever a worker ends (docs/sync.md, "Bundles in an account").
import type { Bytes } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import { EXTENTS_NAMED, OBJECT_BYTES } from '../../sync/wire/limits.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { BundleId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { unpackExtents } from '../store/snapshot-lists.ts';
import { type CloudBundle, LIST_ID, type ListedBundle, objectIdOf, openCloudBundle, openList, sealCloudBundle, sealList } from './cloud-index.ts';
import type { UploadFailure } from './cloud-upload.ts';

/** The open home, and the account that it is linked to. */
export interface Place {
  readonly home: MountedHome;
  readonly cloud: CloudClient;
  readonly account: string;
}

interface List {
  readonly rev: string | undefined;
  /** Newest first. */
  readonly bundles: readonly ListedBundle[];
}

/** Which bundles leave the list; asked anew where another device changed it. */
type Choose = (bundles: readonly ListedBundle[]) => Promise<readonly BundleId[]>;

export interface Leave {
  readonly choose: Choose;
  /** What those that leave are made of, before they do. */
  readonly note: (made: { readonly parts: readonly string[]; readonly extents: readonly string[] }) => Promise<void>;
}

const BUNDLES = 'bundles';

const extentsOf = (bundle: CloudBundle): readonly string[] => (unpackExtents(bundle.extents) ?? []).map(({ id }) => id);

/** Other devices change the list too. */
const TRIES = 4;

/** How it failed, as pages are told. */
export function told<T>(result: Result<T, UploadFailure>): Result<T, NexusError> {
  if (result.ok) return result;
  if (typeof result.error !== 'string') return err(result.error);
  return err(result.error === 'quota' ? nexusError('backup.account_full') : cloudError(result.error));
}

/** Empty where the account has none yet. */
export async function readList({ home, cloud }: Place): Promise<Result<List, UploadFailure>> {
  const found = await cloud.object(BUNDLES, LIST_ID);
  if (!found.ok) return found;
  if (!found.value) return ok({ rev: undefined, bundles: [] });
  const bundles = await openList(home, found.value.body);
  return bundles ? ok({ rev: found.value.rev, bundles }) : err(nexusError('backup.damaged', { detail: 'list' }));
}

/** False where another device changed the list since it was read. */
const putList = async ({ home, cloud }: Place, random: Random, rev: string | undefined, bundles: readonly ListedBundle[]) =>
  cloud.putObject(BUNDLES, LIST_ID, { rev, body: await sealList(home, random, bundles) });

/** Puts the index under a revision that nobody knows yet, whether one is there or not; false where another device was at it meanwhile. */
async function putIndex({ cloud }: Place, object: string, body: Bytes): Promise<Result<boolean, UploadFailure>> {
  const made = await cloud.putObject(BUNDLES, object, { body });
  if (!made.ok || made.value) return made;
  const there = await cloud.object(BUNDLES, object);
  if (!there.ok) return there;
  return cloud.putObject(BUNDLES, object, { body, rev: there.value?.rev });
}

/** Whether the account has all that a bundle is made of; it is then safe from collection for a day. */
async function hasAll({ cloud }: Place, bundle: CloudBundle): Promise<Result<boolean, UploadFailure>> {
  const ids = [...bundle.parts, ...extentsOf(bundle)];
  for (let from = 0; from < ids.length; from += EXTENTS_NAMED) {
    const missing = await cloud.missing(ids.slice(from, from + EXTENTS_NAMED));
    if (!missing.ok) return missing;
    if (missing.value.missing.length > 0) return ok(false);
  }
  return ok(true);
}

/** Names a bundle whose content is there. What it is made of is asked about and its index is put after the list was read and before it is changed: whoever deletes the bundle at the same time deletes the index by an older revision, and fails; whoever collects has changed the list first, and all begins anew here. */
export async function enlist(at: Place, random: Random, line: ListedBundle, bundle: CloudBundle): Promise<Result<void, UploadFailure>> {
  const object = await objectIdOf(line.id);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const list = await readList(at);
    if (!list.ok) return list;
    const whole = await hasAll(at, bundle);
    if (!whole.ok) return whole;
    if (!whole.value) return err('unreachable');
    // Sealed anew each time: the same bytes would keep the revision.
    const body = await sealCloudBundle(at.home, random, object, bundle);
    if (body.length > OBJECT_BYTES) return err(nexusError('backup.too_large', { detail: 'account' }));
    const index = await putIndex(at, object, body);
    if (!index.ok) return index;
    if (!index.value) continue;
    const put = await putList(at, random, list.value.rev, [line, ...list.value.bundles.filter(({ id }) => id !== line.id)]);
    if (!put.ok) return put;
    if (put.value) return ok();
  }
  return err('unreachable');
}

interface Leaving {
  readonly id: BundleId;
  readonly object: string;
  /** Of the index, before the list was changed; undefined where none is there. */
  readonly rev: string | undefined;
  /** Of what it is made; nothing where that does not open. */
  readonly parts: readonly string[];
  readonly extents: readonly string[];
}

async function indexesOf({ home, cloud }: Place, ids: readonly BundleId[]): Promise<Result<readonly Leaving[], UploadFailure>> {
  const leaving: Leaving[] = [];
  for (const id of ids) {
    const object = await objectIdOf(id);
    const found = await cloud.object(BUNDLES, object);
    if (!found.ok) return found;
    const bundle = found.value && (await openCloudBundle(home, object, found.value.body));
    leaving.push({ id, object, rev: found.value?.rev, parts: bundle?.parts ?? [], extents: bundle ? extentsOf(bundle) : [] });
  }
  return ok(leaving);
}

/** Takes bundles off the list, and drops the indexes that nothing names then; gives those whose index is gone. The list is put anew even where it names none of them, so that whoever is about to name one again has to read it first. */
export async function delist(at: Place, random: Random, { choose, note }: Leave): Promise<Result<readonly BundleId[], UploadFailure>> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const list = await readList(at);
    if (!list.ok) return list;
    const ids = await choose(list.value.bundles);
    if (ids.length === 0) return ok([]);
    const leaving = await indexesOf(at, ids);
    if (!leaving.ok) return leaving;
    await note({ parts: leaving.value.flatMap(({ parts }) => parts), extents: [...new Set(leaving.value.flatMap(({ extents }) => extents))] });
    const put = await putList(at, random, list.value.rev, list.value.bundles.filter(({ id }) => !ids.includes(id)));
    if (!put.ok) return put;
    if (put.value) return ok(await dropIndexes(at, leaving.value));
  }
  return err('unreachable');
}

/** What is not gone, since the server does not answer or the bundle is about to be named again, is looked at another time. */
async function dropIndexes({ cloud }: Place, leaving: readonly Leaving[]): Promise<readonly BundleId[]> {
  const gone: BundleId[] = [];
  for (const { id, object, rev } of leaving) {
    const dropped = rev === undefined ? ok(true) : await cloud.deleteObject(BUNDLES, object, rev);
    if (dropped.ok && dropped.value) gone.push(id);
  }
  return gone;
}

/** Puts the list anew, as it is: whoever was about to name a bundle by what was there before has to look again. False where another device changed it meanwhile. */
export async function renewList(at: Place, random: Random): Promise<Result<boolean, UploadFailure>> {
  const list = await readList(at);
  return list.ok ? putList(at, random, list.value.rev, list.value.bundles) : list;
}
