import { assert } from 'chai';
import type { StreamReply, StreamRequest } from '../../../../src/workers/contract/relay.ts';
import { createStreamDesk, MOST_SOURCES, NUDGE_MS } from '../../../../src/workers/door/streams/stream-desk.ts';
import { insecureSeededRandom } from '../../../support/insecure-random.ts';
import { createFakeTimers } from './fake-timers.ts';
import { bytesOf, sourceOf } from './stream-source.ts';

const MINUTE = 60_000;

describe('stream desk', () => {
  const ports: MessagePort[] = [];
  afterEach(() => ports.splice(0).forEach((port) => port.close()));

  function setUp(namespace = '') {
    const timers = createFakeTimers();
    const faults: unknown[] = [];
    let nudges = 0;
    const desk = createStreamDesk({
      random: insecureSeededRandom(7), timers, namespace, broken: (fault) => faults.push(fault), nudge: () => { nudges += 1; },
    });
    /** A line, as the service worker holds it. */
    function line() {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1, port2);
      const heard: StreamReply[] = [];
      const waiting: ((reply: StreamReply) => void)[] = [];
      port1.onmessage = ({ data }: MessageEvent<StreamReply>) => {
        const next = waiting.shift();
        if (next) next(data);
        else heard.push(data);
      };
      desk.serve(port2);
      const next = () => new Promise<StreamReply>((resolve) => {
        const reply = heard.shift();
        if (reply) resolve(reply);
        else waiting.push(resolve);
      });
      const ask = (request: StreamRequest) => {
        port1.postMessage(request);
        return next();
      };
      return {
        next, ask, port: port1,
        open: (id: string, range?: { start: number; end?: number }) => ask({ type: 'stream.open', id, ...(range && { range }) }),
        pull: () => ask({ type: 'stream.pull' }),
        async rest(): Promise<number[]> {
          const all: number[] = [];
          for (;;) {
            const reply = await ask({ type: 'stream.pull' });
            if (reply.type !== 'stream.piece') {
              assert.equal(reply.type, 'stream.end');
              return all;
            }
            all.push(...reply.bytes);
          }
        },
      };
    }
    return { desk, timers, faults, line, nudges: () => nudges };
  }

  it('gives out addresses that differ, of 64 hex digits, with the namespace where there is one', () => {
    const { desk } = setUp();
    const first = desk.offer(sourceOf(bytesOf(1)));
    const second = desk.offer(sourceOf(bytesOf(1)));
    assert.match(first.id, /^[0-9a-f]{64}$/);
    assert.notEqual(first.id, second.id);
    assert.equal(first.url, `/_open/${first.id}`);
    const other = setUp('self-test').desk.offer(sourceOf(bytesOf(1)));
    assert.equal(other.url, `/_open/${other.id}?in=self-test`);
  });

  it('serves a download once, whole whatever range is asked for, and says when it was taken', async () => {
    const { desk, line } = setUp();
    const source = sourceOf(bytesOf(10), { saveAs: 'a.bin' });
    const { id } = desk.offer(source);
    const first = line();
    assert.deepEqual(await first.open(id, { start: 3 }), { type: 'stream.head', mediaType: 'application/octet-stream', ranges: true, size: 10, saveAs: 'a.bin' });
    assert.deepEqual(await line().open(id), { type: 'stream.refused', why: 'unknown' });
    assert.equal(source.told.finished, 0);
    assert.deepEqual(await first.rest(), [...bytesOf(10)]);
    assert.equal(source.told.finished, 1);
    assert.deepEqual(await line().open(id), { type: 'stream.refused', why: 'unknown' });
  });

  it('serves media range by range, clamps an end and refuses what lies outside', async () => {
    const { desk, line } = setUp();
    const source = sourceOf(bytesOf(10), { mediaType: 'video/mp4' });
    const { id } = desk.offer(source);
    const tail = line();
    const head = await tail.open(id, { start: 6, end: 99 });
    assert.deepEqual(head.type === 'stream.head' && head.range, { start: 6, end: 10 });
    assert.deepEqual(await tail.rest(), [...bytesOf(10).slice(6)]);
    assert.equal(source.told.finished, 0);
    assert.deepEqual(await line().open(id, { start: 10 }), { type: 'stream.refused', why: 'unsatisfiable', size: 10 });
    const all = line();
    await all.open(id);
    assert.deepEqual(await all.rest(), [...bytesOf(10)]);
    const again = line();
    await again.open(id);
    await again.rest();
    assert.equal(source.told.finished, 1);
  });

  it('reads nothing ahead of a pull', async () => {
    const { desk, line } = setUp();
    const source = sourceOf(bytesOf(10), { saveAs: 'a' });
    const one = line();
    await one.open(desk.offer(source).id);
    assert.deepEqual(source.told.opened, []);
    const piece = await one.pull();
    assert.equal(piece.type === 'stream.piece' && piece.bytes.length, 4);
  });

  it('hands whole pieces over and copies parts', async () => {
    const { desk, line } = setUp();
    const whole = bytesOf(4);
    const buffer = bytesOf(8);
    const one = line();
    await one.open(desk.offer(sourceOf(bytesOf(6), { saveAs: 'a', async *open() { yield whole; yield buffer.subarray(2, 4); } })).id);
    await one.rest();
    assert.equal(whole.byteLength, 0);
    assert.equal(buffer.byteLength, 8);
  });

  it('breaks off where a source throws, or is not as long as it said', async () => {
    const { desk, line, faults } = setUp();
    const fault = new Error('damaged');
    for (const open of [
      async function* () { yield bytesOf(4); throw fault; },
      async function* () { yield bytesOf(4); },
      async function* () { yield bytesOf(11); },
    ]) {
      const source = sourceOf(bytesOf(10), { saveAs: 'a', open });
      const one = line();
      await one.open(desk.offer(source).id);
      let reply = await one.pull();
      while (reply.type === 'stream.piece') reply = await one.pull();
      assert.deepEqual(reply, { type: 'stream.refused', why: 'broken' });
      assert.equal(source.told.finished, 0);
    }
    assert.equal(faults[0], fault);
    assert.equal(faults.length, 3);
  });

  it('ends a source that is cancelled in the middle', async () => {
    const { desk, line } = setUp();
    const source = sourceOf(bytesOf(10), { saveAs: 'a' });
    const { id } = desk.offer(source);
    const one = line();
    await one.open(id);
    await one.pull();
    one.port.postMessage({ type: 'stream.cancel' } satisfies StreamRequest);
    // What comes by another line may be heard before it.
    await source.returned;
    assert.deepEqual(await line().open(id), { type: 'stream.refused', why: 'unknown' });
    assert.equal(source.told.returned, 1);
    assert.equal(source.told.finished, 0);
  });

  it('forgets a source after a minute without activity, counted from the last', async () => {
    const { desk, line, timers } = setUp();
    const source = sourceOf(bytesOf(10));
    const { id } = desk.offer(source);
    timers.pass(MINUTE - 1);
    const one = line();
    await one.open(id);
    timers.pass(MINUTE - 1);
    await one.pull();
    timers.pass(MINUTE - 1);
    assert.equal((await one.pull()).type, 'stream.piece');
    timers.pass(MINUTE);
    assert.deepEqual(await one.next(), { type: 'stream.refused', why: 'broken' });
    assert.equal(source.told.returned, 1);
    assert.deepEqual(await line().open(id), { type: 'stream.refused', why: 'unknown' });
  });

  it('does not count time that the source itself takes', async () => {
    const { desk, line, timers } = setUp();
    let release: () => void = () => undefined;
    let entered: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => { entered = resolve; });
    const gate = new Promise<void>((resolve) => { release = resolve; });
    const one = line();
    await one.open(desk.offer(sourceOf(bytesOf(4), { saveAs: 'a', async *open() { entered(); await gate; yield bytesOf(4); } })).id);
    const piece = one.pull();
    await reached;
    timers.pass(5 * MINUTE);
    release();
    assert.equal((await piece).type, 'stream.piece');
  });

  it('on lock breaks every stream off and forgets every source', async () => {
    const { desk, line, timers } = setUp();
    const running = line();
    const { id } = desk.offer(sourceOf(bytesOf(10), { saveAs: 'a' }));
    const media = desk.offer(sourceOf(bytesOf(10)));
    await running.open(id);
    await running.pull();
    desk.closeAll();
    assert.deepEqual(await running.next(), { type: 'stream.refused', why: 'broken' });
    assert.deepEqual(await line().open(media.id), { type: 'stream.refused', why: 'unknown' });
    assert.equal(timers.pending(), 0);
  });

  it('keeps no more sources than its cap: the one untouched longest makes room', async () => {
    const { desk, line } = setUp();
    const ids = Array.from({ length: MOST_SOURCES }, () => desk.offer(sourceOf(bytesOf(1))).id);
    const touched = line();
    await touched.open(ids[0]!);
    desk.offer(sourceOf(bytesOf(1)));
    assert.equal((await touched.pull()).type, 'stream.piece');
    assert.deepEqual(await line().open(ids[1]!), { type: 'stream.refused', why: 'unknown' });
    assert.equal((await line().open(ids[2]!)).type, 'stream.head');
  });

  it('refuses ids it does not know and messages that are none', async () => {
    const { line } = setUp();
    assert.deepEqual(await line().open('0'.repeat(64)), { type: 'stream.refused', why: 'unknown' });
    assert.deepEqual(await line().open('../x'), { type: 'stream.refused', why: 'unknown' });
    assert.deepEqual(await line().pull(), { type: 'stream.refused', why: 'unknown' });
  });

  it('nudges while a stream runs and stops after', async () => {
    const { desk, line, timers, nudges } = setUp();
    const one = line();
    await one.open(desk.offer(sourceOf(bytesOf(10), { saveAs: 'a' })).id);
    timers.pass(NUDGE_MS);
    await one.pull();
    timers.pass(NUDGE_MS);
    assert.equal(nudges(), 2);
    await one.rest();
    timers.pass(10 * NUDGE_MS);
    assert.equal(nudges(), 2);
  });
});
