// Content into the home and out of it, beside the same bytes as plain Blobs in IndexedDB.
import { openDB } from 'idb';
import type { AddItem } from '../../../src/workers/contract/home.ts';
import { command, type OpenedHome, openFreshHome, port } from './open-home.ts';
import { randomBytes } from './data.ts';

const PIECE_BYTES = 4 * 1024 * 1024;
const PLAIN_BATCH = 100;

let file = new File([], 'empty');
let items: AddItem[] = [];
let opened: OpenedHome | undefined;
let plainName = '';

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function addAll(into: OpenedHome, all: readonly AddItem[]): Promise<void> {
  const root = await into.home.surface.homeRoot({});
  if (!root.ok) throw new Error('no root');
  const added = await into.home.surface.addFiles({ ...command(), to: root.value, items: all, clash: 'keep_both', port: port() });
  if (!added.ok || added.value.added !== all.length) throw new Error(`the add failed: ${JSON.stringify(added)}`);
}

async function plainStore(): Promise<Awaited<ReturnType<typeof openDB>>> {
  plainName = `plain.${crypto.randomUUID()}`;
  return openDB(plainName, 1, { upgrade: (db) => void db.createObjectStore('blobs') });
}

export const homeTasks = {
  /** The file on disk that is added and put from now on. */
  async takeFile(given: File): Promise<void> {
    file = given;
  },

  async prepareFiles(count: number, bytes: number): Promise<void> {
    items = Array.from({ length: count }, (_, index) => ({ path: `f${index}.bin`, file: new File([randomBytes(bytes)], `f${index}.bin`) }));
  },

  /** Milliseconds until the file is live and durable in a fresh home. */
  async addFile(): Promise<number> {
    opened = await openFreshHome();
    const into = opened;
    return timed(() => addAll(into, [{ path: 'large.bin', file }]));
  },

  async addFiles(): Promise<number> {
    const into = await openFreshHome();
    return timed(() => addAll(into, items));
  },

  /** The same bytes as Blobs of 4 MiB, a transaction each, the last one strict. */
  async putPlain(): Promise<number> {
    const db = await plainStore();
    return timed(async () => {
      for (let from = 0; from < file.size; from += PIECE_BYTES) {
        const bytes = await file.slice(from, from + PIECE_BYTES).arrayBuffer();
        const tx = db.transaction('blobs', 'readwrite', { durability: from + PIECE_BYTES >= file.size ? 'strict' : 'relaxed' });
        await tx.store.put(new Blob([bytes]), from);
        await tx.done;
      }
      db.close();
    });
  },

  /** The same files, a hundred a transaction, each strict as ours are. */
  async putPlainFiles(): Promise<number> {
    const db = await plainStore();
    return timed(async () => {
      for (let from = 0; from < items.length; from += PLAIN_BATCH) {
        const batch = await Promise.all(items.slice(from, from + PLAIN_BATCH).map(async (item) => ({ path: item.path, bytes: await item.file?.arrayBuffer() })));
        const tx = db.transaction('blobs', 'readwrite', { durability: 'strict' });
        for (const { path, bytes } of batch) await tx.store.put(bytes, path);
        await tx.done;
      }
      db.close();
    });
  },

  /** Milliseconds to read the file that was added last, every tag checked. */
  async readFile(): Promise<number> {
    if (!opened) throw new Error('nothing was added');
    const { home } = opened;
    const root = await home.surface.homeRoot({});
    const listing = root.ok ? await home.surface.listFolder({ folder: root.value }) : root;
    const [entry] = listing.ok ? listing.value.entries : [];
    if (!entry) throw new Error('the file is not there');
    await home.surface.openDownload({ nodes: [entry.id] });
    const source = opened.offered();
    let bytes = 0;
    const took = await timed(async () => { for await (const piece of source.open()) bytes += piece.length; });
    if (bytes !== file.size) throw new Error('not all of it came back');
    return took;
  },

  async readPlain(): Promise<number> {
    const db = await openDB(plainName);
    return timed(async () => {
      for (let from = 0; from < file.size; from += PIECE_BYTES) await ((await db.get('blobs', from)) as Blob).arrayBuffer();
      db.close();
    });
  },

  /** Makes room: what earlier rounds stored goes. */
  async clear(): Promise<void> {
    await opened?.home.close();
    opened = undefined;
    for (const { name } of await indexedDB.databases()) {
      if (name) await new Promise((resolve) => { indexedDB.deleteDatabase(name).onsuccess = resolve; });
    }
  },
};
