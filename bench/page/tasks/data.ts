// Bytes that no compressor and no deduplication shortens, from the engine's own generator.
import type { Bytes } from '../../../src/crypto/bytes.ts';

/** The most that `getRandomValues` gives at once. */
const PIECE_BYTES = 65_536;

export function randomBytes(length: number): Bytes {
  const bytes = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += PIECE_BYTES) crypto.getRandomValues(bytes.subarray(offset, offset + PIECE_BYTES));
  return bytes;
}
