// Owns the configuration of oidc-provider: which flows, whose tokens, how long. What is not named here is off.
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { ACCESS_TOKEN_S } from '../../src/sync/wire/limits.ts';
import { STORAGE_METADATA } from '../../src/sync/wire/provider-metadata.ts';
import { accountById } from '../accounts/accounts.ts';
import { deviceCodePage, deviceConfirmPage, deviceDonePage, errorPage, signedOutPage, signOutPage } from '../pages/pages.ts';
import { type Words, wordsFor } from '../pages/words.ts';
import { credentialAdapter, type CredentialStore } from './credentials.ts';
import type { ProviderKeys } from './keys.ts';
import type { Nonces } from './nonces.ts';
import type { SubjectOf } from './subjects.ts';
import { exchangedClaims, registerTokenExchange, revokesItsGrant, TOKEN_EXCHANGE } from './token-exchange.ts';

/** Where this server is reached, and where apps of our own may live. */
export interface Addresses { readonly origin: string; readonly appOrigins: readonly string[] }

export const issuerOf = ({ origin }: Addresses): string => `${origin}/oidc`;
export const audienceOf = ({ origin }: Addresses): string => `${origin}/v1`;

export interface ProviderTools { readonly keys: ProviderKeys; readonly nonces: Nonces; readonly subjectOf: SubjectOf; /** A proxy tells the scheme. */ readonly behindProxy: boolean }

export const OWN_CLIENT = 'nexus';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const DAY_S = 24 * 60 * 60;
const TTL = {
  // A code is bound to its verifier and waits while a person unlocks the app that it came back to.
  AccessToken: ACCESS_TOKEN_S, AuthorizationCode: 300, DeviceCode: 600, IdToken: 600, Interaction: 3600, RefreshToken: 90 * DAY_S, Session: 14 * DAY_S, Grant: 365 * DAY_S,
};

const wordsOf = (ctx: KoaContextWithOIDC): Words => wordsFor(typeof ctx.oidc?.params?.ui_locales === 'string' ? ctx.oidc.params.ui_locales : ctx.get('accept-language'));

/** oidc-provider hands its forms over as markup; ours carry the same fields. */
const fieldsOf = (form: string): { action: string; xsrf: string; code: string } => {
  const value = (pattern: RegExp) => pattern.exec(form)?.[1] ?? '';
  return { action: value(/action="([^"]*)"/), xsrf: value(/name="xsrf" value="([^"]*)"/), code: value(/name="user_code" value="([^"]*)"/) };
};

const show = (ctx: KoaContextWithOIDC, text: string): void => {
  ctx.type = 'html';
  ctx.body = text;
};

function clients({ origin, appOrigins }: Addresses): NonNullable<Configuration['clients']> {
  const redirects = [...new Set([origin, ...appOrigins])].map((each) => `${each}/callback.html`);
  return [{
    client_id: OWN_CLIENT, client_name: 'Nexus', application_type: 'native', token_endpoint_auth_method: 'none', dpop_bound_access_tokens: true,
    id_token_signed_response_alg: 'ES256', response_types: ['code'], grant_types: ['authorization_code', 'refresh_token', DEVICE_CODE, TOKEN_EXCHANGE],
    redirect_uris: redirects, post_logout_redirect_uris: [...new Set([origin, ...appOrigins])].map((each) => `${each}/`),
  }];
}

function features(addresses: Addresses, { key: nonceSecret }: Nonces): NonNullable<Configuration['features']> {
  const audience = audienceOf(addresses);
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: true, nonceSecret },
    revocation: { enabled: true, allowedPolicy: async (_, client, token) => token.clientId === client.clientId && await revokesItsGrant(token) },
    introspection: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'storage', audience, accessTokenTTL: ACCESS_TOKEN_S, accessTokenFormat: 'opaque' }),
    },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: (ctx, form, _out, error) => { show(ctx, deviceCodePage(wordsOf(ctx), { ...fieldsOf(form), wrong: error !== undefined })); },
      // eslint-disable-next-line max-params -- oidc-provider calls it so
      userCodeConfirmSource: (ctx, form, client, _device, shown) => { show(ctx, deviceConfirmPage(wordsOf(ctx), { ...fieldsOf(form), shown, client: client.clientName ?? client.clientId })); },
      successSource: (ctx) => { show(ctx, deviceDonePage(wordsOf(ctx))); },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => { show(ctx, signOutPage(wordsOf(ctx), fieldsOf(form))); },
      postLogoutSuccessSource: (ctx) => { show(ctx, signedOutPage(wordsOf(ctx))); },
    },
  };
}

function configuration(store: CredentialStore, addresses: Addresses, { keys, nonces }: Pick<ProviderTools, 'keys' | 'nonces'>): Configuration {
  return {
    adapter: (kind: string) => credentialAdapter(store, kind),
    clients: clients(addresses),
    // Browsers name their origin to the very server that they came from, too.
    clientBasedCORS: (_, origin) => origin === addresses.origin || addresses.appOrigins.includes(origin),
    clientAuthMethods: ['none'],
    enabledJWA: { dPoPSigningAlgValues: ['ES256', 'Ed25519', 'EdDSA'], idTokenSigningAlgValues: ['ES256'] },
    jwks: keys.jwks,
    cookies: { keys: keys.cookies, names: { session: 'nexus_session', interaction: 'nexus_interaction', resume: 'nexus_resume' }, long: { signed: true, sameSite: 'lax', httpOnly: true }, short: { signed: true, sameSite: 'lax', httpOnly: true } },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    discovery: { [STORAGE_METADATA]: audienceOf(addresses) },
    scopes: ['openid', 'offline_access', 'profile'],
    responseTypes: ['code'],
    pkce: { required: () => true },
    features: features(addresses, nonces),
    findAccount: async (_, id) => {
      const account = await accountById(store.rows, id);
      return account && !account.disabled ? { accountId: account.id, claims: () => ({ sub: account.id, preferred_username: account.name }) } : undefined;
    },
    interactions: { url: (_, interaction) => `/oidc/interaction/${interaction.uid}` },
    issueRefreshToken: (_, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('storage'),
    rotateRefreshToken: true,
    // A sign-out in the browser ends what the browser began; devices stay signed in until they are removed.
    expiresWithSession: () => false,
    extraTokenClaims: exchangedClaims,
    loadExistingGrant: (ctx) => {
      const id = ctx.oidc.result?.consent?.grantId ?? ctx.oidc.session?.grantIdFor(ctx.oidc.client?.clientId ?? '');
      return id === undefined ? undefined : ctx.oidc.provider.Grant.find(id);
    },
    renderError: (ctx, out) => { show(ctx, errorPage(wordsOf(ctx), out.error)); },
    ttl: TTL,
  };
}

/** An address with the code in it: oidc-provider answers with a form that a script sends, which our policy lets no page run. Ours is shown, filled in. */
async function showDeviceCode(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.method !== 'GET' || ctx.oidc?.route !== 'code_verification' || ctx.oidc.params?.user_code === undefined || typeof ctx.body !== 'string') return;
  show(ctx, deviceCodePage(wordsOf(ctx), { ...fieldsOf(ctx.body), wrong: false }));
}

/** The OpenID provider of this server; it answers under `/oidc`. */
export function createProvider(store: CredentialStore, addresses: Addresses, { keys, nonces, subjectOf, behindProxy }: ProviderTools): Provider {
  const provider = new Provider(issuerOf(addresses), configuration(store, addresses, { keys, nonces }));
  provider.proxy = behindProxy;
  provider.use(showDeviceCode);
  registerTokenExchange(provider, store, { issuer: issuerOf(addresses), audience: audienceOf(addresses), subjectOf, nonces });
  return provider;
}
