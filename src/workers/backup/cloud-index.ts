// What an account keeps of bundles, sealed: the list of them, and of each one what it is made of (docs/formats.md, "Bundles in
// an account"). The server learns which objects there are and how large they are, and no more.
import { type Bytes, concat, fromHex, utf8 } from '../../crypto/bytes.ts';
import { type CborMap, isBytes, isUint, textAt, uintAt } from '../../crypto/canonical-cbor.ts';
import { sha256 } from '../../crypto/digest.ts';
import { domainKey, everyEpoch } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import { type BundleId, parseBundleId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';

type Sealing = Pick<MountedHome, 'aead' | 'keys'>;
const MOST_LISTED = 1000;
const MOST_PARTS = 100_000;
const ID_BYTES = 32;

/** One line of the list. */
export interface ListedBundle {
  readonly id: BundleId;
  /** ms since 1970. */
  readonly created: number;
  readonly bytes: number;
  readonly nodes: number;
}

/** What one bundle is made of. */
export interface CloudBundle {
  readonly manifest: Bytes;
  readonly seal: Bytes;
  readonly sealed: readonly { readonly path: string; readonly bytes: Bytes }[];
  /** Ids of parts with the node records. */
  readonly parts: readonly string[];
  /** As a snapshot row packs them. */
  readonly extents: Bytes;
  readonly created: number;
  readonly bytes: number;
}

/** 16 bytes, in hex, of the object that the list is. */
export const LIST_ID = '0'.repeat(32);
const PURPOSE = utf8('nexus/cloud-bundle/v1');

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The name of a bundle's object. */
export async function objectIdOf(id: BundleId): Promise<string> {
  return hexOf((await sha256(concat(PURPOSE, utf8(id)))).subarray(0, 16));
}

const nameOf = ({ keys }: Sealing, object: string) => ({ kind: 'envelope', homeId: keys.homeId, id: fromHex(object, 16) ?? new Uint8Array(16) }) as const;

async function opened(home: Sealing, object: string, sealed: Bytes): Promise<CborMap | undefined> {
  // A bundle outlives a renewal of keys; whoever knew an earlier one could only pass off what its own seal then gives away.
  for (const keys of everyEpoch(home.keys)) {
    const map = openFields(home.aead, await domainKey(keys, 'envelope'), nameOf(home, object), sealed);
    if (map.ok) return map.value;
  }
  return undefined;
}

async function sealedAs(home: Sealing, random: Random, object: string, fields: Readonly<Record<string, unknown>>): Promise<Bytes> {
  return sealFields({ aead: home.aead, random }, await domainKey(home.keys, 'envelope'), nameOf(home, object), fields);
}

export const sealList = (home: Sealing, random: Random, bundles: readonly ListedBundle[]): Promise<Bytes> =>
  sealedAs(home, random, LIST_ID, { bundles: bundles.map(({ id, created, bytes, nodes }) => [id, created, bytes, nodes]) });

function listedOf(value: unknown): ListedBundle | undefined {
  if (!Array.isArray(value)) return undefined;
  const [id, created, bytes, nodes] = value as readonly unknown[];
  const parsed = parseBundleId(id);
  return parsed && isUint(created) && isUint(bytes) && isUint(nodes) ? { id: parsed, created, bytes, nodes } : undefined;
}

/** Newest first; undefined where it does not open, or not as a list. */
export async function openList(home: Sealing, sealed: Bytes): Promise<readonly ListedBundle[] | undefined> {
  const bundles = (await opened(home, LIST_ID, sealed))?.get('bundles');
  if (!Array.isArray(bundles) || bundles.length > MOST_LISTED) return undefined;
  const listed = bundles.map(listedOf);
  return listed.includes(undefined) ? undefined : (listed as ListedBundle[]).sort((a, b) => b.created - a.created);
}

export async function sealCloudBundle(home: Sealing, random: Random, object: string, bundle: CloudBundle): Promise<Bytes> {
  const { sealed, parts, ...rest } = bundle;
  return sealedAs(home, random, object, { ...rest, sealed: sealed.map(({ path, bytes }) => [path, bytes]), parts: concat(...parts.map((id) => fromHex(id, ID_BYTES)!)) });
}

function sealedEntries(value: unknown): CloudBundle['sealed'] | undefined {
  if (!Array.isArray(value) || value.length > 16) return undefined;
  const entries = value.map((entry: unknown) => (Array.isArray(entry) && typeof entry[0] === 'string' && isBytes(entry[1]) ? { path: entry[0], bytes: entry[1] } : undefined));
  return entries.includes(undefined) ? undefined : (entries as CloudBundle['sealed']);
}

export async function openCloudBundle(home: Sealing, object: string, bytes: Bytes): Promise<CloudBundle | undefined> {
  const map = await opened(home, object, bytes);
  if (!map) return undefined;
  const [manifest, seal, extents, parts] = ['manifest', 'seal', 'extents', 'parts'].map((key) => map.get(key));
  const [sealed, created, size] = [sealedEntries(map.get('sealed')), uintAt(map, 'created'), uintAt(map, 'bytes')];
  if (!isBytes(manifest) || !isBytes(seal) || !isBytes(extents) || !isBytes(parts) || parts.length % ID_BYTES !== 0 || parts.length / ID_BYTES > MOST_PARTS) return undefined;
  if (!sealed || created === undefined || size === undefined || textAt(map, 'v') !== undefined) return undefined;
  return { manifest, seal, sealed, extents, created, bytes: size, parts: Array.from({ length: parts.length / ID_BYTES }, (_, at) => hexOf(parts.subarray(at * ID_BYTES, (at + 1) * ID_BYTES))) };
}
