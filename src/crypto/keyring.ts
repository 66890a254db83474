// The master keys of a home's earlier epochs, sealed under the newest one (docs/formats.md, "Epochs"): the same bytes at home, in a
// bundle and on the home's card.
import type { Aead } from './aead.ts';
import { type Bytes, concat, u32, viewOf } from './bytes.ts';
import { isBytes } from './canonical-cbor.ts';
import { domainKey, type HomeKeys, importHomeKeys, MEK_BYTES } from './home-keys.ts';
import type { Random } from './random.ts';
import { openFields, type SealedName, sealFields } from './sealed.ts';

/** Renewals of one home. */
export const MOST_EPOCHS = 256;
const EPOCH_BYTES = 4;
const MOST_BYTES = 16 * 1024;

const nameOf = (homeId: Bytes, epoch: number): SealedName => ({ kind: 'keyring', homeId, id: u32(epoch) });

/** Of which epoch the newest key is, as a keyring says of itself; nothing is checked by a key yet. */
export const epochIn = (keyring: Bytes): number => (keyring.length < EPOCH_BYTES ? 0 : viewOf(keyring).getUint32(0, true));

/** Bytes of the earlier keys, from epoch 0 on, for the caller to zero; undefined for what does not open under `keys`. */
async function openMeks(aead: Aead, keys: HomeKeys, keyring: Bytes): Promise<readonly Bytes[] | undefined> {
  const epoch = epochIn(keyring);
  if (epoch < 1 || epoch > MOST_EPOCHS || keyring.length > MOST_BYTES) return undefined;
  const key = await domainKey(keys, 'keyring');
  const opened = openFields(aead, key, nameOf(keys.homeId, epoch), keyring.subarray(EPOCH_BYTES));
  key.fill(0);
  const meks: unknown = opened.ok && opened.value.get('v') === 1 ? opened.value.get('keys') : undefined;
  if (!Array.isArray(meks) || meks.length !== epoch || !meks.every((mek) => isBytes(mek, MEK_BYTES))) return undefined;
  return meks as Bytes[];
}

async function sealMeks({ aead, random }: { readonly aead: Aead; readonly random: Random }, keys: HomeKeys, meks: readonly Bytes[]): Promise<Bytes> {
  const key = await domainKey(keys, 'keyring');
  const sealed = sealFields({ aead, random }, key, nameOf(keys.homeId, meks.length), { keys: meks });
  key.fill(0);
  return concat(u32(meks.length), sealed);
}

/** The keys with those of earlier epochs; undefined where the keyring is not one of theirs. */
export async function withKeyring(aead: Aead, { homeId, mek }: HomeKeys, keyring: Bytes | undefined): Promise<HomeKeys | undefined> {
  if (!keyring) return { homeId, mek };
  const meks = await openMeks(aead, { homeId, mek }, keyring);
  return meks && { homeId, mek, earlier: await Promise.all(meks.map(async (each) => (await importHomeKeys(homeId, each)).mek)) };
}

/** A home's newest key, before a renewal: its bytes stay the caller's. */
export interface KeyBefore {
  readonly mek: Bytes;
  /** Absent at epoch 0. */
  readonly keyring?: Bytes | undefined;
}

/** The keyring that goes with `next`, of what was before it; undefined where the one before does not open, or is full. */
export async function renewKeyring(deps: { readonly aead: Aead; readonly random: Random }, next: HomeKeys, { mek, keyring }: KeyBefore): Promise<Bytes | undefined> {
  const before = keyring ? await openMeks(deps.aead, await importHomeKeys(next.homeId, mek.slice()), keyring) : [];
  const sealed = before && before.length < MOST_EPOCHS ? await sealMeks(deps, next, [...before, mek]) : undefined;
  before?.forEach((each) => each.fill(0));
  return sealed;
}

/** Whether a keyring that came with a newer key holds this one, and at the place where it was the newest: then the newer one follows from it. */
export async function follows(aead: Aead, next: HomeKeys, keyring: Bytes, { mek, keyring: before }: KeyBefore): Promise<boolean> {
  const meks = await openMeks(aead, next, keyring);
  const at = before ? epochIn(before) : 0;
  const holds = meks?.[at]?.every((byte, index) => byte === mek[index]) ?? false;
  meks?.forEach((each) => each.fill(0));
  return holds;
}
