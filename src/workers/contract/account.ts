// What pages know of the online account: its state, who is signed in, and what happened. Never a token, a code or a verifier.
import type { Command } from './home.ts';
import type { AccountId, AppId, AttemptId, SignInId } from './ids.ts';

export const ACCOUNT_STATES = [
  'anonymous', 'login_pending', 'authenticated', 'refresh_pending', 'expired', 'reauth_required', 'switching', 'logging_out', 'unavailable',
] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** Why a state is what it is, or why something failed. */
export type AccountReason =
  | 'session.locked' | 'custody.damaged' | 'custody.failed'
  | 'provider.unreachable' | 'provider.refused' | 'provider.denied' | 'provider.protocol'
  | 'login.cancelled' | 'login.same_account' | 'login.too_many' | 'refresh.other_subject';

export const LOGIN_FLOWS = ['code', 'device'] as const;
export type LoginFlow = (typeof LOGIN_FLOWS)[number];

/** Where one can sign in. */
export interface ProviderCard {
  readonly issuer: string;
  readonly clientId: string;
  /** The server that this app came from. */
  readonly own: boolean;
}

export interface AccountCard {
  readonly accountId: AccountId;
  readonly issuer: string;
  /** As its provider says; absent where it says none. */
  readonly name?: string;
  readonly active: boolean;
}

/** A sign-in under way. */
export interface AttemptCard {
  readonly attemptId: AttemptId;
  readonly issuer: string;
  readonly flow: LoginFlow;
  /** ms since 1970. */
  readonly expiresAt: number;
  /** Of `code`: where the person goes. */
  readonly url?: string;
  /** Of `device`: what the person types, where, and an address with the code in it. */
  readonly device?: { readonly userCode: string; readonly address: string; readonly complete?: string };
}

export interface AccountStatus {
  readonly state: AccountState;
  readonly reason?: AccountReason;
  readonly accounts: readonly AccountCard[];
  readonly providers: readonly ProviderCard[];
  readonly attempt?: AttemptCard;
  /** When the access token at hand is over, in ms since 1970. */
  readonly expiresAt?: number;
}

export const ACCOUNT_EVENTS = [
  'account.status', 'login.started', 'login.completed', 'login.failed', 'login.timed_out', 'refresh.started', 'refresh.completed', 'refresh.deferred',
  'refresh.failed', 'switch.started', 'switch.completed', 'switch.failed', 'logout.started', 'logout.completed', 'logout.failed',
  'custody.unavailable', 'custody.recovered',
  'binding.activated', 'binding.suspended', 'binding.revoked', 'binding.replay_detected',
] as const;
export type AccountEventName = (typeof ACCOUNT_EVENTS)[number];

/** Numbered without a gap while one authority lives; `status` goes with `account.status` alone, `appId` with those of bindings. */
export interface AccountEvent {
  readonly number: number;
  readonly name: AccountEventName;
  readonly accountId?: AccountId;
  readonly appId?: AppId;
  readonly reason?: AccountReason;
  readonly status?: AccountStatus;
}

export interface AccountEvents {
  readonly status: AccountStatus;
  /** Of the last event that `status` knows of. */
  readonly number: number;
  /** What came after the number asked for, where that is still kept; empty otherwise. */
  readonly missed: readonly AccountEvent[];
}

export type LoginProof =
  /** The query that came back to the callback page. */
  | { readonly kind: 'code'; readonly answer: string }
  | { readonly kind: 'cancelled' };

export interface AccountUsage {
  readonly bytes: number;
  readonly objects: number;
  readonly quota: { readonly bytes: number; readonly objects: number };
  readonly kinds: readonly { readonly kind: string; readonly bytes: number; readonly objects: number }[];
}

/** One device or app that is signed in to the account, as the server tells it. */
export interface SignInCard {
  readonly signInId: SignInId;
  /** The id of what signed in: an app's, not a device's. */
  readonly client: string;
  /** ms since 1970. */
  readonly begunAt: number;
  /** Of the last refresh, in ms since 1970. */
  readonly usedAt: number;
  /** The one by which this device asks. */
  readonly current: boolean;
}

/** The method set of the account service; adding one takes a decision record. */
export interface AccountSurface {
  getAccountSessionStatus(args: Record<never, never>): AccountStatus;
  /** From here on every event comes as a fact over the event port, in order; a gap means ask again. */
  subscribeAccountSessionEvents(args: { readonly after?: number }): AccountEvents;
  /** A second call before the first has ended answers with the same attempt. */
  beginLogin(args: Command & { readonly issuer: string; readonly flow: LoginFlow }): AttemptCard;
  completeLogin(args: Command & { readonly attemptId: AttemptId; readonly proof: LoginProof }): AccountStatus;
  refreshAccountSession(args: { readonly reason: 'asked' | 'online' }): AccountStatus;
  /** Of the active account where none is named. */
  logoutAccount(args: Command & { readonly accountId?: AccountId }): AccountStatus;
  switchAccount(args: Command & { readonly accountId: AccountId }): AccountStatus;
}

/** Beside the account service: where one can sign in, what the account keeps, and who else is signed in to it. */
export interface CloudSurface {
  addProvider(args: Command & { readonly issuer: string; readonly clientId: string }): ProviderCard;
  removeProvider(args: Command & { readonly issuer: string }): void;
  accountUsage(args: Record<never, never>): AccountUsage;
  /** Of the active account, those used last first. */
  accountSignIns(args: Record<never, never>): readonly SignInCard[];
  endAccountSignIn(args: Command & { readonly signInId: SignInId }): void;
}
