// Chromium's own view into a page and its workers: what was answered to them, and what lies in their heaps.
import type { CDPSession, Page, WebWorker } from 'puppeteer-core';

const REQUESTS = 'Network.responseReceived';

async function watchWorker({ client }: WebWorker, ending: string, bodies: string[]): Promise<void> {
  const waiting = new Set<string>();
  client.on(REQUESTS, ({ requestId, response }) => { if (response.url.endsWith(ending)) waiting.add(requestId); });
  client.on('Network.loadingFinished', ({ requestId }) => {
    if (!waiting.delete(requestId)) return;
    void client.send('Network.getResponseBody', { requestId }).then(({ body }) => { bodies.push(body); }, () => undefined);
  });
  await client.send('Network.enable');
}

/** A list that grows with each answer at an address that ends so, in workers that are there and that come. */
export async function watchAnswers(page: Page, ending: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  page.on('workercreated', (worker) => void watchWorker(worker, ending, bodies).catch(() => undefined));
  for (const worker of page.workers()) await watchWorker(worker, ending, bodies);
  return bodies;
}

/** A heap as text, after its garbage was collected. */
async function snapshotOf(client: CDPSession): Promise<string> {
  const chunks: string[] = [];
  const take = ({ chunk }: { chunk: string }) => { chunks.push(chunk); };
  client.on('HeapProfiler.addHeapSnapshotChunk', take);
  await client.send('HeapProfiler.collectGarbage');
  await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  client.off('HeapProfiler.addHeapSnapshotChunk', take);
  return chunks.join('');
}

/** Which of the texts are in which heap. */
export async function heapsWith(page: Page, texts: readonly string[]): Promise<{ page: readonly string[]; workers: readonly string[] }> {
  const session = await page.createCDPSession();
  const own = await snapshotOf(session);
  await session.detach();
  const workers = await Promise.all(page.workers().map(({ client }) => snapshotOf(client)));
  return { page: texts.filter((text) => own.includes(text)), workers: texts.filter((text) => workers.some((heap) => heap.includes(text))) };
}
