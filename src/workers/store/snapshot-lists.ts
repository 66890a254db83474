// The two lists of a snapshot row, packed: node id 16 ‖ digest 32 ‖ u32 size, and extent id 32 ‖ u32 size (docs/home-layout.md).

export interface ListedNode {
  /** Hex. */
  readonly id: string;
  /** Hex SHA-256 of the record. */
  readonly digest: string;
  readonly size: number;
}

export interface ListedExtent {
  /** Hex. */
  readonly id: string;
  readonly size: number;
}

const NODE_BYTES = 52;
const EXTENT_BYTES = 36;

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function putHex(into: Uint8Array, at: number, hex: string): void {
  for (let i = 0; i < hex.length / 2; i += 1) into[at + i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
}

export function packNodes(nodes: readonly ListedNode[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(nodes.length * NODE_BYTES);
  const view = new DataView(packed.buffer);
  for (const [index, { id, digest, size }] of nodes.entries()) {
    const at = index * NODE_BYTES;
    putHex(packed, at, id);
    putHex(packed, at + 16, digest);
    view.setUint32(at + 48, size, true);
  }
  return packed;
}

export function packExtents(extents: readonly ListedExtent[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(extents.length * EXTENT_BYTES);
  const view = new DataView(packed.buffer);
  for (const [index, { id, size }] of extents.entries()) {
    putHex(packed, index * EXTENT_BYTES, id);
    view.setUint32(index * EXTENT_BYTES + 32, size, true);
  }
  return packed;
}

/** Undefined where the bytes are no such list. */
export function unpackNodes(packed: Uint8Array): readonly ListedNode[] | undefined {
  if (packed.length % NODE_BYTES !== 0) return undefined;
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  return Array.from({ length: packed.length / NODE_BYTES }, (_, index) => {
    const at = index * NODE_BYTES;
    return { id: hexOf(packed.subarray(at, at + 16)), digest: hexOf(packed.subarray(at + 16, at + 48)), size: view.getUint32(at + 48, true) };
  });
}

/** Undefined where the bytes are no such list. */
export function unpackExtents(packed: Uint8Array): readonly ListedExtent[] | undefined {
  if (packed.length % EXTENT_BYTES !== 0) return undefined;
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  return Array.from({ length: packed.length / EXTENT_BYTES }, (_, index) => {
    const at = index * EXTENT_BYTES;
    return { id: hexOf(packed.subarray(at, at + 32)), size: view.getUint32(at + 32, true) };
  });
}
