// What the person who is signed in may use of an app: asked of the account's server now and then, kept for when it does not answer, and
// believed no longer than a statement says.
import type { Statement } from '../../sync/oauth/statements.ts';
import type { AppEntitlement } from '../contract/app-protocol.ts';
import { type AppAccount, soldAs } from './app-account.ts';
import type { App } from './app-record.ts';
import type { AppShelf } from './app-shelf.ts';

/** Told again without asking. */
const FRESH_MS = 5 * 60_000;

export async function readEntitlements(app: App, { shelf, account, clock }: { readonly shelf: AppShelf; readonly account: Pick<AppAccount, 'active' | 'statements'>; readonly clock: () => number }): Promise<readonly AppEntitlement[]> {
  const told = (statements: readonly Statement[]) => statements.filter(({ believedUntil }) => believedUntil > clock()).map(({ product, until, jws }) => ({ product, until, statement: jws }));
  const active = account.active()?.accountId;
  if (!active) return [];
  const kept = await shelf.entitlements(app.appId);
  const mine = kept?.accountId === active ? kept : undefined;
  if (mine && clock() - mine.at < FRESH_MS) return told(mine.statements);
  const answer = await account.statements(soldAs(app));
  if (!answer.ok) return told(mine?.statements ?? []);
  await shelf.keepEntitlements(app.appId, { accountId: answer.value.accountId, at: clock(), statements: answer.value.value });
  return account.active()?.accountId === answer.value.accountId ? told(answer.value.value) : [];
}
