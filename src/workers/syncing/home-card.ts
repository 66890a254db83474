// What an account keeps of a home for a device that does not have it yet: whose home it is and which phrase opens it, and,
// sealed, the person's name and seal (docs/sync.md, "The home's card").
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, concat, toHex, u32 } from '../../crypto/bytes.ts';
import { decodeMap, encodeMap, isBytes, onlyKeys, textAt } from '../../crypto/canonical-cbor.ts';
import { sha256 } from '../../crypto/digest.ts';
import { domainKey, type HomeKeys } from '../../crypto/home-keys.ts';
import { epochIn, MOST_EPOCHS } from '../../crypto/keyring.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, type SealedName, sealFields } from '../../crypto/sealed.ts';
import { parseSlot, type Slot } from '../../crypto/slot.ts';
import { SEAL_COLOURS, SEAL_PICTURES, type Seal } from '../contract/device.ts';

/** Of the one card of an account. */
export const CARD = { collection: 'envelopes', id: '0'.repeat(32) } as const;

const MOST_SLOTS = 8;
const MOST_KEYRING_BYTES = 16 * 1024;
const KEYS = new Set(['v', 'home_id', 'slots', 'owner', 'keyring']);

export interface HomeCard {
  readonly homeId: Bytes;
  readonly slots: readonly Slot[];
  /** Sealed. */
  readonly owner: Bytes;
  /** Sealed; absent where keys were never renewed. */
  readonly keyring?: Bytes;
}

/** Of a home as a device has it. */
export interface CardKeys {
  readonly keys: HomeKeys;
  readonly keyring?: Bytes | undefined;
}

/** How often the keys were renewed, as a card says. */
export const cardEpoch = ({ keyring }: HomeCard): number => (keyring ? epochIn(keyring) : 0);

export interface Owner {
  readonly name: string;
  readonly seal: Seal;
  /** What the account has was all sealed by the newest key: what an earlier one sealed counts no more. */
  readonly whole?: boolean;
}

/** Bound to the epoch: a card from which somebody took the keyring is none. */
const ownerName = (homeId: Bytes, epoch: number): SealedName => ({ kind: 'envelope', homeId, id: epoch > 0 ? u32(epoch) : new Uint8Array(0) });

export async function sealCard({ aead, random, keys, keyring }: { readonly aead: Aead; readonly random: Random } & CardKeys, slots: readonly Bytes[], { name, seal, whole }: Owner): Promise<Bytes> {
  const named = ownerName(keys.homeId, keyring ? epochIn(keyring) : 0);
  const owner = sealFields({ aead, random }, await domainKey(keys, 'envelope'), named, { name, picture: seal.picture, colour: seal.colour, ...(whole && { whole }) });
  return encodeMap({ v: 1, home_id: keys.homeId, slots, owner, keyring });
}

/** Undefined for what is no card. Nothing of it is to be trusted: only a secret that opens a slot says whose it is. */
export function parseCard(bytes: Bytes): HomeCard | undefined {
  const map = decodeMap(bytes, 'card');
  if (!map.ok || !onlyKeys(map.value, KEYS) || map.value.get('v') !== 1) return undefined;
  const [homeId, slots, owner, keyring] = ['home_id', 'slots', 'owner', 'keyring'].map((key) => map.value.get(key));
  if (keyring !== undefined && (!isBytes(keyring) || keyring.length > MOST_KEYRING_BYTES || epochIn(keyring) < 1 || epochIn(keyring) > MOST_EPOCHS)) return undefined;
  if (!isBytes(homeId, 16) || !isBytes(owner) || !Array.isArray(slots) || slots.length > MOST_SLOTS) return undefined;
  const parsed = slots.map((slot: unknown) => (isBytes(slot) ? parseSlot(slot) : undefined));
  return { homeId, owner, ...(keyring && { keyring }), slots: parsed.flatMap((slot) => (slot?.ok ? [slot.value] : [])) };
}

export async function ownerOf(aead: Aead, keys: HomeKeys, card: HomeCard): Promise<Owner | undefined> {
  const opened = openFields(aead, await domainKey(keys, 'envelope'), ownerName(keys.homeId, cardEpoch(card)), card.owner);
  if (!opened.ok) return undefined;
  const [name, picture, colour] = ['name', 'picture', 'colour'].map((key) => textAt(opened.value, key));
  const seal = { picture: SEAL_PICTURES.find((one) => one === picture) ?? 'leaf', colour: SEAL_COLOURS.find((one) => one === colour) ?? 'indigo' } as const;
  return name === undefined ? undefined : { name, seal, ...(opened.value.get('whole') === true && { whole: true }) };
}

/** Each changes whenever that part of the card should: hex. */
export async function cardDigests(slots: readonly Bytes[], { name, seal }: Owner): Promise<{ readonly slots: string; readonly owner: string }> {
  const [ofSlots, ofOwner] = await Promise.all([sha256(concat(...slots)), sha256(encodeMap({ name, picture: seal.picture, colour: seal.colour }))]);
  return { slots: toHex(ofSlots), owner: toHex(ofOwner) };
}
