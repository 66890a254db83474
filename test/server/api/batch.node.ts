// Many small puts, deletes and gets in one body, as a client of the storage API meets them.
import { assert } from 'chai';
import { decode, encode } from 'cborg';
import { createHash, randomBytes } from 'node:crypto';
import type { ApiClient } from '../support/api-client.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const newId = () => randomBytes(16).toString('hex');
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a batch', () => {
  let server: TestServer;
  let client: ApiClient;
  before(async () => { server = await startTestServer(); });
  after(async () => { await server.close(); });
  beforeEach(async () => { client = await server.client(await server.account({ bytes: 40_000_000, objects: 1000 })); });

  it('is done in one body, in order', async () => {
    const ids = Array.from({ length: 5 }, newId);
    await client.put('nodes', ids[0]!, Buffer.from('old'));
    const extent = randomBytes(70_000);
    const answer = await client.call('POST', '/v1/batch', { headers: { 'content-type': 'application/cbor' }, body: encode([
      { op: 'put', collection: 'nodes', id: ids[0], ifMatch: '1', body: Buffer.from('new') },
      { op: 'put', collection: 'nodes', id: ids[1], body: Buffer.from('b') },
      { op: 'put', collection: 'nodes', id: ids[2], ifMatch: '7', body: Buffer.from('c') },
      { op: 'put', collection: 'extents', id: sha(extent), body: extent },
      { op: 'put', collection: 'extents', id: sha(Buffer.from('x')), body: Buffer.from('y') },
      { op: 'delete', collection: 'nodes', id: ids[3], ifMatch: '1' },
      { op: 'get', collection: 'nodes', id: ids[4] },
    ]) });
    assert.equal(answer.headers.get('content-type'), 'application/cbor');
    const answers = decode(new Uint8Array(await answer.arrayBuffer())) as { status: number; rev?: string; code?: string }[];
    assert.deepEqual(answers.map(({ status, code }) => code ?? status), [200, 201, 'object.conflict', 201, 'extent.mismatch', 'object.missing', 'object.missing']);
    const got = await client.call('POST', '/v1/batch', { headers: { 'content-type': 'application/cbor' }, body: encode([{ op: 'get', collection: 'nodes', id: ids[0] }, { op: 'get', collection: 'extents', id: sha(extent) }]) });
    const bodies = decode(new Uint8Array(await got.arrayBuffer())) as { body: Uint8Array }[];
    assert.deepEqual(bodies.map(({ body }) => Buffer.from(body)), [Buffer.from('new'), extent]);
  });

  it('is not done where its revisions are of another life of the server', async () => {
    const id = newId();
    await client.put('nodes', id, Buffer.from('old'));
    const { generation } = await (await client.call('GET', '/v1/changes')).json() as { generation: string };
    const batch = async (life: string) => client.call('POST', `/v1/batch?life=${life}`, { headers: { 'content-type': 'application/cbor' }, body: encode([{ op: 'put', collection: 'nodes', id, ifMatch: '1', body: Buffer.from('new') }]) });
    const refused = await batch('0123456789abcdef');
    assert.equal(refused.status, 410);
    assert.equal((await refused.json() as { code: string }).code, 'changes.cursor_gone');
    assert.equal(await (await client.call('GET', `/v1/objects/nodes/${id}`)).text(), 'old');
    assert.equal((await batch(generation)).status, 200);
    assert.equal(await (await client.call('GET', `/v1/objects/nodes/${id}`)).text(), 'new');
  });

  it('takes one life that is text of its length, and nothing else for it', async () => {
    const body = encode([{ op: 'put', collection: 'nodes', id: newId(), body: Buffer.from('x') }]);
    const statusOf = async (query: string) => (await client.call('POST', `/v1/batch${query}`, { headers: { 'content-type': 'application/cbor' }, body })).status;
    const { generation } = await (await client.call('GET', '/v1/changes')).json() as { generation: string };
    for (const query of ['?life=', `?life=${'f'.repeat(64)}`, `?life=${generation}%00`, `?life=${generation.toUpperCase()}x`, `?life=${generation}.1`]) assert.equal(await statusOf(query), 410, query);
    for (const query of [`?life=${'f'.repeat(65)}`, `?life=${generation}&life=${generation}`, `?life[]=${generation}&life[a]=1`]) assert.include([400, 410], await statusOf(query), query);
    assert.equal(await statusOf(''), 200, 'nothing was written before');
  });

  it('answers many gets in their order, whatever collections they are of and whether there is something', async () => {
    const ids = Array.from({ length: 150 }, newId);
    const extent = randomBytes(50);
    const batch = async (operations: readonly object[]) => {
      const answer = await client.call('POST', '/v1/batch', { headers: { 'content-type': 'application/cbor' }, body: encode(operations) });
      return decode(new Uint8Array(await answer.arrayBuffer())) as { status: number; rev?: string; body?: Uint8Array }[];
    };
    const puts = ids.slice(0, 100).map((id, at) => ({ op: 'put', collection: 'nodes', id, body: Buffer.from(`node ${at}`) }));
    const made = await batch([...puts, { op: 'put', collection: 'extents', id: sha(extent), body: extent }]);
    await batch([{ op: 'delete', collection: 'nodes', id: ids[7], ifMatch: made[7]!.rev }]);
    const answers = await batch([...ids.toReversed().map((id) => ({ op: 'get', collection: 'nodes', id })), { op: 'get', collection: 'extents', id: sha(extent) }]);
    const told = answers.map(({ status, body }) => (body ? Buffer.from(body).toString('latin1') : status));
    const expected = ids.map((_, at) => (at < 100 && at !== 7 ? `node ${at}` : 404)).toReversed();
    assert.deepEqual(told, [...expected, extent.toString('latin1')]);
  });
});
