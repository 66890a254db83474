// The keys of a home as bytes, worked out from its phrase and what lies in the open: what no server may ever hold.
import { createAead } from '../../../src/crypto/aead.ts';
import { type Bytes, fromHex, owned } from '../../../src/crypto/bytes.ts';
import { hkdf, importHkdfKey } from '../../../src/crypto/digest.ts';
import { domainKey, fileKey, importHomeKeys, SEALED_KINDS } from '../../../src/crypto/home-keys.ts';
import { entropyOf } from '../../../src/crypto/recovery-phrase.ts';
import { openSlot, type Slot } from '../../../src/crypto/slot.ts';
import { openBundleFile } from '../../../cli/bundle-file.ts';
import type { Canary } from './find-canaries.ts';

const named = (name: string, bytes: Uint8Array): Canary => [name, Buffer.from(bytes)];

async function keysIn(homeId: Bytes, mek: Bytes, fileIds: readonly Bytes[]): Promise<readonly Canary[]> {
  const master = named('the master key', mek);
  const keys = await importHomeKeys(homeId, mek);
  const domains = await Promise.all((['nodes', 'index', 'bundle', ...SEALED_KINDS] as const).map(async (domain) => named(`the key of ${domain}`, await domainKey(keys, domain))));
  const files = await Promise.all(fileIds.map(async (id) => named('the key of a file', (await fileKey(keys, id))!)));
  return [master, ...domains, ...files];
}

/** What opens the home by the phrase, and all that follows from it; `bundle` is a backup of the home, `fileIds` are of its files. */
export async function homeSecrets(phrase: string, bundle: string, fileIds: readonly Bytes[]): Promise<readonly Canary[]> {
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
    ...await keysIn(fromHex(homeId)!, mek.value, fileIds),
  ];
}
