// Two devices of remoteStorage.js, in its release for browsers, in a thread of their own that ends with its timers; ten requests at
// once, as by default. Node lacks one thing that it uses, FileReader, which is made here. Its 10 s of rest between rounds are left out.
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { type Carried, checkAll, type FileToCarry } from './carrier.ts';

/** Asked of this thread; it answers what came of it. */
export interface ToCarry {
  readonly files: readonly FileToCarry[];
  /** Of the user's storage at the server. */
  readonly settings: object;
}

interface CachedNode { readonly path: string; readonly local?: unknown; readonly push?: unknown; readonly common?: { readonly body?: unknown } }

interface RemoteStorage {
  readonly access: { claim(module: string, mode: string): void };
  readonly caching: { enable(path: string): void };
  readonly remote: { configure(settings: object): void };
  readonly local: { forAllNodes(each: (node: CachedNode) => void): Promise<void> };
  readonly sync: { sync(): Promise<void> };
  scope(path: string): {
    storeFile(type: string, path: string, bytes: ArrayBuffer): Promise<unknown>;
    getFile(path: string, maxAge: false): Promise<{ readonly data?: ArrayBuffer }>;
  };
  on(event: string, handler: (about: Error) => void): void;
  stopSync(): void;
}

type TextRead = (event: { readonly target: { readonly result: string } }) => void;

class TextReader {
  #done: TextRead | undefined;

  addEventListener(_: string, done: TextRead): void {
    this.#done = done;
  }

  readAsText(blob: Blob): void {
    void blob.text().then((result) => this.#done?.({ target: { result } }));
  }
}

const SCOPE = '/bench/';
const OPTIONS = { cache: true, logging: false, disableFeatures: ['Dropbox', 'GoogleDrive'] };

const require = createRequire(import.meta.url);
Object.assign(globalThis, { FileReader: TextReader });
const Made = require('remotestoragejs/release/remotestorage.js') as new (options: object) => RemoteStorage;

function device(): Promise<RemoteStorage> {
  const made = new Made(OPTIONS);
  made.access.claim('bench', 'rw');
  made.caching.enable(SCOPE);
  return new Promise((resolve) => { made.on('features-loaded', () => { resolve(made); }); });
}

const isFile = ({ path }: CachedNode): boolean => !path.endsWith('/');
const isSent = (node: CachedNode): boolean => !node.local && !node.push;
const isHere = ({ common }: CachedNode): boolean => common?.body !== undefined;

/** Connects, and goes on with rounds until `isDone` holds for so many files; gives how many requests it took. */
function syncAll(storage: RemoteStorage, settings: object, { count, isDone }: { readonly count: number; readonly isDone: (node: CachedNode) => boolean }): Promise<number> {
  let requests = 0;
  return new Promise((resolve, reject) => {
    storage.on('error', reject);
    storage.on('wire-done', () => { requests += 1; });
    storage.on('sync-done', () => {
      let done = 0;
      void storage.local.forAllNodes((node) => { if (isFile(node) && isDone(node)) done += 1; }).then(() => {
        if (done < count) return storage.sync.sync();
        storage.stopSync();
        return resolve(requests);
      });
    });
    storage.remote.configure(settings);
  });
}

async function prepared(files: ToCarry['files']): Promise<RemoteStorage> {
  const storage = await device();
  const client = storage.scope(SCOPE);
  for (const { path, bytes } of files) await client.storeFile('application/octet-stream', path, new Uint8Array(bytes).buffer);
  return storage;
}

async function carry({ files, settings }: ToCarry): Promise<Carried> {
  const [a, b] = [await prepared(files), await device()];
  const began = performance.now();
  const ofA = await syncAll(a, settings, { count: files.length, isDone: isSent });
  const ofB = await syncAll(b, settings, { count: files.length, isDone: isHere });
  const took = performance.now() - began;
  await checkAll(files, async (path) => { const { data } = await b.scope(SCOPE).getFile(path, false); return data && new Uint8Array(data); });
  return { took, requests: [ofA, ofB] };
}

parentPort?.on('message', (message: ToCarry) => { void carry(message).then((carried) => parentPort?.postMessage(carried)); });
