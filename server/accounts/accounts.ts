// Owns accounts: their names, their quotas, whether they may be used. What an account holds is server/storage's.
import { type Result, err, ok } from '../../src/result.ts';
import { QUOTA } from '../../src/sync/wire/limits.ts';
import type { Rows } from '../rows/rows.ts';
import { NO_USAGE, readUsage, totalOf, type Usage } from '../storage/account-state.ts';

export interface Account { readonly id: string; readonly name: string; readonly password: string | null; readonly disabled: boolean }

/** What an administrator sees: never more than counts. */
export interface AccountSummary { readonly id: string; readonly name: string; readonly disabled: boolean; readonly createdAt: number; readonly quota: { bytes: number; objects: number }; readonly usage: Usage; readonly bytes: number; readonly objects: number }

const NAME = /^[a-z0-9](?:[a-z0-9._@+-]{1,62}[a-z0-9])$/;

/** A sign-in name as it is kept: NFC, lower case, 3 to 64 of a few plain characters; undefined for what is none. */
export function accountName(text: string): string | undefined {
  const name = text.normalize('NFC').trim().toLowerCase();
  return NAME.test(name) ? name : undefined;
}

export interface NewAccount { readonly id: string; readonly name: string; readonly password: string | null; readonly createdAt: number; readonly quota?: { readonly bytes: number; readonly objects: number } }

/** Adds an account; its name must be free. */
export async function addAccount(rows: Rows, account: NewAccount): Promise<Result<void, 'taken'>> {
  const quota = account.quota ?? QUOTA;
  const { numInsertedOrUpdatedRows } = await rows.write((tx) => tx.insertInto('accounts').values({
    id: account.id, name: account.name, password: account.password, created_at: account.createdAt, disabled: 0,
    quota_bytes: quota.bytes, quota_objects: quota.objects, seq: 0, naming_seq: 0, floor_seq: 0, usage: JSON.stringify(NO_USAGE),
  }).onConflict((conflict) => conflict.column('name').doNothing()).executeTakeFirst());
  return numInsertedOrUpdatedRows === 1n ? ok() : err('taken');
}

async function findBy(rows: Rows, column: 'id' | 'name', value: string): Promise<Account | undefined> {
  const row = await rows.read((db) => db.selectFrom('accounts').select(['id', 'name', 'password', 'disabled']).where(column, '=', value).executeTakeFirst());
  return row && { ...row, disabled: row.disabled === 1 };
}

export const accountById = (rows: Rows, id: string): Promise<Account | undefined> => findBy(rows, 'id', id);
export const accountByName = (rows: Rows, name: string): Promise<Account | undefined> => findBy(rows, 'name', name);

/** Every account, by name. */
export async function listAccounts(rows: Rows): Promise<readonly AccountSummary[]> {
  const found = await rows.read((db) => db.selectFrom('accounts').select(['id', 'name', 'disabled', 'created_at', 'quota_bytes', 'quota_objects', 'usage']).orderBy('name').execute());
  return found.map((row) => {
    const usage = readUsage(row.usage);
    return { id: row.id, name: row.name, disabled: row.disabled === 1, createdAt: row.created_at, quota: { bytes: row.quota_bytes, objects: row.quota_objects }, usage, ...totalOf(usage) };
  });
}

/** Changes what an administrator may change; false where there is no such account. */
export async function changeAccount(rows: Rows, name: string, change: { readonly disabled?: boolean; readonly quotaBytes?: number; readonly quotaObjects?: number; readonly password?: string }): Promise<boolean> {
  const values = {
    ...change.disabled === undefined ? {} : { disabled: change.disabled ? 1 : 0 },
    ...change.quotaBytes === undefined ? {} : { quota_bytes: change.quotaBytes },
    ...change.quotaObjects === undefined ? {} : { quota_objects: change.quotaObjects },
    ...change.password === undefined ? {} : { password: change.password },
  };
  const { numUpdatedRows } = await rows.write((tx) => tx.updateTable('accounts').set(values).where('name', '=', name).executeTakeFirst());
  return numUpdatedRows === 1n;
}
