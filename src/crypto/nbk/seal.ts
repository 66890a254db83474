// manifest.seal: only the holder of the home's key can make one, so nothing that the manifest's root covers can be dropped, mixed or altered.
import { type Aead, NONCE_BYTES } from '../aead.ts';
import { type Bytes, concat, utf8 } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import { domainKey, type HomeKeys } from '../home-keys.ts';
import type { Random } from '../random.ts';
import { SEAL_BYTES } from './entry-name.ts';

const NOTHING = new Uint8Array(0);
const sealAad = async (manifest: Bytes): Promise<Bytes> => concat(utf8('nexus/bundle/v1'), await sha256(manifest));

export async function sealManifest({ aead, random }: { readonly aead: Aead; readonly random: Random }, keys: HomeKeys, manifest: Bytes): Promise<Bytes> {
  const nonce = random(NONCE_BYTES);
  return concat(nonce, aead.seal(await domainKey(keys, 'bundle'), nonce, NOTHING, await sealAad(manifest)));
}

export async function sealHolds(aead: Aead, keys: HomeKeys, { manifest, seal }: { readonly manifest: Bytes; readonly seal: Bytes }): Promise<boolean> {
  if (seal.length !== SEAL_BYTES) return false;
  const key = await domainKey(keys, 'bundle');
  return aead.open(key, seal.subarray(0, NONCE_BYTES), seal.subarray(NONCE_BYTES), await sealAad(manifest)) !== undefined;
}
