// The account's states in plain words, and what an address is called. Pure.
import { msg } from '@lit/localize';
import type { AccountReason, AccountStatus } from '../../workers/contract/account.ts';

/** The part of an address that a person can know again. */
export const hostOf = (issuer: string): string => (URL.canParse(issuer) ? new URL(issuer).host : issuer);

export function stateWords({ state, reason }: AccountStatus): string {
  switch (state) {
    case 'anonymous': return msg('Not signed in');
    case 'login_pending': return msg('Signing in');
    case 'authenticated': return msg('Signed in and connected');
    case 'refresh_pending': return msg('Signed in; connecting');
    case 'expired': return msg('Signed in; not connected right now');
    case 'reauth_required': return msg('Sign in again to connect');
    case 'switching': return msg('Switching accounts');
    case 'logging_out': return msg('Signing out');
    case 'unavailable': return reason === 'session.locked' ? msg('Locked') : msg('What this device keeps of your account cannot be read');
  }
}

/** Why a sign-in ended without one. */
export function failureWords(reason: AccountReason | undefined): string {
  switch (reason) {
    case 'provider.denied': return msg('Access was not given. Nothing was changed.');
    case 'provider.unreachable': return msg('The sign-in server does not answer. Everything on this device goes on working. Try again when you are connected.');
    case 'provider.refused': return msg('The sign-in server refused. Nothing was changed. Try to sign in again.');
    case 'login.same_account': return msg('You are signed in to this account already.');
    case 'login.cancelled': return msg('Cancelled. Nothing was changed.');
    default: return msg('The sign-in did not work. Nothing was changed. Try again.');
  }
}
