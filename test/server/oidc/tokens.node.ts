// What becomes of tokens after a sign-in: refresh, reuse, theft, exchange, revocation.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { OWN_CLIENT } from '../../../server/oidc/provider.ts';
import { apiClient, type ProofKey, proofKey, proofKeyOf } from '../support/api-client.ts';
import { person } from '../support/person.ts';
import { appOf, ownerOf } from '../support/exchange.ts';
import { PASSWORD, signInHarness } from '../support/sign-in-harness.ts';

describe('tokens', () => {
  const h = signInHarness();
  const { attempt, signUp, signedIn } = h;

  it('refreshes by rotation, lets the last token be repeated until its successor was used, and then ends the family', async () => {
    const { tokens, handle } = await signedIn();
    const refresh = (token: string) => oidc.refreshTokenGrant(h.config, token, undefined, { DPoP: handle });
    const first = tokens.refresh_token!;
    const lost = await refresh(first);
    const second = (await refresh(first)).refresh_token!;
    assert.notEqual(second, lost.refresh_token);
    const third = (await refresh(second)).refresh_token!;
    const failure = await refresh(first).then(() => undefined, (error: unknown) => error as oidc.ResponseBodyError);
    assert.equal(failure?.error, 'invalid_grant');
    assert.equal((await refresh(third).catch((error: oidc.ResponseBodyError) => error.error)), 'invalid_grant', 'the family is over');
  });

  it('ends the family too when the answer that was lost is used after its twin', async () => {
    const { tokens, handle } = await signedIn();
    const refresh = (token: string) => oidc.refreshTokenGrant(h.config, token, undefined, { DPoP: handle });
    const lost = (await refresh(tokens.refresh_token!)).refresh_token!;
    const twin = (await refresh(tokens.refresh_token!)).refresh_token!;
    const next = (await refresh(twin)).refresh_token!;
    for (const token of [lost, next]) assert.equal(await refresh(token).catch((error: oidc.ResponseBodyError) => error.error), 'invalid_grant');
  });

  it('refreshes for a device whose clock is wrong: the nonce stands for the time', async () => {
    const { tokens, keys } = await signedIn();
    const key = await proofKeyOf(keys);
    const url = `${h.server.origin}/oidc/token`;
    const refresh = async (claims: JWTPayload) => fetch(url, {
      method: 'POST', headers: { dpop: await key.proof('POST', url, { iat: Math.floor(Date.now() / 1000) - 3600, ...claims }) },
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: OWN_CLIENT, refresh_token: tokens.refresh_token! }),
    });
    const refused = await refresh({});
    assert.equal((await refused.json() as { error: string }).error, 'use_dpop_nonce');
    assert.equal((await refresh({ nonce: refused.headers.get('dpop-nonce') })).status, 200);
  });

  it('gives a stolen refresh token nothing without its key', async () => {
    const { tokens } = await signedIn();
    const thief = oidc.getDPoPHandle(h.config, await oidc.randomDPoPKeyPair('ES256'));
    assert.equal(await oidc.refreshTokenGrant(h.config, tokens.refresh_token!, undefined, { DPoP: thief }).catch((error: oidc.ResponseBodyError) => error.error), 'invalid_grant');
    assert.equal(await oidc.refreshTokenGrant(h.config, tokens.refresh_token!).catch((error: oidc.ResponseBodyError) => error.error), 'invalid_grant');
  });

  it('takes a code once, with its verifier, at its redirect address', async () => {
    const { url, checks } = await attempt();
    const back = await signUp(person(h.callback), url);
    const handle = oidc.getDPoPHandle(h.config, await oidc.randomDPoPKeyPair('ES256'));
    const grant = (verifier = checks.pkceCodeVerifier) => oidc.authorizationCodeGrant(h.config, new URL(back.url), { ...checks, pkceCodeVerifier: verifier! }, undefined, { DPoP: handle });
    assert.equal(await grant(oidc.randomPKCECodeVerifier()).then(() => '', (error: oidc.ResponseBodyError) => error.error), 'invalid_grant');
    const tokens = await grant();
    assert.equal(await grant().then(() => '', (error: oidc.ResponseBodyError) => error.error), 'invalid_grant');
    const after = await oidc.fetchProtectedResource(h.config, tokens.access_token, new URL(`${h.server.origin}/v1/usage`), 'GET', null, undefined, { DPoP: handle }).then(({ status }) => status, (error: { status?: number; response?: Response }) => error.response?.status ?? error.status);
    assert.equal(after, 401, 'a code used twice ends what it gave');
  });

  it('exchanges an access token for a courier\'s, bound to the courier\'s key, and only for the key that holds it', async () => {
    const { tokens, keys } = await signedIn();
    const jwk = await exportJWK(keys.publicKey);
    const courier = await proofKey();
    const proofBy = (key: ProofKey | undefined) => (url: string) => key ? key.proof('POST', url) : new SignJWT({ htm: 'POST', htu: url, jti: randomBytes(8).toString('hex'), iat: Math.floor(Date.now() / 1000) })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk }).sign(keys.privateKey);
    const exchange = async (fields: Record<string, string>, key?: ProofKey): Promise<[number, { access_token?: string; expires_in?: number; error?: string; scope?: string }]> => {
      const url = `${h.server.origin}/oidc/token`;
      const answer = await fetch(url, { method: 'POST', headers: { dpop: await proofBy(key)(url) }, body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', client_id: OWN_CLIENT, subject_token: tokens.access_token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token', ...fields }) });
      return [answer.status, await answer.json() as { access_token?: string }];
    };
    const [status, given] = await exchange({ scope: 'storage.courier', dpop_jkt: courier.jkt });
    assert.deepInclude(given, { expires_in: 86_400, scope: 'storage.courier' });
    assert.equal(status, 200);
    const carrying = apiClient(h.server.origin, given.access_token!, courier);
    assert.equal((await carrying.put('nodes', randomBytes(16).toString('hex'), Buffer.from('x'))).status, 201);
    assert.equal((await carrying.json('GET', '/v1/usage')).status, 403);
    assert.equal((await exchange({ scope: 'storage.courier' }, courier))[1].error, 'invalid_grant', 'a stolen token is not exchanged');
    assert.equal((await exchange({ scope: 'storage' }))[1].error, 'invalid_scope');
    assert.equal((await exchange({ scope: 'storage.app' }))[1].error, 'invalid_request');
    assert.equal((await exchange({ scope: 'storage.app', binding: '0'.repeat(32) }))[1].error, 'invalid_grant');
    assert.equal((await exchange({ scope: 'storage.courier', subject_token: given.access_token! }))[1].error, 'invalid_grant', 'no token is widened or passed on');
  });

  it('exchanges for an app\'s token by its binding', async () => {
    const owner = await ownerOf(h.server, await signedIn());
    const app = await appOf(h.server, owner, 'https://notes.example');
    assert.equal((await app.client.put('datasets/notes', randomBytes(16).toString('hex'), Buffer.from('x'))).status, 201);
    await owner.json('DELETE', `/v1/bindings/${app.binding}`);
    assert.equal((await app.client.put('datasets/notes', randomBytes(16).toString('hex'), Buffer.from('x'))).status, 401);
  });

  it('ends an exchanged token alone when whoever holds it revokes it', async () => {
    const owner = await ownerOf(h.server, await signedIn());
    const app = await appOf(h.server, owner, 'https://notes.example');
    await oidc.tokenRevocation(h.config, app.client.token);
    assert.equal((await app.client.json('GET', '/v1/changes')).status, 401);
    assert.equal((await owner.json('GET', '/v1/usage')).status, 200, 'an app does not sign its person out');
  });

  it('revokes, introspects for the token\'s own client, and signs out', async () => {
    const { tokens, handle, who } = await signedIn();
    assert.isTrue((await oidc.tokenIntrospection(h.config, tokens.refresh_token!)).active);
    await oidc.tokenRevocation(h.config, tokens.refresh_token!);
    assert.isFalse((await oidc.tokenIntrospection(h.config, tokens.refresh_token!)).active);
    assert.equal(await oidc.refreshTokenGrant(h.config, tokens.refresh_token!, undefined, { DPoP: handle }).catch((error: oidc.ResponseBodyError) => error.error), 'invalid_grant');
    const page = await who.open(oidc.buildEndSessionUrl(h.config, { id_token_hint: tokens.id_token! }).href);
    assert.include(page.text, 'Sign out?');
    assert.include((await who.send(page, '/session/end/confirm', { logout: 'yes' })).text, 'Signed out');
  });

  it('keeps no bearer secret in its rows', async () => {
    const { tokens } = await signedIn();
    const rows = JSON.stringify(await h.server.storage.rows.read((db) => db.selectFrom('credentials').selectAll().execute()));
    for (const secret of [tokens.access_token, tokens.refresh_token!, PASSWORD]) assert.notInclude(rows, secret);
    assert.notInclude(h.server.lines.join(''), tokens.refresh_token!);
  });
});
