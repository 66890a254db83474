// Owns token exchange (RFC 8693): an account's own device turns its access token into a narrower one, for its courier or for an
// app that it has bound. The caller proves the key of the token it gives; the new token is bound to the key it names. An app is
// told of its person a pairwise subject, never the account.
import type Provider from 'oidc-provider';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { ACCESS_TOKEN_S, COURIER_TOKEN_S } from '../../src/sync/wire/limits.ts';
import { accountById } from '../accounts/accounts.ts';
import { activeBinding } from '../storage/bindings.ts';
import type { CredentialStore } from './credentials.ts';
import { provenKey } from './dpop.ts';
import type { Nonces } from './nonces.ts';
import type { SubjectOf } from './subjects.ts';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const PARAMETERS = ['subject_token', 'subject_token_type', 'requested_token_type', 'scope', 'binding', 'dpop_jkt'];

const LIFETIME: Readonly<Record<string, number>> = { 'storage.courier': COURIER_TOKEN_S, 'storage.app': ACCESS_TOKEN_S };
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

type Asked = Readonly<Record<string, string | undefined>>;

/** The shape of what is asked; throws in the protocol's own words. */
function checkShape(asked: Asked): { scope: string; lifetime: number } {
  const { subject_token_type: type, requested_token_type: wanted = ACCESS_TOKEN_TYPE, scope = '', dpop_jkt: jkt, binding } = asked;
  if (type !== ACCESS_TOKEN_TYPE || wanted !== ACCESS_TOKEN_TYPE) throw new errors.InvalidRequest('only access tokens are exchanged');
  const lifetime = LIFETIME[scope];
  if (lifetime === undefined) throw new errors.InvalidScope('not a scope that a token is exchanged for', scope);
  if (jkt !== undefined && !THUMBPRINT.test(jkt)) throw new errors.InvalidRequest('dpop_jkt is no thumbprint');
  if ((scope === 'storage.app') !== (binding !== undefined)) throw new errors.InvalidRequest('an app token, and no other, names its binding');
  return { scope, lifetime };
}

/** What an exchange notes of the app for the token that it gives. */
type AppNotes = { readonly binding?: string; readonly sub?: string };

/** What an app's token holds besides: its binding, and the subject that introspection tells in place of the account. */
export function exchangedClaims(ctx: KoaContextWithOIDC | undefined, { scope }: { readonly scope?: string | undefined }): AppNotes | undefined {
  const { binding, sub } = (ctx?.state ?? {}) as AppNotes;
  return scope === 'storage.app' && binding !== undefined && sub !== undefined ? { binding, sub } : undefined;
}

/** Whether revoking a token ends the sign-in that it came from. One that was exchanged is in other hands: it ends alone. */
export async function revokesItsGrant(token: { readonly gty?: string | undefined; destroy(): Promise<void> }): Promise<boolean> {
  if (token.gty !== TOKEN_EXCHANGE) return true;
  await token.destroy();
  return false;
}

export interface ExchangeTools { /** A URL, as is `audience`. */ readonly issuer: string; readonly audience: string; readonly subjectOf: SubjectOf; readonly nonces: Nonces }

/** Teaches the provider this grant. */
export function registerTokenExchange(provider: Provider, store: CredentialStore, { issuer, audience, subjectOf, nonces }: ExchangeTools): void {
  async function keyOf(ctx: KoaContextWithOIDC): Promise<string | undefined> {
    const proven = await provenKey(store, nonces, ctx.get('DPoP'), { method: 'POST', url: `${issuer}/token` });
    if (proven.ok || proven.error !== 'access.nonce') return proven.ok ? proven.value : undefined;
    ctx.set('DPoP-Nonce', nonces.current());
    throw new errors.UseDpopNonce('the time of the proof is not ours');
  }

  const handler = async (ctx: KoaContextWithOIDC): Promise<void> => {
    const asked = ctx.oidc.params as Asked;
    const { scope, lifetime } = checkShape(asked);
    const jkt = await keyOf(ctx);
    const subject = asked.subject_token === undefined ? undefined : await provider.AccessToken.find(asked.subject_token);
    const own = subject !== undefined && jkt !== undefined && subject.jkt === jkt && subject.clientId === ctx.oidc.client?.clientId && subject.scope === 'storage';
    const account = own ? await accountById(store.rows, subject.accountId) : undefined;
    if (!own || !account || account.disabled) throw new errors.InvalidGrant('the subject token is not valid for this key');
    const binding = asked.binding === undefined ? undefined : await activeBinding(store, subject.accountId, asked.binding);
    if (asked.binding !== undefined && !binding) throw new errors.InvalidGrant('the binding does not hold');
    const app: AppNotes = binding ? { binding: binding.id, sub: subjectOf(subject.accountId, binding.app) } : {};
    Object.assign(ctx.state, app);
    const token = new provider.AccessToken({
      accountId: subject.accountId, client: ctx.oidc.client!, grantId: subject.grantId!, gty: TOKEN_EXCHANGE, scope, expiresIn: lifetime,
    } as ConstructorParameters<typeof provider.AccessToken>[0]);
    token.setThumbprint('jkt', asked.dpop_jkt ?? jkt);
    token.setAudience(audience);
    const value = await token.save();
    ctx.body = { access_token: value, issued_token_type: ACCESS_TOKEN_TYPE, token_type: 'DPoP', expires_in: lifetime, scope, ...app.sub === undefined ? {} : { subject: app.sub } };
  };
  provider.registerGrantType(TOKEN_EXCHANGE, handler, PARAMETERS);
}
