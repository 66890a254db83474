// How long the storage API is waited for: for its answer, for a body, for a stream.
import { assert } from 'chai';
import { createStorageFetch } from '../../../src/sync/oauth/bounded-fetch.ts';
import { Unreachable } from '../../../src/sync/oauth/failure.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A server that answers when told to, and a clock that a test holds still. */
function world() {
  const due: { readonly ms: number; readonly end: AbortController }[] = [];
  let answer = (): void => undefined;
  let signal: AbortSignal | undefined;
  const fetch = createStorageFetch({
    deadline(ms) {
      const end = new AbortController();
      due.push({ ms, end });
      return end.signal;
    },
    fetch: (_, init) => new Promise((resolve, reject) => {
      signal = init.signal ?? undefined;
      signal?.addEventListener('abort', () => { reject(new Error('aborted')); });
      answer = () => { resolve(new Response('')); };
    }),
  });
  return { fetch, answer: () => { answer(); }, isOff: () => signal?.aborted, pass(ms: number) { for (const one of due) if (one.ms <= ms) one.end.abort(); } };
}

const PUT = (bytes: number): RequestInit => ({ method: 'PUT', body: new Uint8Array(bytes) });
const outcome = (work: Promise<unknown>) => work.then(() => 'answered', (fault: unknown) => (fault instanceof Unreachable ? 'unreachable' : 'other'));

describe('waiting for the storage API', () => {
  it('ends where nothing is answered in half a minute, whatever is to be carried back', async () => {
    for (const pace of [undefined, 'bulk', 'lasting'] as const) {
      const { fetch, pass, isOff } = world();
      const asked = outcome(fetch('https://cloud.test/v1/changes', {}, pace));
      pass(29 * SECOND);
      assert.isFalse(isOff());
      pass(30 * SECOND);
      assert.equal(await asked, 'unreachable');
    }
  });

  it('gives a body the time of the slowest line that the server takes', async () => {
    const { fetch, pass, isOff } = world();
    const asked = outcome(fetch('https://cloud.test/v1/objects', PUT(4 * 1024 * 1024), 'bulk'));
    pass(9 * MINUTE);
    assert.isFalse(isOff());
    pass(30 * SECOND + 512 * SECOND);
    assert.equal(await asked, 'unreachable');
  });

  it('lets what was answered be read for ten minutes, and a stream for as long as it lasts', async () => {
    const bulk = world();
    const asked = outcome(bulk.fetch('https://cloud.test/v1/objects', {}, 'bulk'));
    bulk.answer();
    assert.equal(await asked, 'answered');
    bulk.pass(9 * MINUTE);
    assert.isFalse(bulk.isOff());
    bulk.pass(10 * MINUTE);
    assert.isTrue(bulk.isOff());
    const stream = world();
    const opened = outcome(stream.fetch('https://cloud.test/v1/changes/stream', {}, 'lasting'));
    stream.answer();
    assert.equal(await opened, 'answered');
    stream.pass(600 * MINUTE);
    assert.isFalse(stream.isOff());
  });

  it('is called off by who asked', async () => {
    const { fetch } = world();
    const off = new AbortController();
    const asked = outcome(fetch('https://cloud.test/v1/changes', { signal: off.signal }, undefined));
    off.abort();
    assert.equal(await asked, 'unreachable');
  });
});
