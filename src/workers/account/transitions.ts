// The account's states and the only ways between them, as one table; tests are generated from it (docs/account.md, "States").
import type { AccountEventName, AccountState } from '../contract/account.ts';

/** What happens to the account. */
export const TRIGGERS = [
  'begin', 'prove', 'disprove', 'time_out', 'refresh', 'refreshed', 'defer', 'lapse', 'refuse', 'expire', 'switch', 'switched', 'switch_failed',
  'log_out', 'logged_out', 'clear_failed', 'lose_custody', 'regain_custody',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Told once for each binding of an app that it concerns: often for none. */
export const BINDING_EVENTS = ['binding.activated', 'binding.suspended', 'binding.revoked'] as const;
export type BindingEventName = (typeof BINDING_EVENTS)[number];

/** What custody says once it can be read. */
export type AtRest = Extract<AccountState, 'anonymous' | 'login_pending' | 'expired' | 'reauth_required'>;

/** `before`: the state before this attempt or switch; `custody`: what custody says. */
export type Target = AccountState | 'before' | 'custody';

export interface Transition {
  readonly from: readonly AccountState[];
  readonly on: Trigger;
  readonly to: Target;
  readonly emits: readonly AccountEventName[];
}

const SETTLED = ['anonymous', 'authenticated', 'expired', 'reauth_required'] as const;

export const TRANSITIONS: readonly Transition[] = [
  { from: SETTLED, on: 'begin', to: 'login_pending', emits: ['login.started', 'account.status'] },
  { from: ['login_pending'], on: 'prove', to: 'authenticated', emits: ['binding.revoked', 'login.completed', 'account.status', 'binding.activated'] },
  { from: ['login_pending'], on: 'disprove', to: 'before', emits: ['binding.suspended', 'login.failed', 'account.status'] },
  { from: ['login_pending'], on: 'time_out', to: 'before', emits: ['binding.suspended', 'login.timed_out', 'account.status'] },
  { from: ['authenticated', 'expired'], on: 'refresh', to: 'refresh_pending', emits: ['refresh.started'] },
  { from: ['refresh_pending'], on: 'refreshed', to: 'authenticated', emits: ['refresh.completed', 'account.status', 'binding.activated'] },
  { from: ['refresh_pending'], on: 'defer', to: 'refresh_pending', emits: ['refresh.deferred'] },
  { from: ['refresh_pending'], on: 'lapse', to: 'expired', emits: ['binding.suspended', 'refresh.failed', 'account.status'] },
  { from: ['refresh_pending'], on: 'refuse', to: 'reauth_required', emits: ['binding.suspended', 'refresh.failed', 'account.status'] },
  { from: ['authenticated'], on: 'expire', to: 'expired', emits: ['binding.suspended', 'account.status'] },
  { from: SETTLED, on: 'switch', to: 'switching', emits: ['switch.started'] },
  { from: ['switching'], on: 'switched', to: 'custody', emits: ['binding.revoked', 'switch.completed', 'account.status'] },
  { from: ['switching'], on: 'switch_failed', to: 'before', emits: ['binding.suspended', 'switch.failed', 'account.status'] },
  { from: ['login_pending', 'authenticated', 'refresh_pending', 'expired', 'reauth_required', 'unavailable'], on: 'log_out', to: 'logging_out', emits: ['logout.started'] },
  { from: ['logging_out'], on: 'logged_out', to: 'anonymous', emits: ['binding.revoked', 'logout.completed', 'account.status'] },
  { from: ['logging_out'], on: 'clear_failed', to: 'unavailable', emits: ['binding.revoked', 'logout.failed', 'custody.unavailable', 'account.status'] },
  {
    from: ['anonymous', 'login_pending', 'authenticated', 'refresh_pending', 'expired', 'reauth_required', 'switching', 'logging_out', 'unavailable'],
    on: 'lose_custody', to: 'unavailable', emits: ['binding.suspended', 'custody.unavailable', 'account.status'],
  },
  { from: ['unavailable'], on: 'regain_custody', to: 'custody', emits: ['custody.recovered', 'account.status'] },
];

/** The transition, or undefined where there is none: then nothing changes. */
export function transitionOf(state: AccountState, on: Trigger): Transition | undefined {
  return TRANSITIONS.find((each) => each.on === on && each.from.includes(state));
}

/** States that an attempt or a switch may lead back to. */
export const leadsBack = (on: Trigger): boolean => on === 'begin' || on === 'switch';
