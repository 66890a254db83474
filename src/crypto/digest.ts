// SHA-256, HMAC and HKDF by WebCrypto (FIPS 180-4, RFC 2104, RFC 5869); many small SHA-256 by libsodium.
import { type Bytes, utf8 } from './bytes.ts';
import { createSodiumSha256, loadSodium } from './sodium.ts';

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
}

const SMALL_BYTES = 4 * 1024;
let small: Promise<(bytes: Bytes) => Bytes> | undefined;

/** SHA-256 for many small records: a job of the engine's own costs several times what it takes to hash one. */
export async function recordDigests(): Promise<(record: Bytes) => Bytes | Promise<Bytes>> {
  const atOnce = await (small ??= loadSodium().then((sodium) => createSodiumSha256(sodium, SMALL_BYTES)));
  return (record) => (record.length <= SMALL_BYTES ? atOnce(record) : sha256(record));
}

export async function hmacSha256(key: CryptoKey, data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}

export function importHmacKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** A non-extractable HKDF key: bits can be derived from it, and it can never be read back. */
export function importHkdfKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveBits']);
}

/** 32 bytes of HKDF-SHA256. */
export async function hkdf(key: CryptoKey, salt: Bytes, info: string | Bytes): Promise<Bytes> {
  const params = { name: 'HKDF', hash: 'SHA-256', salt, info: typeof info === 'string' ? utf8(info) : info };
  return new Uint8Array(await crypto.subtle.deriveBits(params, key, 256));
}
