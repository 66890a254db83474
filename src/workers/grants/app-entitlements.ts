// What the person who is signed in may use of an app: asked of the account's server now and then, kept for when it does not answer, and
// believed no longer than a statement says.
import type { Result } from '../../result.ts';
import type { Statement } from '../../sync/oauth/statements.ts';
import type { AppEntitlement } from '../contract/app-protocol.ts';
import type { NexusError } from '../contract/errors.ts';
import type { AccountId } from '../contract/ids.ts';
import type { App } from './app-record.ts';
import type { AppShelf } from './app-shelf.ts';

/** The account, as far as entitlements need it. */
export interface EntitlementSource {
  active(): AccountId | undefined;
  /** Statements that were checked. */
  ask(app: string): Promise<Result<{ readonly accountId: AccountId; readonly value: readonly Statement[] }, NexusError>>;
}

/** Told again without asking. */
const FRESH_MS = 5 * 60_000;

/** What sellers call an app: the address of an embedded one's manifest, the origin of a connected one. */
export const soldAs = ({ kind, source }: Pick<App, 'kind' | 'source'>): string => (kind === 'connected' ? new URL(source).origin : source);

export async function readEntitlements(app: App, { shelf, source, clock }: { readonly shelf: AppShelf; readonly source: EntitlementSource; readonly clock: () => number }): Promise<readonly AppEntitlement[]> {
  const told = (statements: readonly Statement[]) => statements.filter(({ believedUntil }) => believedUntil > clock()).map(({ product, until, jws }) => ({ product, until, statement: jws }));
  const active = source.active();
  if (!active) return [];
  const kept = await shelf.entitlements(app.appId);
  const mine = kept?.accountId === active ? kept : undefined;
  if (mine && clock() - mine.at < FRESH_MS) return told(mine.statements);
  const answer = await source.ask(soldAs(app));
  if (!answer.ok) return told(mine?.statements ?? []);
  await shelf.keepEntitlements(app.appId, { accountId: answer.value.accountId, at: clock(), statements: answer.value.value });
  return source.active() === answer.value.accountId ? told(answer.value.value) : [];
}
