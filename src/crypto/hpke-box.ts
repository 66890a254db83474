// Sealing to somebody who is not there: HPKE base mode (RFC 9180) with X25519, HKDF-SHA256, AES-256-GCM, by the package hpke over
// WebCrypto. A box is enc(32) ‖ ciphertext.
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { type Bytes, concat, owned } from './bytes.ts';

export interface BoxKeys {
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

/** What a box is for: both must be the same when it is opened. */
export interface BoxName {
  readonly info: Bytes;
  readonly aad: Bytes;
}

const ENC_BYTES = 32;

const suite = (): CipherSuite => new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);

export async function newBoxKeys(): Promise<BoxKeys> {
  const hpke = suite();
  const { publicKey, privateKey } = await hpke.GenerateKeyPair(true);
  return { publicKey: owned(await hpke.SerializePublicKey(publicKey)), privateKey: owned(await hpke.SerializePrivateKey(privateKey)) };
}

/** Throws where `publicKey` is none. */
export async function sealToBox(publicKey: Bytes, { info, aad }: BoxName, data: Bytes): Promise<Bytes> {
  const hpke = suite();
  const { encapsulatedSecret, ciphertext } = await hpke.Seal(await hpke.DeserializePublicKey(publicKey), data, { info, aad });
  return concat(encapsulatedSecret, ciphertext);
}

/** Undefined where it does not open. */
export async function openBox(keys: BoxKeys, { info, aad }: BoxName, box: Bytes): Promise<Bytes | undefined> {
  const hpke = suite();
  try {
    // Both halves: not every engine can tell the public one from the private.
    const pair = { privateKey: await hpke.DeserializePrivateKey(keys.privateKey), publicKey: await hpke.DeserializePublicKey(keys.publicKey) };
    return owned(await hpke.Open(pair, owned(box.subarray(0, ENC_BYTES)), owned(box.subarray(ENC_BYTES)), { info, aad }));
  } catch {
    return undefined;
  }
}
