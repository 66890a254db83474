// Makes bundles (docs/formats.md, "Bundles"). First manifest and seal from what the rows say, later the bytes: the same plan,
// manifest and seal give the same bytes for ever, so a snapshot keeps those three and streams when it is asked.
// Re-encrypts nothing; knows no storage: `fetch` brings the bytes of entries by their paths in the bundle.
import type { Aead } from '../aead.ts';
import { type Bytes, toHex } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import type { HomeKeys } from '../home-keys.ts';
import type { Random } from '../random.ts';
import type { Slot } from '../slot.ts';
import { type Checked, checksumPieces, digestOfPieces, lineBytes } from './checksums.ts';
import { crc32 } from './crc32.ts';
import { type BundleSealedKind, CHECKSUMS, extentPath, MANIFEST, nodePath, SEAL, SEAL_BYTES, sealedPath } from './entry-name.ts';
import { gather } from './gather.ts';
import { flat, inOrder } from './in-order.ts';
import { BUNDLE_SOURCES, type BundleMode, type Manifest, makeManifest } from './manifest.ts';
import { sealManifest } from './seal.ts';
import { type ReadyMember, writeZip, zipBytes, type ZipMember } from './zip-writer.ts';

export interface BundlePlan {
  /** 32 hex digits. */
  readonly homeId: string;
  readonly mode: BundleMode;
  readonly slots: readonly Slot[];
  /** Nanoseconds since 1970. */
  readonly created: bigint;
  /** Ids and digests in hex; in any order, each id once. */
  readonly nodes: readonly { readonly id: string; readonly digest: string; readonly size: number }[];
  readonly extents: readonly { readonly id: string; readonly size: number }[];
  readonly sealed: readonly { readonly kind: BundleSealedKind; readonly digest: string; readonly size: number }[];
}

/** What a snapshot keeps beside its plan. */
export interface BundleHead {
  readonly manifest: Manifest;
  readonly manifestBytes: Bytes;
  readonly seal: Bytes;
  /** Of the whole file. */
  readonly bytes: number;
}

/** The bytes of these entries as they lie at rest, in their order; undefined where one is missing. */
export type FetchEntries = (paths: readonly string[]) => Promise<readonly (Bytes | undefined)[]>;

/** Thrown by the stream: an entry at rest is not what the plan says, so a whole bundle cannot be made. */
export class EntryDamaged extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`not as planned: ${path}`);
    this.name = 'EntryDamaged';
    this.path = path;
  }
}

type Content = Checked & ZipMember;
const byPath = (a: ZipMember, b: ZipMember): number => (a.path < b.path ? -1 : 1);
const IN_FLIGHT = 4;
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_ENTRIES = 512;

/** Entries but manifest, seal and checksums; ASCII, so string order is byte order. */
function contentOf(plan: BundlePlan): readonly Content[] {
  return [
    ...plan.nodes.map(({ id, digest, size }) => ({ path: nodePath(id), digest, size })),
    ...plan.extents.map(({ id, size }) => ({ path: extentPath(id), digest: id, size })),
    ...plan.sealed.map(({ kind, digest, size }) => ({ path: sealedPath(kind), digest, size })),
  ].sort(byPath);
}

function membersOf(content: readonly Content[], manifestBytes: number): ZipMember[] {
  const listed = [...content, { path: MANIFEST, size: manifestBytes }, { path: SEAL, size: SEAL_BYTES }];
  const checksums = listed.reduce((size, { path }) => size + lineBytes(path), 0);
  return [...listed, { path: CHECKSUMS, size: checksums }].sort(byPath);
}

/** Manifest and seal of what `plan` names. `keys` are the home's newest. */
export async function createBundle(
  { aead, random, keys }: { readonly aead: Aead; readonly random: Random; readonly keys: HomeKeys }, plan: BundlePlan,
): Promise<BundleHead> {
  const content = contentOf(plan);
  const kinds = new Set<string>(['home', ...plan.sealed.map(({ kind }) => kind)]);
  const { manifest, bytes: manifestBytes } = await makeManifest({
    created: plan.created, mode: plan.mode, homeId: plan.homeId, slots: plan.slots,
    sources: BUNDLE_SOURCES.filter((source) => kinds.has(source)),
    counts: { nodes: plan.nodes.length, extents: plan.extents.length },
    bytes: content.reduce((sum, { size }) => sum + size, 0),
    root: await digestOfPieces(checksumPieces(content)),
  });
  const seal = await sealManifest({ aead, random }, keys, manifestBytes);
  return { manifest, manifestBytes, seal, bytes: zipBytes(membersOf(content, manifestBytes.length)) };
}

/** Neighbours that are fetched at once, about 4 MiB, since a node is hundreds of bytes; what is not fetched is alone. */
function* batchesOf(members: readonly ZipMember[], isFetched: (path: string) => boolean): Generator<readonly ZipMember[], void, undefined> {
  let batch: ZipMember[] = [];
  let bytes = 0;
  for (const member of members) {
    const alone = !isFetched(member.path);
    if (batch.length > 0 && (alone || bytes + member.size > BATCH_BYTES || batch.length >= BATCH_ENTRIES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    if (alone) yield [member];
    else {
      batch.push(member);
      bytes += member.size;
    }
  }
  if (batch.length > 0) yield batch;
}

async function checked({ path, digest, size }: Content, bytes: Bytes | undefined): Promise<ReadyMember> {
  if (bytes?.length !== size || toHex(await sha256(bytes)) !== digest) throw new EntryDamaged(path);
  return { path, size, crc: crc32(bytes), pieces: [bytes] };
}

/** Lines are spelled twice, once for the CRC and once to go out: so they are never all in memory. */
function checksumsMember(lines: readonly Checked[], size: number): ReadyMember {
  let crc = 0;
  for (const piece of checksumPieces(lines)) crc = crc32(piece, crc);
  return { path: CHECKSUMS, size, crc, pieces: checksumPieces(lines) };
}

/** The bundle's bytes; throws EntryDamaged where what is fetched is not what was planned. */
export async function* streamBundle(plan: BundlePlan, head: Omit<BundleHead, 'bytes' | 'manifest'>, fetch: FetchEntries): AsyncGenerator<Bytes, void, undefined> {
  const content = contentOf(plan);
  const heads = new Map([[MANIFEST, head.manifestBytes], [SEAL, head.seal]]);
  const own = await Promise.all([...heads].map(async ([path, bytes]) => ({ path, digest: toHex(await sha256(bytes)) })));
  const listed = new Map<string, Content>(content.map((entry) => [entry.path, entry]));
  const members = membersOf(content, head.manifestBytes.length);
  const lines = [...content, ...own].sort((a, b) => (a.path < b.path ? -1 : 1));
  const batches = inOrder(batchesOf(members, (path) => listed.has(path)), IN_FLIGHT, async (batch): Promise<readonly ReadyMember[]> => {
    const entries = batch.flatMap(({ path }) => listed.get(path) ?? []);
    const bytes = entries.length > 0 ? await fetch(entries.map(({ path }) => path)) : [];
    if (entries.length > 0) return Promise.all(entries.map((entry, index) => checked(entry, bytes[index])));
    return batch.map(({ path, size }) => {
      const head = heads.get(path);
      return head ? { path, size, crc: crc32(head), pieces: [head] } : checksumsMember(lines, size);
    });
  });
  yield* gather(writeZip(flat(batches)));
}

/** What a plan says of a sealed kind. */
export async function plannedSealed(kind: BundleSealedKind, bytes: Bytes): Promise<BundlePlan['sealed'][number]> {
  return { kind, digest: toHex(await sha256(bytes)), size: bytes.length };
}
