// A server that says when it wants to be asked again, and what goes to it until then.
import { assert } from 'chai';
import { err, ok } from '../../src/result.ts';
import { createCloudClient, type Send, type StorageRequest } from '../../src/sync/cloud-client.ts';
import { withAnotherTry } from '../../src/sync/another-try.ts';
import { heedRetryAfter } from '../../src/sync/heed-retry-after.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const SECOND = 1000;
const CAP = 300 * SECOND;
const ASK: StorageRequest = { method: 'GET', path: '/changes' };
const STREAM: StorageRequest = { method: 'GET', path: '/changes/stream', pace: 'lasting' };

/** A server that gives the same answer to all, until it is told to give another. */
function serverThat(status: number, retryAfter?: string) {
  const server = { now: NOW, sent: [] as string[], answer: () => new Response('{}', { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } }) };
  const heed = heedRetryAfter(() => server.now);
  const way = (): Send => heed((request) => {
    server.sent.push(request.path);
    return Promise.resolve(ok(server.answer()));
  });
  return { server, way, send: way() };
}

/** ms for which nothing goes out after such an answer. */
async function waitAfter(status: number, retryAfter?: string): Promise<number> {
  const { server, send } = serverThat(status, retryAfter);
  await send(ASK);
  for (const ms of [0, 999, SECOND, 59_999, 60 * SECOND, CAP - 1, CAP, 2 * CAP]) {
    server.now = NOW + ms;
    if ((await send(ASK)).ok) return ms;
  }
  return Infinity;
}

describe('a server that says when it wants to be asked again', () => {
  it('is asked nothing until then, by whichever way, and all of it fails as if nobody answered', async () => {
    const { server, way, send } = serverThat(429, '60');
    const first = await send(ASK);
    assert.equal(first.ok && first.value.status, 429, 'whoever was told hears it themselves');
    const other = way();
    for (const ask of [ASK, STREAM, { ...ASK, method: 'PUT', pace: 'bulk' }] as const) for (const each of [send, other]) assert.deepEqual(await each(ask), err('unreachable'));
    assert.deepEqual(await withAnotherTry(other)(ASK), err('unreachable'));
    assert.deepEqual(await createCloudClient(other).changes(undefined), err('unreachable'));
    assert.lengthOf(server.sent, 1);
    [server.now, server.answer] = [NOW + 60 * SECOND, () => new Response('{}')];
    assert.isTrue((await other(ASK)).ok);
    assert.isTrue((await send(STREAM)).ok);
    assert.lengthOf(server.sent, 3);
  });

  it('says so in seconds or as a date, by 429, and is heeded for five minutes at most', async () => {
    assert.equal(await waitAfter(429, '1'), SECOND);
    assert.equal(await waitAfter(429, '60'), 60 * SECOND);
    assert.equal(await waitAfter(429, 'Sat, 31 Jan 2026 12:01:00 GMT'), 60 * SECOND);
    for (const long of ['300', '301', '86400', '9'.repeat(400), 'Sun, 31 Jan 2027 12:00:00 GMT']) assert.equal(await waitAfter(429, long), CAP, long);
  });

  it('is asked again at once where it said no time, or none that can be read', async () => {
    for (const unread of [undefined, '', '0', '-5', '1.5', '1e9', '0x10', '60 s', '60, 60', 'soon', 'Invalid Date', 'Sat, 31 Jan 2026 11:59:00 GMT', '2026-01-31T12:01:00Z', 'Sun, 31 Jan 2026 12:01:00 GMT', 'Sat, 31 Jan 2026 12:01:00 +0000', 'Sat, 31 Feb 2026 12:01:00 GMT', 'Saturday, 31-Jan-26 12:01:00 GMT']) {
      assert.equal(await waitAfter(429, unread), 0, unread);
    }
    // In trouble it is tried again as ever.
    for (const status of [200, 408, 412, 500, 502, 503, 504, 507]) assert.equal(await waitAfter(status, '60'), 0, String(status));
  });

  it('is not left alone for longer because this device\'s clock was set back', async () => {
    const { server, send } = serverThat(429, '60');
    await send(ASK);
    server.now = NOW - 24 * 60 * 60 * SECOND;
    assert.isTrue((await send(ASK)).ok);
  });

  it('is asked other things while it has no event stream to give', async () => {
    const { server, send } = serverThat(429, '60');
    await send(STREAM);
    assert.deepEqual(await send(STREAM), err('unreachable'));
    server.answer = () => new Response('{}');
    assert.isTrue((await send(ASK)).ok);
    server.now = NOW + 60 * SECOND;
    assert.isTrue((await send(STREAM)).ok);
  });

  it('may say so of one account and mean no other', async () => {
    const busy = serverThat(429, '60');
    await busy.send(ASK);
    assert.isTrue((await serverThat(200).send(ASK)).ok);
  });
});
