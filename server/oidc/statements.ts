// Owns the statements of entitlements: compact JWS by the provider's own key, which an app can check offline. They name the app,
// its product and the pairwise subject, never the account.
import { importJWK, type JWK, SignJWT } from 'jose';
import { ENTITLEMENT_TYPE, type EntitlementClaims } from '../../src/sync/wire/entitlements.ts';
import { ENTITLEMENTS } from '../../src/sync/wire/limits.ts';
import type { Entitlement } from '../storage/entitlements.ts';
import type { ProviderKeys } from './keys.ts';
import type { SubjectOf } from './subjects.ts';

const ALGORITHM = 'ES256';

/** A statement of each entitlement of an account. */
export type StatementsOf = (account: string, held: readonly Entitlement[]) => Promise<readonly string[]>;

export interface StatementTools { readonly issuer: string; readonly subjectOf: SubjectOf; readonly clock: () => number }

/** Statements by the first of the provider's keys. */
export async function entitlementStatements({ jwks }: Pick<ProviderKeys, 'jwks'>, { issuer, subjectOf, clock }: StatementTools): Promise<StatementsOf> {
  const [jwk] = jwks.keys;
  const key = await importJWK(jwk as JWK, ALGORITHM);
  const header = { alg: ALGORITHM, typ: ENTITLEMENT_TYPE, ...jwk?.kid === undefined ? {} : { kid: jwk.kid } };
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  return (account, held) => {
    const now = clock();
    return Promise.all(held.map(({ app, product, until }) => {
      const claims: EntitlementClaims = {
        iss: issuer, aud: app, sub: subjectOf(account, app), product, until, iat: seconds(now), exp: seconds(Math.min(until, now + ENTITLEMENTS.statementMs)),
      };
      return new SignJWT({ ...claims }).setProtectedHeader(header).sign(key);
    }));
  };
}
