// The keyring of a home at rest, and the one of a renewal that is under way: it lies there before any slot wraps the new key, and
// counts from the moment that the home is opened by that key (docs/home-layout.md, "Keyring").
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import { withKeyring } from '../../crypto/keyring.ts';
import type { Database } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';

const KEYRING = 'keyring';
const NEXT = 'keyring/next';
const STRICT = { durability: 'strict' } as const;

type Rows = Pick<Database<HomeRows>, 'read' | 'write'>;

export interface KeyringRows {
  /** Undefined where keys were never renewed. */
  read(): Promise<Bytes | undefined>;
  /** Of a home that comes from elsewhere. */
  keep(keyring: Bytes): Promise<void>;
  /** For a key that opens the home from the next time on. The courier carries nothing more that the key before it sealed. */
  keepNext(keyring: Bytes): Promise<void>;
}

export const createKeyringRows = (db: Rows): KeyringRows => ({
  read: async () => (await db.read(['sealed'], (tx) => tx.get('sealed', KEYRING)))?.bytes,
  keep: (keyring) => db.write(['sealed'], (tx) => tx.put('sealed', { key: KEYRING, bytes: keyring }), STRICT),
  keepNext: (keyring) => db.write(['sealed', 'courier'], async (tx) => {
    await tx.put('sealed', { key: NEXT, bytes: keyring });
    await tx.remove('courier', { prefix: '' });
  }, STRICT),
});

/** The keys with those of earlier epochs; undefined where the keyring does not open. Opened by a new key for the first time, the home is to be sealed anew. */
export async function openKeyring(db: Rows, aead: Aead, keys: HomeKeys): Promise<HomeKeys | undefined> {
  const [next, current] = await db.read(['sealed'], async (tx) => [await tx.get('sealed', NEXT), await tx.get('sealed', KEYRING)] as const);
  const renewed = next && (await withKeyring(aead, keys, next.bytes));
  if (!renewed) return withKeyring(aead, keys, current?.bytes);
  await db.write(['sealed', 'meta'], async (tx) => {
    await tx.put('sealed', { key: KEYRING, bytes: next.bytes });
    await tx.remove('sealed', NEXT);
    await tx.put('meta', { key: 'reseal', after: '' });
  }, STRICT);
  return renewed;
}
