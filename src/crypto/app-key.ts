// Keys of apps (docs/formats.md, "Keys of apps"): derived from what the app's dataset is sealed under each time that one is used, and
// kept nowhere. Whatever leaves this file is a signature, sealed or opened bytes, or a public key.
import { err, ok, type Result } from '../result.ts';
import { type Aead, NONCE_BYTES, TAG_BYTES } from './aead.ts';
import { type Bytes, concat, equal, owned, u32, utf8, viewOf } from './bytes.ts';
import { hkdf, importHkdfKey } from './digest.ts';
import { publicKeyOf, signBySeed } from './ed25519.ts';
import { type CryptoFailure, malformed, tampered, unsupported } from './failure.ts';
import { datasetKey, type HomeKeys } from './home-keys.ts';
import type { Random } from './random.ts';

export const APP_KEY_ID_BYTES = 16;
export const APP_KEY_VERSIONS = 64;
/** What sealed bytes are longer by than what they hold. */
export const APP_SEAL_BYTES = 68;
const HEADER_BYTES = 52;

const MAGIC = utf8('NXK1');
const FORMAT = 1;
const SUITE = 1;

/** Which of an app's keys; versions count from 1. */
export interface AppKeyName {
  readonly id: Bytes;
  readonly version: number;
}

/** What all keys of one app come from: it derives, and cannot be read. */
export interface AppKeyRoot {
  readonly root: CryptoKey;
}

/** `app` is what it is known by, as for its dataset. */
export async function openAppKeyRoot(keys: HomeKeys, app: string): Promise<AppKeyRoot> {
  const raw = await datasetKey(keys, app);
  const root = await importHkdfKey(raw);
  raw.fill(0);
  return { root };
}

/** Lends 32 derived bytes to `work`, and zeroes them. */
async function lend<T>({ root }: AppKeyRoot, use: 'sign' | 'seal', { id, version }: AppKeyName, work: (key: Bytes) => T | Promise<T>): Promise<T> {
  if (id.length !== APP_KEY_ID_BYTES || !Number.isInteger(version) || version < 1 || version > APP_KEY_VERSIONS) throw new RangeError('no name of a key');
  const key = await hkdf(root, id, `nexus/v1/key/${use}/${version}`);
  try {
    return await work(key);
  } finally {
    key.fill(0);
  }
}

/** 32 bytes of Ed25519 (RFC 8032). */
export const appPublicKey = (root: AppKeyRoot, name: AppKeyName): Promise<Bytes> => lend(root, 'sign', name, publicKeyOf);

/** An Ed25519 signature of the bytes as they are. */
export const signAsApp = (root: AppKeyRoot, name: AppKeyName, data: Bytes): Promise<Bytes> => lend(root, 'sign', name, (seed) => signBySeed(seed, data));

/** What is sealed, and what it is bound to beside: both must be the same when it is opened. */
export interface AppSealing {
  readonly data: Bytes;
  readonly aad: Bytes;
}

/** header(52) ‖ ciphertext ‖ tag(16). */
export function sealAsApp({ aead, random }: { readonly aead: Aead; readonly random: Random }, root: AppKeyRoot, name: AppKeyName, { data, aad }: AppSealing): Promise<Bytes> {
  const nonce = random(NONCE_BYTES);
  const header = concat(MAGIC, new Uint8Array([FORMAT, SUITE, 0, 0]), name.id, u32(name.version), nonce);
  return lend(root, 'seal', name, (key) => concat(header, aead.seal(key, nonce, data, concat(header, aad))));
}

/** Which key sealed this, as it says of itself; nothing is checked by a key yet. */
export function readAppSeal(sealed: Bytes): Result<AppKeyName, CryptoFailure> {
  if (sealed.length < HEADER_BYTES + TAG_BYTES || !equal(sealed.subarray(0, 4), MAGIC)) return err(malformed('key'));
  const view = viewOf(sealed);
  if (view.getUint8(4) !== FORMAT || view.getUint8(5) !== SUITE || view.getUint16(6, true) !== 0) return err(unsupported('key'));
  const version = view.getUint32(24, true);
  return version < 1 || version > APP_KEY_VERSIONS ? err(malformed('key.version')) : ok({ id: owned(sealed.subarray(8, 24)), version });
}

/** What `sealAsApp` took; `tampered` where header, content, `aad` or app are not the same. */
export async function unsealAsApp(aead: Aead, root: AppKeyRoot, { sealed, aad }: { readonly sealed: Bytes; readonly aad: Bytes }): Promise<Result<Bytes, CryptoFailure>> {
  const name = readAppSeal(sealed);
  if (!name.ok) return name;
  const header = sealed.subarray(0, HEADER_BYTES);
  const data = await lend(root, 'seal', name.value, (key) => aead.open(key, sealed.subarray(HEADER_BYTES - NONCE_BYTES, HEADER_BYTES), sealed.subarray(HEADER_BYTES), concat(header, aad)));
  return data ? ok(data) : err(tampered('key'));
}
