// A device: one engine on one fresh profile folder, with the built app served to it.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { BuiltServer } from './built-server.ts';
import type { Browser } from './driver.ts';
import { DevicePage } from './page.ts';
import { openPuppeteerBrowser } from './puppeteer-browser.ts';
import { until } from './until.ts';
import { openWebKitBrowser } from './webkit-browser.ts';

export type Engine = 'chromium' | 'firefox' | 'webkit';

/** The engine that this run is about. */
export const ENGINE = (process.env.NEXUS_ENGINE ?? 'chromium') as Engine;

const UNFINISHED = /\.(crdownload|part|wkdownload|tmp)$/;

export class Device {
  readonly engine: Engine;
  readonly folder: string;
  readonly #server: BuiltServer;
  /** It ends the server that it began. */
  readonly #owns: boolean;
  #browser: Browser | undefined;

  constructor(engine: Engine, at?: Device | BuiltServer) {
    this.engine = engine;
    this.#owns = at === undefined;
    this.#server = at instanceof Device ? at.#server : at ?? new BuiltServer();
    this.folder = temporaryFolder(engine);
    mkdirSync(this.downloads);
  }

  get profile(): string {
    return join(this.folder, 'profile');
  }

  get downloads(): string {
    return join(this.folder, 'downloads');
  }

  get origin(): string {
    return this.#server.origin;
  }

  /** Whether the profile outlives the browser: not in WebKit under automation. */
  get lasts(): boolean {
    return this.#running.lasts;
  }

  get #running(): Browser {
    if (!this.#browser) throw new Error('the browser is not running');
    return this.#browser;
  }

  async open(): Promise<void> {
    if (this.#server.origin.endsWith(':0')) await this.#server.start();
    this.#browser = this.engine === 'webkit'
      ? await openWebKitBrowser(this.profile, this.downloads)
      : await openPuppeteerBrowser(this.engine, this.profile, this.downloads);
  }

  async newPage(path = '/'): Promise<DevicePage> {
    const page = new DevicePage(await this.#running.newPage(), () => this.origin);
    await page.goto(path);
    return page;
  }

  /** The window that a page has opened at a path of ours. */
  async popup(path: string): Promise<DevicePage> {
    const driver = await until(`a window at ${path}`, () => this.#running.popup(this.origin + path));
    return new DevicePage(driver, () => this.origin);
  }

  /** Wakes the service worker as Background Sync does, where the engine can pretend it. */
  async wakeByNetwork(tag: string): Promise<void> {
    await this.#running.wakeByNetwork?.(this.origin, tag);
  }

  /** Ends the browser as a person does and starts it again on its profile. */
  async restart(): Promise<void> {
    await this.#running.close();
    await this.open();
  }

  /** Ends the browser's process at once; `open` starts it again on its profile. */
  async kill(): Promise<void> {
    const browser = this.#running;
    this.#browser = undefined;
    await browser.kill();
  }

  /** The network is gone. */
  stopServer(): Promise<void> {
    return this.#server.stop();
  }

  startServer(): Promise<void> {
    return this.#server.start();
  }

  /** A new release is put in place of the one that is served. */
  async release(dist: string): Promise<void> {
    await this.#server.stop();
    this.#server.serve(dist);
    await this.#server.start();
  }

  /** Does something that saves a file, and gives the path of what was saved once it is whole. */
  async download(act: () => Promise<void>, withinMs = 60_000): Promise<string> {
    const writtenAt = (name: string) => statSync(join(this.downloads, name), { throwIfNoEntry: false })?.mtimeMs;
    const before = new Map(readdirSync(this.downloads).map((name) => [name, writtenAt(name)]));
    await act();
    // WebKit writes under the last name from the start: whole is what has stopped growing.
    let last = 0;
    const name = await until('a saved file', () => {
      const names = readdirSync(this.downloads);
      if (names.some((each) => UNFINISHED.test(each))) return undefined;
      // Chromium writes over what is called the same.
      const fresh = names.find((each) => before.get(each) !== writtenAt(each));
      // Firefox gives it its name at the end: by now there may be another.
      const size = fresh === undefined ? 0 : statSync(join(this.downloads, fresh), { throwIfNoEntry: false })?.size ?? 0;
      const settled = size > 0 && size === last;
      last = size;
      return settled ? fresh : undefined;
    }, { withinMs, everyMs: this.engine === 'webkit' ? 500 : 50 });
    return join(this.downloads, name);
  }

  /** Ends everything and removes the profile. */
  async close(): Promise<void> {
    await this.#browser?.close().catch(() => this.#browser?.kill());
    if (this.#owns) await this.#server.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A fresh device with its browser running; `at` = a server that runs already, or another device that is at one. Close it in `after`. */
export async function openDevice(engine: Engine = ENGINE, at?: Device | BuiltServer): Promise<Device> {
  const device = new Device(engine, at);
  try {
    await device.open();
  } catch (error) {
    await device.close();
    throw error;
  }
  return device;
}
