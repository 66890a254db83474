// The account as far as apps have to do with it: who is signed in, what they bought, and how an app gets to the account's storage itself.
import { err, ok, type Result } from '../../result.ts';
import type { Statement } from '../../sync/oauth/statements.ts';
import type { AppBindings } from '../contract/app-bindings.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AccountId } from '../contract/ids.ts';
import type { App, Grant } from './app-record.ts';
import type { Binding } from './bindings.ts';
import { ACCOUNT_DATASET } from './scope-rules.ts';

export interface AppAccount extends AppBindings {
  /** Who is signed in, whatever the tokens are like. */
  active(): { readonly accountId: AccountId; readonly issuer: string; readonly name: string | undefined } | undefined;
  /** Statements that were checked. */
  statements(app: string): Promise<Result<{ readonly accountId: AccountId; readonly value: readonly Statement[] }, NexusError>>;
}

/** What servers and sellers call an app: the address of an embedded one's manifest, the origin of a connected one. */
export const soldAs = ({ kind, source }: Pick<App, 'kind' | 'source'>): string => (kind === 'connected' ? new URL(source).origin : source);

/** For people: as the provider calls them, or at least where. */
export function accountName(account: AppAccount): string | undefined {
  const active = account.active();
  return active && (active.name ?? new URL(active.issuer).host);
}

/** What was given on one account's storage is nothing on another's. */
export const isOfActive = ({ accountId }: Pick<Grant, 'accountId'>, account: AppAccount): boolean => accountId === undefined || accountId === account.active()?.accountId;

/** Takes a binding on the account's storage to the account; others are none of its business. */
export function boundAtAccount(binding: Binding, app: App, account: AppAccount): Result<void, NexusError> {
  if (binding.resource !== ACCOUNT_DATASET) return ok();
  const active = account.active();
  if (!active) return err(nexusError('account.none'));
  const { bindingId, appId, scopes, expiresAt } = binding;
  return account.issueScopedAppBinding({ bindingId, appId, app: soldAs(app), writes: scopes.includes('write:dataset'), accountId: active.accountId, expiresAt });
}
