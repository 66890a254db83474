// Opens a database that is there, as it is: for the service worker, which makes nothing, upgrades nothing, takes no term, and
// lets go at once of what somebody else needs.
import { type IDBPDatabase, openDB } from 'idb';
import type { Database, Rows } from '../database.ts';
import { databaseNames } from '../databases.ts';
import { databaseOver } from '../transactions.ts';

/** Undefined where it is not there, or is of another release. */
export async function openExisting<R extends Rows>(name: string, version: number): Promise<Database<R> | undefined> {
  if (!(await databaseNames(name)).includes(name)) return undefined;
  let gone = false;
  let db: IDBPDatabase;
  try {
    db = await openDB(name, undefined, {
      // It went in this very moment: nothing is left of the try.
      upgrade: (_db, _from, _to, tx) => tx.abort(),
      blocking: (_current, _next, event) => {
        gone = true;
        (event.target as IDBDatabase).close();
      },
      terminated: () => { gone = true; },
    });
  } catch {
    return undefined;
  }
  if (db.version === version) return databaseOver<R>({ db, name, isGone: () => gone });
  db.close();
  return undefined;
}
