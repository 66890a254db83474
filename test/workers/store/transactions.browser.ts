// What is written is not waited for; why a transaction failed is known all the same.
import { assert } from 'chai';
import { type IDBPDatabase, openDB } from 'idb';
import type { Rows, WriteTransaction } from '../../../src/workers/store/database.ts';
import { databaseOver } from '../../../src/workers/store/transactions.ts';

type Tx = WriteTransaction<Rows>;

describe('a transaction that a write ends', () => {
  const name = `transactions ${crypto.randomUUID()}`;
  let db: IDBPDatabase;

  before(async () => {
    db = await openDB(name, 1, { upgrade(made) {
      made.createObjectStore('meta', { keyPath: 'key' });
      // No product's store refuses a row by itself: a full disk does, and that is not to be had in a test.
      made.createObjectStore('rows', { keyPath: 'id' }).createIndex('only', 'only', { unique: true });
    } });
  });
  after(() => {
    db.close();
    indexedDB.deleteDatabase(name);
  });

  async function refused(tx: Tx): Promise<void> {
    await tx.put('rows', { id: 'a', only: 1 });
    await tx.put('rows', { id: 'b', only: 1 });
  }
  const why = async (body: (tx: Tx) => Promise<void>): Promise<string> => {
    try {
      await databaseOver({ db, name, isGone: () => false }).write(['rows'], body);
      return 'nothing';
    } catch (fault) {
      return (fault as Error).name;
    }
  };

  for (const [when, body] of Object.entries({
    'where nothing comes after it': refused,
    'where something is asked for after it': async (tx: Tx) => {
      await refused(tx);
      await tx.get('rows', 'a');
    },
    'where more is asked for though that failed': async (tx: Tx) => {
      await refused(tx);
      await tx.get('rows', 'a').catch(() => undefined);
      await tx.get('rows', 'a');
    },
  })) {
    it(`fails by the fault of that, ${when}`, async () => {
      assert.equal(await why(body), 'ConstraintError');
      assert.deepEqual(await db.getAllKeys('rows'), []);
    });
  }
});
