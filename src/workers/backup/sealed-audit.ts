// How far a home's audit log had come goes into each bundle: count and chain head, under the bundle's key. A log that is shorter than
// one of its bundles says was cut (docs/audit.md).
import type { Bytes } from '../../crypto/bytes.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, type SealedName, sealFields } from '../../crypto/sealed.ts';
import type { MountedHome } from '../home/mounted-home.ts';

/** Undefined where the home has no log yet, or one that does not open. */
export async function auditForBundle({ db, aead, keys, homeId }: MountedHome, random: Random): Promise<Bytes | undefined> {
  const name: SealedName = { kind: 'audit', homeId, id: new Uint8Array(0) };
  const row = await db.read(['sealed'], (tx) => tx.get('sealed', 'audit'));
  const opened = row && openFields(aead, await domainKey(keys, 'audit'), name, row.bytes);
  if (!opened?.ok) return undefined;
  const fields = Object.fromEntries(['last', 'first', 'head'].map((field) => [field, opened.value.get(field)]));
  return sealFields({ aead, random }, await domainKey(keys, 'bundle'), name, fields);
}
