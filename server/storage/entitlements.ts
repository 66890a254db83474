// Owns entitlements: which product of which app an account may use, until when. Events grant and revoke them; each counts once,
// and one that is older than what is known changes nothing, in whatever order they come.
import { type Result, err, ok } from '../../src/result.ts';
import { ENTITLEMENTS, HOOK } from '../../src/sync/wire/limits.ts';
import type { Tx } from '../rows/rows.ts';
import { lockAccount } from './account-state.ts';
import type { Storage } from './storage.ts';

export interface Entitlement { readonly app: string; readonly product: string; readonly until: number }

export interface EntitlementEvent extends Entitlement {
  /** The same for every attempt to tell it. */
  readonly id: string;
  readonly account: string;
  readonly granted: boolean;
  /** When it happened, by the sender's clock. */
  readonly happened: number;
}

/** Writes what an event says; false where the account has no room for it. */
async function apply(tx: Tx, { account, app, product, granted, until, happened }: EntitlementEvent, now: number): Promise<boolean> {
  await tx.deleteFrom('entitlements').where('account', '=', account).where('expires_at', '<=', now).execute();
  const known = await tx.selectFrom('entitlements').select(['as_of', 'expires_at']).where('account', '=', account).where('app', '=', app).where('product', '=', product).executeTakeFirst();
  // A sender whose clock is ahead of ours does not outdo its own later events.
  const asOf = Math.min(happened, now);
  if (known && known.as_of > asOf) return true;
  if (!known) {
    const { held } = await tx.selectFrom('entitlements').select((eb) => eb.fn.countAll<number>().as('held')).where('account', '=', account).executeTakeFirstOrThrow();
    if (Number(held) >= ENTITLEMENTS.held) return false;
  }
  const row = { expires_at: granted ? until : Math.max(until, known?.expires_at ?? 0), revoked: granted ? 0 : 1, as_of: asOf };
  await tx.insertInto('entitlements').values({ account, app, product, ...row }).onConflict((conflict) => conflict.columns(['account', 'app', 'product']).doUpdateSet(row)).execute();
  return true;
}

/** Takes an event, once; only one that was taken is remembered. */
export async function takeEvent({ rows, clock }: Storage, event: EntitlementEvent): Promise<Result<void, 'entitlement.account' | 'entitlement.too_many'>> {
  const now = clock();
  return rows.write(async (tx) => {
    if (!await tx.selectFrom('accounts').select('id').where('id', '=', event.account).executeTakeFirst()) return err('entitlement.account');
    await lockAccount(rows, tx, event.account);
    if (await tx.selectFrom('hook_events').select('id').where('id', '=', event.id).where('expires_at', '>', now).executeTakeFirst()) return ok();
    if (!await apply(tx, event, now)) return err('entitlement.too_many');
    const expiry = { expires_at: now + HOOK.rememberedMs };
    await tx.insertInto('hook_events').values({ id: event.id, ...expiry }).onConflict((conflict) => conflict.column('id').doUpdateSet(expiry)).execute();
    return ok();
  });
}

/** What an account holds now, of one app or of all. */
export async function listEntitlements({ rows, clock }: Storage, account: string, app?: string): Promise<readonly Entitlement[]> {
  return rows.read(async (db) => {
    let query = db.selectFrom('entitlements').select(['app', 'product', 'expires_at']).where('account', '=', account).where('revoked', '=', 0).where('expires_at', '>', clock()).orderBy('app').orderBy('product');
    if (app !== undefined) query = query.where('app', '=', app);
    return (await query.execute()).map(({ app: of, product, expires_at: until }) => ({ app: of, product, until }));
  });
}
