// What custody holds, to sealed bytes and back: one sealed map an account, one an attempt, one over all (docs/formats.md, "Sealed things").
import { type CborFields, type CborMap, isBytes, textAt, uintAt } from '../../crypto/canonical-cbor.ts';
import { type Bytes, equal } from '../../crypto/bytes.ts';
import { LOGIN_FLOWS, type LoginFlow } from '../contract/account.ts';
import { type AccountId, type AttemptId, parseAccountId, parseAttemptId } from '../contract/ids.ts';
import { ACCOUNT } from '../contract/limits.ts';

/** An account that is signed in on this device. Its key lies beside it, unreadable; its refresh token with it, read for the moment of its use alone. */
export interface Held {
  readonly accountId: AccountId;
  readonly issuer: string;
  readonly clientId: string;
  readonly subject: string;
  readonly name: string | undefined;
  /** The provider refused the last refresh. */
  readonly reauth: boolean;
  /** When a refresh was sent that was not heard of again; 0 = none. */
  readonly sent: number;
}

export interface DeviceGrant { readonly code: string; readonly userCode: string; readonly address: string; readonly complete: string | undefined; /** ms */ readonly interval: number }

/** A sign-in under way. */
export interface Attempt {
  readonly attemptId: AttemptId;
  readonly issuer: string;
  readonly clientId: string;
  readonly flow: LoginFlow;
  readonly expiresAt: number;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly url: string | undefined;
  readonly device: DeviceGrant | undefined;
}

export interface Overall {
  readonly active: AccountId | undefined;
  readonly providers: readonly { readonly issuer: string; readonly clientId: string }[];
}

/** Of this device and no other: custody is never carried. */
const isOf = (map: CborMap, device: Bytes, what: string): boolean => map.get('what') === what && isBytes(map.get('device'), 16) && equal(map.get('device') as Bytes, device);

/** `refresh` is absent where the provider gives none: then the account lasts as long as its access token. */
export const heldFields = ({ accountId, ...rest }: Held, refresh: string | undefined, device: Bytes): CborFields => ({ ...rest, refresh, account: accountId, what: 'account', device });

export const refreshOf = (map: CborMap, device: Bytes): { readonly refresh: string | undefined } | undefined => (isOf(map, device, 'account') ? { refresh: textAt(map, 'refresh') } : undefined);

export function heldOf(map: CborMap, device: Bytes): Held | undefined {
  const [accountId, issuer, clientId, subject, sent] = [parseAccountId(map.get('account')), textAt(map, 'issuer'), textAt(map, 'clientId'), textAt(map, 'subject'), uintAt(map, 'sent')];
  if (!isOf(map, device, 'account') || !accountId || issuer === undefined || clientId === undefined || subject === undefined || sent === undefined) return undefined;
  return { accountId, issuer, clientId, subject, sent, name: textAt(map, 'name'), reauth: map.get('reauth') === true };
}

export const attemptFields = ({ attemptId, device: grant, ...rest }: Attempt, device: Bytes): CborFields => ({
  ...rest, ...(grant && { code: grant.code, userCode: grant.userCode, address: grant.address, complete: grant.complete, interval: grant.interval }), attempt: attemptId, what: 'attempt', device,
});

function grantOf(map: CborMap): DeviceGrant | undefined {
  const [code, userCode, address, interval] = [textAt(map, 'code'), textAt(map, 'userCode'), textAt(map, 'address'), uintAt(map, 'interval')];
  return code === undefined || userCode === undefined || address === undefined || interval === undefined ? undefined : { code, userCode, address, interval, complete: textAt(map, 'complete') };
}

export function attemptOf(map: CborMap, device: Bytes): Attempt | undefined {
  const [attemptId, issuer, clientId, expiresAt] = [parseAttemptId(map.get('attempt')), textAt(map, 'issuer'), textAt(map, 'clientId'), uintAt(map, 'expiresAt')];
  const [state, nonce, verifier] = [textAt(map, 'state'), textAt(map, 'nonce'), textAt(map, 'verifier')];
  const flow = LOGIN_FLOWS.find((each) => each === map.get('flow'));
  if (!isOf(map, device, 'attempt') || !attemptId || !flow || issuer === undefined || clientId === undefined || expiresAt === undefined) return undefined;
  if (state === undefined || nonce === undefined || verifier === undefined) return undefined;
  return { attemptId, issuer, clientId, flow, expiresAt, state, nonce, verifier, url: textAt(map, 'url'), device: grantOf(map) };
}

export const overallFields = ({ active, providers }: Overall, device: Bytes): CborFields => (
  { active, providers: providers.map(({ issuer, clientId }) => [issuer, clientId]), what: 'overall', device });

const isProvider = (value: unknown): value is readonly [string, string] => Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string');

export function overallOf(map: CborMap, device: Bytes): Overall | undefined {
  const providers: unknown = map.get('providers');
  if (!isOf(map, device, 'overall') || !Array.isArray(providers) || providers.length > ACCOUNT.providers || !providers.every(isProvider)) return undefined;
  return { active: parseAccountId(map.get('active')), providers: providers.map(([issuer, clientId]) => ({ issuer, clientId })) };
}
