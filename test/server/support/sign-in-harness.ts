// A server, an independent client (openid-client) and people who sign up, for suites about tokens.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { OWN_CLIENT } from '../../../server/oidc/provider.ts';
import { person, type Page, type Person } from './person.ts';
import { startTestServer, type TestServer } from './test-server.ts';

export const PASSWORD = 'a long enough password';
export const SCOPE = 'openid offline_access storage';

export interface Signed { tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers; handle: oidc.DPoPHandle; keys: CryptoKeyPair; who: Person }
export interface Attempt { url: URL; checks: oidc.AuthorizationCodeGrantChecks }

export interface SignInHarness {
  readonly server: TestServer;
  readonly config: oidc.Configuration;
  readonly callback: string;
  readonly name: string;
  attempt(more?: Record<string, string>): Promise<Attempt>;
  /** Through sign-up, past the passkey, and consent, to the app's callback. */
  signUp(who: Person, url: URL): Promise<Page>;
  signedIn(): Promise<Signed>;
  /** The same person signs in once more: with their password, or in a browser that still knows them. */
  signInAgain(who: Person): Promise<Signed>;
}

/** Registers the suite's hooks; what it gives is whole once they ran. */
export function signInHarness(): SignInHarness {
  let server: TestServer;
  let config: oidc.Configuration;
  let name: string;
  const h: SignInHarness = {
    get server() { return server; },
    get config() { return config; },
    get callback() { return `${server.origin}/callback.html`; },
    get name() { return name; },
    async attempt(more = {}) {
      const checks = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce(), idTokenExpected: true };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: h.callback, scope: SCOPE, code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier), code_challenge_method: 'S256', state: checks.expectedState, nonce: checks.expectedNonce, prompt: 'consent', ...more,
      });
      return { url, checks };
    },
    async signUp(who, url) {
      const signIn = await who.open(url.href);
      const form = await who.open(new URL(/href="([^"]*\/sign-up)"/.exec(signIn.text)![1]!, url).href);
      const offered = await who.send(form, '/sign-up', { name, password: PASSWORD });
      assert.include(offered.text, 'data-passkey="add"');
      return who.send(await who.send(offered, '/continue'), '/consent', { answer: 'allow' });
    },
    async signedIn() {
      const { url, checks } = await h.attempt();
      const who = person(h.callback);
      return tokensFor(who, await h.signUp(who, url), checks);
    },
    async signInAgain(who) {
      const { url, checks } = await h.attempt();
      let page = await who.open(url.href);
      if (page.text.includes('name="password"')) page = await who.send(await who.send(page, '/sign-in', { name, password: PASSWORD }), '/continue');
      return tokensFor(who, await who.send(page, '/consent', { answer: 'allow' }), checks);
    },
  };
  async function tokensFor(who: Person, back: Page, checks: oidc.AuthorizationCodeGrantChecks): Promise<Signed> {
    const keys = await oidc.randomDPoPKeyPair('ES256');
    const handle = oidc.getDPoPHandle(config, keys);
    return { tokens: await oidc.authorizationCodeGrant(config, new URL(back.url), checks, undefined, { DPoP: handle }), handle, keys, who };
  }
  before(async () => {
    server = await startTestServer();
    config = await oidc.discovery(new URL(`${server.origin}/oidc`), OWN_CLIENT, undefined, oidc.None(), { execute: [oidc.allowInsecureRequests] });
  });
  after(async () => { await server.close(); });
  beforeEach(async () => {
    server.ahead = 0;
    await server.storage.rows.write((tx) => tx.deleteFrom('attempts').execute());
    name = `ada-${randomBytes(6).toString('hex')}`;
  });
  return h;
}
