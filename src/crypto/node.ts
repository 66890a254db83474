// The open form of a node and its checks (docs/formats.md, "The tree").
import { err, ok, type Result } from '../result.ts';
import type { Bytes } from './bytes.ts';
import { type CborMap, isBytes, isUint, onlyKeys } from './canonical-cbor.ts';
import { extentLengths } from './extent.ts';
import { extentBytes } from './extent-header.ts';
import { type CryptoFailure, malformed } from './failure.ts';
import { nameFault } from './node-name.ts';

export const NODE_ID_BYTES = 16;
export const DEVICE_ID_BYTES = 16;
export const MAX_INLINE_BYTES = 32 * 1024;
export const MAX_FILE_BYTES = 64 * 1024 ** 3;
export const MAX_VERSIONS = 20;

export type Clock = readonly [ms: number, counter: number];
export type GroupClock = readonly [ms: number, counter: number, device: Bytes];
export type ExtentRef = readonly [id: Bytes, plaintextLength: number];

/** Content of a file: extents in order, or one whole extent's bytes inline. */
export interface Content {
  readonly fileId: Bytes;
  readonly size: number;
  readonly modified: number;
  readonly extents?: readonly ExtentRef[];
  readonly inline?: Bytes;
  /** Epoch of the MEK that sealed the extents; absent = 0. */
  readonly epoch?: number;
}

export interface Version {
  readonly fileId: Bytes;
  readonly size: number;
  readonly modified: number;
  readonly extents: readonly ExtentRef[];
  readonly device: Bytes;
  readonly epoch?: number;
}

interface NodeBase {
  readonly id: Bytes;
  readonly parent: Bytes;
  readonly name: string;
  readonly trashed?: number;
  readonly clock: Clock;
  readonly device: Bytes;
  readonly clocks?: Readonly<Partial<Record<ClockGroup, GroupClock>>>;
  readonly from?: Bytes;
}

export interface FolderNode extends NodeBase {
  readonly kind: 'folder';
}

export interface FileNode extends NodeBase {
  readonly kind: 'file';
  readonly mediaType: string;
  readonly content: Content;
  readonly versions: readonly Version[];
}

export type HomeNode = FolderNode | FileNode;
export const CLOCK_GROUPS = ['place', 'content', 'trash'] as const;
export type ClockGroup = (typeof CLOCK_GROUPS)[number];

const COMMON_KEYS = ['id', 'parent', 'kind', 'name', 'trashed', 'clock', 'device', 'clocks', 'from'];
const FOLDER_KEYS = new Set(COMMON_KEYS);
const FILE_KEYS = new Set([...COMMON_KEYS, 'file_id', 'size', 'media_type', 'modified', 'extents', 'inline', 'epoch', 'versions']);
const VERSION_KEYS = new Set(['size', 'modified', 'file_id', 'extents', 'device', 'epoch']);

const contentFields = (content: Omit<Content, 'inline'> | Version) => ({
  file_id: content.fileId, size: content.size, modified: content.modified, extents: content.extents, epoch: content.epoch,
});

const mapWithout = (fields: Record<string, unknown>): Map<string, unknown> =>
  new Map(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The CBOR fields of a node, for encodeMap. */
export function nodeFields(node: HomeNode): Record<string, unknown> {
  const { id, parent, kind, name, trashed, clock, device, clocks, from } = node;
  const common = { id, parent, kind, name, trashed, clock, device, clocks: clocks && mapWithout(clocks), from };
  if (node.kind === 'folder') return common;
  const versions = node.versions.map((version) => mapWithout({ ...contentFields(version), device: version.device }));
  return {
    ...common, ...contentFields(node.content), inline: node.content.inline, media_type: node.mediaType,
    versions: versions.length > 0 ? versions : undefined,
  };
}

function parseExtents(value: unknown, size: number): readonly ExtentRef[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const lengths = extentLengths(size);
  const fits = value.length === lengths.length && value.every((entry: unknown, index) =>
    Array.isArray(entry) && entry.length === 2 && isBytes(entry[0], 32) && entry[1] === lengths[index]);
  return fits ? (value as unknown as readonly ExtentRef[]) : undefined;
}

const FAULT = err(malformed('node'));

function parseContent(map: CborMap): Result<Content, CryptoFailure> {
  const [fileId, size, modified, inline, epoch] = ['file_id', 'size', 'modified', 'inline', 'epoch'].map((key) => map.get(key));
  if (!isBytes(fileId, 16) || !isUint(size, MAX_FILE_BYTES) || !isUint(modified)) return FAULT;
  if (epoch !== undefined && !isUint(epoch, 0xffff_ffff)) return FAULT;
  const base = { fileId, size, modified, ...(epoch !== undefined && { epoch }) };
  if (map.has('inline') === map.has('extents')) return FAULT;
  if (map.has('inline')) {
    const whole = isBytes(inline) && size <= MAX_INLINE_BYTES && inline.length === extentBytes(size);
    return whole ? ok({ ...base, inline }) : FAULT;
  }
  const extents = parseExtents(map.get('extents'), size);
  return extents ? ok({ ...base, extents }) : FAULT;
}

function parseVersion(value: unknown): Version | undefined {
  if (!(value instanceof Map) || !onlyKeys(value, VERSION_KEYS)) return undefined;
  const content = parseContent(value);
  const device: unknown = value.get('device');
  if (!content.ok || !content.value.extents || !isBytes(device, DEVICE_ID_BYTES)) return undefined;
  return { ...content.value, extents: content.value.extents, device };
}

function parseClocks(value: unknown): NodeBase['clocks'] | undefined {
  if (!(value instanceof Map)) return undefined;
  const clocks: Partial<Record<ClockGroup, GroupClock>> = {};
  for (const [key, clock] of value as Map<unknown, unknown>) {
    const group = CLOCK_GROUPS.find((known) => known === key);
    const fits = Array.isArray(clock) && clock.length === 3 && isUint(clock[0]) && isUint(clock[1]) && isBytes(clock[2], DEVICE_ID_BYTES);
    if (!group || !fits) return undefined;
    clocks[group] = clock as unknown as GroupClock;
  }
  return clocks;
}

function parseBase(map: CborMap): Result<NodeBase, CryptoFailure> {
  const [id, parent, name, trashed, clock, device, from] =
    ['id', 'parent', 'name', 'trashed', 'clock', 'device', 'from'].map((key) => map.get(key));
  if (!isBytes(id, NODE_ID_BYTES) || !isBytes(parent, NODE_ID_BYTES) || !isBytes(device, DEVICE_ID_BYTES)) return FAULT;
  if (typeof name !== 'string' || nameFault(name)) return FAULT;
  if (!Array.isArray(clock) || clock.length !== 2 || !isUint(clock[0]) || !isUint(clock[1])) return FAULT;
  if (trashed !== undefined && !isUint(trashed)) return FAULT;
  if (from !== undefined && !isBytes(from, NODE_ID_BYTES)) return FAULT;
  const clocks = map.has('clocks') ? parseClocks(map.get('clocks')) : {};
  if (!clocks) return FAULT;
  return ok({
    id, parent, name, device, clock: [clock[0], clock[1]],
    ...(trashed !== undefined && { trashed }), ...(map.has('clocks') && { clocks }), ...(from !== undefined && { from }),
  });
}

/** Checks every field of a decoded node. */
export function parseNode(map: CborMap): Result<HomeNode, CryptoFailure> {
  const base = parseBase(map);
  if (!base.ok) return base;
  if (map.get('kind') === 'folder') return onlyKeys(map, FOLDER_KEYS) ? ok({ ...base.value, kind: 'folder' }) : FAULT;
  const mediaType = map.get('media_type');
  if (map.get('kind') !== 'file' || !onlyKeys(map, FILE_KEYS) || typeof mediaType !== 'string' || mediaType.length > 255) return FAULT;
  const content = parseContent(map);
  if (!content.ok) return content;
  const list: unknown = map.get('versions') ?? [];
  if (!Array.isArray(list) || list.length > MAX_VERSIONS) return FAULT;
  const versions = list.map(parseVersion);
  if (versions.includes(undefined)) return FAULT;
  return ok({ ...base.value, kind: 'file', mediaType, content: content.value, versions: versions as Version[] });
}

/** Every extent that a node keeps alive: its content's and its versions'. */
export function extentsOf(node: HomeNode): readonly ExtentRef[] {
  if (node.kind === 'folder') return [];
  return [...(node.content.extents ?? []), ...node.versions.flatMap((version) => version.extents)];
}
