// Which devices are signed in, and the end of one: at once, whole, and of no other.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { OWN_CLIENT } from '../../../server/oidc/provider.ts';
import { type ApiClient, apiClient, proofKeyOf } from '../support/api-client.ts';
import { appOf, exchange, ownerOf } from '../support/exchange.ts';
import { person } from '../support/person.ts';
import { type Signed, signInHarness } from '../support/sign-in-harness.ts';

interface Told { id: string; client: string; begunAt: number; usedAt: number; current: boolean }

describe('sessions', () => {
  const h = signInHarness();
  const refresh = ({ tokens, handle }: Signed) => oidc.refreshTokenGrant(h.config, tokens.refresh_token!, undefined, { DPoP: handle });
  const refusal = (work: Promise<unknown>) => work.then(() => 'done', (error: oidc.ResponseBodyError) => error.error);
  const listed = async (owner: ApiClient) => (await (await owner.json('GET', '/v1/sessions')).json() as { sessions: Told[] }).sessions;
  const ownId = async (owner: ApiClient) => (await listed(owner)).find(({ current }) => current)!.id;
  const leftOf = (grantId: string) => h.server.storage.rows.read((db) => db.selectFrom('credentials').select('kind').where('grant_id', '=', grantId).execute());
  const end = async (owner: ApiClient, id: string) => (await owner.json('DELETE', `/v1/sessions/${id}`)).status;

  it('are one a sign-in, in the same browser too, and tell which is the caller\'s', async () => {
    const first = await h.signedIn();
    const here = await ownerOf(h.server, first);
    await h.signInAgain(first.who);
    const there = await ownerOf(h.server, await h.signInAgain(person(h.callback)));
    const told = await listed(here);
    assert.lengthOf(told, 3);
    assert.deepEqual(told.map(({ client }) => client), [OWN_CLIENT, OWN_CLIENT, OWN_CLIENT]);
    assert.lengthOf(told.filter(({ current }) => current), 1);
    assert.notEqual(await ownId(here), await ownId(there));
    for (const { begunAt, usedAt } of told) {
      assert.approximately(begunAt, Date.now(), 60_000);
      assert.isAtLeast(usedAt, begunAt);
    }
  });

  it('stay one for as long as they are refreshed, and do not use up each other\'s tokens', async () => {
    const first = await h.signedIn();
    const second = await h.signInAgain(first.who);
    const id = await ownId(await ownerOf(h.server, first));
    const renewed = { ...first, tokens: await refresh(first) };
    assert.equal(await ownId(await ownerOf(h.server, { ...renewed, tokens: await refresh(renewed) })), id);
    assert.equal(await refusal(refresh(second)), 'done');
    assert.lengthOf(await listed(await ownerOf(h.server, second)), 2);
  });

  it('are named by what lets nobody in', async () => {
    const signed = await h.signedIn();
    const id = await ownId(await ownerOf(h.server, signed));
    const key = await proofKeyOf(signed.keys);
    assert.equal((await apiClient(h.server.origin, id, key).json('GET', '/v1/usage')).status, 401);
    assert.equal(await refusal(oidc.refreshTokenGrant(h.config, id, undefined, { DPoP: signed.handle })), 'invalid_grant');
  });

  it('end at once with all that came from them, and leave the others alone', async () => {
    const lost = await h.signedIn();
    const device = await ownerOf(h.server, lost);
    const app = await appOf(h.server, device, 'https://notes.example');
    const { access_token: carried = '' } = await exchange(h.server, device, { scope: 'storage.courier' });
    const courier = apiClient(h.server.origin, carried, device.key);
    const streamed = (await device.json('GET', '/v1/changes/stream')).text();
    const kept = await h.signInAgain(person(h.callback));
    const owner = await ownerOf(h.server, kept);
    assert.equal(await end(owner, await ownId(device)), 204);
    const after = randomBytes(16).toString('hex');
    assert.equal((await owner.put('nodes', after, Buffer.from('x'))).status, 201);
    assert.notInclude(await streamed, after);
    assert.equal((await device.json('GET', '/v1/usage')).status, 401);
    assert.equal((await app.client.json('GET', '/v1/changes')).status, 401);
    assert.equal((await courier.json('POST', '/v1/extents/missing', { ids: [] })).status, 401);
    assert.equal((await exchange(h.server, device, { scope: 'storage.courier' })).error, 'invalid_grant');
    assert.equal(await refusal(refresh(lost)), 'invalid_grant');
    assert.include((await lost.who.open((await h.attempt()).url.href)).text, 'name="password"', 'the browser has to sign in again');
    assert.equal(await refusal(refresh(kept)), 'done');
    assert.lengthOf(await listed(owner), 1);
  });

  it('end for whoever asks from within, too', async () => {
    const owner = await ownerOf(h.server, await h.signedIn());
    assert.equal(await end(owner, await ownId(owner)), 204);
    assert.equal((await owner.json('GET', '/v1/sessions')).status, 401);
  });

  it('are not ended by another account, nor under a name that is none', async () => {
    const signed = await h.signedIn();
    const owner = await ownerOf(h.server, signed);
    const id = await ownId(owner);
    const stranger = await h.server.client(await h.server.account());
    const refused = await stranger.json('DELETE', `/v1/sessions/${id}`);
    assert.equal(refused.status, 404);
    assert.equal((await refused.json() as { code: string }).code, 'session.missing');
    assert.equal(await end(owner, '0'.repeat(64)), 404);
    assert.equal(await end(owner, 'short'), 400);
    assert.deepEqual(await listed(stranger), []);
    assert.equal(await refusal(refresh(signed)), 'done');
  });

  it('give nothing to a refresh that was under way when they ended', async () => {
    const signed = await h.signedIn();
    const owner = await ownerOf(h.server, signed);
    const { provider } = h.server.online.interactions;
    const { grantId } = (await provider.RefreshToken.find(signed.tokens.refresh_token!))!;
    await end(owner, await ownId(owner));
    const late = { client: (await provider.Client.find(OWN_CLIENT))!, grantId: grantId!, accountId: 'x', gty: 'refresh_token', scope: 'storage' };
    assert.equal(await refusal(new provider.AccessToken(late).save()), 'invalid_grant');
    assert.equal(await refusal(new provider.RefreshToken(late as ConstructorParameters<typeof provider.RefreshToken>[0]).save()), 'invalid_grant');
    assert.deepEqual(await leftOf(grantId!), []);
  });

  it('leave nothing behind, however many ask for tokens at that moment', async () => {
    const signed = await h.signedIn();
    const owner = await ownerOf(h.server, signed);
    const id = await ownId(owner);
    const { grantId } = (await h.server.online.interactions.provider.RefreshToken.find(signed.tokens.refresh_token!))!;
    const asking = () => exchange(h.server, owner, { scope: 'storage.courier' });
    await Promise.all([asking(), asking(), refresh(signed).catch(() => undefined), end(owner, id), asking(), refresh(signed).catch(() => undefined), asking()]);
    assert.deepEqual(await leftOf(grantId!), []);
  });

  it('are over when the provider itself takes the grant back', async () => {
    const signed = await h.signedIn();
    const { provider } = h.server.online.interactions;
    const { grantId } = (await provider.RefreshToken.find(signed.tokens.refresh_token!))!;
    await (await provider.Grant.find(grantId!))!.destroy();
    assert.deepEqual(await leftOf(grantId!), []);
    assert.equal((await (await ownerOf(h.server, signed)).json('GET', '/v1/usage')).status, 401);
  });
});
