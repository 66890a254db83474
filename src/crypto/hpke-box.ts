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

/** WebKitGTK's X25519 fails for some keys, once in some thousand: another one is drawn. */
const TRIES = 4;

const isOfEngine = (fault: unknown): boolean => fault instanceof Error && (fault.name === 'OperationError' || isOfEngine(fault.cause));

async function withFreshKeys<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await work();
    } catch (fault) {
      if (left === 0 || !isOfEngine(fault)) throw fault;
    }
  }
}

export const newBoxKeys = (): Promise<BoxKeys> => withFreshKeys(async () => {
  const hpke = suite();
  const { publicKey, privateKey } = await hpke.GenerateKeyPair(true);
  return { publicKey: owned(await hpke.SerializePublicKey(publicKey)), privateKey: owned(await hpke.SerializePrivateKey(privateKey)) };
});

/** Throws where `publicKey` is none. */
export const sealToBox = (publicKey: Bytes, { info, aad }: BoxName, data: Bytes): Promise<Bytes> => withFreshKeys(async () => {
  const hpke = suite();
  const { encapsulatedSecret, ciphertext } = await hpke.Seal(await hpke.DeserializePublicKey(publicKey), data, { info, aad });
  return concat(encapsulatedSecret, ciphertext);
});

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
