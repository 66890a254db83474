// Owns what the server knows of bindings: which app may reach which dataset of an account, until when. The authority on the
// person's device decides; the server holds apps to it and forgets no revocation.
import { type Result, err, ok } from '../../src/result.ts';
import { BINDINGS } from '../../src/sync/wire/limits.ts';
import { lockAccount } from './account-state.ts';
import type { Storage } from './storage.ts';

export interface Binding { readonly id: string; readonly app: string; readonly collection: string; readonly writes: boolean; readonly expiresAt: number; readonly revoked: boolean }

const COLUMNS = ['id', 'app', 'collection', 'writes', 'expires_at', 'revoked_at'] as const;
const bindingOf = (row: { id: string; app: string; collection: string; writes: number; expires_at: number; revoked_at: number | null }): Binding => (
  { id: row.id, app: row.app, collection: row.collection, writes: row.writes === 1, expiresAt: row.expires_at, revoked: row.revoked_at !== null });

/** Notes a binding and tells it as it is. One that is known keeps what it was given: only a revocation changes it. */
export async function noteBinding({ rows, clock }: Storage, account: string, binding: Omit<Binding, 'revoked'>): Promise<Result<Binding, 'binding.too_many'>> {
  return rows.write(async (tx) => {
    await lockAccount(rows, tx, account);
    await tx.deleteFrom('bindings').where('account', '=', account).where('expires_at', '<=', clock()).execute();
    const known = await tx.selectFrom('bindings').select(COLUMNS).where('account', '=', account).where('id', '=', binding.id).executeTakeFirst();
    if (known) return ok(bindingOf(known));
    const { held } = await tx.selectFrom('bindings').select((eb) => eb.fn.countAll<number>().as('held')).where('account', '=', account).executeTakeFirstOrThrow();
    if (Number(held) >= BINDINGS) return err('binding.too_many');
    await tx.insertInto('bindings').values({
      account, id: binding.id, app: binding.app, collection: binding.collection, writes: binding.writes ? 1 : 0, expires_at: binding.expiresAt, revoked_at: null,
    }).execute();
    return ok({ ...binding, revoked: false });
  });
}

/** Ends a binding; once is as good as twice. */
export async function revokeBinding({ rows, clock }: Storage, account: string, id: string): Promise<void> {
  await rows.write((tx) => tx.updateTable('bindings').set({ revoked_at: clock() }).where('account', '=', account).where('id', '=', id).where('revoked_at', 'is', null).execute());
}

/** A binding that holds now; undefined for one that is over, revoked or was never noted. */
export async function activeBinding({ rows, clock }: Pick<Storage, 'rows' | 'clock'>, account: string, id: string): Promise<Binding | undefined> {
  const row = await rows.read((db) => db.selectFrom('bindings').select(COLUMNS)
    .where('account', '=', account).where('id', '=', id).where('revoked_at', 'is', null).where('expires_at', '>', clock()).executeTakeFirst());
  return row && bindingOf(row);
}

export async function listBindings({ rows, clock }: Storage, account: string): Promise<readonly Binding[]> {
  const found = await rows.read((db) => db.selectFrom('bindings').select(COLUMNS).where('account', '=', account).where('expires_at', '>', clock()).orderBy('id').execute());
  return found.map(bindingOf);
}
