// Where refresh tokens and attempts rest: sealed under the home's custody key, bound to this device; the key that tokens are
// bound to lies beside them as a CryptoKey that nobody can read (docs/account.md, "Custody"). Each change is one transaction.
import type { CborFields, CborMap } from '../../crypto/canonical-cbor.ts';
import { type Bytes, fromHex } from '../../crypto/bytes.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import type { AccountId, AttemptId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { AccountKeyRow, HomeRows, SealedRow } from '../store/home-schema.ts';
import { type Attempt, attemptFields, attemptOf, type Held, heldFields, heldOf, type Overall, overallFields, overallOf, refreshOf } from './custody-codec.ts';

export interface Contents {
  readonly accounts: readonly Held[];
  readonly attempt: Attempt | undefined;
  readonly overall: Overall;
}

/** Throws StorageError. */
export interface Custody {
  /** `damaged` where a row does not open: flipped, cut, of another home, of another device. */
  read(): Promise<Contents | 'damaged'>;
  key(id: AccountId | AttemptId): Promise<CryptoKeyPair | undefined>;
  /** For the moment of its use: nobody else keeps it. */
  refreshToken(id: AccountId): Promise<string | undefined>;
  keepAttempt(attempt: Attempt, key: CryptoKeyPair): Promise<void>;
  dropAttempt(id: AttemptId): Promise<void>;
  /** A sign-in that held: the account, its key, that it is the active one, and that the attempt is over. */
  keepSignedIn(held: Held, overall: Overall, by: { readonly attempt: AttemptId; readonly key: CryptoKeyPair; readonly refresh: string | undefined }): Promise<void>;
  keepAccount(held: Held, refresh: string | undefined): Promise<void>;
  keepOverall(overall: Overall): Promise<void>;
  dropAccount(id: AccountId, overall: Overall): Promise<void>;
  /** Everything, whether it opens or not. */
  clear(): Promise<void>;
}

const ACCOUNTS = 'account/';
const ATTEMPTS = 'attempt/';
const OVERALL = 'accounts';
export const NOTHING: Contents = { accounts: [], attempt: undefined, overall: { active: undefined, providers: [] } };
const STRICT = { durability: 'strict' } as const;
const STORES = ['sealed', 'accountKeys', 'courier'] as const;

export async function createCustody({ db, keys, aead, homeId, device }: MountedHome, random: Random): Promise<Custody> {
  const key = await domainKey(keys, 'custody');
  const nameOf = (id: string) => ({ kind: 'custody' as const, homeId, id: fromHex(id, id.length / 2) ?? new Uint8Array(0) });
  const seal = (id: string, fields: CborFields): Bytes => sealFields({ aead, random }, key, nameOf(id), fields);
  const rowOf = (prefix: string, id: string, fields: CborFields): SealedRow => ({ key: prefix + id, bytes: seal(id, fields) });
  const overallRow = (overall: Overall): SealedRow => rowOf(OVERALL, '', overallFields(overall, device));
  const accountRow = (held: Held, refresh: string | undefined): SealedRow => rowOf(ACCOUNTS, held.accountId, heldFields(held, refresh, device));

  function opened<T>(row: SealedRow, prefix: string, parse: (map: CborMap, device: Bytes) => T | undefined): T | undefined {
    const map = openFields(aead, key, nameOf(row.key.slice(prefix.length)), row.bytes);
    return map.ok ? parse(map.value, device) : undefined;
  }

  /** The same object each time: what a server said to proofs by it counts for the next ones. */
  const known = new Map<string, CryptoKeyPair>();

  async function write(body: (tx: WriteTransaction<HomeRows>) => Promise<void>): Promise<void> {
    try {
      await db.write(STORES, body, STRICT);
    } finally {
      known.clear();
    }
  }

  const keyRow = (id: string, { privateKey, publicKey }: CryptoKeyPair): AccountKeyRow => ({ id, privateKey, publicKey });

  return {
    async read() {
      const [accountRows, attemptRows, whole] = await db.read(['sealed'], async (tx) => Promise.all([
        tx.list('sealed', { prefix: ACCOUNTS }), tx.list('sealed', { prefix: ATTEMPTS }), tx.get('sealed', OVERALL),
      ]));
      const accounts = accountRows.map((row) => opened(row, ACCOUNTS, heldOf));
      const attempts = attemptRows.map((row) => opened(row, ATTEMPTS, attemptOf));
      const overall = whole === undefined ? NOTHING.overall : opened(whole, OVERALL, overallOf);
      const misplaced = accounts.some((held, index) => accountRows[index]!.key !== ACCOUNTS + (held?.accountId ?? ''));
      if (overall === undefined || misplaced || attempts.includes(undefined)) return 'damaged';
      return { accounts: accounts as Held[], attempt: attempts[0], overall };
    },
    async key(id) {
      const pair = known.get(id) ?? await db.read(['accountKeys'], (tx) => tx.get('accountKeys', id));
      if (pair) known.set(id, pair);
      return pair;
    },
    async refreshToken(id) {
      const row = await db.read(['sealed'], (tx) => tx.get('sealed', ACCOUNTS + id));
      return row && opened(row, ACCOUNTS, refreshOf)?.refresh;
    },
    async keepAttempt(attempt, pair) {
      const row = rowOf(ATTEMPTS, attempt.attemptId, attemptFields(attempt, device));
      await write(async (tx) => {
        await tx.put('sealed', row);
        await tx.put('accountKeys', keyRow(attempt.attemptId, pair));
      });
    },
    dropAttempt: (id) => write(async (tx) => {
      await tx.remove('sealed', ATTEMPTS + id);
      await tx.remove('accountKeys', id);
    }),
    async keepSignedIn(held, overall, { attempt, key: pair, refresh }) {
      const rows = [accountRow(held, refresh), overallRow(overall)];
      await write(async (tx) => {
        for (const row of rows) await tx.put('sealed', row);
        await tx.put('accountKeys', keyRow(held.accountId, pair));
        await tx.remove('sealed', ATTEMPTS + attempt);
        await tx.remove('accountKeys', attempt);
      });
    },
    async keepAccount(held, refresh) {
      const row = accountRow(held, refresh);
      await write((tx) => tx.put('sealed', row));
    },
    async keepOverall(overall) {
      const row = overallRow(overall);
      await write((tx) => tx.put('sealed', row));
    },
    async dropAccount(id, overall) {
      const row = overallRow(overall);
      await write(async (tx) => {
        await tx.remove('sealed', ACCOUNTS + id);
        await tx.remove('accountKeys', id);
        await tx.remove('courier', { prefix: '' });
        await tx.put('sealed', row);
      });
    },
    clear: () => write(async (tx) => {
      await tx.remove('sealed', { prefix: ACCOUNTS });
      await tx.remove('sealed', { prefix: ATTEMPTS });
      await tx.remove('sealed', OVERALL);
      await tx.remove('accountKeys', { prefix: '' });
      await tx.remove('courier', { prefix: '' });
    }),
  };
}
