// What a bundle's entries are called and how large each may be (docs/formats.md, "Bundles"): no other path exists, so none can climb out.
import { extentBytes, EXTENT_HEADER_BYTES, EXTENT_PLAINTEXT_BYTES } from '../extent-header.ts';
import { NONCE_BYTES, TAG_BYTES } from '../aead.ts';
import { MAX_RECORD_BYTES } from '../node-record.ts';
import { MAX_SEALED_BYTES } from '../sealed.ts';
import { type BundleFailure, damaged } from './bundle-failure.ts';

export const CHECKSUMS = 'checksums.sha256';
export const MANIFEST = 'manifest.json';
export const SEAL = 'manifest.seal';
export const NODES = 'home/nodes/';
export const EXTENTS = 'home/extents/';
export const BUNDLE_SEALED_KINDS = ['prefs', 'grants', 'audit', 'keyring'] as const;
export type BundleSealedKind = (typeof BUNDLE_SEALED_KINDS)[number];
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

export type EntryName =
  | { readonly kind: 'checksums' | 'manifest' | 'seal' }
  | { readonly kind: 'node' | 'extent'; readonly id: string }
  | { readonly kind: 'sealed'; readonly sealed: BundleSealedKind };

export const nodePath = (id: string): string => NODES + id;
export const extentPath = (id: string): string => EXTENTS + id;
export const sealedPath = (kind: BundleSealedKind): string => `${kind}.sealed`;

const FIXED: ReadonlyMap<string, EntryName> = new Map<string, EntryName>([
  [CHECKSUMS, { kind: 'checksums' }], [MANIFEST, { kind: 'manifest' }], [SEAL, { kind: 'seal' }],
  ...BUNDLE_SEALED_KINDS.map((sealed): [string, EntryName] => [sealedPath(sealed), { kind: 'sealed', sealed }]),
]);
const NODE = /^home\/nodes\/([0-9a-f]{32})$/;
const EXTENT = /^home\/extents\/([0-9a-f]{64})$/;
const MAX_CHECKSUMS_BYTES = 1024 ** 3;

/** The meaning of a path; undefined for any that a bundle does not have. */
export function entryName(path: string): EntryName | undefined {
  const node = NODE.exec(path);
  if (node) return { kind: 'node', id: node[1]! };
  const extent = EXTENT.exec(path);
  return extent ? { kind: 'extent', id: extent[1]! } : FIXED.get(path);
}

const SIZES: Readonly<Record<EntryName['kind'], readonly [low: number, high: number]>> = {
  checksums: [0, MAX_CHECKSUMS_BYTES],
  manifest: [2, MAX_MANIFEST_BYTES],
  seal: [SEAL_BYTES, SEAL_BYTES],
  node: [SEAL_BYTES, MAX_RECORD_BYTES],
  extent: [EXTENT_HEADER_BYTES, extentBytes(EXTENT_PLAINTEXT_BYTES)],
  sealed: [SEAL_BYTES, MAX_SEALED_BYTES],
};

/** Why a bundle may not have this entry, or undefined. */
export function entryFault(path: string, size: number): BundleFailure | undefined {
  const name = entryName(path);
  if (!name) return damaged('zip.path');
  const [low, high] = SIZES[name.kind];
  if (size > high) return { kind: 'too_large', what: name.kind };
  return size < low ? damaged(name.kind) : undefined;
}
