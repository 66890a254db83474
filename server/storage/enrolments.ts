// Owns the relay by which an old device approves a new one: numbered steps, each written once, gone after five minutes. What
// they mean, and why the relay need not be trusted, the two devices know.
import { type Result, err, ok } from '../../src/result.ts';
import { ENROLMENT } from '../../src/sync/wire/limits.ts';
import { lockAccount } from './account-state.ts';
import type { Storage } from './storage.ts';

export interface Enrolment { readonly id: string; /** Step → base64url. */ readonly steps: Readonly<Record<string, string>>; readonly expiresAt: number }

/** Begins one; its first step is `0`. */
export async function beginEnrolment({ rows, clock, random }: Storage, account: string, first: string): Promise<Result<Enrolment, 'enrolment.too_many'>> {
  const now = clock();
  const begun = { id: Buffer.from(random(16)).toString('hex'), steps: { 0: first }, expiresAt: now + ENROLMENT.ms };
  return rows.write(async (tx) => {
    await lockAccount(rows, tx, account);
    await tx.deleteFrom('enrolments').where('account', '=', account).where('expires_at', '<=', now).execute();
    const { open } = await tx.selectFrom('enrolments').select((eb) => eb.fn.countAll<number>().as('open')).where('account', '=', account).executeTakeFirstOrThrow();
    if (Number(open) >= ENROLMENT.open) return err('enrolment.too_many');
    await tx.insertInto('enrolments').values({ account, id: begun.id, steps: JSON.stringify(begun.steps), expires_at: begun.expiresAt }).execute();
    return ok(begun);
  });
}

/** All that are open, those begun last first. */
export async function listEnrolments({ rows, clock }: Storage, account: string): Promise<readonly Enrolment[]> {
  const found = await rows.read((db) => db.selectFrom('enrolments').select(['id', 'steps', 'expires_at'])
    .where('account', '=', account).where('expires_at', '>', clock()).orderBy('expires_at', 'desc').limit(ENROLMENT.open).execute());
  return found.map(({ id, steps, expires_at: expiresAt }) => ({ id, steps: JSON.parse(steps) as Record<string, string>, expiresAt: Number(expiresAt) }));
}

/** What was said so far; undefined where it is over or was never begun. */
export async function readEnrolment({ rows, clock }: Storage, account: string, id: string): Promise<Enrolment | undefined> {
  const row = await rows.read((db) => db.selectFrom('enrolments').select(['steps', 'expires_at'])
    .where('account', '=', account).where('id', '=', id).where('expires_at', '>', clock()).executeTakeFirst());
  return row && { id, steps: JSON.parse(row.steps) as Record<string, string>, expiresAt: row.expires_at };
}

/** Takes a step; the same words again are well, other words for a step that was taken are not. */
export async function takeStep({ rows, clock }: Storage, account: string, { id, step, said }: { id: string; step: number; said: string }): Promise<Result<Enrolment, 'enrolment.over' | 'enrolment.taken'>> {
  return rows.write(async (tx) => {
    await lockAccount(rows, tx, account);
    const row = await tx.selectFrom('enrolments').select(['steps', 'expires_at']).where('account', '=', account).where('id', '=', id).where('expires_at', '>', clock()).executeTakeFirst();
    if (!row) return err('enrolment.over');
    const steps = JSON.parse(row.steps) as Record<string, string>;
    const known = steps[step];
    if (known !== undefined && known !== said) return err('enrolment.taken');
    const next = { ...steps, [step]: said };
    await tx.updateTable('enrolments').set({ steps: JSON.stringify(next) }).where('account', '=', account).where('id', '=', id).execute();
    return ok({ id, steps: next, expiresAt: row.expires_at });
  });
}
