// Signed statements of what a person bought of an app, checked before they are believed: the provider's signature, its name, the app's,
// and the time (docs/cloud-api.md, "Entitlements"). It fetches nothing.
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { ENTITLEMENT_TYPE } from '../wire/entitlements.ts';

export interface Statement {
  readonly product: string;
  /** When what was bought ends, in ms since 1970. */
  readonly until: number;
  /** How long this may be believed without asking again, in ms. */
  readonly believedUntil: number;
  /** As it was signed, for whoever wants to check it too. */
  readonly jws: string;
}

const MOST = 256;
const PRODUCT_CHARS = 256;

const stringsOf = (value: unknown): readonly string[] | undefined =>
  (Array.isArray(value) && value.length <= MOST && value.every((each) => typeof each === 'string') ? (value as string[]) : undefined);

/** Undefined where it is none of this provider for this app. */
async function checked(jws: string, key: ReturnType<typeof createLocalJWKSet>, { issuer, app, now }: StatementChecks): Promise<Statement | 'over' | undefined> {
  try {
    const { payload } = await jwtVerify(jws, key, { algorithms: ['ES256'], typ: ENTITLEMENT_TYPE, issuer, audience: app, currentDate: new Date(now), requiredClaims: ['exp', 'sub'] });
    const { product, until, exp } = payload as { product?: unknown; until?: unknown; exp?: number };
    if (typeof product !== 'string' || product.length > PRODUCT_CHARS || typeof until !== 'number' || !Number.isSafeInteger(until) || exp === undefined) return undefined;
    return until > now ? { product, until, believedUntil: Math.min(exp * 1000, until), jws } : 'over';
  } catch (fault) {
    // Its time is looked at last: all else held.
    return fault instanceof errors.JWTExpired ? 'over' : undefined;
  }
}

export interface StatementChecks {
  readonly keys: JSONWebKeySet;
  readonly issuer: string;
  readonly app: string;
  /** ms since 1970. */
  readonly now: number;
}

/** Undefined where they are no keys. */
function keysOf(keys: JSONWebKeySet): ReturnType<typeof createLocalJWKSet> | undefined {
  try {
    return createLocalJWKSet(keys);
  } catch {
    return undefined;
  }
}

/** Those of the server's answer that are not over; undefined where one does not hold: then all of it tells nothing, and takes nothing away. */
export async function statementsOf(answer: unknown, checks: StatementChecks): Promise<readonly Statement[] | undefined> {
  const list = stringsOf(typeof answer === 'object' && answer !== null ? (answer as { entitlements?: unknown }).entitlements : undefined);
  const key = keysOf(checks.keys);
  if (!list || !key) return undefined;
  const found = await Promise.all(list.map((jws) => checked(jws, key, checks)));
  return found.includes(undefined) ? undefined : found.filter((each) => typeof each === 'object');
}
