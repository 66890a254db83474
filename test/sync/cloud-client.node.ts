// The cloud client at the real server: two devices of one home over HTTP, and a server that lies.
import { assert } from 'chai';
import { err, ok, type Result } from '../../src/result.ts';
import type { Cloud, CloudFailure } from '../../src/sync/cloud.ts';
import { type CloudClient, createCloudClient } from '../../src/sync/cloud-client.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { insecureSeededRandom } from '../support/insecure-random.ts';
import { type Counted, sendOf } from './send.ts';
import { startTestServer, type TestServer } from '../server/support/test-server.ts';
import { bytes, newHome, type TestHome, value, command } from '../workers/home/test-home.ts';
import { importHomeKeys } from '../../src/crypto/home-keys.ts';

describe('the cloud client, at the server', () => {
  let server: TestServer;
  let account: string;
  let homes: readonly [TestHome, TestHome];
  let clouds: readonly [CloudClient, CloudClient];
  const counts: readonly [Counted, Counted] = [{ requests: 0, bytes: 0 }, { requests: 0, bytes: 0 }];
  const round = async (at: 0 | 1, cloud: Cloud = clouds[at]) => syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud, home: homes[at].mounted.sync.reconciler, signal: new AbortController().signal });

  before(async () => {
    server = await startTestServer();
    account = await server.account();
    const random = insecureSeededRandom(5);
    const [homeId, mek] = [random(16), random(32)];
    const home = async () => newHome({ keys: await importHomeKeys(homeId, mek.slice()) });
    homes = [await home(), await home()];
    clouds = [createCloudClient(sendOf(await server.client(account), counts[0])), createCloudClient(sendOf(await server.client(account), counts[1]))];
    for (const each of homes) await each.mounted.sync.link.begin('account');
  });
  after(() => server.close());

  it('carries a thousand small files in a few requests, and content by its own name', async () => {
    const files = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`many/${at}.txt`, `file ${at}`]));
    value(await homes[0].surface.addFiles({ ...command(), to: homes[0].root, items: Object.entries(files).map(([path, text]) => ({ path, file: new File([text], path) })), clash: 'skip', port: new MessageChannel().port1 }));
    await homes[0].add({ 'large.bin': bytes(9_000_000) });
    counts[0].requests = 0;
    assert.deepEqual(await round(0), ok());
    assert.isAtMost(counts[0].requests, 10 + 3);
    counts[1].requests = 0;
    assert.deepEqual(await round(1), ok());
    assert.isAtMost(counts[1].requests, 10 + 3);
    assert.lengthOf(await homes[1].names(await homes[1].find('many')), 1000);
    assert.deepEqual(await homes[1].read(await homes[1].find('large.bin')), bytes(9_000_000));
  });

  it('sends one extent for one changed byte', async () => {
    const changed = bytes(9_000_000);
    changed[5_000_000]! ^= 1;
    counts[0].bytes = 0;
    await homes[0].add({ 'large.bin': changed }, { clash: 'replace' });
    assert.deepEqual(await round(0), ok());
    assert.isAtMost(counts[0].bytes, 4.1 * 1024 * 1024);
    assert.deepEqual(await round(1), ok());
    assert.deepEqual(await homes[1].read(await homes[1].find('large.bin')), changed);
  });

  it('hears of changes while they are made', async () => {
    const stop = new AbortController();
    const heard = new Promise<void>((resolve) => { void clouds[1].watch(undefined, resolve, stop.signal); });
    await homes[0].add({ 'news.txt': 'x' });
    await round(0);
    await heard;
    stop.abort();
    assert.deepEqual(await round(1), ok());
    assert.include(await homes[1].names(), 'news.txt');
  });

  it('hears of a cursor that is gone how far its changes are those of the server', async () => {
    const life = (await homes[0].mounted.sync.reconciler.cursor())!.split('.')[0]!;
    const beyond = `${life}.999999`;
    assert.deepEqual(await clouds[0].changes(beyond), err('cursor_gone'));
    assert.deepEqual(await clouds[0].common(beyond), ok(undefined), 'files were put back under it');
    assert.deepEqual(await clouds[0].common(`${'0'.repeat(16)}.5`), ok(undefined));
  });

  it('tells of objects that are no nodes, before anything of their page is taken', async () => {
    const id = 'ab'.repeat(16);
    assert.deepEqual(await clouds[0].putObject('datasets/home', id, { body: bytes(8) }), ok(true));
    await homes[0].add({ 'after.txt': 'x' });
    await round(0);
    const heard: string[] = [];
    const listening = (answer: Result<void, CloudFailure>) => syncRound({
      clock: () => 0, mayMoveBulk: () => true, cloud: clouds[1], home: homes[1].mounted.sync.reconciler, signal: new AbortController().signal,
      noticed(changes) {
        heard.push(...changes.map((change) => `${change.collection}/${change.id}`));
        return Promise.resolve(answer);
      },
    });
    assert.deepEqual(await listening(err('absent')), err('absent'));
    assert.notInclude(await homes[1].names(), 'after.txt');
    assert.deepEqual(await listening(ok()), ok());
    assert.deepEqual(heard, [`datasets/home/${id}`, `datasets/home/${id}`], 'a round that failed hears of it again');
    assert.include(await homes[1].names(), 'after.txt');
  });

  it('says what stands in the way: no room, no token, no server', async () => {
    const poor = await server.account({ bytes: 1_000, objects: 2 });
    const cloud = createCloudClient(sendOf(await server.client(poor), counts[0]));
    const home = await newHome();
    await home.mounted.sync.link.begin('account');
    await home.add({ 'a.bin': bytes(40_000) });
    const at = async (way: Cloud) => syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud: way, home: home.mounted.sync.reconciler, signal: new AbortController().signal });
    assert.deepEqual(await at(cloud), err('quota'));
    const api = await server.client(poor);
    assert.deepEqual(await at(createCloudClient(sendOf({ ...api, call: (method, path, init) => api.call(method, path, { ...init, headers: { authorization: 'DPoP no' } }) }, counts[0]))), err('signed_out'));
    assert.deepEqual(await at(createCloudClient(() => Promise.resolve(err('unreachable')))), err('unreachable'));
  });

  it('keeps one card for an account, by compare-and-swap', async () => {
    const [id, one] = ['0'.repeat(32), new Uint8Array([1])];
    assert.deepEqual(await clouds[0].object('envelopes', id), ok(undefined));
    assert.deepEqual(await clouds[0].putObject('envelopes', id, { body: one }), ok(true));
    assert.deepEqual(await clouds[1].putObject('envelopes', id, { body: new Uint8Array([2]) }), ok(false));
    const there = value(await clouds[1].object('envelopes', id) as never) as { rev: string; body: Uint8Array };
    assert.deepEqual(there.body, one);
    assert.deepEqual(await clouds[1].putObject('envelopes', id, { rev: there.rev, body: new Uint8Array([2]) }), ok(true));
  });
});

describe('the cloud client, with a server that lies', () => {
  const answering = (body: BodyInit, init: ResponseInit = {}): CloudClient => createCloudClient(() => Promise.resolve(ok(new Response(body, init))));
  const json = (said: unknown): CloudClient => answering(JSON.stringify(said));
  const CHANGE = { seq: 1, collection: 'nodes', id: 'a'.repeat(32), rev: '1', size: 1, deleted: false };
  const NEXT = `${'0'.repeat(16)}.1`;

  for (const [what, said] of Object.entries({
    'no object': 5, 'no cursor': { more: false, changes: [] }, 'a cursor of another form': { next: 'x', more: false, changes: [] }, 'too many changes': { next: NEXT, more: false, changes: Array.from({ length: 1001 }, () => CHANGE) },
    'a collection that there is not': { next: NEXT, more: false, changes: [{ ...CHANGE, collection: 'secrets' }] }, 'an id that is a path': { next: NEXT, more: false, changes: [{ ...CHANGE, id: '../x' }] }, 'a size below nothing': { next: NEXT, more: false, changes: [{ ...CHANGE, size: -1 }] },
    'a change without a number': { next: NEXT, more: false, changes: [{ ...CHANGE, seq: undefined }] }, 'a number that is none': { next: NEXT, more: false, changes: [{ ...CHANGE, seq: 1.5 }] }, 'a number past its end': { next: NEXT, more: false, changes: [{ ...CHANGE, seq: Number(NEXT.split('.')[1]) + 1 }] },
    'a revision that is no number': { next: NEXT, more: false, changes: [{ ...CHANGE, rev: '1"' }] },
  })) it(`takes no page with ${what}`, async () => assert.deepEqual(await json(said).changes(undefined), err('protocol')));

  it('takes no extents as missing, or as dropped, that it did not ask about', async () => {
    assert.deepEqual(await json({ missing: ['b'.repeat(64)] }).missing(['a'.repeat(64)]), err('protocol'));
    // Room that is none says nothing: then it is asked by sending.
    for (const room of [-1, 1.5, '9', null, 1e300, {}]) assert.deepEqual(await json({ missing: [], room }).missing([]), ok({ missing: [] }), String(room));
    assert.deepEqual(await json({ missing: [], room: 0 }).missing([]), ok({ missing: [], room: 0 }));
    assert.deepEqual(await json({ collected: ['b'.repeat(64)] }).collect(['a'.repeat(64)], 1), err('protocol'));
    assert.deepEqual(await json({ collected: ['a'.repeat(64)] }).collect(['a'.repeat(64)], 1), ok(['a'.repeat(64)]));
  });
  it('takes of a cursor that is gone how far its changes are those of the server, and nothing that is no number', async () => {
    const gone = (common: unknown) => answering(JSON.stringify({ code: 'changes.cursor_gone', common }), { status: 410 }).common('x');
    assert.deepEqual(await gone(7), ok(7));
    for (const junk of ['7', -1, 1.5, null, undefined]) assert.deepEqual(await gone(junk), ok(undefined));
    assert.deepEqual(await answering('<html>', { status: 410 }).common('x'), ok(undefined));
    assert.deepEqual(await answering('', { status: 503 }).common('x'), err('unreachable'));
    assert.deepEqual(await json({}).common(`${'0'.repeat(16)}.5`), ok(5), 'it is not gone any more');
  });
  it('takes no batch that is shorter, larger, or none', async () => {
    assert.deepEqual(await answering(new Uint8Array([0x80])).nodes(['a'.repeat(32)]), err('protocol'));
    assert.deepEqual(await answering(new Uint8Array(5 * 1024 * 1024)).nodes(['a'.repeat(32)]), err('protocol'));
    assert.deepEqual(await answering('<html>').nodes(['a'.repeat(32)]), err('protocol'));
  });
  it('reads no object further than an object may be', async () => {
    assert.deepEqual(await answering(new Uint8Array(9 * 1024 * 1024)).extent('a'.repeat(64)), err('protocol'));
  });
  it('goes on after every failure that passes', async () => {
    for (const status of [408, 429, 500, 502, 503]) assert.deepEqual(await answering('', { status }).changes(undefined), err('unreachable'));
    assert.deepEqual(await answering('', { status: 410 }).changes('x'), err('cursor_gone'));
    assert.deepEqual(await answering('', { status: 302 }).changes(undefined), err('protocol'));
  });
});
