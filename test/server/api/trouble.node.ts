// The API when something is wrong: slow senders, a full disk, storage that is away and comes back, a clock set back.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { sql } from 'kysely';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { guarded, isTooSlow, SlowBody } from '../../../server/api/body-guard.ts';
import { codeOfFailure } from '../../../server/api/problem.ts';
import { BODY } from '../../../src/sync/wire/limits.ts';
import { athOf } from '../support/api-client.ts';
import { scaled } from '../support/pair.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { type Wire, wire } from '../support/wire.ts';

const newId = () => randomBytes(16).toString('hex');

describe('the storage API in trouble', () => {
  let server: TestServer;
  before(async () => { server = await startTestServer(); });
  after(async () => { await server.close(); });
  beforeEach(() => { server.ahead = 0; });

  it('knows a body that pauses, crawls or never ends, and leaves a quick one alone', () => {
    assert.isFalse(isTooSlow({ elapsed: 1_000, idle: 1_000, bytes: 0 }));
    assert.isFalse(isTooSlow({ elapsed: BODY.freeMs + 1_000, idle: 0, bytes: BODY.bytesPerSecond * 31 }));
    assert.isTrue(isTooSlow({ elapsed: 20_000, idle: BODY.pauseMs + 1, bytes: 1e9 }));
    assert.isTrue(isTooSlow({ elapsed: BODY.freeMs + 1_000, idle: 0, bytes: BODY.bytesPerSecond * 30 }));
    assert.isTrue(isTooSlow({ elapsed: BODY.totalMs + 1, idle: 0, bytes: 1e12 }));
  });

  it('breaks a slow body off when its time is over, and stops looking when it ended', async () => {
    let now = 0;
    let look = (): void => assert.fail('nobody looks');
    let stopped = false;
    const guard = guarded({ clock: () => now, every: (_, check) => { look = check; return () => { stopped = true; }; } });
    guard.resume();
    guard.write(Buffer.from('some'));
    now = BODY.pauseMs;
    look();
    assert.isFalse(guard.destroyed);
    now += 1;
    look();
    const [error] = await once(guard, 'error') as [Error];
    assert.instanceOf(error, SlowBody);
    assert.isTrue(stopped);
  });

  it('answers a slow body with 408, and keeps nothing of it', async () => {
    const looks = new Set<() => void>();
    const slow = await startTestServer({ every: (_, look) => { looks.add(look); return () => { looks.delete(look); }; } });
    const account = await slow.account();
    const client = await slow.client(account);
    const path = `/v1/objects/nodes/${newId()}`;
    const url = new URL(slow.origin);
    const socket = connect(Number(url.port), '127.0.0.1');
    const proof = await client.key.proof('PUT', `${slow.origin}${path}`, { ath: athOf(client.token) });
    socket.write(`PUT ${path} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: DPoP ${client.token}\r\ndpop: ${proof}\r\ncontent-type: application/octet-stream\r\nif-none-match: *\r\ncontent-length: 100\r\n\r\nsome`);
    await until(() => looks.size === 1);
    slow.ahead = BODY.pauseMs + 1_000;
    for (const look of [...looks]) look();
    const [answer] = await once(socket, 'data') as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 408 [\s\S]*request\.too_slow/);
    socket.destroy();
    assert.equal(looks.size, 0);
    const feed = await (await slow.client(account)).json('GET', '/v1/changes');
    assert.lengthOf((await feed.json() as { changes: unknown[] }).changes, 0);
    await slow.close();
  });

  it('takes a sender that goes away in its midst for no failure, and keeps nothing of it', async () => {
    const looks = new Set<() => void>();
    const left = await startTestServer({ every: (_, look) => { looks.add(look); return () => { looks.delete(look); }; } });
    const client = await left.client(await left.account());
    for (const size of [100, 1_000_000]) {
      const path = `/v1/objects/nodes/${newId()}`;
      const url = new URL(left.origin);
      const socket = connect(Number(url.port), '127.0.0.1');
      const proof = await client.key.proof('PUT', `${left.origin}${path}`, { ath: athOf(client.token) });
      socket.write(`PUT ${path} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: DPoP ${client.token}\r\ndpop: ${proof}\r\ncontent-type: application/octet-stream\r\nif-none-match: *\r\ncontent-length: ${size}\r\n\r\nsome`);
      await until(() => looks.size === 1);
      socket.destroy();
      await until(() => looks.size === 0);
    }
    const feed = await client.json('GET', '/v1/changes');
    assert.lengthOf((await feed.json() as { changes: unknown[] }).changes, 0);
    assert.deepEqual(left.lines.filter((line) => line.includes('"level":50')), []);
    await left.close();
  });

  it('looks after no body that is not there, is whole, or was refused unread', async () => {
    const looks = new Set<() => void>();
    const watched = await startTestServer({ every: (_, look) => { looks.add(look); return () => { looks.delete(look); }; } });
    const client = await watched.client(await watched.account());
    const id = newId();
    await client.put('nodes', id, Buffer.from('one'));
    await client.call('GET', `/v1/objects/nodes/${id}`).then((answer) => answer.text());
    await client.call('PUT', `/v1/objects/nodes/${id}`, { headers: { 'content-type': 'application/octet-stream' }, body: Buffer.alloc(1_000_000) }).then((answer) => answer.text());
    await client.put('nodes', 'none', Buffer.alloc(1_000_000)).then((answer) => answer.text());
    await until(() => looks.size === 0);
    await watched.close();
  });

  it('lets nobody hold a connection by headers that never end, nor by huge ones', async () => {
    assert.equal(server.app.server.headersTimeout, 10_000);
    assert.equal(server.app.server.timeout, 60_000, 'nor by never reading');
    const hasty = await startTestServer({ headerMs: 100 });
    const socket = connect(Number(new URL(hasty.origin).port), '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nx-never: e');
    const [said] = await once(socket, 'data') as [Buffer];
    assert.match(said.toString(), /^HTTP\/1\.1 408 /);
    await once(socket, 'close');
    await hasty.close();
    const answer = await fetch(`${server.origin}/v1/usage`, { headers: { authorization: 'x'.repeat(17_000) } }).then(({ status }) => status);
    assert.equal(answer, 431);
  });

  it('tells a full disk from a failure, and says to come back where storage is away', () => {
    const cases: readonly (readonly [unknown, string])[] = [
      [{ code: 'ENOSPC' }, 'server.full'], [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'server.full'], [{ code: '53100' }, 'server.full'],
      [{ code: 'ECONNREFUSED' }, 'server.unavailable'], [{ code: '57P01' }, 'server.unavailable'], [{ code: '08006' }, 'server.unavailable'], [new Error('Connection terminated unexpectedly'), 'server.unavailable'],
      [{ $metadata: { httpStatusCode: 503 } }, 'server.unavailable'], [{ name: 'TimeoutError' }, 'server.unavailable'], [new AggregateError([{ code: 'ECONNREFUSED' }]), 'server.unavailable'],
      [{ statusCode: 400 }, 'request.malformed'], [new Error('a bug'), 'server.failed'], [undefined, 'server.failed'],
    ];
    for (const [failure, code] of cases) assert.equal(codeOfFailure(failure), code, JSON.stringify(failure));
  });

  it('answers 507 when the disk is full half-way, and goes on when there is room', async () => {
    const client = await server.client(await server.account());
    const { blobs } = server.storage;
    const put = blobs.put.bind(blobs);
    Object.assign(blobs, { put: (_: string, body: Readable) => { body.resume(); return Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })); } });
    const id = newId();
    const full = await client.put('nodes', id, randomBytes(100_000));
    Object.assign(blobs, { put });
    assert.equal(full.status, 507);
    assert.equal((await full.json() as { code: string }).code, 'server.full');
    assert.equal((await client.put('nodes', id, randomBytes(100_000))).status, 201);
  });

  if (!scaled) it('answers 507 when the database is full, keeps what it had, and goes on when there is room', async () => {
    const client = await server.client(await server.account());
    const { fleeting } = server.storage.rows;
    const { rows: [{ page_count: pages } = { page_count: 0 }] } = await sql<{ page_count: number }>`pragma main.page_count`.execute(fleeting);
    await sql.raw(`pragma main.max_page_count = ${pages}`).execute(fleeting);
    const kept: string[] = [];
    let refused: Response | undefined;
    while (!refused) {
      const id = newId();
      const answer = await client.put('nodes', id, randomBytes(3_000));
      if (answer.ok) kept.push(id);
      else refused = answer;
    }
    assert.equal((await refused.json() as { code: string }).code, 'server.full');
    await sql.raw('pragma main.max_page_count = 1073741823').execute(fleeting);
    assert.equal((await client.put('nodes', newId(), randomBytes(3_000))).status, 201);
    for (const id of kept) assert.equal((await client.call('HEAD', `/v1/objects/nodes/${id}`)).status, 200);
  });

  it('forgets no acknowledged change, and takes new ones, when the clock was set back', async () => {
    const account = await server.account();
    server.ahead = 48 * 60 * 60_000;
    const later = await server.client(account);
    const id = newId();
    await later.put('nodes', id, Buffer.from('one'));
    server.ahead = 0;
    const now = await server.client(account);
    assert.equal((await now.put('nodes', id, Buffer.from('two'), '1')).status, 200);
    assert.equal((await now.call('GET', `/v1/objects/nodes/${id}`).then((answer) => answer.text())), 'two');
    const { revisions } = await (await now.json('GET', `/v1/objects/nodes/${id}/revisions`)).json() as { revisions: unknown[] };
    assert.lengthOf(revisions, 1);
  });

  it('tells whether it is healthy and ready', async () => {
    assert.equal((await fetch(`${server.origin}/healthz`)).status, 200);
    assert.equal((await fetch(`${server.origin}/readyz`)).status, 200);
    const { blobs } = server.storage;
    const probe = blobs.probe.bind(blobs);
    Object.assign(blobs, { probe: () => Promise.reject(new Error('away')) });
    assert.equal((await fetch(`${server.origin}/readyz`)).status, 503);
    Object.assign(blobs, { probe });
  });
});

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => { setImmediate(resolve); });
}

/** PostgreSQL and S3 are elsewhere; SQLite and a folder go away with the machine. */
if (scaled) describe('storage that goes away', () => {
  it('fails each call with 503 while the database is gone, and goes on when it is back', () => goneAndBack('NEXUS_DATABASE_URL', 100));

  it('fails each call with 503 while the store of objects is gone, and goes on when it is back', () => goneAndBack('NEXUS_OBJECTS', 100_000));
});

/** The wire to `what` is cut under a server that runs; a body of `size` bytes needs what is behind it. */
async function goneAndBack(what: 'NEXUS_DATABASE_URL' | 'NEXUS_OBJECTS', size: number): Promise<void> {
  let between: Wire | undefined;
  const server = await startTestServer({
    async through(env) {
      const url = new URL(env[what]!);
      const endpoint = url.searchParams.get('endpoint');
      between = await wire(new URL(endpoint ?? url));
      if (endpoint === null) url.port = String(between.port);
      else url.searchParams.set('endpoint', `http://127.0.0.1:${between.port}`);
      return { ...env, [what]: url.href };
    },
  });
  const client = await server.client(await server.account());
  const [kept, refused] = [newId(), newId()];
  const told = async (answer: Response) => [answer.status, answer.ok ? '' : (await answer.json() as { code: string }).code];
  assert.equal((await client.put('nodes', kept, randomBytes(size))).status, 201);
  between!.cut();
  assert.deepEqual(await told(await client.put('nodes', refused, randomBytes(size))), [503, 'server.unavailable']);
  assert.deepEqual(await told(await client.call('GET', `/v1/objects/nodes/${kept}`)), [503, 'server.unavailable']);
  assert.equal((await fetch(`${server.origin}/readyz`)).status, 503);
  assert.equal((await fetch(`${server.origin}/healthz`)).status, 200);
  between!.mend();
  assert.equal((await client.call('GET', `/v1/objects/nodes/${refused}`)).status, 404);
  assert.equal((await client.put('nodes', refused, randomBytes(size))).status, 201);
  assert.equal((await client.call('GET', `/v1/objects/nodes/${kept}`).then((answer) => answer.arrayBuffer())).byteLength, size);
  assert.equal((await fetch(`${server.origin}/readyz`)).status, 200);
  await server.close();
  between!.close();
}
