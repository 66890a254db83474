// A token for an app in exchange for the account's own: at a provider that lies, and at our own server, where the app then uses it.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { unwrap } from '../../../src/result.ts';
import { ANSWER_MS, createBoundedFetch } from '../../../src/sync/oauth/bounded-fetch.ts';
import { createOAuthClient, type Party } from '../../../src/sync/oauth/oauth-client.ts';
import { type ApiClient, apiClient, proofKey, proofKeyOf } from '../../server/support/api-client.ts';
import { startTestServer, type TestServer } from '../../server/support/test-server.ts';
import { type HostileProvider, startHostileProvider } from './hostile-provider.ts';

const never = new AbortController().signal;
const BINDING = 'b'.repeat(32);
const COLLECTION = `datasets/a-${'a'.repeat(32)}`;
const JKT = 'k'.repeat(43);
const EXCHANGES = { nexus_storage: 'http://localhost:1/v1', grant_types_supported: ['urn:ietf:params:oauth:grant-type:token-exchange'] };
const oauth = createOAuthClient(createBoundedFetch({ fetch: (url, init) => fetch(url, init), deadline: () => AbortSignal.timeout(ANSWER_MS), wait: () => Promise.resolve() }), (url, init) => fetch(url, init));

describe('a token for an app, in exchange', () => {
  let liar: HostileProvider;
  before(async () => { liar = await startHostileProvider(); });
  after(() => liar.close());

  it('is taken only as it should be', async () => {
    const provider = { issuer: liar.issuer, clientId: 'nexus' };
    const ask = async (metadata: object, answer?: object) => {
      liar.lies = { metadata: metadata as Record<string, unknown> };
      const party: Party = { provider, metadata: unwrap(await oauth.discover(provider, never)), key: await oauth.newKey(), signal: never };
      if (answer) {
        liar.lies = { answer: { '/token': (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ access_token: 'x', token_type: 'DPoP', expires_in: 300, subject: 's', ...answer })); } } };
      }
      const given = await oauth.exchange(party, 'mine', { binding: BINDING, jkt: JKT });
      return given.ok ? given.value : given.error;
    };
    assert.deepEqual(await ask(EXCHANGES, {}), { access: 'x', lifetime: 300, subject: 's', api: 'http://localhost:1/v1' });
    assert.equal(await ask(EXCHANGES, { token_type: 'Bearer' }), 'protocol', 'anyone could use it');
    assert.equal(await ask(EXCHANGES, { subject: undefined }), 'protocol');
    assert.equal(await ask(EXCHANGES, { subject: 's'.repeat(1000) }), 'protocol');
    assert.equal(await ask({}), 'absent');
    assert.equal(await ask({ nexus_storage: EXCHANGES.nexus_storage }), 'absent');
    await ask(EXCHANGES);
    const form = Object.fromEntries(liar.forms.at(-1)!);
    assert.include(form, { scope: 'storage.app', binding: BINDING, dpop_jkt: JKT, subject_token: 'mine' });
  });

  /** An account at our own server, and how it speaks there of an app's binding. */
  async function withAccount(work: (at: { server: TestServer; party: Party; owner: ApiClient; note: () => Promise<unknown> }) => Promise<void>): Promise<void> {
    const server = await startTestServer();
    try {
      const provider = { issuer: `${server.origin}/oidc`, clientId: 'nexus' };
      const key = await oauth.newKey();
      const party: Party = { provider, metadata: unwrap(await oauth.discover(provider, never)), key, signal: never };
      const owner = await server.client(await server.account(), 'storage', { key: await proofKeyOf(key) });
      const body = { app: 'https://app.example', collection: COLLECTION, writes: true, expiresAt: Date.now() + 60_000 };
      await work({ server, party, owner, note: () => oauth.ask(party, owner.token, { method: 'PUT', path: `/bindings/${BINDING}`, body }) });
    } finally {
      await server.close();
    }
  }

  it('lets the app by its own key into its own part of our server, until the binding is taken back', () => withAccount(async ({ server, party, owner, note }) => {
    const appKey = await proofKey();
    assert.deepEqual(await oauth.exchange(party, owner.token, { binding: BINDING, jkt: appKey.jkt }), { ok: false, error: 'refused' }, 'a binding that nobody noted');
    await note();
    const given = unwrap(await oauth.exchange(party, owner.token, { binding: BINDING, jkt: appKey.jkt }));
    assert.equal(given.api, `${server.origin}/v1`);
    const app = apiClient(server.origin, given.access, appKey);
    const id = randomBytes(16).toString('hex');
    assert.equal((await app.put(COLLECTION, id, Buffer.from('x'))).status, 201);
    assert.equal((await app.call('GET', `/v1/objects/${COLLECTION}/${id}`)).status, 200);
    assert.equal((await app.put('nodes', id, Buffer.from('x'))).status, 403);
    assert.equal((await apiClient(server.origin, given.access, await proofKey()).call('GET', `/v1/objects/${COLLECTION}/${id}`)).status, 401, 'by another key');
    unwrap(await oauth.ask(party, owner.token, { method: 'DELETE', path: `/bindings/${BINDING}` }));
    assert.equal((await app.call('GET', `/v1/objects/${COLLECTION}/${id}`)).status, 401);
    assert.equal((await owner.call('GET', `/v1/objects/${COLLECTION}/${id}`)).status, 200, 'the account itself goes on');
  }));

  it('ends alone where that token is taken back', () => withAccount(async ({ server, party, owner, note }) => {
    await note();
    const appKey = await proofKey();
    const given = unwrap(await oauth.exchange(party, owner.token, { binding: BINDING, jkt: appKey.jkt }));
    unwrap(await oauth.revoke(party, given.access));
    assert.equal((await apiClient(server.origin, given.access, appKey).call('GET', '/v1/changes')).status, 401);
    assert.equal((await owner.json('GET', '/v1/usage')).status, 200);
  }));
});
