// Owns the check of DPoP proofs (RFC 9449) where oidc-provider does not make it: at the storage API and for token exchange.
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, type CryptoKey, EmbeddedJWK, type JWSHeaderParameters, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type Result, err, ok } from '../../src/result.ts';
import type { CredentialStore } from './credentials.ts';
import type { Nonces } from './nonces.ts';

const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519'];
/** How far a proof's time may lie from ours, either way. */
const WINDOW_MS = 60_000;
const PROOF_LENGTH = 4_096;
const JTI_LENGTH = 256;

export interface ProvenRequest { readonly method: string; /** Without query and fragment. */ readonly url: string; /** Given where a token comes with the proof. */ readonly token?: string }

/** Keys that were seen lately, by their JWK: a device proves hundreds of requests with one. */
const KEYS = 1_024;
interface ProofKey { readonly key: CryptoKey; readonly jkt: string }
const keys = new Map<string, ProofKey>();

/** The public key in a proof's header; jose refuses a header that holds anything else. */
async function keyIn(header: JWSHeaderParameters, token: Parameters<typeof EmbeddedJWK>[1]): Promise<ProofKey> {
  const name = JSON.stringify([header.alg, header.jwk]);
  const known = keys.get(name);
  if (known) return known;
  const made = { key: await EmbeddedJWK(header, token), jkt: await calculateJwkThumbprint(header.jwk!) };
  if (keys.size >= KEYS) keys.delete(keys.keys().next().value ?? '');
  keys.set(name, made);
  return made;
}

/** A proof is worth something once: its id is kept until its time is over. */
async function isNew({ rows, clock }: CredentialStore, jkt: string, jti: string): Promise<boolean> {
  const id = createHash('sha256').update(`${jkt}.${jti}`).digest('base64url');
  const { numInsertedOrUpdatedRows } = await rows.fleeting.insertInto('proofs').values({ id, expires_at: clock() + 2 * WINDOW_MS })
    .onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

const withoutQuery = (text: string): string | undefined => {
  const url = URL.parse(text);
  return url ? `${url.origin}${url.pathname}` : undefined;
};

/** The checks of RFC 9449, section 4.3, as a list, but for the one of its time. */
function holds(payload: Record<string, unknown>, request: ProvenRequest): boolean {
  return [
    payload.htm === request.method,
    typeof payload.htu === 'string' && withoutQuery(payload.htu) === request.url,
    typeof payload.iat === 'number',
    typeof payload.jti === 'string' && payload.jti.length > 0 && payload.jti.length <= JTI_LENGTH,
    request.token === undefined || payload.ath === createHash('sha256').update(request.token).digest('base64url'),
  ].every(Boolean);
}

/** The thumbprint of the key that proved this request; `access.nonce` where nothing is wrong but its time: then it is to be proven again with a nonce. */
export async function provenKey(store: CredentialStore, nonces: Nonces, proof: string | undefined, request: ProvenRequest): Promise<Result<string, 'access.proof' | 'access.nonce'>> {
  if (proof === undefined || proof.length > PROOF_LENGTH) return err('access.proof');
  try {
    let proven: ProofKey | undefined;
    const find: JWTVerifyGetKey = async (header, token) => {
      proven = await keyIn(header, token);
      return proven.key;
    };
    const { payload } = await jwtVerify(proof, find, { algorithms: ALGORITHMS, typ: 'dpop+jwt', currentDate: new Date(store.clock()) });
    if (!proven || !holds(payload, request)) return err('access.proof');
    if (Math.abs(payload.iat! * 1000 - store.clock()) > WINDOW_MS && !nonces.holds(payload.nonce)) return err('access.nonce');
    return await isNew(store, proven.jkt, payload.jti!) ? ok(proven.jkt) : err('access.proof');
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J')) return err('access.proof');
    throw error;
  }
}
