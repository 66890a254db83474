// A large file's way up in the built app, in Chromium, and the same bytes by plain `fetch` from a page of a bare server there.
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AT_ONCE } from '../../src/sync/each-of.ts';
import type { BuiltServer } from '../../test/e2e/support/built-server.ts';
import { Device } from '../../test/e2e/support/device.ts';
import { ADA, createUser, goTo } from '../../test/e2e/support/person.ts';
import { add, link, timed, untilSynced } from './app-link.ts';
import { threadAt } from './distance.ts';

const MIB = 1024 * 1024;
const PIECE_BYTES = 4 * MIB;
/** A browser keeps no more than so many Blobs of a page for certain. */
const DIFFERENT = 16;

async function inBrowser<T>(device: Device, work: (device: Device) => Promise<T>): Promise<T> {
  await device.open();
  try {
    return await work(device);
  } finally {
    await device.close();
  }
}

/** What was written before is on the disk, so that nobody who is measured waits for it. */
const settleDisk = (): void => { execFileSync('sync'); };

/** ms from "Resume sync" in a home that the account has, but for one file, to that being there. */
export const sendByApp = (bytes: number): Promise<number> => inBrowser(new Device('chromium'), async (device) => {
  const page = await device.newPage('/');
  await createUser(page, ADA);
  await link(device, page);
  await page.getByRole('button', 'Pause sync').click();
  const path = join(device.folder, 'large.bin');
  writeFileSync(path, randomFillSync(Buffer.alloc(bytes)));
  await goTo(page, 'Files');
  await add(page, path);
  await goTo(page, 'Account');
  settleDisk();
  return timed(async () => {
    await page.getByRole('button', 'Resume sync').click();
    await untilSynced(page);
  });
});

/** In the page: as many pieces at once as the app sends, a few by turns; as Blobs, since bytes that a script holds are slow to send, and under automation very slow. ms. */
async function putAll({ count, piece, different, atOnce }: { readonly count: number; readonly piece: number; readonly different: number; readonly atOnce: number }): Promise<number> {
  const pieces = Array.from({ length: different }, () => {
    const content = new Uint8Array(piece);
    for (let from = 0; from < content.length; from += 65_536) crypto.getRandomValues(content.subarray(from, from + 65_536));
    return new Blob([content]);
  });
  const began = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next; at < count; at = next) {
      next = at + 1;
      const { ok } = await fetch(`/${at}`, { method: 'PUT', body: pieces[at % different]! });
      if (!ok) throw new Error('the bare server refused');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return performance.now() - began;
}

/** ms; the bare server drops what it takes, or hashes it and keeps it on the disk. */
export async function sendPlain(bytes: number, keeping: boolean): Promise<number> {
  const folder = keeping ? mkdtempSync(join(tmpdir(), 'bench-bare-')) : undefined;
  const bare = await threadAt(new URL('./bare.worker.ts', import.meta.url), { folder });
  const running = Promise.resolve();
  settleDisk();
  const at = { origin: bare.origin, start: () => running, stop: () => running } as BuiltServer;
  try {
    return await inBrowser(new Device('chromium', at), async (device) => (await device.newPage('/')).evaluate(putAll, { count: Math.ceil(bytes / PIECE_BYTES), piece: PIECE_BYTES, different: DIFFERENT, atOnce: AT_ONCE }));
  } finally {
    await bare.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}
