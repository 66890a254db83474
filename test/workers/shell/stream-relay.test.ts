import { assert } from 'chai';
import type { StreamReply, StreamRequest } from '../../../src/workers/contract/relay.ts';
import { createStreamDesk } from '../../../src/workers/door/streams/stream-desk.ts';
import { createStreamRelay, HOLD_MS } from '../../../src/workers/shell/stream-relay.ts';
import { insecureSeededRandom } from '../../support/insecure-random.ts';
import { createFakeTimers } from '../door/streams/fake-timers.ts';
import { bytesOf, sourceOf } from '../door/streams/stream-source.ts';

const ORIGIN = 'https://nexus.example';
const UNKNOWN = '0'.repeat(64);

/** Fails rather than resolving where a body did not break off. */
const broke = (body: Promise<unknown>): Promise<boolean> => body.then(() => false, () => true);

describe('stream relay', () => {
  const ports: MessagePort[] = [];
  afterEach(() => ports.splice(0).forEach((port) => port.close()));

  function setUp(answerer?: (port: MessagePort) => void) {
    const timers = createFakeTimers();
    const asked: string[] = [];
    const desk = createStreamDesk({ random: insecureSeededRandom(9), timers: createFakeTimers(), broken: () => undefined });
    const relay = createStreamRelay({
      origin: ORIGIN,
      after: (ms, fire) => timers.after(ms, fire),
      findAuthority(namespace) {
        asked.push(namespace);
        if (namespace === 'frozen') return new Promise(() => undefined);
        if (namespace === 'nobody') return Promise.resolve(undefined);
        const { port1, port2 } = new MessageChannel();
        ports.push(port1, port2);
        (answerer ?? desk.serve)(port2);
        return Promise.resolve(port1);
      },
    });
    const get = (url: string, init?: RequestInit): Promise<Response> => relay.answer(new Request(ORIGIN + url, init))!.response;
    return { relay, desk, get, asked, timers };
  }

  /** An authority that follows a script: one reply for each request. */
  const scripted = (...replies: StreamReply[]) => (port: MessagePort): void => {
    port.onmessage = () => {
      const reply = replies.shift();
      if (reply) port.postMessage(reply);
    };
  };

  it('holds its event while the body lasts, and no longer than it may', async () => {
    const { desk, relay, timers } = setUp();
    const settled = (promise: Promise<void>) => Promise.race([promise.then(() => true), Promise.resolve(false)]);
    const first = relay.answer(new Request(ORIGIN + desk.offer(sourceOf(bytesOf(10), { saveAs: 'a' })).url))!;
    const response = await first.response;
    assert.isFalse(await settled(first.over));
    await response.arrayBuffer();
    await first.over;
    const stuck = relay.answer(new Request(`${ORIGIN}/_open/${UNKNOWN}?in=frozen`))!;
    assert.isFalse(await settled(stuck.over));
    timers.pass(HOLD_MS);
    await stuck.over;
    const none = relay.answer(new Request(`${ORIGIN}/_open/${UNKNOWN}`))!;
    assert.equal((await none.response).status, 404);
    await none.over;
  });

  it('leaves every other address to others', () => {
    const { relay } = setUp();
    assert.equal(relay.answer(new Request(`${ORIGIN}/`)), undefined);
    assert.equal(relay.answer(new Request(`${ORIGIN}/_opened/${UNKNOWN}`)), undefined);
    assert.equal(relay.answer(new Request(`https://other.example/_open/${UNKNOWN}`)), undefined);
  });

  it('refuses what is no stream without asking anybody', async () => {
    const { get, asked } = setUp();
    assert.equal((await get('/_open/short')).status, 404);
    assert.equal((await get(`/_open/${UNKNOWN}?in=a/b`)).status, 404);
    assert.equal((await get(`/_open/${UNKNOWN}`, { method: 'POST' })).status, 405);
    assert.deepEqual(asked, []);
  });

  it('answers a nudge with nothing, and asks nobody', async () => {
    const { get, asked } = setUp();
    assert.equal((await get('/_open/')).status, 204);
    assert.deepEqual(asked, []);
  });

  it('serves a download whole, once', async () => {
    const { desk, get } = setUp();
    const source = sourceOf(bytesOf(1000), { saveAs: 'a.bin', piece: 64 });
    const { url } = desk.offer(source);
    const response = await get(url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('Content-Disposition'), `attachment; filename="a.bin"; filename*=UTF-8''a.bin`);
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytesOf(1000));
    assert.equal(source.told.finished, 1);
    assert.equal((await get(url)).status, 404);
  });

  it('serves ranges of media, and says which', async () => {
    const { desk, get } = setUp();
    const { url } = desk.offer(sourceOf(bytesOf(100), { mediaType: 'video/mp4', piece: 9 }));
    const part = await get(url, { headers: { Range: 'bytes=90-' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('Content-Range'), 'bytes 90-99/100');
    assert.deepEqual(new Uint8Array(await part.arrayBuffer()), bytesOf(100).slice(90));
    const outside = await get(url, { headers: { Range: 'bytes=100-' } });
    assert.equal(outside.status, 416);
    assert.equal(outside.headers.get('Content-Range'), 'bytes */100');
    const all = await get(url, { headers: { Range: 'bytes=-5' } });
    assert.equal(all.status, 200);
    await all.body?.cancel();
  });

  it('asks the authority of the namespace in the address; 503 where nobody has it', async () => {
    const { get, asked } = setUp();
    assert.equal((await get(`/_open/${UNKNOWN}?in=nobody`)).status, 503);
    assert.equal((await get(`/_open/${UNKNOWN}?in=self-test`)).status, 404);
    assert.deepEqual(asked, ['nobody', 'self-test']);
  });

  it('keeps every answer out of caches, refusals included', async () => {
    const { get } = setUp();
    for (const url of ['/_open/short', `/_open/${UNKNOWN}`, `/_open/${UNKNOWN}?in=nobody`]) {
      assert.equal((await get(url)).headers.get('Cache-Control'), 'no-store');
    }
  });

  it('tells the authority when nobody reads on', async () => {
    let cancelled: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => { cancelled = resolve; });
    const { get } = setUp((port) => {
      port.onmessage = ({ data }: MessageEvent<StreamRequest>) => {
        if (data.type === 'stream.open') port.postMessage({ type: 'stream.head', mediaType: 'video/mp4', ranges: false } satisfies StreamReply);
        if (data.type === 'stream.pull') port.postMessage({ type: 'stream.piece', bytes: new Uint8Array(2 ** 20) } satisfies StreamReply);
        if (data.type === 'stream.cancel') cancelled();
      };
    });
    const response = await get(`/_open/${UNKNOWN}`);
    await response.body?.cancel();
    await heard;
  });

  it('pulls no more than one piece ahead of the reader', async () => {
    let pulls = 0;
    const { get } = setUp((port) => {
      port.onmessage = ({ data }: MessageEvent<StreamRequest>) => {
        if (data.type === 'stream.open') port.postMessage({ type: 'stream.head', mediaType: 'video/mp4', ranges: false } satisfies StreamReply);
        if (data.type !== 'stream.pull') return;
        pulls += 1;
        port.postMessage({ type: 'stream.piece', bytes: new Uint8Array(2 ** 20) } satisfies StreamReply);
      };
    });
    const reader = (await get(`/_open/${UNKNOWN}`)).body!.getReader();
    for (let read = 1; read <= 4; read += 1) {
      await reader.read();
      assert.isAtMost(pulls, read + 1);
    }
    await reader.cancel();
  });

  it('breaks off where the authority does, or sends more or less than it promised', async () => {
    const head: StreamReply = { type: 'stream.head', mediaType: 'video/mp4', ranges: false, size: 4 };
    const piece = (length: number): StreamReply => ({ type: 'stream.piece', bytes: bytesOf(length) });
    for (const replies of [
      [head, piece(2), { type: 'stream.refused', why: 'broken' }],
      [head, piece(3), { type: 'stream.end' }],
      [head, piece(5)],
      [head, { type: 'nonsense' }],
    ] as StreamReply[][]) {
      const response = await setUp(scripted(...replies)).get(`/_open/${UNKNOWN}`);
      assert.isTrue(await broke(response.arrayBuffer()));
    }
  });

  it('is dead after a minute of silence, before the head and after it', async () => {
    const head: StreamReply = { type: 'stream.head', mediaType: 'video/mp4', ranges: false };
    for (const replies of [[], [head]]) {
      let reached: () => void = () => undefined;
      const silent = new Promise<void>((resolve) => { reached = resolve; });
      const left = [...replies];
      const { get, timers } = setUp((port) => {
        port.onmessage = () => {
          const reply = left.shift();
          if (reply) port.postMessage(reply);
          else reached();
        };
      });
      const answer = get(`/_open/${UNKNOWN}`);
      await silent;
      timers.pass(60_000);
      const response = await answer;
      if (replies.length === 0) assert.equal(response.status, 503);
      else assert.isTrue(await broke(response.arrayBuffer()));
    }
  });
});
