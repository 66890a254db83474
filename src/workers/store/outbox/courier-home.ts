// A closed home as the service worker opens it: its pass, and what waits. No key of the home is in reach here.
import type { CourierOutbox } from '../../../sync/courier/courier-outbox.ts';
import type { CourierPass } from '../../../sync/courier/pass.ts';
import type { Database } from '../database.ts';
import { databaseNames } from '../databases.ts';
import { HOME_SCHEMA, type HomeRows } from '../home-schema.ts';
import { openExisting } from '../open/open-existing.ts';
import { courierOutbox } from './courier-outbox.ts';

export interface CourierHome {
  /** Undefined where the person has not said that this home is to be synced, or nothing may be sent any more. */
  pass(now: number): Promise<CourierPass | undefined>;
  readonly outbox: CourierOutbox;
  close(): void;
}

/** Names of the databases of all homes. */
export const courierHomes = (prefix: string): Promise<readonly string[]> => databaseNames(prefix);

export const courierHomeOver = (db: Pick<Database<HomeRows>, 'read' | 'write' | 'close'>): CourierHome => ({
  async pass(now) {
    const row = await db.read(['courier'], (tx) => tx.get('courier', 'pass'));
    if (!row || row.expiresAt <= now) return undefined;
    const { api, token, expiresAt, privateKey, publicKey } = row;
    return { api, token, expiresAt, key: { privateKey, publicKey } };
  },
  outbox: courierOutbox(db),
  close: () => db.close(),
});

/** By the name of its database; undefined where there is none that this release knows. */
export async function openCourierHome(name: string): Promise<CourierHome | undefined> {
  const db = await openExisting<HomeRows>(name, HOME_SCHEMA.version);
  return db && courierHomeOver(db);
}
