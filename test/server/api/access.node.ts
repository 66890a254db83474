// Who gets in, and what each kind of token may do; every call that it may not is tried.
import { assert } from 'chai';
import { encode } from 'cborg';
import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { APP_STREAMS } from '../../../src/sync/wire/limits.ts';
import { type ApiClient, apiClient, athOf, proofKey } from '../support/api-client.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const newId = () => randomBytes(16).toString('hex');
const codeOf = async (answer: Response): Promise<string> => answer.ok ? String(answer.status) : (await answer.json() as { code: string }).code;

describe('access to the storage API', () => {
  let server: TestServer;
  let account: string;
  let client: ApiClient;
  before(async () => { server = await startTestServer(); });
  after(async () => { await server.close(); });
  beforeEach(async () => {
    server.ahead = 0;
    account = await server.account();
    client = await server.client(account);
  });

  const url = () => `${server.origin}/v1/usage`;
  const ask = (headers: Record<string, string>) => fetch(url(), { headers }).then(codeOf);
  const withProof = async (claims: Record<string, unknown>, method = 'GET', to = url()) => ask({
    authorization: `DPoP ${client.token}`, dpop: await client.key.proof(method, to, { ath: athOf(client.token), ...claims }) });

  it('lets in a token with the proof of its key, and says how to get one', async () => {
    assert.equal(await withProof({}), '200');
    const bare = await fetch(url());
    assert.equal(bare.headers.get('www-authenticate'), 'DPoP algs="ES256 Ed25519 EdDSA"');
    assert.equal(await codeOf(bare), 'access.missing');
  });

  it('refuses a token without its proof, by another scheme, or that it does not know', async () => {
    assert.equal(await ask({ authorization: `DPoP ${client.token}` }), 'access.proof');
    assert.equal(await ask({ authorization: `Bearer ${client.token}`, dpop: await client.key.proof('GET', url(), { ath: athOf(client.token) }) }), 'access.missing');
    const unknown = 'A'.repeat(43);
    assert.equal(await ask({ authorization: `DPoP ${unknown}`, dpop: await client.key.proof('GET', url(), { ath: athOf(unknown) }) }), 'access.refused');
  });

  it('refuses a proof that was used, is of another method, address, token, key or time', async () => {
    const jti = randomUUID();
    assert.equal(await withProof({ jti }), '200');
    assert.equal(await withProof({ jti }), 'access.proof');
    assert.equal(await withProof({}, 'POST'), 'access.proof');
    for (const other of [`${server.origin}/v1/changes`, `${url()}/`, 'http://elsewhere.example/v1/usage', url().replace('http:', 'https:'), 'junk']) assert.equal(await withProof({}, 'GET', other), 'access.proof', other);
    assert.equal(await withProof({}, 'GET', `${url()}?query`), '200', 'the query is no part of it');
    assert.equal(await withProof({ ath: athOf('other') }), 'access.proof');
    const now = Math.floor(Date.now() / 1000);
    for (const iat of [now - 120, now + 120]) assert.equal(await withProof({ iat }), 'access.nonce');
    for (const claims of [{ jti: '' }, { jti: 'x'.repeat(300) }, { htm: undefined }, { ath: undefined }]) assert.equal(await withProof(claims as Record<string, unknown>), 'access.proof');
    const stranger = await proofKey();
    assert.equal(await ask({ authorization: `DPoP ${client.token}`, dpop: await stranger.proof('GET', url(), { ath: athOf(client.token) }) }), 'access.proof');
  });

  it('takes its own nonce for the time of a proof, for a minute or two, and such a proof once', async () => {
    const iat = Math.floor(Date.now() / 1000) - 3600;
    const dpop = await client.key.proof('GET', url(), { ath: athOf(client.token), iat });
    const refused = await fetch(url(), { headers: { authorization: `DPoP ${client.token}`, dpop } });
    const nonce = refused.headers.get('dpop-nonce');
    assert.include(refused.headers.get('www-authenticate'), 'error="use_dpop_nonce"');
    assert.include(refused.headers.get('access-control-expose-headers'), 'dpop-nonce', 'pages and workers of another origin see it');
    const jti = randomUUID();
    assert.equal(await withProof({ iat, nonce, jti }), '200');
    assert.equal(await withProof({ iat, nonce, jti }), 'access.proof');
    assert.equal(await withProof({ iat, nonce: 'x' }), 'access.nonce');
    assert.equal(await withProof({ iat, nonce, ath: athOf('other') }), 'access.proof');
    server.ahead = 3 * 60_000;
    assert.equal(await withProof({ iat, nonce }), 'access.nonce');
  });

  it('refuses proofs by algorithm none, by a shared secret, by a private key in the header, and of another type', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const claims = { htm: 'GET', htu: url(), jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ath: athOf(client.token) };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${part({ alg: 'none', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })}.${part(claims)}.`;
    const secret = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'AAAA' } as object }).sign(new Uint8Array(32));
    const leaking = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(privateKey) }).sign(privateKey);
    const mistyped = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'JWT', jwk: await exportJWK(publicKey) }).sign(privateKey);
    for (const dpop of [none, secret, leaking, mistyped, 'x', `${'a'.repeat(5000)}.b.c`]) assert.equal(await ask({ authorization: `DPoP ${client.token}`, dpop }), 'access.proof');
  });

  it('ends a token with its time, its account, or its family', async () => {
    server.ahead = 301_000;
    assert.equal(await codeOf(await client.json('GET', '/v1/usage')), 'access.refused');
    server.ahead = 0;
    await server.storage.rows.write((tx) => tx.updateTable('accounts').set({ disabled: 1 }).where('id', '=', account).execute());
    assert.equal(await codeOf(await client.json('GET', '/v1/usage')), 'access.refused');
  });

  it('reaches nothing of another account, whatever is asked', async () => {
    const id = newId();
    await client.put('nodes', id, Buffer.from('mine'));
    const stranger = await server.client(await server.account());
    assert.equal(await codeOf(await stranger.call('GET', `/v1/objects/nodes/${id}`)), 'object.missing');
    assert.equal(await codeOf(await stranger.put('nodes', id, Buffer.from('x'), '1')), 'object.conflict');
    assert.equal(await codeOf(await stranger.call('DELETE', `/v1/objects/nodes/${id}`, { headers: { 'if-match': '"1"' } })), 'object.missing');
    assert.deepEqual((await (await stranger.json('GET', '/v1/changes')).json() as { changes: unknown[] }).changes, []);
    assert.deepEqual((await (await stranger.json('GET', `/v1/objects/nodes/${id}/revisions`)).json() as { revisions: unknown[] }).revisions, []);
  });

  /** Every call there is, each as its owner would make it. */
  const everyCall = (holder: ApiClient): Record<string, () => Promise<Response>> => ({
    get: () => holder.call('GET', `/v1/objects/nodes/${newId()}`),
    head: () => holder.call('HEAD', `/v1/objects/nodes/${newId()}`),
    delete: () => holder.call('DELETE', `/v1/objects/nodes/${newId()}`, { headers: { 'if-match': '"1"' } }),
    changes: () => holder.json('GET', '/v1/changes'),
    stream: () => holder.json('GET', '/v1/changes/stream'),
    collect: () => holder.json('POST', '/v1/extents/collect', { ids: [], seen: 0 }),
    revisions: () => holder.json('GET', `/v1/objects/nodes/${newId()}/revisions`),
    restore: () => holder.call('POST', `/v1/objects/nodes/${newId()}/revisions/1/restore`, { headers: { 'if-match': '"1"' } }),
    enrol: () => holder.json('POST', '/v1/enrolments', { said: 'x' }),
    step: () => holder.json('PUT', `/v1/enrolments/${newId()}/1`, { said: 'x' }),
    enrolment: () => holder.json('GET', `/v1/enrolments/${newId()}`),
    enrolments: () => holder.json('GET', '/v1/enrolments'),
    bindings: () => holder.json('GET', '/v1/bindings'),
    bind: () => holder.json('PUT', `/v1/bindings/${newId()}`, { app: 'a', collection: 'datasets/a', writes: true, expiresAt: Date.now() + 60_000 }),
    unbind: () => holder.json('DELETE', `/v1/bindings/${newId()}`),
    sessions: () => holder.json('GET', '/v1/sessions'),
    endSession: () => holder.json('DELETE', `/v1/sessions/${'0'.repeat(64)}`),
    entitlements: () => holder.json('GET', '/v1/entitlements'),
    usage: () => holder.json('GET', '/v1/usage'),
    missing: () => holder.json('POST', '/v1/extents/missing', { ids: [] }),
    putNode: () => holder.put('nodes', newId(), Buffer.from('x')),
    batchGet: () => holder.call('POST', '/v1/batch', { headers: { 'content-type': 'application/cbor' }, body: encode([{ op: 'get', collection: 'nodes', id: newId() }]) }),
  });

  it('lets a courier put and ask what is missing; every other call of a stolen token is refused', async () => {
    const courier = await server.client(account, 'storage.courier');
    const id = newId();
    assert.equal((await courier.put('nodes', id, Buffer.from('one'))).status, 201);
    await client.put('nodes', id, Buffer.from('two'), '1');
    const late = await courier.put('nodes', id, Buffer.from('three'), '1');
    assert.equal(late.headers.get('etag'), null, 'a courier learns no revision');
    assert.notProperty(await late.json(), 'rev');
    assert.equal((await courier.json('POST', '/v1/extents/missing', { ids: [] })).status, 200);
    for (const [name, call] of Object.entries(everyCall(courier))) {
      if (['missing', 'putNode', 'batchGet'].includes(name)) continue;
      assert.equal((await call()).status, 403, name);
    }
    const batch = Buffer.from(await (await everyCall(courier).batchGet!()).arrayBuffer());
    assert.include(batch.toString('latin1'), 'access.scope');
  });

  it('lets an app into its own dataset for as long as its binding holds, and nowhere else', async () => {
    const bind = async (writes: boolean) => {
      const id = newId();
      assert.equal((await client.json('PUT', `/v1/bindings/${id}`, { app: 'https://notes.example', collection: 'datasets/notes', writes, expiresAt: Date.now() + 60_000 })).status, 200);
      return id;
    };
    const binding = await bind(true);
    const app = await server.client(account, 'storage.app', { binding });
    const id = newId();
    assert.equal((await app.put('datasets/notes', id, Buffer.from('note'))).status, 201);
    await client.put('nodes', newId(), Buffer.from('not theirs'));
    const { changes } = await (await app.json('GET', '/v1/changes')).json() as { changes: { id: string }[] };
    assert.deepEqual(changes.map((each) => each.id), [id]);
    assert.equal((await app.put('datasets/other', newId(), Buffer.from('x'))).status, 403);
    for (const [name, call] of Object.entries(everyCall(app))) {
      if (['changes', 'stream', 'entitlements', 'batchGet'].includes(name)) continue;
      assert.equal((await call()).status, 403, name);
    }
    const reader = await server.client(account, 'storage.app', { binding: await bind(false) });
    assert.equal(await (await reader.call('GET', `/v1/objects/datasets/notes/${id}`)).text(), 'note');
    assert.equal((await reader.put('datasets/notes', newId(), Buffer.from('x'))).status, 403);
    await client.json('DELETE', `/v1/bindings/${binding}`);
    assert.equal(await codeOf(await app.call('GET', `/v1/objects/datasets/notes/${id}`)), 'access.refused');
    assert.equal((await client.json('PUT', `/v1/bindings/${binding}`, { app: 'x', collection: 'datasets/notes', writes: true, expiresAt: Date.now() + 60_000 })).status, 200);
    assert.equal(await codeOf(await app.call('GET', `/v1/objects/datasets/notes/${id}`)), 'access.refused', 'what was revoked stays so');
  });

  it('gives each app few event streams, and the account its own beside them', async () => {
    const [account, binding] = [await server.account(), newId()];
    const owner = await server.client(account);
    await owner.json('PUT', `/v1/bindings/${binding}`, { app: 'https://app.example', collection: 'datasets/notes', writes: false, expiresAt: Date.now() + 60_000 });
    const app = await server.client(account, 'storage.app', { binding });
    const leaving = new AbortController();
    const open = async (who: ApiClient) => (await who.call('GET', '/v1/changes/stream', { signal: leaving.signal })).status;
    for (let count = 0; count < APP_STREAMS; count += 1) assert.equal(await open(app), 200);
    assert.equal(await open(app), 429);
    assert.equal(await open(owner), 200);
    leaving.abort();
  });

  it('ends an event stream within a second of the revocation', async () => {
    const binding = newId();
    await client.json('PUT', `/v1/bindings/${binding}`, { app: 'a', collection: 'datasets/notes', writes: true, expiresAt: Date.now() + 60_000 });
    const app = await server.client(account, 'storage.app', { binding });
    const answer = await app.json('GET', '/v1/changes/stream');
    const ended = answer.text();
    await client.json('DELETE', `/v1/bindings/${binding}`);
    assert.include(await ended, 'event: changes');
  });

  it('sends nothing that changed after a revocation, though nobody has looked at the token since', async () => {
    const still = await startTestServer({ every: () => () => undefined });
    const person = await still.account();
    const owner = await still.client(person);
    const binding = newId();
    await owner.json('PUT', `/v1/bindings/${binding}`, { app: 'a', collection: 'datasets/notes', writes: true, expiresAt: Date.now() + 60_000 });
    const app = await still.client(person, 'storage.app', { binding });
    const [before, after] = [newId(), newId()];
    await owner.put('datasets/notes', before, Buffer.from('x'));
    const ended = (await app.json('GET', '/v1/changes/stream')).text();
    await owner.json('DELETE', `/v1/bindings/${binding}`);
    await owner.put('datasets/notes', after, Buffer.from('x'));
    assert.notInclude(await ended, after);
    await still.close();
  });

  it('lets pages of any origin ask, and never with a cookie: apps on pages of their own come with a token and its key', async () => {
    const { headers } = await fetch(`${server.origin}/v1/usage`, { method: 'OPTIONS', headers: { origin: 'https://app.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization,dpop' } });
    assert.equal(headers.get('access-control-allow-origin'), '*');
    assert.isNull(headers.get('access-control-allow-credentials'));
  });

  it('tells an app that asks too often to wait, and nobody else', async () => {
    const strict = await startTestServer({ requestsPerMinute: 3 });
    const person = await strict.account();
    const owner = await strict.client(person);
    const apps: ApiClient[] = [];
    for (const app of ['https://a.example', 'https://b.example']) {
      const binding = newId();
      await owner.json('PUT', `/v1/bindings/${binding}`, { app, collection: 'datasets/notes', writes: true, expiresAt: Date.now() + 60_000 });
      apps.push(await strict.client(person, 'storage.app', { binding }));
    }
    const [loud, other] = apps as [ApiClient, ApiClient];
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await loud.json('GET', '/v1/changes')).status);
    assert.equal(statuses.at(-1), 429);
    assert.notEqual((await other.json('GET', '/v1/changes')).status, 429);
    assert.equal((await owner.json('GET', '/v1/usage')).status, 200);
    await strict.close();
  });

  it('tells an account that asks too often to wait', async () => {
    const strict = await startTestServer({ requestsPerMinute: 3 });
    const holder = await strict.client(await strict.account());
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push(await holder.json('GET', '/v1/usage'));
    assert.deepEqual(statuses.map(({ status }) => status), [200, 200, 200, 429]);
    assert.isAbove(Number(statuses[3]!.headers.get('retry-after')), 0);
    assert.equal((await (await strict.client(await strict.account())).json('GET', '/v1/usage')).status, 200);
    const unknown = apiClient(strict.origin, 'B'.repeat(43), await proofKey());
    const refused = [];
    for (let count = 0; count < 301; count += 1) refused.push((await unknown.json('GET', '/v1/usage')).status);
    assert.equal(refused.at(-2), 401);
    assert.equal(refused.at(-1), 429);
    await strict.close();
  });
});
