// The storage API over HTTP, as a client meets it.
import { assert } from 'chai';
import { encode } from 'cborg';
import { createHash, randomBytes } from 'node:crypto';
import { BATCH_BYTES, OBJECT_BYTES, STREAMS } from '../../../src/sync/wire/limits.ts';
import type { ApiClient } from '../support/api-client.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const newId = () => randomBytes(16).toString('hex');
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Told { code?: string; rev?: string; seq?: number }
const told = async (answer: Response): Promise<[number, Told]> => [answer.status, await answer.json() as Told];

describe('the storage API', () => {
  let server: TestServer;
  let client: ApiClient;
  before(async () => { server = await startTestServer(); });
  after(async () => { await server.close(); });
  let account: string;
  beforeEach(async () => {
    server.ahead = 0;
    account = await server.account({ bytes: 40_000_000, objects: 1000 });
    client = await server.client(account);
  });

  it('keeps an object, gives it back with its tag, and by ranges', async () => {
    const [id, body] = [newId(), randomBytes(200_000)];
    const made = await client.put('nodes', id, body);
    assert.equal(made.status, 201);
    assert.equal(made.headers.get('etag'), '"1"');
    const got = await client.call('GET', `/v1/objects/nodes/${id}`);
    assert.equal(got.headers.get('etag'), '"1"');
    assert.equal(got.headers.get('cache-control'), 'no-store');
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), body);
    const head = await client.call('HEAD', `/v1/objects/nodes/${id}`);
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, '200000']);
    for (const [range, from, to] of [['bytes=0-9', 0, 10], ['bytes=199990-', 199_990, 200_000], ['bytes=-5', 199_995, 200_000], ['bytes=5-900000', 5, 200_000]] as const) {
      const part = await client.call('GET', `/v1/objects/nodes/${id}`, { headers: { range } });
      assert.equal(part.status, 206, range);
      assert.equal(part.headers.get('content-range'), `bytes ${from}-${to - 1}/200000`);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), body.subarray(from, to), range);
    }
    assert.deepEqual(await told(await client.call('GET', `/v1/objects/nodes/${id}`, { headers: { range: 'bytes=200000-' } })).then(([status, { code }]) => [status, code]), [416, 'object.range']);
    assert.equal((await client.call('GET', `/v1/objects/nodes/${id}`, { headers: { 'if-none-match': '"1"' } })).status, 304);
  });

  it('outlives a reader who goes away, and says so where bytes are gone', async () => {
    const [id, body] = [newId(), randomBytes(6_000_000)];
    await client.put('nodes', id, body);
    const leaving = new AbortController();
    const answer = await client.call('GET', `/v1/objects/nodes/${id}`, { signal: leaving.signal });
    await answer.body!.getReader().read();
    leaving.abort();
    assert.deepEqual(Buffer.from(await (await client.call('GET', `/v1/objects/nodes/${id}`)).arrayBuffer()), body);
    const { blob } = await server.storage.rows.read((db) => db.selectFrom('objects').select('blob').where('id', '=', id).executeTakeFirstOrThrow());
    await server.storage.blobs.drop([blob!]);
    assert.deepEqual(await told(await client.call('GET', `/v1/objects/nodes/${id}`)).then(([status, { code }]) => [status, code]), [500, 'server.failed']);
  });

  it('asks for a precondition, tells the present revision, and leaves a tombstone', async () => {
    const id = newId();
    const bare = await client.call('PUT', `/v1/objects/nodes/${id}`, { headers: { 'content-type': 'application/octet-stream' }, body: 'x' });
    assert.deepEqual(await told(bare).then(([status, { code }]) => [status, code]), [428, 'object.precondition']);
    assert.equal(bare.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    await client.put('nodes', id, Buffer.from('one'));
    const late = await client.put('nodes', id, Buffer.from('two'));
    assert.equal(late.headers.get('etag'), '"1"');
    assert.deepInclude((await told(late))[1], { code: 'object.conflict', rev: '1' });
    assert.deepEqual(await told(await client.put('nodes', id, Buffer.from('two'), '1')), [200, { rev: '2', seq: 2 }]);
    assert.equal((await client.call('DELETE', `/v1/objects/nodes/${id}`)).status, 428);
    assert.equal((await client.call('DELETE', `/v1/objects/nodes/${id}`, { headers: { 'if-match': '"2"' } })).status, 200);
    assert.equal((await client.call('GET', `/v1/objects/nodes/${id}`)).status, 404);
    const { changes } = await (await client.json('GET', '/v1/changes')).json() as { changes: { id: string; deleted: boolean }[] };
    assert.deepInclude(changes[0], { id, deleted: true });
  });

  it('lists and restores revisions', async () => {
    const id = newId();
    await client.put('datasets/notes', id, Buffer.from('one'));
    await client.put('datasets/notes', id, Buffer.from('two'), '1');
    const { revisions } = await (await client.json('GET', `/v1/objects/datasets/notes/${id}/revisions`)).json() as { revisions: { rev: string }[] };
    assert.deepEqual(revisions.map(({ rev }) => rev), ['1']);
    const restored = await client.call('POST', `/v1/objects/datasets/notes/${id}/revisions/1/restore`, { headers: { 'if-match': '"2"' } });
    assert.equal(restored.status, 200);
    assert.equal(await (await client.call('GET', `/v1/objects/datasets/notes/${id}`)).text(), 'one');
  });

  it('takes extents that are what they say, and no others', async () => {
    const bytes = randomBytes(100_000);
    assert.equal((await client.put('extents', sha(bytes), bytes)).status, 201);
    assert.equal((await client.put('extents', sha(bytes), bytes)).status, 200);
    const other = randomBytes(100_000);
    assert.deepEqual(await told(await client.put('extents', sha(bytes), other)).then(([status, { code }]) => [status, code]), [422, 'extent.mismatch']);
    assert.equal((await client.put('extents', sha(other), other, '1')).status, 405);
    assert.equal((await client.call('DELETE', `/v1/objects/extents/${sha(bytes)}`, { headers: { 'if-match': '"1"' } })).status, 405);
    const missing = await client.json('POST', '/v1/extents/missing', { ids: [sha(bytes), sha(other)] });
    const { quota, ...used } = await (await client.json('GET', '/v1/usage')).json() as { bytes: number; quota: { bytes: number } };
    assert.deepEqual(await missing.json(), { missing: [sha(other)], room: quota.bytes - used.bytes });
    server.ahead += 26 * 60 * 60_000;
    const fresh = await server.client(account);
    assert.equal((await fresh.json('POST', '/v1/extents/collect', { ids: [sha(bytes)], seen: 1 })).status, 409, 'seen by whom this server, set back since, does not know');
    const collected = await fresh.json('POST', '/v1/extents/collect', { ids: [sha(bytes)], seen: 0 });
    assert.deepEqual(await collected.json(), { collected: [sha(bytes)] });
  });

  it('refuses every body one byte, one object or one level over its budget', async () => {
    const over = await client.put('nodes', newId(), Buffer.alloc(OBJECT_BYTES + 1));
    assert.equal((await told(over))[1].code, 'body.too_large');
    assert.equal((await client.put('nodes', newId(), Buffer.alloc(OBJECT_BYTES))).status, 201);
    const batch = (body: Uint8Array) => client.call('POST', '/v1/batch', { headers: { 'content-type': 'application/cbor' }, body });
    const op = (id = newId()) => ({ op: 'get', collection: 'nodes', id });
    assert.equal((await batch(encode(Array.from({ length: 256 }, () => op())))).status, 200);
    assert.equal((await batch(encode(Array.from({ length: 257 }, () => op())))).status, 400);
    assert.equal((await batch(Buffer.alloc(BATCH_BYTES + 1))).status, 413);
    const twice = op();
    for (const body of [encode([twice, twice]), encode([{ ...op(), more: 1 }]), encode([{ ...op(), id: '../x' }]), encode({}), Buffer.alloc(1_000_000, 0x81), Buffer.from([0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(0)]) {
      assert.equal((await batch(body)).status, 400);
    }
    const json = (text: string) => client.call('POST', '/v1/extents/missing', { headers: { 'content-type': 'application/json' }, body: text });
    const ids = (count: number) => JSON.stringify({ ids: Array.from({ length: count }, (_, index) => sha(Buffer.from([index, index >> 8]))) });
    assert.equal((await json(ids(10_000))).status, 200);
    for (const text of [ids(10_001), '['.repeat(17) + ']'.repeat(17), '{"ids":[],"more":1}', '{"__proto__":{},"ids":[]}', '{', '{"ids":["zz"]}', '[]', 'null']) assert.equal((await json(text)).status, 400, text.slice(0, 20));
    assert.equal((await json(JSON.stringify({ ids: 'x'.repeat(1_100_000) }))).status, 413);
  });

  it('takes objects as bytes alone, and an empty one without a type', async () => {
    for (const type of ['application/json', 'application/cbor', 'text/plain', 'multipart/form-data; boundary=x']) {
      const answer = await client.call('PUT', `/v1/objects/nodes/${newId()}`, { headers: { 'content-type': type, 'if-none-match': '*' }, body: '{}' });
      assert.deepEqual(await told(answer).then(([status, { code }]) => [status, code]), [415, 'request.media_type'], type);
    }
    assert.equal((await client.call('PUT', `/v1/objects/nodes/${newId()}`, { headers: { 'if-none-match': '*' }, body: new Uint8Array() })).status, 201);
  });

  it('refuses ids and collections that are none', async () => {
    const good = newId();
    for (const path of [`nodes/${good.slice(1)}`, `nodes/${good}0`, `nodes/${good.toUpperCase().replace(/^./, 'A')}`, `nodes/..%2f${good.slice(4)}`, `nodes/.${good.slice(1)}`, `nodes/%2e%2e`, `extents/${good}`, `nodes/${'0'.repeat(64)}`,
      `other/${good}`, `datasets/${good}`, `datasets/UP/${good}`, `datasets/-a/${good}`, `datasets/${'a'.repeat(65)}/${good}`, `datasets/a%2fb/${good}`, `nodes%2f${good}`]) {
      const answer = await client.put(path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1), Buffer.from('x'));
      assert.include([400, 404], answer.status, path);
      assert.include(String(answer.headers.get('content-type')), 'application/problem+json');
    }
  });

  it('tells usage, and what is over it', async () => {
    const poor = await server.client(await server.account({ bytes: 100, objects: 2 }));
    assert.equal((await poor.put('nodes', newId(), Buffer.alloc(101))).status, 507);
    await poor.put('nodes', newId(), Buffer.alloc(50));
    await poor.put('bundles', newId(), Buffer.alloc(50));
    const usage = await (await poor.json('GET', '/v1/usage')).json() as { bytes: number; objects: number; quota: unknown; collections: Record<string, unknown> };
    assert.deepInclude(usage, { bytes: 100, objects: 2, quota: { bytes: 100, objects: 2 } });
    assert.deepEqual(usage.collections.bundles, { bytes: 50, objects: 1 });
    assert.equal((await told(await poor.put('nodes', newId(), Buffer.alloc(0))))[1].code, 'quota.objects');
  });

  it('streams changes as they come, from where one was', async () => {
    const first = newId();
    await client.put('nodes', first, Buffer.from('1'));
    const ending = new AbortController();
    const answer = await client.call('GET', '/v1/changes/stream', { signal: ending.signal });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (wanted: string) => { while (!text.includes(wanted)) text += (await reader.read()).value ?? assert.fail(`ended before ${wanted}`); };
    await until(first);
    const second = newId();
    await client.put('nodes', second, Buffer.from('2'));
    await until(second);
    const third = newId();
    const elsewhere = await server.client(account);
    await elsewhere.put('nodes', third, Buffer.from('3'));
    await until(third);
    assert.match(text, /id: [0-9a-f]{16}\.3\n/);
    ending.abort();
  });

  it('bounds how many streams an account holds open', async () => {
    const leaving = new AbortController();
    for (let open = 0; open < STREAMS; open += 1) assert.equal((await client.call('GET', '/v1/changes/stream', { signal: leaving.signal })).status, 200);
    assert.equal((await client.call('GET', '/v1/changes/stream')).status, 429);
    leaving.abort();
  });

  it('relays the steps of an enrolment for five minutes', async () => {
    const begun = await (await client.json('POST', '/v1/enrolments', { said: 'cGtC' })).json() as { id: string };
    assert.equal((await client.json('PUT', `/v1/enrolments/${begun.id}/1`, { said: 'ckE' })).status, 200);
    assert.equal((await client.json('PUT', `/v1/enrolments/${begun.id}/1`, { said: 'ckE' })).status, 200);
    assert.equal((await client.json('PUT', `/v1/enrolments/${begun.id}/1`, { said: 'b3RoZXI' })).status, 409);
    const seen = await (await client.json('GET', `/v1/enrolments/${begun.id}`)).json() as { steps: unknown };
    assert.deepEqual(seen.steps, { 0: 'cGtC', 1: 'ckE' });
    assert.equal((await client.json('PUT', `/v1/enrolments/${begun.id}/2`, { said: 'x'.repeat(5463) })).status, 400);
    assert.equal((await client.json('PUT', `/v1/enrolments/${begun.id}/8`, { said: 'x' })).status, 400);
    const stranger = await server.client(await server.account());
    assert.equal((await stranger.json('GET', `/v1/enrolments/${begun.id}`)).status, 410);
    const listed = async (who: typeof client) => (await (await who.json('GET', '/v1/enrolments')).json() as { enrolments: { id: string }[] }).enrolments.map(({ id }) => id);
    assert.deepEqual([await listed(client), await listed(stranger)], [[begun.id], []]);
    for (let more = 0; more < 7; more += 1) await client.json('POST', '/v1/enrolments', { said: 'x' });
    assert.equal((await client.json('POST', '/v1/enrolments', { said: 'x' })).status, 429);
    server.ahead = 5 * 60_000 - 30_000;
    assert.equal((await (await server.client(account)).json('GET', `/v1/enrolments/${begun.id}`)).status, 200);
    server.ahead = 5 * 60_000 + 1000;
    assert.equal((await (await server.client(account)).json('GET', `/v1/enrolments/${begun.id}`)).status, 410);
  });

  it('tells the changes of one collection alone, and of its own to whoever is bound to one', async () => {
    for (const collection of ['nodes', 'datasets/one', 'datasets/two', 'datasets/one']) await client.put(collection, newId(), Buffer.from('x'));
    const binding = newId();
    await client.json('PUT', `/v1/bindings/${binding}`, { app: 'https://app.example', collection: 'datasets/two', writes: false, expiresAt: Date.now() + 60_000 });
    const bound = await server.client(account, 'storage.app', { binding });
    const changed = async (by: ApiClient, query: string) => ((await (await by.call('GET', `/v1/changes${query}`)).json()) as { changes: { collection: string }[] }).changes.map(({ collection }) => collection);
    assert.deepEqual(await changed(client, '?collection=datasets%2Fone'), ['datasets/one', 'datasets/one']);
    assert.lengthOf(await changed(client, ''), 4);
    assert.deepEqual(await changed(bound, '?collection=datasets%2Fone'), ['datasets/two']);
    assert.equal((await client.call('GET', '/v1/changes?collection=else')).status, 400);
  });

  it('describes itself in a document that names every call', async () => {
    const { paths, openapi } = await (await fetch(`${server.origin}/v1/openapi.json`)).json() as { openapi: string; paths: Record<string, object> };
    assert.equal(openapi, '3.1.0');
    assert.includeMembers(Object.keys(paths), ['/v1/objects/{collection}/{id}', '/v1/batch', '/v1/changes', '/v1/changes/stream', '/v1/extents/missing', '/v1/extents/collect', '/v1/enrolments/{id}/{step}', '/v1/usage', '/v1/bindings/{id}', '/v1/sessions', '/v1/sessions/{id}', '/v1/entitlements', '/v1/hooks/entitlements']);
  });

  it('says nothing in its log of what is where, or who asked', async () => {
    const id = newId();
    await client.put('nodes', id, Buffer.from('canary-body'));
    const log = server.lines.join('');
    assert.include(log, '/v1/objects/:collection/:id');
    for (const secret of [id, client.token, 'canary-body', account]) assert.notInclude(log, secret);
  });
});
