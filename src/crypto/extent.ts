// Sealing and opening whole extents. No plaintext of a chunk leaves before its tag held.
import { err, ok, type Result } from '../result.ts';
import { type Aead, type ChunkCipher, NONCE_PREFIX_BYTES, TAG_BYTES } from './aead.ts';
import { type Bytes, concat, equal, toHex, u64 } from './bytes.ts';
import { sha256 } from './digest.ts';
import {
  CHUNK_BYTES, CHUNKS_PER_EXTENT, chunkCount, encodePreamble, EXTENT_HEADER_BYTES, EXTENT_PREAMBLE_BYTES, EXTENT_PLAINTEXT_BYTES,
  extentBytes, type ExtentHeader, parseExtentHeader,
} from './extent-header.ts';
import { type CryptoFailure, tampered } from './failure.ts';
import type { Random } from './random.ts';

const HEADER_COUNTER = 2n ** 64n - 1n;
const NOTHING = new Uint8Array(0);

/** What an authenticated node says of one extent: it fixes order, count and length. */
export interface ExtentPlace {
  readonly fileId: Bytes;
  readonly index: number;
  readonly plaintextLength: number;
}

export interface SealedExtent {
  /** Lower-case hex SHA-256 of `bytes`. */
  readonly id: string;
  readonly plaintextLength: number;
  readonly bytes: Bytes;
}

/** The name that storage, bundles and the cloud know an extent by. */
export async function extentId(bytes: Bytes): Promise<string> {
  return toHex(await sha256(bytes));
}

const chunkCounter = (index: number, chunk: number): bigint => BigInt(index) * BigInt(CHUNKS_PER_EXTENT) + BigInt(chunk);
const chunkAad = (preamble: Bytes, counter: bigint): Bytes => concat(preamble, u64(counter));

export interface ExtentContent {
  readonly fileId: Bytes;
  readonly index: number;
  /** At most 4 MiB. */
  readonly plaintext: Bytes;
}

/** The bytes of extent `index` of `fileId`, under a fresh nonce prefix; content that lies in its node needs no id. */
export async function sealExtentBytes({ aead, random }: { readonly aead: Aead; readonly random: Random }, key: Bytes, { fileId, index, plaintext }: ExtentContent): Promise<Bytes> {
  const noncePrefix = random(NONCE_PREFIX_BYTES);
  const preamble = encodePreamble({ fileId, index, plaintextLength: plaintext.length, noncePrefix });
  const cipher = await aead.chunks(key, noncePrefix, plaintext.length);
  const bytes = new Uint8Array(extentBytes(plaintext.length));
  bytes.set(preamble);
  bytes.set(await cipher.seal(HEADER_COUNTER, NOTHING, preamble), EXTENT_PREAMBLE_BYTES);
  await Promise.all(Array.from({ length: chunkCount(plaintext.length) }, async (_, chunk) => {
    const counter = chunkCounter(index, chunk);
    const piece = plaintext.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
    bytes.set(await cipher.seal(counter, piece, chunkAad(preamble, counter)), chunkOffset(chunk));
  }));
  return bytes;
}

/** The same with its id. `key` is the file's subkey. */
export async function sealExtent(deps: { readonly aead: Aead; readonly random: Random }, key: Bytes, content: ExtentContent): Promise<SealedExtent> {
  const bytes = await sealExtentBytes(deps, key, content);
  return { id: await extentId(bytes), plaintextLength: content.plaintext.length, bytes };
}

const chunkOffset = (chunk: number): number => EXTENT_HEADER_BYTES + chunk * (CHUNK_BYTES + TAG_BYTES);

/** One extent whose header was checked; its chunks open alone, in any order. */
export interface OpenedExtent {
  readonly header: ExtentHeader;
  /** Plaintext of chunk `chunk`. */
  chunk(chunk: number): Promise<Result<Bytes, CryptoFailure>>;
}

async function headerHolds(cipher: ChunkCipher, bytes: Bytes): Promise<boolean> {
  const tag = bytes.subarray(EXTENT_PREAMBLE_BYTES, EXTENT_HEADER_BYTES);
  return (await cipher.open(HEADER_COUNTER, tag, bytes.subarray(0, EXTENT_PREAMBLE_BYTES))) !== undefined;
}

/** Checks shape, place and header tag of a whole extent. */
export async function readExtent(aead: Aead, key: Bytes, place: ExtentPlace, bytes: Bytes): Promise<Result<OpenedExtent, CryptoFailure>> {
  const parsed = parseExtentHeader(bytes, bytes.length);
  if (!parsed.ok) return parsed;
  const header = parsed.value;
  const inPlace = equal(header.fileId, place.fileId) && header.index === place.index && header.plaintextLength === place.plaintextLength;
  if (!inPlace) return err(tampered('extent.place'));
  const cipher = await aead.chunks(key, header.noncePrefix, header.plaintextLength);
  if (!(await headerHolds(cipher, bytes))) return err(tampered('extent.header'));
  const preamble = bytes.subarray(0, EXTENT_PREAMBLE_BYTES);
  return ok({
    header,
    async chunk(chunk) {
      if (chunk < 0 || chunk >= chunkCount(header.plaintextLength)) return err(tampered('extent.chunk'));
      const counter = chunkCounter(header.index, chunk);
      const sealed = bytes.subarray(chunkOffset(chunk), Math.min(chunkOffset(chunk + 1), bytes.length));
      const plaintext = await cipher.open(counter, sealed, chunkAad(preamble, counter));
      return plaintext ? ok(plaintext) : err(tampered('extent.chunk'));
    },
  });
}

/** The whole plaintext of an extent, or the first thing that did not hold. */
export async function openExtent(aead: Aead, key: Bytes, place: ExtentPlace, bytes: Bytes): Promise<Result<Bytes, CryptoFailure>> {
  const extent = await readExtent(aead, key, place, bytes);
  if (!extent.ok) return extent;
  const count = chunkCount(place.plaintextLength);
  const chunks = await Promise.all(Array.from({ length: count }, (_, chunk) => extent.value.chunk(chunk)));
  const plaintext = new Uint8Array(place.plaintextLength);
  for (const [index, chunk] of chunks.entries()) {
    if (!chunk.ok) return chunk;
    plaintext.set(chunk.value, index * CHUNK_BYTES);
  }
  return ok(plaintext);
}

/** Plaintext lengths of the extents of a file of `size` bytes; an empty file is one empty extent. */
export function extentLengths(size: number): number[] {
  const count = Math.max(1, Math.ceil(size / EXTENT_PLAINTEXT_BYTES));
  return Array.from({ length: count }, (_, index) => Math.min(EXTENT_PLAINTEXT_BYTES, size - index * EXTENT_PLAINTEXT_BYTES));
}
