// A client of the API for tests: a key, a token, and a fresh proof for every request.
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

export interface ProofKey { readonly jkt: string; proof(method: string, url: string, claims?: JWTPayload): Promise<string> }

/** A key pair that signs DPoP proofs; `claims` replaces what a proof would say. */
export async function proofKeyOf({ publicKey, privateKey }: Pick<CryptoKeyPair, 'publicKey' | 'privateKey'>, now: () => number = Date.now): Promise<ProofKey> {
  const jwk = await exportJWK(publicKey);
  return {
    jkt: await calculateJwkThumbprint(jwk),
    proof: (method, url, claims = {}) => new SignJWT({ htm: method, htu: url.split('?', 1)[0]!, jti: randomUUID(), iat: Math.floor(now() / 1000), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk }).sign(privateKey),
  };
}

/** One of its own. */
export const proofKey = async (now?: () => number): Promise<ProofKey> => proofKeyOf(await generateKeyPair('ES256', { extractable: true }), now);

export const athOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

export interface ApiClient {
  readonly key: ProofKey;
  readonly token: string;
  call(method: string, path: string, init?: { headers?: Record<string, string>; body?: BodyInit | Uint8Array; signal?: AbortSignal }): Promise<Response>;
  put(collection: string, id: string, body: Uint8Array, rev?: string): Promise<Response>;
  json(method: string, path: string, body?: unknown): Promise<Response>;
}

/** A client at `origin` that holds `token`, bound to `key`. */
export function apiClient(origin: string, token: string, key: ProofKey): ApiClient {
  const call: ApiClient['call'] = async (method, path, init = {}) => {
    const url = `${origin}${path}`;
    const headers = { authorization: `DPoP ${token}`, dpop: await key.proof(method, url, { ath: athOf(token) }), ...init.headers };
    return fetch(url, { method, headers, ...init.body === undefined ? {} : { body: init.body as BodyInit }, ...init.signal ? { signal: init.signal } : {} });
  };
  return {
    key, token, call,
    put: (collection, id, body, rev) => call('PUT', `/v1/objects/${collection}/${id}`, {
      headers: { 'content-type': 'application/octet-stream', ...rev === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${rev}"` } }, body,
    }),
    json: (method, path, body) => call(method, path, body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
}
