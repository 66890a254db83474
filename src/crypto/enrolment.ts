// The approval of a new device by an old one over a relay that may lie: commit, then reveal, then six digits that a person compares,
// then the home's MEK and slots in a box for the new device (docs/formats.md, "Approving a device"). Pure.
import { type Bytes, concat, owned, utf8 } from './bytes.ts';
import { decodeMap, encodeMap, isBytes, onlyKeys } from './canonical-cbor.ts';
import { sha256 } from './digest.ts';
import { type BoxKeys, openBox, sealToBox } from './hpke-box.ts';
import { MEK_BYTES } from './home-keys.ts';

export const NONCE_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const COMMITMENT_BYTES = 32;

const DIGITS = 6;
const MOST_SLOTS = 8;
const KEYS = new Set(['v', 'mek', 'slots']);
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

/** What an old device hands over: the MEK, and the slots by which the home's phrase opens it, since a server could pass off others. */
export interface HandedHome {
  readonly mek: Bytes;
  readonly slots: readonly Bytes[];
}

/** Throws where the public key is none. */
export async function sealHandedHome(publicKey: Bytes, hash: Bytes, { mek, slots }: HandedHome): Promise<Bytes> {
  const plain = encodeMap({ v: 1, mek, slots });
  const box = await sealToBox(publicKey, { info: hash, aad: EMPTY }, plain);
  plain.fill(0);
  return box;
}

/** Undefined where it does not open, or is none. The caller takes the MEK's bytes over. */
export async function openHandedHome(keys: BoxKeys, hash: Bytes, box: Bytes): Promise<HandedHome | undefined> {
  const plain = await openBox(keys, { info: hash, aad: EMPTY }, box);
  if (!plain) return undefined;
  const map = decodeMap(plain, 'handed home');
  const [mek, slots] = map.ok && onlyKeys(map.value, KEYS) && map.value.get('v') === 1 ? [map.value.get('mek'), map.value.get('slots')] : [];
  const whole = isBytes(mek, MEK_BYTES) && Array.isArray(slots) && slots.length <= MOST_SLOTS && slots.every((slot) => isBytes(slot));
  const handed = whole ? { mek: owned(mek), slots: (slots as Bytes[]).map(owned) } : undefined;
  plain.fill(0);
  return handed;
}
