// Slots: the MEK sealed under what a person knows or has (docs/formats.md, "Slots").
import { err, ok, type Result } from '../result.ts';
import { type Aead, NONCE_BYTES, TAG_BYTES } from './aead.ts';
import { ARGON2ID_DEFAULT, ARGON2ID_SALT_BYTES, argon2id, type Argon2idParams, withinBounds } from './argon2id.ts';
import { type Bytes, fromBase64Url, toBase64Url } from './bytes.ts';
import { type CborMap, decodeMap, encodeMap, isBytes, isUint, onlyKeys } from './canonical-cbor.ts';
import { hkdf, hmacSha256, importHkdfKey } from './digest.ts';
import { type CryptoFailure, malformed, unsupported } from './failure.ts';
import { MEK_BYTES } from './home-keys.ts';
import type { Random } from './random.ts';

export const SLOT_KINDS = ['password', 'pin', 'recovery', 'passkey', 'device'] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];
export const SLOT_ID_BYTES = 16;
const MAX_SLOT_BYTES = 1024;
const WRAPPED_BYTES = MEK_BYTES + TAG_BYTES;

export interface Slot {
  readonly kind: SlotKind;
  readonly id: Bytes;
  readonly nonce: Bytes;
  readonly wrapped: Bytes;
  /** Of every kind whose secret goes through Argon2id. */
  readonly kdf?: Argon2idParams;
  /** Of a passkey: the credential id and the PRF salt. */
  readonly cred?: Bytes;
  readonly salt?: Bytes;
}

/** What opens a slot, one shape a kind. `secret` is NFKC UTF-8; the device key is a non-extractable HMAC key. */
export type SlotSecret =
  | { readonly kind: 'password'; readonly secret: Bytes }
  | { readonly kind: 'pin' | 'device'; readonly secret: Bytes; readonly deviceKey: CryptoKey }
  | { readonly kind: 'recovery'; readonly entropy: Bytes }
  | { readonly kind: 'passkey'; readonly prf: Bytes };

const KDF_KINDS: ReadonlySet<SlotKind> = new Set(['password', 'pin', 'device']);
const KEYS = new Set(['v', 'kind', 'id', 'nonce', 'wrapped', 'kdf', 'cred', 'salt']);
const KDF_KEYS = new Set(['alg', 'm', 't', 'p', 'salt']);

function mapOf({ kind, id, nonce, kdf, cred, salt }: Omit<Slot, 'wrapped'>, wrapped?: Bytes): Bytes {
  const kdfMap = kdf && new Map<string, unknown>(Object.entries({ alg: 'argon2id', m: kdf.m, t: kdf.t, p: kdf.p, salt: kdf.salt }));
  return encodeMap({ v: 1, kind, id, nonce, wrapped, kdf: kdfMap, cred, salt });
}

export function encodeSlot(slot: Slot): Bytes {
  return mapOf(slot, slot.wrapped);
}

export function slotToText(slot: Slot): string {
  return toBase64Url(encodeSlot(slot));
}

function parseKdf(value: unknown): Result<Argon2idParams, CryptoFailure> {
  if (!(value instanceof Map) || !onlyKeys(value, KDF_KEYS)) return err(malformed('slot.kdf'));
  const [m, t, p, salt] = ['m', 't', 'p', 'salt'].map((key) => value.get(key) as unknown);
  if (value.get('alg') !== 'argon2id') return err(unsupported('slot.kdf'));
  if (!isUint(m) || !isUint(t) || !isUint(p) || !isBytes(salt, ARGON2ID_SALT_BYTES)) return err(malformed('slot.kdf'));
  const params = { m, t, p, salt };
  return withinBounds(params) ? ok(params) : err({ kind: 'kdf_bounds' });
}

function parsePasskey(map: CborMap): { cred: Bytes; salt: Bytes } | undefined {
  const [cred, salt] = [map.get('cred'), map.get('salt')];
  return isBytes(cred) && cred.length > 0 && cred.length <= 256 && isBytes(salt, 32) ? { cred, salt } : undefined;
}

/** Checks everything but the secret. */
export function parseSlot(bytes: Uint8Array): Result<Slot, CryptoFailure> {
  if (bytes.length > MAX_SLOT_BYTES) return err(malformed('slot'));
  const decoded = decodeMap(bytes, 'slot');
  if (!decoded.ok) return decoded;
  const map = decoded.value;
  if (map.get('v') !== 1) return err(unsupported('slot'));
  const kind = SLOT_KINDS.find((known) => known === map.get('kind'));
  if (!kind) return err(unsupported('slot.kind'));
  const [id, nonce, wrapped] = [map.get('id'), map.get('nonce'), map.get('wrapped')];
  if (!onlyKeys(map, KEYS) || !isBytes(id, SLOT_ID_BYTES) || !isBytes(nonce, NONCE_BYTES) || !isBytes(wrapped, WRAPPED_BYTES)) {
    return err(malformed('slot'));
  }
  const passkey = parsePasskey(map);
  const hasPasskeyFields = map.has('cred') || map.has('salt');
  if (map.has('kdf') !== KDF_KINDS.has(kind) || hasPasskeyFields !== (kind === 'passkey') || (hasPasskeyFields && !passkey)) {
    return err(malformed('slot'));
  }
  if (!KDF_KINDS.has(kind)) return ok({ kind, id, nonce, wrapped, ...passkey });
  const kdf = parseKdf(map.get('kdf'));
  return kdf.ok ? ok({ kind, id, nonce, wrapped, kdf: kdf.value }) : kdf;
}

export function slotFromText(text: string): Result<Slot, CryptoFailure> {
  if (text.length > MAX_SLOT_BYTES * 2) return err(malformed('slot'));
  const bytes = fromBase64Url(text);
  return bytes ? parseSlot(bytes) : err(malformed('slot'));
}

async function inputKey(secret: SlotSecret, kdf: Argon2idParams | undefined): Promise<Result<Bytes, CryptoFailure>> {
  if (secret.kind === 'recovery') return ok(secret.entropy);
  if (secret.kind === 'passkey') return ok(secret.prf);
  if (!kdf) return err(malformed('slot.kdf'));
  const stretched = await argon2id(secret.secret, kdf);
  if (!stretched.ok || secret.kind === 'password') return stretched;
  return ok(await hmacSha256(secret.deviceKey, stretched.value));
}

async function kek(secret: SlotSecret, slot: Pick<Slot, 'id' | 'kdf'>): Promise<Result<Bytes, CryptoFailure>> {
  const ikm = await inputKey(secret, slot.kdf);
  return ikm.ok ? ok(await hkdf(await importHkdfKey(ikm.value), slot.id, 'nexus/slot/v1')) : ikm;
}

export interface SealSlotOptions {
  readonly aead: Aead;
  readonly random: Random;
  readonly mek: Bytes;
  readonly secret: SlotSecret;
  /** Argon2id cost; the default of the format where absent. */
  readonly cost?: { readonly m: number; readonly t: number; readonly p: number };
  readonly passkey?: { readonly cred: Bytes; readonly salt: Bytes };
}

/** A new slot that opens `mek` by `secret`. */
export async function sealSlot({ aead, random, mek, secret, cost, passkey }: SealSlotOptions): Promise<Result<Slot, CryptoFailure>> {
  const kdf = KDF_KINDS.has(secret.kind) ? { ...(cost ?? ARGON2ID_DEFAULT), salt: random(ARGON2ID_SALT_BYTES) } : undefined;
  const head = { kind: secret.kind, id: random(SLOT_ID_BYTES), nonce: random(NONCE_BYTES), ...(kdf && { kdf }), ...passkey };
  const key = await kek(secret, head);
  if (!key.ok) return key;
  const wrapped = aead.seal(key.value, head.nonce, mek, mapOf(head));
  key.value.fill(0);
  return ok({ ...head, wrapped });
}

/** The MEK's bytes, which the caller imports and zeroes at once; `wrong_secret` where the slot does not open. */
export async function openSlot(aead: Aead, slot: Slot, secret: SlotSecret): Promise<Result<Bytes, CryptoFailure>> {
  if (slot.kind !== secret.kind) return err({ kind: 'wrong_secret' });
  const key = await kek(secret, slot);
  if (!key.ok) return key;
  const mek = aead.open(key.value, slot.nonce, slot.wrapped, mapOf(slot));
  key.value.fill(0);
  return mek ? ok(mek) : err({ kind: 'wrong_secret' });
}
