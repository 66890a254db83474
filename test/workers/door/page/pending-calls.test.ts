import { assert } from 'chai';
import type { Answer, Method } from '../../../../src/workers/contract/surface.ts';
import type { DoorLine } from '../../../../src/workers/door/page/door-line.ts';
import { createPendingCalls, type PendingCalls } from '../../../../src/workers/door/page/pending-calls.ts';

interface Sent { readonly method: Method; readonly args: Record<string, unknown>; answer(answer: Answer<unknown>): void }

/** A line that keeps what was sent, to be answered by the test. */
function recordingLine(): { line: DoorLine; sent: Sent[] } {
  const sent: Sent[] = [];
  const nothing = () => undefined;
  const line: DoorLine = {
    send: (method, args) => new Promise((resolve) => { sent.push({ method, args: args as Record<string, unknown>, answer: resolve }); }),
    ping: nothing, openEvents: nothing, offerStandby: nothing, close: nothing,
  };
  return { line, sent };
}

const OK: Answer<unknown> = { ok: true, value: 1 };
const UNAVAILABLE: Answer<unknown> = { ok: false, error: { code: 'door.unavailable' } };

describe('calls on their way', () => {
  let calls: PendingCalls;
  beforeEach(() => { calls = createPendingCalls(); });

  it('wait for a line', async () => {
    const answer = calls.call('homeRoot', {});
    const { line, sent } = recordingLine();
    calls.use(line);
    sent[0]?.answer(OK);
    assert.deepEqual(await answer, OK);
  });

  it('go to the next authority where the first did not answer, with the same command', async () => {
    const [first, second] = [recordingLine(), recordingLine()];
    calls.use(first.line);
    const answer = calls.call('lock', {});
    calls.use(undefined);
    calls.use(second.line);
    assert.deepEqual(second.sent[0]?.args, first.sent[0]?.args);
    second.sent[0]?.answer(OK);
    assert.deepEqual(await answer, OK);
  });

  it('go to the next authority where the first says that it leaves', async () => {
    const [first, second] = [recordingLine(), recordingLine()];
    calls.use(first.line);
    const answer = calls.call('lock', {});
    first.sent[0]?.answer(UNAVAILABLE);
    await Promise.resolve();
    calls.use(second.line);
    second.sent[0]?.answer(OK);
    assert.deepEqual(await answer, OK);
  });

  it('carry a copy of a secret, and zero the page\'s own once answered', async () => {
    const { line, sent } = recordingLine();
    calls.use(line);
    const secret = new Uint8Array([1, 2, 3]);
    const answer = calls.call('tryRecoveryPhrase', { secret });
    assert.deepEqual(sent[0]?.args['secret'], new Uint8Array([1, 2, 3]));
    assert.notEqual(sent[0]?.args['secret'], secret);
    sent[0]?.answer(OK);
    await answer;
    assert.deepEqual(secret, new Uint8Array(3));
  });

  it('are told of progress, and abort over their port', async () => {
    const { line, sent } = recordingLine();
    calls.use(line);
    const abort = new AbortController();
    const seen: number[] = [];
    const told = new Promise<void>((resolve) => {
      void calls.call('checkHome', { repair: false, content: false }, {
        signal: abort.signal,
        onProgress: ({ doneItems }) => {
          seen.push(doneItems);
          resolve();
        },
      }).then(() => undefined);
    });
    const port = sent[0]?.args['port'] as MessagePort;
    port.postMessage({ progress: { phase: 'working', doneBytes: 0, totalBytes: 0, doneItems: 7, totalItems: 9 } });
    await told;
    const aborted = new Promise((resolve) => { port.onmessage = ({ data }: MessageEvent) => resolve(data); });
    abort.abort();
    assert.deepEqual(await aborted, { abort: true });
    assert.deepEqual(seen, [7]);
    sent[0]?.answer(OK);
    port.close();
  });

  it('that are aborted before they start are not sent', async () => {
    const { line, sent } = recordingLine();
    calls.use(line);
    const answer = await calls.call('checkHome', { repair: false, content: false }, { signal: AbortSignal.abort() });
    assert.deepEqual([answer.ok, sent.length], [false, 0]);
  });
});
