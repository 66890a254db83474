// What the grants authority asks of the account authority for an app that goes to the account's storage itself: three methods of the
// account service that no page can call (docs/account.md, "Apps at the account").
import type { Result } from '../../result.ts';
import type { AppToken } from './app-protocol.ts';
import type { NexusError } from './errors.ts';
import type { AccountId, AppId } from './ids.ts';

/** A binding that policy and consent allowed. */
export interface AppBindingOrder {
  readonly bindingId: string;
  readonly appId: AppId;
  /** What the account's server knows the app by. */
  readonly app: string;
  readonly writes: boolean;
  readonly accountId: AccountId;
  /** ms since 1970. */
  readonly expiresAt: number;
}

export interface AppBindings {
  /** `account.none` where that account is not the active one, `grants.busy` where the app had many in this hour. */
  issueScopedAppBinding(order: AppBindingOrder): Result<void, NexusError>;
  /** Bound to the key whose thumbprint is `jkt` (RFC 9449); one request in flight for each, however many ask. */
  getAccessToken(asked: { readonly bindingId: string; readonly jkt: string }): Promise<Result<AppToken, NexusError>>;
  /** Here at once; at the server as far as it can be reached. Once is as good as twice. */
  revokeScopedAppBinding(of: { readonly bindingId: string; readonly replayed?: boolean }): void;
}
