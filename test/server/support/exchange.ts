// What a device does with its sign-in for suites: calls the API as its owner, and exchanges its token for others.
import { randomBytes } from 'node:crypto';
import { OWN_CLIENT } from '../../../server/oidc/provider.ts';
import { type ApiClient, apiClient, proofKey, proofKeyOf } from './api-client.ts';
import type { Signed } from './sign-in-harness.ts';
import type { TestServer } from './test-server.ts';

type At = Pick<TestServer, 'origin'>;

/** The owner's client of a sign-in. */
export const ownerOf = async ({ origin }: At, { tokens, keys }: Pick<Signed, 'tokens' | 'keys'>): Promise<ApiClient> => apiClient(origin, tokens.access_token, await proofKeyOf(keys));

/** What an exchange of the owner's token answers; the new token is bound to the owner's key unless `dpop_jkt` names another. */
export async function exchange({ origin }: At, owner: ApiClient, fields: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const url = `${origin}/oidc/token`;
  const answer = await fetch(url, { method: 'POST', headers: { dpop: await owner.key.proof('POST', url) }, body: new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', client_id: OWN_CLIENT, subject_token: owner.token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token', ...fields }) });
  return await answer.json() as Record<string, string>;
}

export interface BoundApp { readonly client: ApiClient; readonly binding: string; /** What the exchange called the person. */ readonly subject: string }

/** An app that the owner bound to `datasets/notes` and gave a token. */
export async function appOf(at: At, owner: ApiClient, name: string): Promise<BoundApp> {
  const binding = randomBytes(16).toString('hex');
  await owner.json('PUT', `/v1/bindings/${binding}`, { app: name, collection: 'datasets/notes', writes: true, expiresAt: Date.now() + 60_000 });
  const key = await proofKey();
  const { access_token: token = '', subject = '' } = await exchange(at, owner, { scope: 'storage.app', binding, dpop_jkt: key.jkt });
  return { client: apiClient(at.origin, token, key), binding, subject };
}
