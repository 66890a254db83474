// The key hierarchy of one home (docs/formats.md, "Keys"): the MEK as a non-extractable CryptoKey and what derives from it.
import type { Bytes } from './bytes.ts';
import { hkdf, importHkdfKey } from './digest.ts';

export const MEK_BYTES = 32;
export const FILE_ID_BYTES = 16;

/** A home's opened master key. `mek` can be cloned to another worker of this origin, and never be read. */
export interface HomeKeys {
  readonly homeId: Bytes;
  readonly mek: CryptoKey;
}

/** Takes the MEK's bytes over and zeroes them. */
export async function importHomeKeys(homeId: Bytes, mek: Bytes): Promise<HomeKeys> {
  const key = await importHkdfKey(mek);
  mek.fill(0);
  return { homeId, mek: key };
}

export const SEALED_KINDS = ['prefs', 'grants', 'audit', 'custody', 'envelope', 'keyring', 'checkpoint', 'base', 'link', 'choice'] as const;
export type SealedKind = (typeof SEALED_KINDS)[number];
export type Domain = 'nodes' | 'index' | 'bundle' | SealedKind;

/** 32 bytes of one domain. */
export function domainKey({ homeId, mek }: HomeKeys, domain: Domain): Promise<Bytes> {
  return hkdf(mek, homeId, `nexus/v1/${domain}`);
}

/** 32 bytes of what one app keeps for itself; `app` is what it is known by. */
export function datasetKey({ homeId, mek }: HomeKeys, app: string): Promise<Bytes> {
  return hkdf(mek, homeId, `nexus/v1/dataset/${app}`);
}

/** 32 bytes of what one app keeps as secrets: another key, so that no value of its dataset passes for one. */
export function vaultKey({ homeId, mek }: HomeKeys, app: string): Promise<Bytes> {
  return hkdf(mek, homeId, `nexus/v1/vault/${app}`);
}

export function fileKey({ mek }: HomeKeys, fileId: Bytes): Promise<Bytes> {
  return hkdf(mek, fileId, 'nexus/v1/file');
}
