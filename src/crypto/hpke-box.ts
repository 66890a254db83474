// Sealing to somebody who is not there: HPKE base mode (RFC 9180) with X25519, HKDF-SHA256, AES-256-GCM, by @hpke/core, which is
// fetched when it is first needed. A box is enc(32) ‖ ciphertext.
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

async function suite() {
  const { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await import('@hpke/core');
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

export async function newBoxKeys(): Promise<BoxKeys> {
  const { kem } = await suite();
  const pair = await kem.generateKeyPair();
  return { publicKey: new Uint8Array(await kem.serializePublicKey(pair.publicKey)), privateKey: new Uint8Array(await kem.serializePrivateKey(pair.privateKey)) };
}

/** Throws where `publicKey` is none. */
export async function sealToBox(publicKey: Bytes, { info, aad }: BoxName, data: Bytes): Promise<Bytes> {
  const hpke = await suite();
  const sender = await hpke.createSenderContext({ recipientPublicKey: await hpke.kem.deserializePublicKey(publicKey), info });
  return concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(data, aad)));
}

/** Undefined where it does not open. */
export async function openBox({ privateKey }: Pick<BoxKeys, 'privateKey'>, { info, aad }: BoxName, box: Bytes): Promise<Bytes | undefined> {
  const hpke = await suite();
  try {
    const recipient = await hpke.createRecipientContext({ recipientKey: await hpke.kem.deserializePrivateKey(privateKey), enc: owned(box.subarray(0, ENC_BYTES)), info });
    return new Uint8Array(await recipient.open(owned(box.subarray(ENC_BYTES)), aad));
  } catch {
    return undefined;
  }
}
