// Content into a home and out of it in Chromium, beside the same bytes as plain Blobs in IndexedDB.
import { randomFillSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EnginePage, openEnginePage } from '../harness/engine-page.ts';
import { inTurns, median } from '../harness/rounds.ts';
import { type Effort, type Measurement, type Row, row } from '../measurement.ts';

const MIB = 1024 * 1024;
const MOST_HEAP_MIB = 96;
const PIECE_BYTES = 16 * MIB;

async function onPage<T>(work: (page: EnginePage) => Promise<T>): Promise<T> {
  const page = await openEnginePage('chromium');
  try {
    return await work(page);
  } finally {
    await page.close();
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-bench-home-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeLarge(folder: string, bytes: number): string {
  const path = join(folder, 'large.bin');
  for (let at = 0; at < bytes; at += PIECE_BYTES) appendFileSync(path, randomFillSync(Buffer.alloc(Math.min(PIECE_BYTES, bytes - at))));
  return path;
}

/** The most that the worker held over idle while `work` ran, in MiB. */
async function heapDuring(page: EnginePage, work: () => Promise<number>): Promise<{ took: number; heap: number }> {
  const idle = await page.workerHeap(true);
  let [heap, running] = [idle, true];
  const watch = (async () => {
    while (running) heap = Math.max(heap, await page.workerHeap());
  })();
  const took = await work();
  running = false;
  await watch;
  return { took, heap: (heap - idle) / MIB };
}

const large: Measurement = {
  id: 'home-large',
  engine: 'chromium',
  run: ({ quick, rounds }: Effort) => inFolder((folder) => onPage(async (page): Promise<Row[]> => {
    const bytes = quick ? 16 * MIB : 1024 * MIB;
    await page.give(writeLarge(folder, bytes));
    const adds = { ours: [] as number[], plain: [] as number[] };
    const reads = { ours: [] as number[], plain: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      adds.ours.push(await page.ask('addFile'));
      adds.plain.push(await page.ask('putPlain'));
      reads.ours.push(await page.ask('readFile'));
      reads.plain.push(await page.ask('readPlain'));
      await page.ask('clear');
    }
    const { heap } = await heapDuring(page, () => page.ask('addFile'));
    await page.ask('clear');
    const rate = (took: readonly number[]) => bytes / MIB / (median(took) / 1000);
    return [
      row({ id: 'home-add-large', unit: 'MiB/s', ours: rate(adds.ours), against: 'plain Blobs in IndexedDB', theirs: rate(adds.plain), target: 0.85 }),
      row({ id: 'home-add-large-heap', unit: 'MiB over idle', ours: heap, against: 'the bound', theirs: MOST_HEAP_MIB, target: 1, atMost: true }),
      row({ id: 'home-read-large', unit: 'MiB/s', ours: rate(reads.ours), against: 'plain Blobs in IndexedDB', theirs: rate(reads.plain), target: 0.8 }),
    ];
  })),
};

const many: Measurement = {
  id: 'home-many',
  engine: 'chromium',
  run: ({ quick, rounds }: Effort) => onPage(async (page): Promise<Row[]> => {
    const count = quick ? 200 : 2000;
    await page.ask('prepareFiles', count, 4096);
    await page.ask('addFiles');
    const samples = await inTurns(rounds, { ours: () => page.ask('addFiles'), plain: () => page.ask('putPlainFiles') });
    const rate = (took: readonly number[]) => count / (median(took) / 1000);
    return [row({ id: 'home-add-many', unit: 'files/s', ours: rate(samples.ours), against: 'plain puts, 100 a transaction', theirs: rate(samples.plain), target: 0.5 })];
  }),
};

export const homeMeasurements: readonly Measurement[] = [large, many];
