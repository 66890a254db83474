// Signing in by forms that need no script, as an independent client (openid-client) begins it; and what must let nobody in.
import { assert } from 'chai';
import * as oidc from 'openid-client';
import { OWN_CLIENT } from '../../../server/oidc/provider.ts';
import { person } from '../support/person.ts';
import { PASSWORD, SCOPE, signInHarness } from '../support/sign-in-harness.ts';
import { startTestServer } from '../support/test-server.ts';

describe('signing in', () => {
  const h = signInHarness();
  const { attempt, signUp } = h;

  it('makes an account, asks for consent, answers with its issuer, and gives tokens bound to a key', async () => {
    const { url, checks } = await attempt();
    const back = await signUp(person(h.callback), url);
    assert.equal(new URL(back.url).searchParams.get('iss'), `${h.server.origin}/oidc`);
    const handle = oidc.getDPoPHandle(h.config, await oidc.randomDPoPKeyPair('ES256'));
    const tokens = await oidc.authorizationCodeGrant(h.config, new URL(back.url), checks, undefined, { DPoP: handle });
    assert.equal(tokens.token_type, 'dpop');
    assert.equal(tokens.expires_in, 300);
    assert.isString(tokens.refresh_token);
    assert.match(tokens.claims()!.sub, /^[0-9a-f]{32}$/);
    const usage = await oidc.fetchProtectedResource(h.config, tokens.access_token, new URL(`${h.server.origin}/v1/usage`), 'GET', null, undefined, { DPoP: handle });
    assert.equal(usage.status, 200);
  });

  it('signs in who has an account, in their language, and tells the wrong from nobody by nothing', async () => {
    const { url } = await attempt();
    await signUp(person(h.callback), url);
    const german = person(h.callback, { 'accept-language': 'de-AT,de;q=0.9' });
    const page = await german.open((await attempt()).url.href);
    assert.include(page.text, 'Es ist nicht Ihr Nexus-Passwort');
    const wrong = await german.send(page, '/sign-in', { name: h.name, password: 'not that' });
    const nobody = await german.send(page, '/sign-in', { name: `${h.name}x`, password: 'not that' });
    assert.equal(wrong.status, 403);
    const without = (text: string) => text.replaceAll(`${h.name}x`, h.name);
    assert.equal(without(nobody.text), wrong.text);
    const consent = await german.send(await german.send(wrong, '/sign-in', { name: h.name.toUpperCase(), password: PASSWORD }), '/continue');
    assert.include(consent.text, 'hereinlassen?');
    const denied = await german.send(consent, '/consent', { answer: 'deny' });
    assert.equal(new URL(denied.url).searchParams.get('error'), 'access_denied');
  });

  it('sends pages that load nothing foreign, run no inline script, and are not kept', async () => {
    const page = await person(h.callback).open((await attempt()).url.href);
    assert.include(page.headers.get('content-security-policy'), "default-src 'none'");
    assert.equal(page.headers.get('cache-control'), 'no-store');
    assert.notMatch(page.text, /<script(?![^>]*src)|style=|\son\w+=/);
    assert.equal((await fetch(`${h.server.origin}/oidc/pages.css`)).status, 200);
    assert.equal((await fetch(`${h.server.origin}/oidc/passkey.js`)).status, 200);
  });

  it('refuses names and passwords that cannot be, one that is taken, and a form of another site', async () => {
    const { url } = await attempt();
    await signUp(person(h.callback), url);
    const who = person(h.callback);
    const signIn = await who.open((await attempt()).url.href);
    const form = await who.open(new URL(/href="([^"]*\/sign-up)"/.exec(signIn.text)![1]!, url).href);
    for (const [fields, says] of [
      [{ name: 'a', password: PASSWORD }, 'not a name'], [{ name: '<script>', password: PASSWORD }, '&lt;script&gt;'], [{ name: `${h.name}2`, password: 'short' }, 'needs 10'],
      [{ name: `${h.name}2`, password: 'x'.repeat(1025) }, 'needs 10'], [{ name: h.name, password: PASSWORD }, 'is taken'],
    ] as const) {
      const refused = await who.send(form, '/sign-up', fields);
      assert.equal(refused.status, 403);
      assert.include(refused.text, says);
    }
    const foreign = await fetch(new URL(/action="([^"]*\/sign-up)"/.exec(form.text)![1]!, url), { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, body: new URLSearchParams({ name: 'x', password: PASSWORD }) });
    assert.equal(foreign.status, 403);
  });

  it('makes who guesses wait, for the right password too', async () => {
    await signUp(person(h.callback), (await attempt()).url);
    const who = person(h.callback);
    let page = await who.open((await attempt()).url.href);
    for (let count = 0; count < 10; count += 1) page = await who.send(page, '/sign-in', { name: h.name, password: 'wrong' });
    assert.equal(page.status, 403);
    page = await who.send(page, '/sign-in', { name: h.name, password: PASSWORD });
    assert.equal(page.status, 429);
    assert.include(page.text, 'Try again in 15 minutes');
    h.server.ahead = 16 * 60_000;
    assert.equal((await who.send(page, '/sign-in', { name: h.name, password: PASSWORD })).status, 200);
  });

  it('never leads to a redirect address one character off, nor without PKCE S256, nor by another response type', async () => {
    for (const redirect of [`${h.callback}x`, h.callback.slice(0, -1), h.callback.replace('callback', 'Callback'), h.callback.replace('localhost', 'localhost.evil.example'), `${h.callback}?x=1`]) {
      const page = await person('http://nowhere.example').open((await attempt({ redirect_uri: redirect })).url.href);
      assert.equal(page.status, 400, redirect);
      assert.include(page.text, 'invalid_redirect_uri');
    }
    for (const more of [{ code_challenge_method: 'plain' }, { code_challenge: '' }, { response_type: 'token' }, { response_type: 'id_token' }] as const) {
      const page = await person(h.callback).open((await attempt(more)).url.href);
      assert.isTrue(page.status === 400 || new URL(page.url).searchParams.has('error') || page.url.includes('#error='), JSON.stringify(more));
    }
  });

  it('signs a device in by a code that is typed elsewhere', async () => {
    const device = await oidc.initiateDeviceAuthorization(h.config, { scope: SCOPE });
    assert.match(device.user_code, /^[A-Z]{4}-[A-Z]{4}$/);
    const keys = oidc.getDPoPHandle(h.config, await oidc.randomDPoPKeyPair('ES256'));
    const who = person('http://nowhere.example');
    const filled = await who.open(device.verification_uri_complete!);
    assert.include(filled.text, `value="${device.user_code}"`);
    assert.notInclude(filled.text, '<script', 'it waits for the person, and needs none');
    const ask = await who.open(device.verification_uri);
    const wrong = await who.send(ask, '/device', { user_code: 'ZZZZ-ZZZZ' });
    assert.include(wrong.text, 'role="alert"');
    const confirm = await who.send(wrong, '/device', { user_code: device.user_code.toLowerCase() });
    assert.include(confirm.text, device.user_code);
    const signIn = await who.send(confirm, '/device');
    const form = await who.open(new URL(/href="([^"]*\/sign-up)"/.exec(signIn.text)![1]!, h.server.origin).href);
    const offered = await who.send(form, '/sign-up', { name: h.name, password: PASSWORD });
    const done = await who.send(await who.send(offered, '/continue'), '/consent', { answer: 'allow' });
    assert.include(done.text, 'The device is signed in');
    const tokens = await oidc.pollDeviceAuthorizationGrant(h.config, { ...device, interval: 0 }, undefined, { DPoP: keys });
    assert.isString(tokens.refresh_token);
  });

  it('answers what is no passkey, no sitting and no endpoint with a refusal', async () => {
    const answers = await Promise.all(['{}', 'null', '[]', '"x"', '{"id":7}', '{"id":"x","response":{}}'].map(async (body) => {
      const who = person(h.callback);
      const signIn = await who.open((await attempt()).url.href);
      return who.post(new URL(`${/action="([^"]*)\/sign-in"/.exec(signIn.text)![1]!}/passkey/use`, signIn.url).href, body);
    }));
    assert.deepEqual(answers.map(({ status }) => status), [403, 403, 403, 403, 403, 403]);
    const lost = await person(h.callback).open(`${h.server.origin}/oidc/interaction/none`);
    assert.equal(lost.status, 400);
    assert.include(lost.text, 'session_over');
    assert.equal((await fetch(`${h.server.origin}/oidc/request`, { method: 'POST' })).status, 404);
  });

  it('lets no address ask without end', async () => {
    const strict = await startTestServer();
    const statuses: number[] = [];
    for (let count = 0; count < 301; count += 1) statuses.push((await fetch(`${strict.origin}/oidc/pages.css`)).status);
    assert.deepEqual([statuses.at(-2), statuses.at(-1)], [200, 429]);
    await strict.close();
  });

  it('takes no new accounts where it was told so', async () => {
    const closed = await startTestServer({ signUp: false });
    const there = await oidc.discovery(new URL(`${closed.origin}/oidc`), OWN_CLIENT, undefined, oidc.None(), { execute: [oidc.allowInsecureRequests] });
    const url = oidc.buildAuthorizationUrl(there, { redirect_uri: `${closed.origin}/callback.html`, scope: SCOPE, code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()), code_challenge_method: 'S256' });
    const who = person(`${closed.origin}/callback.html`);
    const signIn = await who.open(url.href);
    const form = await who.open(new URL(/href="([^"]*\/sign-up)"/.exec(signIn.text)![1]!, url).href);
    const refused = await who.send(form, '/sign-up', { name: h.name, password: PASSWORD });
    assert.equal(refused.status, 403);
    assert.include(refused.text, 'takes no new accounts');
    await closed.close();
  });
});
