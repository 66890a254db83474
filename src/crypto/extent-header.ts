// The 64 bytes at the head of an extent (docs/formats.md, "SecureFS v1: file content").
import { err, ok, type Result } from '../result.ts';
import { NONCE_PREFIX_BYTES, TAG_BYTES } from './aead.ts';
import { type Bytes, concat, equal, owned, u32, utf8, viewOf } from './bytes.ts';
import { type CryptoFailure, malformed, unsupported } from './failure.ts';
import { FILE_ID_BYTES } from './home-keys.ts';

export const EXTENT_PLAINTEXT_BYTES = 4 * 1024 * 1024;
export const CHUNK_BYTES = 64 * 1024;
export const CHUNKS_PER_EXTENT = EXTENT_PLAINTEXT_BYTES / CHUNK_BYTES;
export const EXTENT_HEADER_BYTES = 64;
/** What every chunk's AAD starts with: the header without its tag. */
export const EXTENT_PREAMBLE_BYTES = 48;
export const MAX_EXTENT_INDEX = 0xffff_ffff;

const MAGIC = utf8('NXS1');
const VERSION = 1;
const SUITE = 1;

export interface ExtentHeader {
  readonly fileId: Bytes;
  readonly index: number;
  readonly plaintextLength: number;
  readonly noncePrefix: Bytes;
}

/** Bytes 0..48. Throws on a field that no caller may pass. */
export function encodePreamble({ fileId, index, plaintextLength, noncePrefix }: ExtentHeader): Bytes {
  if (!Number.isInteger(index) || index < 0 || index > MAX_EXTENT_INDEX) throw new RangeError('extent index');
  if (plaintextLength < 0 || plaintextLength > EXTENT_PLAINTEXT_BYTES) throw new RangeError('extent length');
  if (fileId.length !== FILE_ID_BYTES || noncePrefix.length !== NONCE_PREFIX_BYTES) throw new RangeError('extent ids');
  return concat(MAGIC, new Uint8Array([VERSION, SUITE, 0, 0]), fileId, u32(index), u32(plaintextLength), noncePrefix);
}

export const chunkCount = (plaintextLength: number): number => Math.ceil(plaintextLength / CHUNK_BYTES);

/** Bytes of a whole extent with this much content. */
export function extentBytes(plaintextLength: number): number {
  return EXTENT_HEADER_BYTES + plaintextLength + chunkCount(plaintextLength) * TAG_BYTES;
}

/** Reads the header of a whole extent of `total` bytes and checks that its length says the same. */
export function parseExtentHeader(head: Bytes, total: number): Result<ExtentHeader, CryptoFailure> {
  if (head.length < EXTENT_HEADER_BYTES || !equal(head.subarray(0, 4), MAGIC)) return err(malformed('extent'));
  const view = viewOf(head);
  if (view.getUint8(4) !== VERSION || view.getUint8(5) !== SUITE || view.getUint16(6, true) !== 0) return err(unsupported('extent'));
  const plaintextLength = view.getUint32(28, true);
  if (plaintextLength > EXTENT_PLAINTEXT_BYTES || extentBytes(plaintextLength) !== total) return err(malformed('extent.length'));
  return ok({
    fileId: owned(head.subarray(8, 24)),
    index: view.getUint32(24, true),
    plaintextLength,
    noncePrefix: owned(head.subarray(32, 48)),
  });
}
