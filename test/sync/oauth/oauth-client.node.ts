// The OAuth client against a provider that lies, and against our own server. Each lie is told alone; all else is right.
import { assert } from 'chai';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { unwrap } from '../../../src/result.ts';
import { ANSWER_BYTES, ANSWER_MS, createBoundedFetch } from '../../../src/sync/oauth/bounded-fetch.ts';
import { type ApiCall, type CodeChecks, createOAuthClient, type OAuthClient, type Party } from '../../../src/sync/oauth/oauth-client.ts';
import { isSafeUrl, parseIssuer } from '../../../src/sync/oauth/provider.ts';
import { person } from '../../server/support/person.ts';
import { PASSWORD } from '../../server/support/sign-in-harness.ts';
import { startTestServer } from '../../server/support/test-server.ts';
import { type HostileProvider, type Lies, startHostileProvider } from './hostile-provider.ts';
import { hookSecret } from '../../../server/api/webhook.ts';
import { hookHeaders, signHook } from '../../server/support/hook.ts';

const CHECKS: CodeChecks = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) };
const REDIRECT = 'http://localhost:1/callback.html';
const USAGE: ApiCall = { method: 'GET', path: '/usage' };
const never = new AbortController().signal;

/** The real client; `patience` = ms instead of the ten seconds. */
const client = (patience = ANSWER_MS): OAuthClient => createOAuthClient(createBoundedFetch({
  fetch: (url, init) => fetch(url, init), deadline: () => AbortSignal.timeout(patience), wait: () => Promise.resolve(),
}), (url, init) => fetch(url, init));

const reply = (status: number, body: string, headers: Record<string, string> = {}) => (_: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
};

describe('signing in at a provider that lies', () => {
  let provider: HostileProvider;
  const oauth = client();
  before(async () => { provider = await startHostileProvider(); });
  after(() => provider.close());
  beforeEach(() => {
    provider.lies = {};
    provider.nonce = CHECKS.nonce;
    provider.forms.length = 0;
    provider.hits.clear();
  });

  const own = () => ({ issuer: provider.issuer, clientId: 'nexus' });
  async function party(signal: AbortSignal = never, by = oauth): Promise<Party> {
    return { provider: own(), metadata: unwrap(await by.discover(own(), signal)), key: await by.newKey(), signal };
  }
  const answer = (more: Record<string, string> = {}) => new URLSearchParams({ code: 'c', state: CHECKS.state, iss: provider.issuer, ...more }).toString();
  const redeem = async (lies: Lies = {}, query = answer(), by = oauth) => {
    const at = await party(never, by);
    provider.lies = lies;
    const result = await by.redeemCode(at, CHECKS, { redirectUri: REDIRECT, answer: query });
    return result.ok ? 'ok' : result.error;
  };

  it('gives tokens, the subject and the name where everything is right', async () => {
    const tokens = unwrap(await oauth.redeemCode(await party(), CHECKS, { redirectUri: REDIRECT, answer: answer() }));
    assert.include(tokens, { subject: 'ada', name: 'Ada', refresh: 'r', lifetime: 300 });
    assert.equal(provider.forms[0]!.get('code_verifier'), CHECKS.verifier);
    assert.equal(provider.forms[0]!.get('redirect_uri'), REDIRECT);
  });

  it('sends a code nowhere where state or issuer are not the ones asked for', async () => {
    for (const query of [answer({ state: 'another' }), answer({ iss: 'https://evil.test' }), 'code=c&state=' + CHECKS.state, answer() + '&state=again', answer() + '&code=again', '']) {
      assert.equal(await redeem({}, query), 'protocol', query);
    }
    assert.equal(await redeem({}, answer({ error: 'access_denied' })), 'denied');
    assert.isEmpty(provider.forms);
  });

  for (const [name, lies] of Object.entries({
    'another nonce': { claims: { nonce: 'other' } }, 'no nonce': { claims: { nonce: undefined } }, 'another issuer': { claims: { iss: 'https://evil.test' } },
    'another audience': { claims: { aud: 'other' } }, 'a time that is over': { claims: { exp: 1, iat: 0 } }, 'no subject': { claims: { sub: undefined } },
    'a signature of a stranger': { foreignKey: true }, 'no signature': { unsigned: true },
  } as Readonly<Record<string, Lies>>)) {
    it(`takes no id_token with ${name}`, async () => { assert.equal(await redeem(lies), 'protocol'); });
  }

  it('takes no answer that redirects, is too large, too deep, or no JSON', async () => {
    const deep = `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    for (const lie of [reply(302, '', { location: `${provider.issuer}/elsewhere` }), reply(200, `{"x":"${'a'.repeat(10 * 1024 * 1024)}"}`), reply(200, `{"x":"${'a'.repeat(ANSWER_BYTES)}"}`), reply(200, deep), reply(200, 'no json')]) {
      assert.equal(await redeem({ answer: { '/token': lie } }), 'protocol');
      assert.notEqual((await client().discover(own(), never)).ok, false);
      provider.lies = { answer: { '/.well-known/openid-configuration': lie } };
      assert.deepEqual(await client().discover(own(), never), { ok: false, error: 'protocol' });
      provider.lies = {};
    }
    assert.isUndefined(provider.hits.get('/elsewhere'), 'no redirect was followed');
  });

  it('waits for nobody who hangs, in headers or in the body', async () => {
    for (const hang of [() => undefined, (_: IncomingMessage, response: ServerResponse) => { response.writeHead(200, { 'content-type': 'application/json' }).write('{'); }]) {
      const hasty = client(150);
      const at = await party();
      provider.lies = { answer: { '/token': hang } };
      assert.deepEqual(await hasty.redeemCode(at, CHECKS, { redirectUri: REDIRECT, answer: answer() }), { ok: false, error: 'unreachable' });
    }
  });

  it('calls off at once when asked', async () => {
    const ending = new AbortController();
    const at = await party(ending.signal);
    provider.lies = { answer: { '/token': () => ending.abort() } };
    assert.deepEqual(await oauth.refresh(at, 'r'), { ok: false, error: 'aborted' });
  });

  it('tells later from no: 5xx, 408 and 429 are later, invalid_grant and other 4xx are no', async () => {
    const at = await party();
    for (const [status, said] of [[500, 'unreachable'], [503, 'unreachable'], [408, 'unreachable'], [429, 'unreachable'], [400, 'refused'], [401, 'refused'], [403, 'refused']] as const) {
      provider.lies = { answer: { '/token': reply(status, '{"error":"invalid_grant"}') } };
      assert.deepEqual(await oauth.refresh(at, 'r'), { ok: false, error: said }, String(status));
    }
    assert.equal(provider.hits.get('/token'), 7, 'what may change something is sent once');
  });

  it('asks for what changes nothing three times, and never again after a no', async () => {
    provider.lies = { answer: { '/.well-known/openid-configuration': reply(503, '') } };
    assert.deepEqual(await oauth.discover(own(), never), { ok: false, error: 'unreachable' });
    assert.equal(provider.hits.get('/.well-known/openid-configuration'), 3);
    provider.lies = { answer: { '/.well-known/openid-configuration': reply(404, '{}') } };
    assert.isFalse((await oauth.discover(own(), never)).ok);
    assert.equal(provider.hits.get('/.well-known/openid-configuration'), 4);
  });

  it('follows no metadata of another issuer, or with addresses that are not safe', async () => {
    for (const metadata of [{ issuer: 'https://evil.test' }, { token_endpoint: 'http://far.test/token' }, { authorization_endpoint: 'javascript:alert(1)' }, { jwks_uri: 'data:,x' }, { nexus_storage: 'http://far.test' }, { revocation_endpoint: 'ftp://x' }, { token_endpoint: undefined }]) {
      provider.lies = { metadata };
      assert.deepEqual(await oauth.discover(own(), never), { ok: false, error: 'protocol' }, JSON.stringify(metadata));
    }
  });

  it('tells what is not there from what is empty, broken or refused', async () => {
    const call: ApiCall = { method: 'DELETE', path: '/sessions/a' };
    assert.deepEqual(await oauth.ask(await party(), 'a', call), { ok: false, error: 'absent' }, 'a provider without an API');
    provider.lies = { metadata: { nexus_storage: `${provider.issuer}/v1` } };
    const at = await party();
    const challenge = { 'www-authenticate': 'DPoP error="invalid_token"' };
    for (const [lie, said] of [[reply(404, '{}'), 'absent'], [reply(403, '{}'), 'protocol'], [reply(401, '{}', challenge), 'refused'], [reply(503, ''), 'unreachable']] as const) {
      provider.lies = { answer: { '/v1/sessions/a': lie } };
      assert.deepEqual(await oauth.ask(at, 'a', call), { ok: false, error: said });
    }
    assert.equal(provider.hits.get('/v1/sessions/a'), 4, 'what changes something is sent once');
    provider.lies = { answer: { '/v1/sessions/a': ({ method }, response) => { response.writeHead(method === 'DELETE' ? 204 : 500).end(); } } };
    assert.isUndefined(unwrap(await oauth.ask(at, 'a', call)));
  });

  it('takes no statement where one among them was not signed by the provider, or where it has no keys', async () => {
    provider.lies = { metadata: { nexus_storage: `${provider.issuer}/v1` } };
    const at = await party();
    const asked = (said: object, keys?: object) => {
      provider.lies = { answer: { '/v1/entitlements': reply(200, JSON.stringify(said)), ...(keys && { '/jwks': reply(200, JSON.stringify(keys)) }) } };
      return oauth.statements(at, 'a', { app: 'https://notes.test', now: Date.now() });
    };
    assert.deepEqual(unwrap(await asked({ entitlements: [] })), []);
    assert.deepEqual(await asked({ entitlements: ['a.b.c'] }), { ok: false, error: 'protocol' });
    assert.deepEqual(await asked({ entitlements: [] }, {}), { ok: false, error: 'protocol' });
  });

  it('sends nobody to an unsafe address for a device code', async () => {
    const at = await party();
    provider.lies = { answer: { '/device': reply(200, '{"device_code":"d","user_code":"u","verification_uri":"javascript:alert(1)","expires_in":60}') } };
    assert.deepEqual(await oauth.beginDevice(at), { ok: false, error: 'protocol' });
    for (const said of [{ user_code: 'u'.repeat(65) }, { verification_uri_complete: `https://a.test/${'x'.repeat(3_000)}` }]) {
      provider.lies = { answer: { '/device': reply(200, JSON.stringify({ device_code: 'd', user_code: 'u', verification_uri: 'https://a.test', expires_in: 60, ...said })) } };
      assert.deepEqual(await oauth.beginDevice(at), { ok: false, error: 'protocol' }, 'longer than a person types or a picture holds');
    }
  });
});

describe('addresses of providers', () => {
  it('are HTTPS, or HTTP to this machine, without credentials', () => {
    for (const good of ['https://a.test', 'http://localhost:8080/oidc', 'http://127.0.0.1:1', 'http://[::1]:1']) assert.isTrue(isSafeUrl(good), good);
    for (const bad of ['http://a.test', 'https://a:b@c.test', 'ftp://a', 'javascript:1', '', undefined, 5, 'http://localhost.evil.test']) assert.isFalse(isSafeUrl(bad), String(bad));
  });

  it('are taken as people type them', () => {
    assert.equal(parseIssuer(' nexus.example/oidc/ '), 'https://nexus.example/oidc');
    assert.equal(parseIssuer('HTTPS://Nexus.Example'), 'https://nexus.example');
    for (const bad of ['', 'http://nexus.example', 'https://nexus.example/?a', 'https://nexus.example/#a', 'x'.repeat(600)]) assert.isUndefined(parseIssuer(bad), bad);
  });
});

describe('signing in at our own server', () => {
  it('goes all the way: code, use, refresh, repeat by the same key, revoke', async () => {
    const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`;
    const server = await startTestServer({ entitlementsSecret: hookSecret(secret) });
    try {
      const oauth = client();
      const provider = { issuer: `${server.origin}/oidc`, clientId: 'nexus' };
      const party: Party = { provider, metadata: unwrap(await oauth.discover(provider, never)), key: await oauth.newKey(), signal: never };
      const redirectUri = `${server.origin}/callback.html`;
      const who = person(redirectUri);
      const signIn = await who.open(await oauth.authorizationUrl(party, CHECKS, redirectUri));
      const form = await who.open(new URL(/href="([^"]*\/sign-up)"/.exec(signIn.text)![1]!, server.origin).href);
      const offered = await who.send(form, '/sign-up', { name: 'ada-at-home', password: PASSWORD });
      const back = await who.send(await who.send(offered, '/continue'), '/consent', { answer: 'allow' });
      const tokens = unwrap(await oauth.redeemCode(party, CHECKS, { redirectUri, answer: new URL(back.url).search }));
      assert.equal(tokens.name, 'ada-at-home');
      assert.hasAllKeys(unwrap(await oauth.ask(party, tokens.access, USAGE)), ['bytes', 'objects', 'quota', 'collections']);
      const { sessions } = unwrap(await oauth.ask(party, tokens.access, { method: 'GET', path: '/sessions' })) as { sessions: Record<string, unknown>[] };
      assert.deepEqual(sessions.map(({ client: name, current }) => [name, current]), [['nexus', true]]);
      assert.deepEqual(await oauth.ask(party, tokens.access, { method: 'DELETE', path: `/sessions/${'0'.repeat(64)}` }), { ok: false, error: 'absent' });
      const body = JSON.stringify({ type: 'entitlement.granted', timestamp: new Date().toISOString(), data: { account: tokens.subject, app: 'https://notes.example', product: 'pro', until: Date.now() + 60_000 } });
      const told = await fetch(`${server.origin}/v1/hooks/entitlements`, { method: 'POST', body, headers: hookHeaders(signHook(secret, { id: 'msg_1', at: Date.now(), body })) });
      assert.equal(told.status, 204);
      const bought = async (app: string) => unwrap(await oauth.statements(party, tokens.access, { app, now: Date.now() })).map(({ product }) => product);
      assert.deepEqual(await bought('https://notes.example'), ['pro']);
      assert.deepEqual(await bought('https://else.example'), []);
      const once = unwrap(await oauth.refresh(party, tokens.refresh!));
      const again = unwrap(await oauth.refresh(party, tokens.refresh!));
      assert.notEqual(once.access, again.access, 'a killed tab may repeat the last token');
      unwrap(await oauth.revoke(party, again.refresh!));
      assert.deepEqual(await oauth.refresh(party, again.refresh!), { ok: false, error: 'refused' });
      assert.deepEqual(await oauth.ask(party, again.access, USAGE), { ok: false, error: 'refused' });
      const stranger = { ...party, key: await oauth.newKey() };
      assert.deepEqual(await oauth.ask(stranger, tokens.access, USAGE), { ok: false, error: 'refused' });
    } finally {
      await server.close();
    }
  });
});
