// Checks a bundle in three depths (docs/formats.md, "Bundles": "Verify"). `openBundle` did structure, manifest and counts, and
// `openWithSecret` the seal: here come local headers, digests, extent headers and, with keys, every tag and every file's extents.
// Damage is told by the paths that it hurts and stops nothing.
import { err, ok, type Result } from '../../result.ts';
import { toHex } from '../bytes.ts';
import { checkExtent } from '../extent.ts';
import { EXTENT_HEADER_BYTES, type ExtentHeader, parseExtentHeader } from '../extent-header.ts';
import { epochOf, everyEpoch } from '../home-keys.ts';
import type { Random } from '../random.ts';
import type { BundleFailure } from './bundle-failure.ts';
import { CHECKSUMS } from './entry-name.ts';
import { batchesOf, type EntriesAtRest, type IndexRange, placeFault, readBatch, type ReadEntry, without } from './entry-reader.ts';
import { type ExtentOwner, ownersOf, type Ownership } from './extent-owners.ts';
import { flat, inOrder } from './in-order.ts';
import type { Bundle, OpenedBundle } from './open-bundle.ts';
import { WindowReader } from './random-access.ts';
import { contentKey } from './read-file.ts';
import { LOCAL_BYTES } from './zip-format.ts';
import { localAgrees } from './zip-reader.ts';

export type VerifyDepth = 'quick' | 'sample' | 'full';

export interface VerifyOptions {
  readonly depth: VerifyDepth;
  /** Of the extents, with `sample`; at least one is read. */
  readonly percent?: number;
  /** Chooses them. */
  readonly random?: Random;
  /** The same bundle opened: tags are checked too, and damage has the paths of files. */
  readonly opened?: OpenedBundle;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface Damage {
  /** Inside the home where it is known, else the entry's name. */
  readonly path: string;
  readonly entry: string;
  readonly what: 'checksums' | 'local_header' | 'crc' | 'digest' | 'header' | 'tag' | 'place' | 'missing' | 'unreadable_node' | 'no_place' | 'epoch';
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly depth: VerifyDepth;
  readonly checkedBytes: number;
  /** Known with keys alone, except by `quick`. */
  readonly files: number;
  /** Sorted by path. */
  readonly damaged: readonly Damage[];
}

const IN_FLIGHT = 4;

class Findings {
  readonly damaged: Damage[] = [];
  checkedBytes = 0;
  private readonly options: VerifyOptions;
  private readonly total: number;

  constructor(options: VerifyOptions, total: number) {
    this.options = options;
    this.total = total;
  }

  done(bytes: number): void {
    this.checkedBytes += bytes;
    this.options.onProgress?.(this.checkedBytes, this.total);
  }

  add(entry: string, what: Damage['what'], paths: readonly string[] = [entry]): void {
    for (const path of paths.length > 0 ? paths : [entry]) this.damaged.push({ path, entry, what });
  }

  report(files: number): VerifyReport {
    const damaged = [...this.damaged].sort((a, b) => (a.path < b.path || (a.path === b.path && a.entry < b.entry) ? -1 : 1));
    return { ok: damaged.length === 0, depth: this.options.depth, checkedBytes: this.checkedBytes, files, damaged };
  }
}

/** What `quick` reads of an entry. */
function headBytes({ directory, extents }: Bundle, index: number): number {
  const isExtent = index >= extents.from && index < extents.to;
  return LOCAL_BYTES + directory.path(index).length + (isExtent ? EXTENT_HEADER_BYTES : 0);
}

function totalBytes({ directory, extents }: Bundle, chosen: readonly number[]): number {
  let total = 0;
  for (let index = 0; index < directory.count; index += 1) if (index < extents.from || index >= extents.to) total += directory.size(index);
  return chosen.reduce((sum, index) => sum + directory.size(index), total);
}

function totalHeadBytes(bundle: Bundle): number {
  let total = 0;
  for (let index = 0; index < bundle.directory.count; index += 1) total += headBytes(bundle, index);
  return total;
}

/** What lies in no ZIP has no headers to compare: that it is there in its size is what can be said quickly. */
async function checkPresence(bundle: Bundle, atRest: EntriesAtRest, { findings, signal }: { findings: Findings; signal: AbortSignal | undefined }): Promise<boolean> {
  for (let index = 0; index < bundle.directory.count; index += 1) {
    if (signal?.aborted) return false;
    const path = bundle.directory.path(index);
    if (!(await atRest.has(path, bundle.directory.size(index)))) findings.add(path, 'missing');
    findings.done(headBytes(bundle, index));
  }
  return true;
}

/** Local headers of all entries and the headers of all extents, read through a window. */
async function checkHeads(bundle: Bundle, findings: Findings, signal?: AbortSignal): Promise<boolean> {
  if (bundle.atRest) return checkPresence(bundle, bundle.atRest, { findings, signal });
  const window = new WindowReader(bundle.source);
  for (let index = 0; index < bundle.directory.count; index += 1) {
    if (signal?.aborted) return false;
    const entry = bundle.directory.entry(index);
    const localBytes = LOCAL_BYTES + entry.path.length;
    const bytes = headBytes(bundle, index);
    const head = await window.take(entry.offset, bytes);
    if (!head || !localAgrees(entry, head.subarray(0, localBytes))) findings.add(entry.path, 'local_header');
    else if (bytes > localBytes && !parseExtentHeader(head.subarray(localBytes), entry.size).ok) findings.add(entry.path, 'header');
    findings.done(bytes);
  }
  return true;
}

const digestFault = ({ fault, digest }: ReadEntry, listed: string): Damage['what'] | undefined => fault ?? (digest === listed ? undefined : 'digest');

/** Place and digest of whole entries in a range; what they mean is checked elsewhere. */
async function checkEntries(bundle: Bundle, range: IndexRange, { findings, signal }: { findings: Findings; signal: AbortSignal | undefined }): Promise<boolean> {
  for await (const batch of inOrder(batchesOf(bundle.directory, range), IN_FLIGHT, (run) => readBatch(bundle, run))) {
    if (signal?.aborted) return false;
    for (const entry of batch) {
      const what = digestFault(entry, bundle.digests.of(entry.index));
      if (what) findings.add(entry.path, what);
      findings.done(entry.bytes.length);
    }
  }
  return true;
}

const samePlace = (header: ExtentHeader, owner: ExtentOwner): boolean =>
  toHex(header.fileId) === owner.fileId && header.index === owner.index && header.plaintextLength === owner.plaintextLength;

async function tagFault(opened: OpenedBundle, entry: ReadEntry, header: ExtentHeader, owner: ExtentOwner | undefined): Promise<Damage['what'] | undefined> {
  // What no node names says nothing of its epoch.
  const epochs = owner ? [owner.epoch] : everyEpoch(opened.keys).map(epochOf);
  for (const epoch of epochs) {
    const key = await contentKey(opened, { fileId: header.fileId, epoch });
    if (!key.ok) return 'epoch';
    if (checkExtent(opened.aead, key.value, header, entry.bytes).ok) return undefined;
  }
  return 'tag';
}

interface EntryCheck {
  readonly entry: ReadEntry;
  readonly what?: Damage['what'] | undefined;
  /** The owners whose claim does not hold; all, where the extent itself is hurt. */
  readonly owners: readonly ExtentOwner[];
}

async function checkEntry(bundle: Bundle, entry: ReadEntry, ownership: Ownership | undefined): Promise<EntryCheck> {
  const owners = ownership?.owners.get(entry.index) ?? [];
  const what = digestFault(entry, bundle.digests.of(entry.index));
  if (what) return { entry, what, owners };
  const header = parseExtentHeader(entry.bytes, entry.bytes.length);
  if (!header.ok) return { entry, what: 'header', owners };
  if (!ownership) return { entry, owners };
  const tag = await tagFault(ownership.opened, entry, header.value, owners[0]);
  if (tag) return { entry, what: tag, owners };
  const misplaced = owners.filter((owner) => !samePlace(header.value, owner));
  return misplaced.length > 0 ? { entry, what: 'place', owners: misplaced } : { entry, owners };
}

/** Neighbours among the chosen, in runs that are read at once. */
function* runsOf({ directory }: Bundle, chosen: readonly number[]): Generator<IndexRange, void, undefined> {
  let from = 0;
  for (let at = 1; at <= chosen.length; at += 1) {
    const last = chosen[at - 1]!;
    if (chosen[at] === last + 1) continue;
    yield* batchesOf(directory, { from: chosen[from]!, to: last + 1 });
    from = at;
  }
}

/** The extents to read: all, or a draw of `percent` of them. */
function chosenExtents({ extents }: Bundle, { depth, percent = 10, random }: VerifyOptions): readonly number[] {
  const all = Array.from({ length: extents.to - extents.from }, (_, i) => extents.from + i);
  if (depth === 'full') return all;
  if (!random) throw new Error('a sample needs randomness');
  const wanted = Math.min(all.length, Math.max(1, Math.ceil((all.length * percent) / 100)));
  for (let i = 0; i < wanted; i += 1) {
    const draw = new DataView(random(4).buffer).getUint32(0, true);
    const other = i + (draw % (all.length - i));
    [all[i], all[other]] = [all[other]!, all[i]!];
  }
  return all.slice(0, wanted).sort((a, b) => a - b);
}

async function checkContent(bundle: Bundle, options: VerifyOptions, { findings, chosen }: { findings: Findings; chosen: readonly number[] }): Promise<Result<number, BundleFailure>> {
  const { opened, signal } = options;
  const { nodes, extents, directory } = bundle;
  const checksums = directory.find(CHECKSUMS);
  if (checksums >= 0) {
    const fault = await placeFault(bundle, checksums);
    if (fault) findings.add(CHECKSUMS, fault);
    findings.done(directory.size(checksums));
  }
  const heads = { from: 0, to: extents.from };
  const ranges = [...(checksums >= 0 ? without(heads, checksums) : [heads]), { from: extents.to, to: nodes.from }, { from: nodes.to, to: directory.count }, ...(opened ? [] : [nodes])];
  for (const range of ranges) if (!(await checkEntries(bundle, range, { findings, signal }))) return err({ kind: 'aborted' });
  const owned = opened && (await ownersOf(opened, { ...(signal && { signal }), onRecord: (bytes) => findings.done(bytes) }));
  if (owned && !owned.ok) return owned;
  const ownership = owned?.value;
  for (const { entry, what, paths } of ownership?.damaged ?? []) findings.add(entry, what, paths);
  const checks = inOrder(runsOf(bundle, chosen), IN_FLIGHT, async (run) => Promise.all((await readBatch(bundle, run)).map((entry) => checkEntry(bundle, entry, ownership))));
  for await (const { entry, what, owners } of flat(checks)) {
    if (signal?.aborted) return err({ kind: 'aborted' });
    if (what) findings.add(entry.path, what, [...new Set(owners.map(({ node }) => ownership!.pathOf(node)))]);
    findings.done(entry.bytes.length);
  }
  return ok(ownership?.files ?? 0);
}

/** Damage found is in the report; an error means that nothing can be said. */
export async function verifyBundle(bundle: Bundle, options: VerifyOptions): Promise<Result<VerifyReport, BundleFailure>> {
  const quick = options.depth === 'quick';
  const chosen = quick ? [] : chosenExtents(bundle, options);
  const findings = new Findings(options, quick ? totalHeadBytes(bundle) : totalBytes(bundle, chosen));
  if (!bundle.checksumsHold) findings.add(CHECKSUMS, 'checksums');
  if (quick) return (await checkHeads(bundle, findings, options.signal)) ? ok(findings.report(0)) : err({ kind: 'aborted' });
  const files = await checkContent(bundle, options, { findings, chosen });
  return files.ok ? ok(findings.report(files.value)) : files;
}
