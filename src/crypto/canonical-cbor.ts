// Maps with text keys in deterministic CBOR (RFC 8949, 4.2.1).
import { encode, rfc8949EncodeOptions } from 'cborg';
import { err, ok, type Result } from '../result.ts';
import { type Bytes, owned } from './bytes.ts';
import { type CryptoFailure, malformed } from './failure.ts';
import { readCbor } from './read-cbor.ts';

export type CborMap = ReadonlyMap<string, unknown>;
export type CborFields = Readonly<Record<string, unknown>>;

/** Fields that are undefined are left out. */
export function encodeMap(fields: CborFields): Bytes {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return owned(encode(new Map(present), rfc8949EncodeOptions));
}

export function decodeMap(bytes: Uint8Array, what: string): Result<CborMap, CryptoFailure> {
  try {
    const value = readCbor(bytes);
    return value instanceof Map ? ok(value as CborMap) : err(malformed(what));
  } catch {
    return err(malformed(what));
  }
}

/** True where the map has no key but these. */
export function onlyKeys(map: CborMap, allowed: ReadonlySet<string>): boolean {
  return [...map.keys()].every((key) => allowed.has(key));
}

export const isBytes = (value: unknown, length?: number): value is Bytes =>
  value instanceof Uint8Array && (length === undefined || value.length === length);

export const isUint = (value: unknown, max = Number.MAX_SAFE_INTEGER): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;

/** The text under a key; undefined where none is there. */
export function textAt(map: CborMap, key: string): string | undefined {
  const value = map.get(key);
  return typeof value === 'string' ? value : undefined;
}

/** The whole number from 0 on under a key; undefined where none is there. */
export function uintAt(map: CborMap, key: string): number | undefined {
  const value = map.get(key);
  return isUint(value) ? value : undefined;
}
