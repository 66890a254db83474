// The approval of a new device by an old one over a relay that may lie: commit, then reveal, then six digits that a person compares,
// then the MEK in a box for the new device (docs/formats.md, "Approving a device"). Pure.
import { type Bytes, concat, utf8 } from './bytes.ts';
import { sha256 } from './digest.ts';
import { type BoxKeys, openBox, sealToBox } from './hpke-box.ts';
import { MEK_BYTES } from './home-keys.ts';

export const NONCE_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const COMMITMENT_BYTES = 32;

const DIGITS = 6;
const EMPTY = new Uint8Array(0);

/** What both devices know once everything was revealed. */
export interface Transcript {
  /** 16 bytes each. */
  readonly account: Bytes;
  readonly homeId: Bytes;
  /** Of the new device, X25519. */
  readonly publicKey: Bytes;
  readonly oldNonce: Bytes;
  readonly newNonce: Bytes;
}

/** What the new device says first: it cannot choose its nonce any more once it has seen the other's. */
export const commitmentOf = (publicKey: Bytes, newNonce: Bytes): Promise<Bytes> => sha256(concat(utf8('nexus/enrol/v1'), publicKey, newNonce));

/** 32 bytes. */
export const transcriptHash = ({ account, homeId, publicKey, oldNonce, newNonce }: Transcript): Promise<Bytes> =>
  sha256(concat(utf8('nexus/sas/v1'), account, homeId, publicKey, oldNonce, newNonce));

/** The six digits that both devices show. */
export function digitsOf(hash: Bytes): string {
  const number = new DataView(hash.buffer, hash.byteOffset).getBigUint64(0, true) % 10n ** BigInt(DIGITS);
  return number.toString().padStart(DIGITS, '0');
}

/** Throws where the public key is none. */
export const sealMek = (publicKey: Bytes, hash: Bytes, mek: Bytes): Promise<Bytes> => sealToBox(publicKey, { info: hash, aad: EMPTY }, mek);

/** Undefined where it does not open, or holds no key. */
export async function openMek(keys: BoxKeys, hash: Bytes, box: Bytes): Promise<Bytes | undefined> {
  const mek = await openBox(keys, { info: hash, aad: EMPTY }, box);
  return mek?.length === MEK_BYTES ? mek : undefined;
}
