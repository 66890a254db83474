// Chromium's own view into a page and its workers: what was answered to them, and what lies in their heaps.
import type { CDPSession, Page } from 'puppeteer-core';

/**
 * A list that grows with each answer at an address that ends so, to the page and its workers. Each is read before they get it: what
 * Chromium tells of a request afterwards may be that it was aborted, though all of it was read.
 */
export async function watchAnswers(page: Page, ending: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  const client = await page.createCDPSession();
  client.on('Fetch.requestPaused', ({ requestId }) => {
    void client.send('Fetch.getResponseBody', { requestId }).then(async ({ body, base64Encoded }) => {
      bodies.push(base64Encoded ? Buffer.from(body, 'base64').toString() : body);
      await client.send('Fetch.continueRequest', { requestId });
    }, () => undefined);
  });
  await client.send('Fetch.enable', { patterns: [{ urlPattern: `*${ending}`, requestStage: 'Response' }] });
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
