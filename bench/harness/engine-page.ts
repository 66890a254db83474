// The measuring page in one real engine, on a fresh profile: its worker is asked for tasks by name.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ElementHandle, launch } from 'puppeteer-core';
import { openWebKitBrowser } from '../../test/e2e/support/webkit-browser.ts';
import { CHROMIUM, CHROMIUM_ARGS, FIREFOX, WEBKIT_CAPABILITIES } from '../../test/support/engines.mjs';
import type { Tasks } from '../page/tasks.ts';
import { servePage } from './page-build.ts';

export type Engine = 'chromium' | 'firefox' | 'webkit';

type Arguments<T extends keyof Tasks> = Parameters<Tasks[T]>;
type Answer<T extends keyof Tasks> = Awaited<ReturnType<Tasks[T]>>;

export interface EnginePage {
  ask<T extends keyof Tasks>(task: T, ...args: Arguments<T>): Promise<Answer<T>>;
  /** Hands a file on disk to the worker, as a person chooses it; not in WebKit. */
  give(path: string): Promise<void>;
  /** Bytes that the worker's script holds, its heap and its array buffers; with `live`, once garbage is gone. Chromium alone tells. */
  workerHeap(live?: boolean): Promise<number>;
  close(): Promise<void>;
}

interface Opened {
  give(path: string): Promise<void>;
  evaluate(expression: string): Promise<unknown>;
  workerHeap(live?: boolean): Promise<number>;
  close(): Promise<void>;
}

const BINARIES: Readonly<Record<Engine, string | undefined>> = {
  chromium: CHROMIUM, firefox: FIREFOX, webkit: WEBKIT_CAPABILITIES['webkitgtk:browserOptions'].binary,
};

export function installed(engine: Engine): boolean {
  return existsSync(BINARIES[engine] ?? '');
}

async function openPuppeteer(engine: Engine, profile: string, url: string): Promise<Opened> {
  // A task of minutes is awaited in one call: no timeout of the protocol.
  const common = { userDataDir: profile, headless: true, protocolTimeout: 0 } as const;
  const browser = engine === 'firefox'
    ? await launch({ ...common, browser: 'firefox', executablePath: FIREFOX })
    : await launch({ ...common, executablePath: CHROMIUM, args: CHROMIUM_ARGS });
  const page = await browser.newPage();
  await page.goto(url, { waitUntil: 'load' });
  return {
    evaluate: (expression) => page.evaluate(expression),
    async give(path) {
      const input = await page.$('input');
      await (input as ElementHandle<HTMLInputElement> | null)?.uploadFile(path);
      await page.evaluate('giveFile()');
    },
    async workerHeap(live = false) {
      const [worker] = page.workers();
      if (!worker) throw new Error('the page has no worker');
      if (live) await worker.client.send('HeapProfiler.collectGarbage');
      const usage = await worker.client.send('Runtime.getHeapUsage');
      return usage.usedSize + usage.backingStorageSize;
    },
    close: () => browser.close(),
  };
}

async function openWebKit(profile: string, url: string): Promise<Opened> {
  const browser = await openWebKitBrowser(profile, profile);
  const page = await browser.newPage();
  await page.goto(url);
  return {
    evaluate: (expression) => page.evaluate(expression),
    give: () => Promise.reject(new Error('this engine cannot be given a file')),
    workerHeap: () => Promise.reject(new Error('this engine does not tell its heap')),
    close: () => browser.close(),
  };
}

/** Close it in a `finally`: it holds a browser, a server and a profile folder. Files of `data` are served under `/data/`. */
export async function openEnginePage(engine: Engine, data?: string): Promise<EnginePage> {
  const served = await servePage(data);
  const profile = mkdtempSync(join(tmpdir(), `nexus-bench-${engine}-`));
  const clean = () => {
    served.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const opened = engine === 'webkit' ? await openWebKit(profile, served.url) : await openPuppeteer(engine, profile, served.url);
    return {
      ask: ((task: string, ...args: unknown[]) => opened.evaluate(`askWorker(${JSON.stringify(task)}, ${JSON.stringify(args)})`)) as EnginePage['ask'],
      give: (path) => opened.give(path),
      workerHeap: (live) => opened.workerHeap(live),
      async close() {
        await opened.close();
        clean();
      },
    };
  } catch (error) {
    clean();
    throw error;
  }
}
