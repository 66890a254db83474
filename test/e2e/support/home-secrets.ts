// The keys of a home as bytes, worked out from its phrase and what lies in the open: what no server may ever hold.
import { createAead } from '../../../src/crypto/aead.ts';
import { type Bytes, fromHex, owned } from '../../../src/crypto/bytes.ts';
import { hkdf, importHkdfKey } from '../../../src/crypto/digest.ts';
import { datasetKey, datasetObjectKey, domainKey, fileKey, importHomeKeys, SEALED_KINDS, sharedDatasetKey } from '../../../src/crypto/home-keys.ts';
import { entropyOf } from '../../../src/crypto/recovery-phrase.ts';
import { openSlot, type Slot } from '../../../src/crypto/slot.ts';
import { openBundleFile } from '../../../cli/bundle-file.ts';
import type { Canary } from './find-canaries.ts';

const named = (name: string, bytes: Uint8Array): Canary => [name, Buffer.from(bytes)];

/** Files by their ids, apps by the addresses of their manifests. */
export interface Kept {
  readonly fileIds: readonly Bytes[];
  readonly apps: readonly string[];
}

async function keysIn(homeId: Bytes, mek: Bytes, { fileIds, apps }: Kept): Promise<readonly Canary[]> {
  const master = named('the master key', mek);
  const keys = await importHomeKeys(homeId, mek);
  const domains = await Promise.all((['nodes', 'index', 'bundle', ...SEALED_KINDS] as const).map(async (domain) => named(`the key of ${domain}`, await domainKey(keys, domain))));
  const files = await Promise.all(fileIds.map(async (id) => named('the key of a file', (await fileKey(keys, id))!)));
  const settings = named('the key of the settings', await sharedDatasetKey(keys, 'home'));
  const datasets = await Promise.all(apps.flatMap((app) => [datasetKey, datasetObjectKey].map(async (key) => named(`a key of an app (${key.name})`, await key(keys, app)))));
  return [master, ...domains, ...files, settings, ...datasets];
}

/** What opens the home by the phrase, and all that follows from it; `bundle` is a backup of the home. */
export async function homeSecrets(phrase: string, bundle: string, kept: Kept): Promise<readonly Canary[]> {
  const file = await openBundleFile(bundle, () => Promise.resolve(undefined));
  await file.close();
  const { slots, homeId } = file.bundle.manifest;
  const [recovery, password] = ['recovery', 'password'].map((kind) => slots.find((slot: Slot) => slot.kind === kind));
  const entropy = entropyOf(phrase);
  if (!recovery || !password?.kdf || !entropy) throw new Error('the backup is not one of this home');
  const mek = await openSlot(await createAead(), recovery, { kind: 'recovery', entropy: owned(entropy) });
  if (!mek.ok) throw new Error('the phrase does not open the backup');
  return [
    named('the bytes of the phrase', entropy),
    named('the key of the phrase', await hkdf(await importHkdfKey(owned(entropy)), recovery.id, 'nexus/slot/v1')),
    // A server that had it could guess at the password for ever.
    named('the slot of the password', password.wrapped), named('the salt of the password', password.kdf.salt),
    ...await keysIn(fromHex(homeId)!, mek.value, kept),
  ];
}
