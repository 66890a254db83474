// A home's settings change their key on the way: under `prefs` at home, under `bundle` in a bundle (docs/formats.md).
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { CborFields, CborMap } from '../../crypto/canonical-cbor.ts';
import { type Domain, domainKey, type HomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import type { MountedHome } from '../home/mounted-home.ts';

const nameOf = (homeId: Bytes) => ({ kind: 'prefs' as const, homeId, id: new Uint8Array(0) });
const fieldsOf = (map: CborMap): CborFields => Object.fromEntries([...map].filter(([key]) => key !== 'v'));

async function sealedUnder(domain: Domain, { aead, random, keys }: { readonly aead: Aead; readonly random: Random; readonly keys: HomeKeys }, fields: CborFields): Promise<Bytes> {
  return sealFields({ aead, random }, await domainKey(keys, domain), nameOf(keys.homeId), fields);
}

/** The settings for a bundle; undefined where the home has none that open. */
export async function prefsForBundle({ db, aead, keys }: MountedHome, random: Random): Promise<Bytes | undefined> {
  const row = await db.read(['sealed'], (tx) => tx.get('sealed', 'prefs'));
  const opened = row && openFields(aead, await domainKey(keys, 'prefs'), nameOf(keys.homeId), row.bytes);
  return opened?.ok ? sealedUnder('bundle', { aead, random, keys }, fieldsOf(opened.value)) : undefined;
}

/** Writes settings that came with a bundle into a new home, under the name and seal that it gets. */
export async function prefsIntoHome({ db, aead, keys }: MountedHome, random: Random, { prefs, name, seal }: { readonly prefs: CborMap | undefined; readonly name: string; readonly seal: { picture: string; colour: string } }): Promise<void> {
  const bytes = await sealedUnder('prefs', { aead, random, keys }, { ...(prefs && fieldsOf(prefs)), name, picture: seal.picture, colour: seal.colour });
  await db.write(['sealed'], (tx) => tx.put('sealed', { key: 'prefs', bytes }));
}
