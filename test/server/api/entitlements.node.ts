// What was bought, from the seller's message to a statement that an app checks offline; and everything that must not get that far.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { hookSecret } from '../../../server/api/webhook.ts';
import { tidy } from '../../../server/storage/janitor.ts';
import { ENTITLEMENTS, HOOK } from '../../../src/sync/wire/limits.ts';
import type { ApiClient } from '../support/api-client.ts';
import { hookHeaders, signHook } from '../support/hook.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const APP = 'https://notes.example';
const DAY = 24 * 60 * 60_000;
const newId = () => randomBytes(16).toString('hex');

interface Event { type?: string; timestamp?: string; account?: string; app?: string; product?: string; until?: unknown }

describe('entitlements', () => {
  let server: TestServer;
  let account: string;
  let owner: ApiClient;
  let until: number;
  before(async () => { server = await startTestServer({ entitlementsSecret: hookSecret(SECRET) }); });
  after(async () => { await server.close(); });
  beforeEach(async () => {
    server.ahead = 0;
    account = await server.account();
    owner = await server.client(account);
    until = Date.now() + DAY;
  });

  const url = () => `${server.origin}/v1/hooks/entitlements`;
  const post = async (body: string, headers: Record<string, string>) => {
    const answer = await fetch(url(), { method: 'POST', body, headers });
    return answer.ok ? String(answer.status) : (await answer.json() as { code: string }).code;
  };
  const bodyOf = ({ type = 'entitlement.granted', timestamp = new Date().toISOString(), ...data }: Event) => JSON.stringify({ type, timestamp, data: { account, app: APP, product: 'pro', until, ...data } });
  const tellBody = (body: string, { id = `msg_${newId()}`, at = Date.now() + server.ahead }: { id?: string; at?: number } = {}) => post(body, hookHeaders(signHook(SECRET, { id, at, body })));
  const tell = (event: Event = {}, how?: { id?: string; at?: number }) => tellBody(bodyOf(event), how);
  const statements = async (client: ApiClient) => (await (await client.json('GET', '/v1/entitlements')).json() as { entitlements: string[] }).entitlements;
  const held = async (client = owner) => (await statements(client)).map((each) => decodeJwt(each)).map(({ aud, product }) => `${aud as string} ${product as string}`);
  const bound = async (app: string, holder = owner) => {
    const id = newId();
    const { subject } = await (await holder.json('PUT', `/v1/bindings/${id}`, { app, collection: 'datasets/notes', writes: true, expiresAt: Date.now() + DAY })).json() as { subject: string };
    return { id, subject };
  };

  it('are told as statements by the provider\'s published key, for the app, of its own subject', async () => {
    assert.equal(await tell(), '204');
    const { id, subject } = await bound(APP);
    const app = await server.client(account, 'storage.app', { binding: id });
    const [statement] = await statements(app);
    const jwks = createLocalJWKSet(await (await fetch(`${server.origin}/oidc/jwks`)).json() as JSONWebKeySet);
    const { payload, protectedHeader } = await jwtVerify(statement!, jwks, { issuer: `${server.origin}/oidc`, audience: APP, subject, typ: 'entitlement+jwt', algorithms: ['ES256'] });
    assert.deepEqual(Object.keys(payload).sort(), ['aud', 'exp', 'iat', 'iss', 'product', 'sub', 'until']);
    assert.deepInclude(payload, { product: 'pro', until, exp: Math.floor(until / 1000) } as JWTPayload);
    assert.equal(protectedHeader.kid, 'signing-1');
    assert.notInclude(JSON.stringify(payload), account);
    const [header, body, signature] = statement!.split('.');
    const forged = Buffer.from(JSON.stringify({ ...payload, product: 'all' })).toString('base64url');
    assert.notEqual(body, forged);
    assert.instanceOf(await jwtVerify(`${header}.${forged}.${signature}`, jwks).catch((error: unknown) => error), Error);
  });

  it('are to be asked for again after a while, however long they last', async () => {
    until = Date.now() + 10 * ENTITLEMENTS.statementMs;
    await tell();
    const { exp, iat } = decodeJwt((await statements(owner))[0]!);
    assert.equal(exp! - iat!, ENTITLEMENTS.statementMs / 1000);
  });

  it('end when they are revoked, and when their time is over', async () => {
    await tell();
    await tell({ product: 'more' });
    assert.deepEqual(await held(), [`${APP} more`, `${APP} pro`]);
    assert.equal(await tell({ type: 'entitlement.revoked' }), '204');
    assert.deepEqual(await held(), [`${APP} more`]);
    await tell();
    assert.deepEqual(await held(), [`${APP} more`, `${APP} pro`]);
    server.ahead = DAY + 1_000;
    assert.deepEqual(await held(await server.client(account)), []);
  });

  it('take a message once: its repeat changes nothing, as it was or signed anew', async () => {
    const id = `msg_${newId()}`;
    const at = Date.now();
    const body = bodyOf({});
    assert.equal(await tellBody(body, { id, at }), '204');
    await tell({ type: 'entitlement.revoked' });
    assert.equal(await tellBody(body, { id, at }), '204');
    assert.equal(await tellBody(bodyOf({}), { id, at: at + 1_000 }), '204');
    assert.deepEqual(await held(), []);
  });

  it('take a message once that comes many times at the same moment', async () => {
    const id = `msg_${newId()}`;
    const body = bodyOf({});
    assert.deepEqual([...new Set(await Promise.all(Array.from({ length: 8 }, () => tellBody(body, { id }))))], ['204']);
    assert.deepEqual(await held(), [`${APP} pro`]);
  });

  it('are not changed by what happened earlier and is told later', async () => {
    const then = new Date(Date.now() - 60_000).toISOString();
    await tell({ type: 'entitlement.revoked' });
    assert.equal(await tell({ timestamp: then }), '204');
    assert.deepEqual(await held(), []);
    await tell({ timestamp: new Date(Date.now() + DAY).toISOString() });
    await tell({ type: 'entitlement.revoked' });
    assert.deepEqual(await held(), [], 'a seller\'s clock that is ahead holds nothing up');
  });

  it('are granted by nobody without the secret, nor with an old message', async () => {
    const body = bodyOf({});
    const good = signHook(SECRET, { id: `msg_${newId()}`, at: Date.now(), body });
    assert.equal(await post(body, hookHeaders(signHook(`whsec_${randomBytes(32).toString('base64')}`, { id: good.id, at: Date.now(), body }))), 'hook.signature');
    assert.equal(await post(body.replace('pro', 'all'), hookHeaders(good)), 'hook.signature');
    assert.equal(await post(body, { 'content-type': 'application/json' }), 'hook.signature');
    assert.equal(await tellBody(body, { at: Date.now() - HOOK.toleranceMs - 2_000 }), 'hook.timestamp');
    assert.equal(await tellBody(body, { at: Date.now() + HOOK.toleranceMs + 2_000 }), 'hook.timestamp');
    const owned = await owner.call('POST', '/v1/hooks/entitlements', { headers: { 'content-type': 'application/json' }, body });
    assert.equal(owned.status, 403, 'an account does not grant itself anything');
    assert.deepEqual(await held(), []);
  });

  it('take no message that is too large, of another type or of another shape', async () => {
    assert.equal(await tell({ product: 'x'.repeat(HOOK.bytes) }), 'body.too_large');
    const body = bodyOf({});
    assert.equal(await post(body, { ...hookHeaders(signHook(SECRET, { id: 'msg_1', at: Date.now(), body })), 'content-type': 'text/plain' }), 'request.media_type');
    const wrong = ['', 'null', '{', '[]', '{"__proto__":1}', '['.repeat(17) + ']'.repeat(17), JSON.stringify({ ...JSON.parse(body) as object, more: 1 }),
      ...[{ type: 'entitlement.other' }, { timestamp: 'now' }, { timestamp: '2026-13-01T00:00:00Z' }, { account: 'x' }, { app: '' }, { app: 'a b' }, { product: 'x\u0000' }, { product: 'x'.repeat(257) }, { until: -1 }, { until: '1' }].map(bodyOf)];
    for (const each of wrong) assert.equal(await tellBody(each), 'request.malformed', each);
    assert.deepEqual(await held(), []);
  });

  it('are refused for an account that is not there, and taken when it is', async () => {
    const id = `msg_${newId()}`;
    assert.equal(await tell({ account: newId() }, { id }), 'entitlement.account');
    assert.equal(await tell({}, { id }), '204');
    assert.deepEqual(await held(), [`${APP} pro`]);
  });

  it('are told to an app of its own alone, to a courier never, to another account never', async () => {
    await tell();
    await tell({ app: 'https://other.example' });
    const { id } = await bound(APP);
    const app = await server.client(account, 'storage.app', { binding: id });
    assert.deepEqual(await held(app), [`${APP} pro`]);
    assert.deepEqual(await held(), [`${APP} pro`, 'https://other.example pro']);
    await owner.json('DELETE', `/v1/bindings/${id}`);
    assert.equal((await app.json('GET', '/v1/entitlements')).status, 401);
    assert.equal((await (await server.client(account, 'storage.courier')).json('GET', '/v1/entitlements')).status, 403);
    const strangerAccount = await server.account();
    const stranger = await server.client(strangerAccount);
    const theirs = await server.client(strangerAccount, 'storage.app', { binding: (await bound(APP, stranger)).id });
    for (const client of [stranger, theirs]) assert.deepEqual(await held(client), []);
  });

  it('are bounded by account; what is known may still change', async () => {
    const rows = Array.from({ length: ENTITLEMENTS.held - 1 }, (_, index) => ({ account, app: APP, product: `p${index}`, expires_at: until, revoked: 0, as_of: 0 }));
    await server.storage.rows.write((tx) => tx.insertInto('entitlements').values(rows).execute());
    assert.equal(await tell(), '204');
    assert.equal(await tell({ product: 'one-more' }), 'entitlement.too_many');
    assert.equal(await tell({ type: 'entitlement.revoked' }), '204');
    assert.lengthOf(await held(), ENTITLEMENTS.held - 1);
  });

  it('are swept when their time is over, and the ids of messages when no repeat can come', async () => {
    const id = `msg_${newId()}`;
    await tell({}, { id });
    const count = (table: 'entitlements' | 'hook_events') => server.storage.rows.read(async (db) => (table === 'entitlements'
      ? await db.selectFrom(table).select('product').where('account', '=', account).execute() : await db.selectFrom(table).select('id').where('id', '=', id).execute()).length);
    await tidy(server.storage);
    assert.deepEqual([await count('entitlements'), await count('hook_events')], [1, 1]);
    server.ahead = DAY + 1_000;
    await tidy(server.storage);
    assert.deepEqual([await count('entitlements'), await count('hook_events')], [0, 1]);
    server.ahead = HOOK.rememberedMs + 1_000;
    await tidy(server.storage);
    assert.equal(await count('hook_events'), 0);
  });

  it('are granted by nobody where no secret was agreed on, and an address that tries without end is made to wait', async () => {
    const closed = await startTestServer();
    const body = bodyOf({});
    const knock = async (text: string) => fetch(`${closed.origin}/v1/hooks/entitlements`, { method: 'POST', body: text, headers: hookHeaders(signHook(SECRET, { id: 'msg_1', at: Date.now(), body: text })) });
    for (const text of [body, 'x'.repeat(2 * HOOK.bytes)]) {
      const answer = await knock(text);
      assert.equal(answer.status, 404);
      assert.equal((await answer.json() as { code: string }).code, 'request.not_found');
    }
    let last = 404;
    for (let count = 0; count < 300; count += 1) last = (await knock('')).status;
    assert.equal(last, 429);
    await closed.close();
  });

  it('keep what was sold to whom, and the secret, out of the log', async () => {
    await tell({ product: 'canary-product' });
    await tellBody(bodyOf({ product: 'canary-product' }), { at: 1 });
    const log = server.lines.join('');
    assert.include(log, '/v1/hooks/entitlements');
    for (const secret of ['canary-product', account, SECRET.slice(6)]) assert.notInclude(log, secret);
  });
});
