// The keyring of a home at rest, and the one of a renewal that is under way: it lies there before any slot wraps the new key, and
// counts from the moment that the home is opened by that key (docs/home-layout.md, "Keyring").
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import { epochOf, type HomeKeys } from '../../crypto/home-keys.ts';
import { withKeyring } from '../../crypto/keyring.ts';
import type { Database } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';

const KEYRING = 'keyring';
const NEXT = 'keyring/next';
const STRICT = { durability: 'strict' } as const;

type Rows = Pick<Database<HomeRows>, 'read' | 'write'>;

/** Of a home whose keys were never renewed it is. */
export const isWhole = async (db: Rows, keys: HomeKeys): Promise<boolean> =>
  epochOf(keys) === 0 || ((await db.read(['meta'], (tx) => tx.get('meta', 'whole')))?.epoch ?? 0) >= epochOf(keys);

export interface KeyringRows {
  /** Undefined where keys were never renewed. */
  read(): Promise<Bytes | undefined>;
  /** Of a home that comes from elsewhere. */
  keep(keyring: Bytes): Promise<void>;
  /** For a key that opens the home from the next time on. The courier carries nothing more that the key before it sealed. */
  keepNext(keyring: Bytes): Promise<void>;
  /** Of a renewal that did not come to be. */
  forgetNext(): Promise<void>;
  /** Whether the account holds nothing any more that only an earlier key opens, as far as this device was told or saw to it. */
  isWhole(): Promise<boolean>;
  setWhole(): Promise<void>;
  /** Another account may. */
  forgetWhole(): Promise<void>;
}

export const createKeyringRows = (db: Rows, keys: HomeKeys): KeyringRows => ({
  isWhole: () => isWhole(db, keys),
  setWhole: () => db.write(['meta'], (tx) => tx.put('meta', { key: 'whole', epoch: epochOf(keys) }), STRICT),
  forgetWhole: () => db.write(['meta'], (tx) => tx.remove('meta', 'whole'), STRICT),
  read: async () => (await db.read(['sealed'], (tx) => tx.get('sealed', KEYRING)))?.bytes,
  keep: (keyring) => db.write(['sealed'], (tx) => tx.put('sealed', { key: KEYRING, bytes: keyring }), STRICT),
  forgetNext: () => db.write(['sealed'], (tx) => tx.remove('sealed', NEXT), STRICT),
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
    // What did not open by the key before is looked at again.
    const { cursor: _, unreadable: __, ...feed } = (await tx.get('meta', 'feed')) ?? { key: 'feed' as const };
    if (Object.keys(feed).length > 1 || _ !== undefined) await tx.put('meta', feed);
  }, STRICT);
  return renewed;
}
