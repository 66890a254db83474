// Sealing and opening whole extents. No plaintext of a chunk leaves before its tag held.
import { err, ok, type Result } from '../result.ts';
import { type Aead, NONCE_PREFIX_BYTES, TAG_BYTES } from './aead.ts';
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
const chunkOffset = (chunk: number): number => EXTENT_HEADER_BYTES + chunk * (CHUNK_BYTES + TAG_BYTES);
const plaintextOf = (plaintext: Bytes, chunk: number): Bytes => plaintext.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
const sealedOf = (extent: Bytes, chunk: number): Bytes => extent.subarray(chunkOffset(chunk), Math.min(chunkOffset(chunk + 1), extent.length));
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
  const header = cipher.seal(HEADER_COUNTER, { bytes: NOTHING, aad: preamble, into: bytes.subarray(EXTENT_PREAMBLE_BYTES, EXTENT_HEADER_BYTES) });
  await Promise.all([header, ...Array.from({ length: chunkCount(plaintext.length) }, (_, chunk) => {
    const counter = chunkCounter(index, chunk);
    return cipher.seal(counter, { bytes: plaintextOf(plaintext, chunk), aad: chunkAad(preamble, counter), into: sealedOf(bytes, chunk) });
  })]);
  return bytes;
}

/** The same with its id. `key` is the file's subkey. */
export async function sealExtent(deps: { readonly aead: Aead; readonly random: Random }, key: Bytes, content: ExtentContent): Promise<SealedExtent> {
  const bytes = await sealExtentBytes(deps, key, content);
  return { id: await extentId(bytes), plaintextLength: content.plaintext.length, bytes };
}

/** The header of an extent that has its shape and its place; its tag is not checked yet. */
function headerIn(place: ExtentPlace, bytes: Bytes): Result<ExtentHeader, CryptoFailure> {
  const header = parseExtentHeader(bytes, bytes.length);
  if (!header.ok) return header;
  const { fileId, index, plaintextLength } = header.value;
  const inPlace = equal(fileId, place.fileId) && index === place.index && plaintextLength === place.plaintextLength;
  return inPlace ? header : err(tampered('extent.place'));
}

const headerTag = (bytes: Bytes): Bytes => bytes.subarray(EXTENT_PREAMBLE_BYTES, EXTENT_HEADER_BYTES);
const chunksOf = ({ plaintextLength }: ExtentHeader): readonly number[] => Array.from({ length: chunkCount(plaintextLength) }, (_, chunk) => chunk);

/** The whole plaintext of an extent, or the first thing that did not hold: shape, place, header tag, a chunk's tag. */
export async function openExtent(aead: Aead, key: Bytes, place: ExtentPlace, bytes: Bytes): Promise<Result<Bytes, CryptoFailure>> {
  const header = headerIn(place, bytes);
  if (!header.ok) return header;
  const { index, plaintextLength, noncePrefix } = header.value;
  const cipher = await aead.chunks(key, noncePrefix, plaintextLength);
  const preamble = bytes.subarray(0, EXTENT_PREAMBLE_BYTES);
  if (!(await cipher.open(HEADER_COUNTER, { bytes: headerTag(bytes), aad: preamble, into: new Uint8Array(0) }))) return err(tampered('extent.header'));
  const plaintext = new Uint8Array(plaintextLength);
  const held = await Promise.all(chunksOf(header.value).map((chunk) => {
    const counter = chunkCounter(index, chunk);
    return cipher.open(counter, { bytes: sealedOf(bytes, chunk), aad: chunkAad(preamble, counter), into: plaintextOf(plaintext, chunk) });
  }));
  return held.every(Boolean) ? ok(plaintext) : err(tampered('extent.chunk'));
}

/** Whether `openExtent` would give the plaintext, told from the tags alone: nothing is decrypted. */
export function checkExtent(aead: Aead, key: Bytes, place: ExtentPlace, bytes: Bytes): Result<void, CryptoFailure> {
  const header = headerIn(place, bytes);
  if (!header.ok) return header;
  const holds = aead.tags(key, header.value.noncePrefix);
  const preamble = bytes.subarray(0, EXTENT_PREAMBLE_BYTES);
  if (!holds(HEADER_COUNTER, headerTag(bytes), preamble)) return err(tampered('extent.header'));
  const held = chunksOf(header.value).every((chunk) => {
    const counter = chunkCounter(header.value.index, chunk);
    return holds(counter, sealedOf(bytes, chunk), chunkAad(preamble, counter));
  });
  return held ? ok() : err(tampered('extent.chunk'));
}

/** Plaintext lengths of the extents of a file of `size` bytes; an empty file is one empty extent. */
export function extentLengths(size: number): number[] {
  const count = Math.max(1, Math.ceil(size / EXTENT_PLAINTEXT_BYTES));
  return Array.from({ length: count }, (_, index) => Math.min(EXTENT_PLAINTEXT_BYTES, size - index * EXTENT_PLAINTEXT_BYTES));
}
