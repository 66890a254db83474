// The key hierarchy of one home (docs/formats.md, "Keys"): the MEK as a non-extractable CryptoKey, those of earlier epochs, and what derives from them.
import type { Bytes } from './bytes.ts';
import { hkdf, importHkdfKey } from './digest.ts';

export const MEK_BYTES = 32;
export const FILE_ID_BYTES = 16;

/** A home's opened master keys. Each can be cloned to another worker of this origin, and never be read. */
export interface HomeKeys {
  readonly homeId: Bytes;
  /** The newest. */
  readonly mek: CryptoKey;
  /** Those of earlier epochs, from 0 on; absent where keys were never renewed, or the keyring was not opened yet. */
  readonly earlier?: readonly CryptoKey[];
}

/** Takes the MEK's bytes over and zeroes them. */
export async function importHomeKeys(homeId: Bytes, mek: Bytes): Promise<HomeKeys> {
  const key = await importHkdfKey(mek);
  mek.fill(0);
  return { homeId, mek: key };
}

/** How often the keys were renewed. */
export const epochOf = ({ earlier = [] }: HomeKeys): number => earlier.length;

/** The keys as they were at an epoch; undefined for one that is not there. */
export function keysAt(keys: HomeKeys, epoch: number): HomeKeys | undefined {
  const { homeId, mek, earlier = [] } = keys;
  const at = epoch === earlier.length ? mek : earlier[epoch];
  return at && { homeId, mek: at, ...(epoch > 0 && { earlier: earlier.slice(0, epoch) }) };
}

/** The keys of each epoch, the newest first. */
export const everyEpoch = (keys: HomeKeys): readonly HomeKeys[] =>
  Array.from({ length: epochOf(keys) + 1 }, (_, back) => keysAt(keys, epochOf(keys) - back)).filter((at) => at !== undefined);

export const SEALED_KINDS = ['prefs', 'grants', 'audit', 'custody', 'envelope', 'keyring', 'checkpoint', 'base', 'link', 'choice'] as const;
export type SealedKind = (typeof SEALED_KINDS)[number];
export type Domain = 'nodes' | 'index' | 'bundle' | SealedKind;

/** Domains of what leaves the device: under the newest key. All others stay on this device, under the home's first (docs/decisions/0018-renewed-keys.md). */
const LEAVING: readonly Domain[] = ['nodes', 'bundle', 'envelope', 'keyring', 'checkpoint'];

const first = ({ mek, earlier = [] }: HomeKeys): CryptoKey => earlier[0] ?? mek;

/** 32 bytes of one domain. */
export function domainKey(keys: HomeKeys, domain: Domain): Promise<Bytes> {
  return hkdf(LEAVING.includes(domain) ? keys.mek : first(keys), keys.homeId, `nexus/v1/${domain}`);
}

/** 32 bytes of what one app keeps for itself on this device; `app` is what it is known by. */
export function datasetKey(keys: HomeKeys, app: string): Promise<Bytes> {
  return hkdf(first(keys), keys.homeId, `nexus/v1/dataset/${app}`);
}

/** 32 bytes of a dataset that an account keeps; `name` is the collection's. */
export function sharedDatasetKey({ homeId, mek }: HomeKeys, name: string): Promise<Bytes> {
  return hkdf(mek, homeId, `nexus/v1/dataset/${name}`);
}

/** 32 bytes of what leaves the device of what one app keeps: another key than that of its rows, so that it changes with the home's newest. */
export function datasetObjectKey({ homeId, mek }: HomeKeys, app: string): Promise<Bytes> {
  return hkdf(mek, homeId, `nexus/v1/dataset-object/${app}`);
}

/** 16 bytes by which a server knows an app's collection, of one policy; of its dataset's key, so that they stay the same. */
export async function datasetName(homeId: Bytes, key: Bytes, policy: string): Promise<Bytes> {
  return (await hkdf(await importHkdfKey(key), homeId, `nexus/v1/dataset-name/${policy}`)).slice(0, 16);
}

/** 32 bytes of what one app keeps as secrets: another key, so that no value of its dataset passes for one. */
export function vaultKey(keys: HomeKeys, app: string): Promise<Bytes> {
  return hkdf(first(keys), keys.homeId, `nexus/v1/vault/${app}`);
}

/** 32 bytes of one file's content as it was sealed at an epoch; undefined where that is not one of this home's. */
export async function fileKey(keys: HomeKeys, fileId: Bytes, epoch = 0): Promise<Bytes | undefined> {
  const at = keysAt(keys, epoch);
  return at && hkdf(at.mek, fileId, 'nexus/v1/file');
}

/** The same for content that is sealed now, with the epoch that it carries. */
export async function newFileKey(keys: HomeKeys, fileId: Bytes): Promise<{ readonly key: Bytes; readonly epoch: { readonly epoch?: number } }> {
  const epoch = epochOf(keys);
  return { key: await hkdf(keys.mek, fileId, 'nexus/v1/file'), epoch: epoch > 0 ? { epoch } : {} };
}
