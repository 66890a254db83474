// What the parts of the account service share: what is held while a home is open, and the one lock over every change.
import type { Random } from '../../crypto/random.ts';
import type { Result } from '../../result.ts';
import type { OAuthFailure } from '../../sync/oauth/failure.ts';
import type { Metadata, OAuthClient, Party } from '../../sync/oauth/oauth-client.ts';
import type { Provider } from '../../sync/oauth/provider.ts';
import type { AccountReason } from '../contract/account.ts';
import { type ErrorCode, nexusError, type NexusError } from '../contract/errors.ts';
import type { Fact } from '../contract/events.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Contents, Custody } from './custody.ts';
import type { Machine } from './machine.ts';

export interface Timers {
  after(ms: number, fire: () => void): () => void;
}

export interface AccountDeps {
  readonly oauth: OAuthClient;
  readonly clock: () => number;
  readonly timers: Timers;
  readonly random: Random;
  readonly announce: (fact: Fact) => void;
  /** The account ended an app's binding: what rests on it ends too. */
  readonly bindingEnded: (bindingId: string) => void;
  /** Tells of a bug where nobody waits for an answer. */
  readonly broken: (fault: unknown) => void;
  /** Of this app: its own server stands there, and sign-ins come back to it. */
  readonly origin: string;
}

/** Held in memory alone. */
export interface AccessToken { readonly accountId: AccountId; readonly value: string; /** ms since 1970. */ readonly expiresAt: number }

/** The account of an open home. */
export interface Live {
  readonly custody: Custody;
  contents: Contents;
  /** Of the active account. */
  token: AccessToken | undefined;
  /** When that is to be refreshed. */
  refreshAt: number;
  /** Aborts what is on its way to a provider. */
  flight: AbortController;
  /** Cancels what is due. */
  readonly due: Map<Due, () => void>;
}

export interface AccountContext {
  readonly deps: AccountDeps;
  readonly machine: Machine;
  /** Undefined while no home is open, or custody does not open. */
  live(): Live | undefined;
  /** Login, refresh, logout and switch, one at a time. */
  alone<T>(body: () => Promise<T>): Promise<T>;
  /** At a provider, by an account's or an attempt's own key. */
  party(live: Live, provider: Provider, key: CryptoKeyPair): Promise<Result<Party, OAuthFailure>>;
  metadata(provider: Provider, signal: AbortSignal): Promise<Result<Metadata, OAuthFailure>>;
}

type Due = 'attempt' | 'refresh' | 'poll';

/** Sets what is due, in place of what was. */
export function setDue(live: Live, what: Due, due: { readonly timers: Timers; readonly ms: number; readonly fire: () => void }): void {
  live.due.get(what)?.();
  live.due.set(what, due.timers.after(Math.max(0, due.ms), due.fire));
}

export function clearDue(live: Live, ...which: readonly Due[]): void {
  for (const what of which) {
    live.due.get(what)?.();
    live.due.delete(what);
  }
}

export const activeOf = ({ contents: { accounts, overall } }: Live) => accounts.find(({ accountId }) => accountId === overall.active);
export const heldBy = ({ contents: { accounts } }: Live, id: AccountId | undefined) => accounts.find(({ accountId }) => accountId === id);

const REASONS: Readonly<Partial<Record<OAuthFailure, AccountReason>>> = { unreachable: 'provider.unreachable', refused: 'provider.refused', expired: 'provider.refused', denied: 'provider.denied' };
const CODES: Readonly<Partial<Record<OAuthFailure, ErrorCode>>> = {
  unreachable: 'account.provider_unreachable', refused: 'account.provider_refused', expired: 'account.attempt_unknown', denied: 'account.login_refused', absent: 'account.not_offered',
  aborted: 'aborted',
};

export const reasonOf = (failure: OAuthFailure): AccountReason => REASONS[failure] ?? 'provider.protocol';
export const errorOf = (failure: OAuthFailure): NexusError => nexusError(CODES[failure] ?? 'account.provider_broken');
