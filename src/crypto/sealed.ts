// Every sealed thing that is no extent, node or slot: nonce ‖ AEAD(domain key, CBOR map, kind and ids as AAD).
import { err, type Result } from '../result.ts';
import { type Aead, NONCE_BYTES } from './aead.ts';
import { type Bytes, concat, utf8 } from './bytes.ts';
import { type CborFields, type CborMap, decodeMap, encodeMap } from './canonical-cbor.ts';
import { type CryptoFailure, malformed, tampered, tooLarge } from './failure.ts';
import type { SealedKind } from './home-keys.ts';
import type { Random } from './random.ts';

export const MAX_SEALED_BYTES = 16 * 1024 * 1024;

/** `id` is 16 bytes, or empty where a home has only one. */
export interface SealedName {
  readonly kind: SealedKind | 'dataset';
  readonly homeId: Bytes;
  readonly id: Bytes;
}

const aadOf = ({ kind, homeId, id }: SealedName): Bytes => concat(utf8(`nexus/${kind}/v1`), homeId, id);

export function sealFields(
  { aead, random }: { readonly aead: Aead; readonly random: Random }, key: Bytes, name: SealedName, fields: CborFields,
): Bytes {
  const [nonce, plaintext] = [random(NONCE_BYTES), encodeMap({ v: 1, ...fields })];
  const sealed = concat(nonce, aead.seal(key, nonce, plaintext, aadOf(name)));
  plaintext.fill(0);
  return sealed;
}

export function openFields(aead: Aead, key: Bytes, name: SealedName, sealed: Bytes): Result<CborMap, CryptoFailure> {
  if (sealed.length > MAX_SEALED_BYTES) return err(tooLarge(name.kind));
  if (sealed.length < NONCE_BYTES) return err(malformed(name.kind));
  const plaintext = aead.open(key, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES), aadOf(name));
  if (!plaintext) return err(tampered(name.kind));
  // What is decoded are copies.
  const fields = decodeMap(plaintext, name.kind);
  plaintext.fill(0);
  return fields;
}
