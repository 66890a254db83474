// OAuth 2.1 and OpenID as this app speaks them, by oauth4webapi: code with PKCE, device code, refresh, revocation, DPoP.
// It keeps nothing: keys, attempts and tokens are handed in and out (docs/account.md, "Flows").
import type { JSONWebKeySet } from 'jose';
import * as oauth from 'oauth4webapi';
import { err, ok, type Result } from '../../result.ts';
import type { Fetch, StorageFetch } from './bounded-fetch.ts';
import type { StorageRequest } from '../cloud-client.ts';
import { Absent, failureOf, type OAuthFailure } from './failure.ts';
import { thumbprintOf, withProof } from './proof.ts';
import { checkedMetadata, isSafeUrl, type Provider, storageOf } from './provider.ts';
import { requestBody } from './request-body.ts';
import { type Statement, statementsOf } from './statements.ts';

export type Metadata = oauth.AuthorizationServer;
export type DpopKey = CryptoKeyPair;

/** What a token endpoint gave. */
export interface Tokens {
  readonly access: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly refresh: string | undefined;
  /** Of the `id_token`, whose signature was checked; undefined where there was none. */
  readonly subject: string | undefined;
  readonly name: string | undefined;
}

/** What one sign-in by code is checked against; 32 random bytes each, base64url. */
export interface CodeChecks { readonly state: string; readonly nonce: string; readonly verifier: string }

export interface DeviceCode {
  readonly code: string;
  readonly userCode: string;
  readonly address: string;
  /** With the code in it, for a QR picture. */
  readonly complete: string | undefined;
  /** Seconds. */
  readonly lifetime: number;
  readonly interval: number;
}

/** A provider as it was discovered, and the key that its tokens are bound to. */
export interface Party { readonly provider: Provider; readonly metadata: Metadata; readonly key: DpopKey; readonly signal: AbortSignal }
/** A call of the storage API; `path` begins with a slash. */
export type ApiCall = { readonly method: 'GET' | 'DELETE'; readonly path: string } | { readonly method: 'PUT'; readonly path: string; readonly body: object };

/** What an app gets of an account (docs/cloud-api.md, "Tokens"). */
export interface Exchanged {
  readonly access: string;
  /** Seconds. */
  readonly lifetime: number;
  /** What the server tells the app of the person. */
  readonly subject: string;
  /** The storage API's address. */
  readonly api: string;
}
type Answered<T> = Promise<Result<T, OAuthFailure>>;

export interface OAuthClient {
  discover(provider: Provider, signal: AbortSignal): Answered<Metadata>;
  newKey(): Promise<DpopKey>;
  authorizationUrl(party: Pick<Party, 'provider' | 'metadata'>, checks: CodeChecks, redirectUri: string): Promise<string>;
  /** `answer` = the query that came back to the callback page. */
  redeemCode(party: Party, checks: CodeChecks, come: { readonly redirectUri: string; readonly answer: string }): Answered<Tokens>;
  beginDevice(party: Party): Answered<DeviceCode>;
  pollDevice(party: Party, code: string): Answered<Tokens>;
  refresh(party: Party, token: string): Answered<Tokens>;
  revoke(party: Party, token: string): Answered<void>;
  /** The answer is bounded as every other; undefined where it is empty. */
  ask(party: Party, access: string, call: ApiCall): Answered<unknown>;
  /** A call of the storage API whose answer is read by whoever asks: nothing of it is bounded yet. */
  request(party: Party, access: string, request: StorageRequest): Answered<Response>;
  /** A token for an app, by its binding and bound to its key, in exchange for the account's own (RFC 8693). */
  exchange(party: Party, access: string, of: { readonly binding: string; /** The key's thumbprint. */ readonly jkt: string }): Answered<Exchanged>;
  /** A token for the courier, bound to a key of its own. */
  courierToken(party: Party, access: string, key: DpopKey): Answered<Pick<Exchanged, 'access' | 'lifetime' | 'api'>>;
  /** What the account may use of an app: statements whose signature was checked. */
  statements(party: Party, access: string, about: { readonly app: string; readonly now: number }): Answered<readonly Statement[]>;
}

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const SECONDS = { least: 30, most: 86_400, usual: 300 } as const;
const NAME_CHARS = 128;
const USER_CODE_CHARS = 64;

const scopeOf = (metadata: Metadata): string => (storageOf(metadata) === undefined ? 'openid offline_access profile' : 'openid offline_access profile storage');

const clamped = (seconds: number | undefined): number => Math.min(Math.max(seconds ?? SECONDS.usual, SECONDS.least), SECONDS.most);

function tokensOf(answer: oauth.TokenEndpointResponse): Tokens {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const name = claims?.['preferred_username'] ?? claims?.['name'];
  return {
    access: answer.access_token, refresh: answer.refresh_token, subject: claims?.sub,
    lifetime: clamped(answer.expires_in),
    name: typeof name === 'string' ? name.slice(0, NAME_CHARS) : undefined,
  };
}

/** An `id_token` came just now from its provider itself, whatever the clock of this device says; in seconds. */
const CLOCK_TOLERANCE = 24 * 60 * 60;

const client = ({ clientId }: Provider): oauth.Client => ({ client_id: clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE });
const none = oauth.None();

/** With a proof where the provider takes one. */
const proven = <T>({ metadata, key }: Party, send: (proof: { DPoP?: oauth.DPoPHandle }) => Promise<T>): Promise<T> =>
  (metadata.dpop_signing_alg_values_supported?.includes('ES256') ? withProof(key, send) : send({}));

async function answered<T>(signal: AbortSignal, body: () => Promise<T>): Answered<T> {
  try {
    return ok(await body());
  } catch (fault) {
    return err(failureOf(fault, signal));
  }
}

/** A narrower token in exchange for the account's own (RFC 8693). */
const exchanged = (party: Party, access: string, about: Readonly<Record<string, string>>, options: oauth.HttpRequestOptions<'POST', URLSearchParams>) => proven(party, async (proof) => {
  const { provider, metadata } = party;
  const api = storageOf(metadata);
  if (api === undefined || !metadata.grant_types_supported?.includes(TOKEN_EXCHANGE)) throw new Absent();
  const asked = { subject_token: access, subject_token_type: ACCESS_TOKEN_TYPE, ...about };
  const response = await oauth.genericTokenEndpointRequest(metadata, client(provider), none, TOKEN_EXCHANGE, asked, { ...options, ...proof });
  const { access_token: token, token_type: type, expires_in: lifetime, subject } = await oauth.processGenericTokenEndpointResponse(metadata, client(provider), response);
  // A token that anyone could use is not handed on, nor kept.
  if (type !== 'dpop') throw new Error('a token without a key');
  return { access: token, lifetime: clamped(lifetime), api, subject };
});

export function createOAuthClient(fetch: Fetch, fetchStorage: StorageFetch): OAuthClient {
  const options = (signal: AbortSignal) => ({ [oauth.customFetch]: fetch as never, [oauth.allowInsecureRequests]: true, signal });
  /** The claims of an `id_token` count only once its signature holds. */
  async function signed({ metadata, signal }: Party, response: Response, read: (response: Response) => Promise<oauth.TokenEndpointResponse>): Promise<Tokens> {
    const answer = await read(response);
    if (answer.id_token !== undefined) await oauth.validateApplicationLevelSignature(metadata, response, options(signal));
    return tokensOf(answer);
  }

  const askStorage = (party: Party, access: string, call: ApiCall) => proven(party, async (proof) => {
    const api = storageOf(party.metadata);
    if (api === undefined) throw new Absent();
    const [headers, body] = call.method === 'PUT' ? [new Headers({ 'content-type': 'application/json' }), JSON.stringify(call.body)] : [];
    const response = await oauth.protectedResourceRequest(access, call.method, new URL(`${api}${call.path}`), headers, body, { ...options(party.signal), ...proof });
    if (response.status === 404) throw new Absent();
    if (response.status === 204) return undefined;
    if (response.status !== 200) throw new Error('not answered');
    return await response.json() as unknown;
  });

  async function publicKeys({ metadata, signal }: Party): Promise<JSONWebKeySet> {
    const response = await fetch(metadata.jwks_uri ?? '', { signal, headers: { accept: 'application/json' } });
    if (response.status !== 200) throw new Error('not answered');
    return await response.json() as JSONWebKeySet;
  }

  return {
    discover: (provider, signal) => answered(signal, async () => {
      const issuer = new URL(provider.issuer);
      const metadata = checkedMetadata(await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...options(signal), algorithm: 'oidc' })));
      if (!metadata) throw new Error('metadata is not to be followed');
      return metadata;
    }),

    newKey: () => oauth.generateKeyPair('ES256', { extractable: false }) as Promise<DpopKey>,

    async authorizationUrl({ provider, metadata }, { state, nonce, verifier }, redirectUri) {
      const url = new URL(metadata.authorization_endpoint ?? '');
      for (const [name, value] of Object.entries({
        client_id: provider.clientId, response_type: 'code', redirect_uri: redirectUri, scope: scopeOf(metadata), state, nonce, prompt: 'login consent',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      })) url.searchParams.set(name, value);
      return url.href;
    },

    redeemCode: (party, { state, nonce, verifier }, { redirectUri, answer }) => answered(party.signal, async () => {
      const { provider, metadata, signal } = party;
      const come = oauth.validateAuthResponse(metadata, client(provider), new URLSearchParams(answer), state);
      return proven(party, async (proof) => {
        const response = await oauth.authorizationCodeGrantRequest(metadata, client(provider), none, come, redirectUri, verifier, { ...options(signal), ...proof });
        return signed(party, response, (each) => oauth.processAuthorizationCodeResponse(metadata, client(provider), each, { expectedNonce: nonce, requireIdToken: true }));
      });
    }),

    beginDevice: ({ provider, metadata, signal }) => answered(signal, async () => {
      const response = await oauth.deviceAuthorizationRequest(metadata, client(provider), none, { scope: scopeOf(metadata) }, options(signal));
      const given = await oauth.processDeviceAuthorizationResponse(metadata, client(provider), response);
      if (!isSafeUrl(given.verification_uri) || !(given.verification_uri_complete === undefined || isSafeUrl(given.verification_uri_complete))) throw new Error('no address to send a person to');
      if (given.user_code.length > USER_CODE_CHARS) throw new Error('no code to type');
      return { code: given.device_code, userCode: given.user_code, address: given.verification_uri, complete: given.verification_uri_complete, lifetime: given.expires_in, interval: given.interval ?? 5 };
    }),

    pollDevice: (party, code) => answered(party.signal, () => proven(party, async (proof) => {
      const { provider, metadata, signal } = party;
      const response = await oauth.deviceCodeGrantRequest(metadata, client(provider), none, code, { ...options(signal), ...proof });
      return signed(party, response, (each) => oauth.processDeviceCodeResponse(metadata, client(provider), each));
    })),

    refresh: (party, token) => answered(party.signal, () => proven(party, async (proof) => {
      const { provider, metadata, signal } = party;
      const response = await oauth.refreshTokenGrantRequest(metadata, client(provider), none, token, { ...options(signal), ...proof });
      return signed(party, response, (each) => oauth.processRefreshTokenResponse(metadata, client(provider), each));
    })),

    revoke: ({ provider, metadata, signal }, token) => answered(signal, async () => {
      if (metadata.revocation_endpoint === undefined) return;
      await oauth.processRevocationResponse(await oauth.revocationRequest(metadata, client(provider), none, token, options(signal)));
    }),

    exchange: (party, access, { binding, jkt }) => answered(party.signal, async () => {
      const { subject, ...given } = await exchanged(party, access, { scope: 'storage.app', binding, dpop_jkt: jkt }, options(party.signal));
      if (typeof subject !== 'string' || subject.length > NAME_CHARS) throw new Error('no token for an app');
      return { ...given, subject };
    }),

    courierToken: (party, access, key) => answered(party.signal, async () => {
      const { subject: _, ...given } = await exchanged(party, access, { scope: 'storage.courier', dpop_jkt: await thumbprintOf(key) }, options(party.signal));
      return given;
    }),

    ask: (party, access, call) => answered(party.signal, () => askStorage(party, access, call)),

    request: (party, access, { method, path, headers, body, signal, pace }) => answered(party.signal, () => proven(party, async (proof) => {
      const api = storageOf(party.metadata);
      if (api === undefined) throw new Absent();
      const off = signal ? AbortSignal.any([party.signal, signal]) : party.signal;
      const by = { ...options(off), [oauth.customFetch]: ((url: string, init: RequestInit) => fetchStorage(url, init, pace)) as never };
      return oauth.protectedResourceRequest(access, method, new URL(`${api}${path}`), new Headers(headers), requestBody(body), { ...by, ...proof });
    })),

    statements: (party, access, { app, now }) => answered(party.signal, async () => {
      const answer = await askStorage(party, access, { method: 'GET', path: `/entitlements?${new URLSearchParams({ app }).toString()}` });
      const statements = await statementsOf(answer, { app, now, issuer: party.metadata.issuer, keys: await publicKeys(party) });
      if (!statements) throw new Error('no statements');
      return statements;
    }),
  };
}
