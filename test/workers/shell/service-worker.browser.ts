// The real service worker. The test's own page hosts the authority, and is not controlled; a frame inside its scope is.
import { assert } from 'chai';
import type { AuthorityWanted, Line } from '../../../src/workers/contract/relay.ts';
import { createBroker } from '../../../src/workers/door/page/broker.ts';
import { createStreamDesk } from '../../../src/workers/door/streams/stream-desk.ts';
import { createFakeTimers } from '../door/streams/fake-timers.ts';
import { bytesOf, sourceOf } from '../door/streams/stream-source.ts';

const SCOPE = '/test/workers/shell/fixture/';

describe('service worker', () => {
  const lines: { readonly line: Line; readonly port: MessagePort }[] = [];
  const desk = createStreamDesk({ random: (length) => crypto.getRandomValues(new Uint8Array(length)), timers: createFakeTimers(), broken: () => undefined });
  let hosting = true;
  let registration: ServiceWorkerRegistration;
  let frame: HTMLIFrameElement;

  const inFrame = (): Window & typeof globalThis => frame.contentWindow as Window & typeof globalThis;

  before(async () => {
    createBroker(navigator.serviceWorker, {
      namespace: '', hosts: () => hosting,
      connect(line, port) {
        if (line === 'stream') return desk.serve(port);
        lines.push({ line, port });
        port.postMessage('here');
      },
    });
    frame = document.createElement('iframe');
    frame.src = `${SCOPE}page.html?markers`;
    await new Promise((resolve) => {
      frame.addEventListener('load', resolve, { once: true });
      document.body.append(frame);
    });
    const container = inFrame().navigator.serviceWorker;
    const claimed = new Promise((resolve) => { container.addEventListener('controllerchange', resolve, { once: true }); });
    registration = await navigator.serviceWorker.register(`${SCOPE}service.worker.ts`, { type: 'module', scope: SCOPE });
    await claimed;
  });

  after(async () => {
    await registration.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
    lines.forEach(({ port }) => port.close());
    frame.remove();
  });

  function find(namespace: string): Promise<unknown> {
    const { port1, port2 } = new MessageChannel();
    registration.active?.postMessage({ type: 'authority.find', namespace } satisfies AuthorityWanted, [port2]);
    return new Promise((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<unknown>) => {
        port1.close();
        resolve(data);
      };
    });
  }

  it('controls the first visit, without a reload', () => {
    assert.match(inFrame().navigator.serviceWorker.controller?.scriptURL ?? '', /service\.worker\.ts$/);
  });

  it('brings a page to the authority in another, which it does not control', async () => {
    assert.isNull(navigator.serviceWorker.controller);
    assert.equal(await find(''), 'here');
    assert.equal(lines.at(-1)?.line, 'door');
  });

  it('says where nobody has it', async () => {
    assert.deepEqual(await find('somebody-else'), { type: 'authority.nobody' });
  });

  it('relays a download once, byte for byte, and keeps nothing of it', async () => {
    const content = bytesOf(3_000_000);
    const source = sourceOf(content, { saveAs: 'a.bin', piece: 1_000_000 });
    const { url } = desk.offer(source);
    const response = await inFrame().fetch(url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('Content-Length'), '3000000');
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), content);
    assert.equal(source.told.finished, 1);
    assert.equal((await inFrame().fetch(url)).status, 404);
    const kept = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((request) => request.url)));
    assert.isFalse(kept.flat().some((address) => address.includes('/_open/')));
  });

  it('relays a range', async () => {
    const { url } = desk.offer(sourceOf(bytesOf(100), { mediaType: 'video/mp4' }));
    const response = await inFrame().fetch(url, { headers: { Range: 'bytes=40-49' } });
    assert.equal(response.status, 206);
    assert.equal(response.headers.get('Content-Range'), 'bytes 40-49/100');
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytesOf(100).slice(40, 50));
  });

  it('breaks a stream off on lock', async () => {
    const { url } = desk.offer(sourceOf(bytesOf(8_000_000), { saveAs: 'a.bin', piece: 1_000_000 }));
    const reader = (await inFrame().fetch(url)).body!.getReader();
    await reader.read();
    desk.closeAll();
    const ended = (async () => { while (!(await reader.read()).done); })();
    assert.isTrue(await ended.then(() => false, () => true));
  });

  it('answers 503 where no page has the authority', async () => {
    hosting = false;
    const { url } = desk.offer(sourceOf(bytesOf(1)));
    assert.equal((await inFrame().fetch(url)).status, 503);
    hosting = true;
    assert.equal((await inFrame().fetch(url)).status, 200);
  });

  it('answers for its files from the copy, not from the network', async () => {
    const [name] = await caches.keys();
    const copy = await caches.open(name!);
    const [kept] = await copy.keys();
    await copy.put(kept!, new Response('from the copy', { headers: { 'Content-Type': 'text/html' } }));
    assert.equal(await (await inFrame().fetch(`${SCOPE}page.html`)).text(), 'from the copy');
  });
});
