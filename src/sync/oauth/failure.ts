// How a call to a provider can fail, in words that the account decides by. No text of the provider's goes further.
import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi';

export type OAuthFailure =
  /** No answer, or one that says "later": network, timeout, 408, 429, 5xx. */
  | 'unreachable'
  /** The person, or the provider for them, said no. */
  | 'denied'
  /** A clear no to what was sent: `invalid_grant` and every other 4xx. */
  | 'refused'
  /** There is nothing at this address, or the provider has no API of ours at all. */
  | 'absent'
  /** An answer that breaks the protocol: wrong issuer, state, nonce, signature, shape, size. */
  | 'protocol'
  /** Called off from here. */
  | 'aborted'
  /** Of a device code: nobody has typed it yet; ask less often; it is over. */
  | 'pending' | 'slow_down' | 'expired';

/** Thrown by the bounded fetch. */
export class Unreachable extends Error {}

/** Thrown where there is nothing to be had. */
export class Absent extends Error {}

const BY_ERROR: Readonly<Record<string, OAuthFailure>> = {
  access_denied: 'denied', authorization_pending: 'pending', slow_down: 'slow_down', expired_token: 'expired',
  temporarily_unavailable: 'unreachable', server_error: 'unreachable',
};

/** Whatever was thrown on the way, as one of the failures above. */
export function failureOf(fault: unknown, signal: AbortSignal): OAuthFailure {
  if (signal.aborted) return 'aborted';
  if (fault instanceof Unreachable) return 'unreachable';
  if (fault instanceof Absent) return 'absent';
  if (fault instanceof ResponseBodyError || fault instanceof AuthorizationResponseError) return BY_ERROR[fault.error] ?? 'refused';
  return fault instanceof WWWAuthenticateChallengeError ? 'refused' : 'protocol';
}
