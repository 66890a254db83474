// Chromium (CDP) and Firefox (WebDriver BiDi) on a profile folder, as drivers.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { launch, type Browser as Puppeteer, type ElementHandle, type KeyInput, type Page } from 'puppeteer-core';
import { CHROMIUM, CHROMIUM_ARGS, FIREFOX } from '../../support/engines.mjs';
import type { Browser, Driver } from './driver.ts';
import { heapsWith, watchAnswers } from './inspect-memory.ts';
import { until } from './until.ts';

const SIZE = { width: 1280, height: 900 };

function listen(page: Page): string[] {
  const lines: string[] = [];
  page.on('console', (message) => { lines.push(`${message.type()}: ${message.text()}`); });
  page.on('pageerror', (error) => { lines.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`); });
  page.on('dialog', (dialog) => { void dialog.accept().catch(() => undefined); });
  return lines;
}

async function drop(page: Page, at: { x: number; y: number }, paths: readonly string[]): Promise<void> {
  const session = await page.createCDPSession();
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await session.detach();
}

async function endWorkers(page: Page): Promise<number> {
  const workers = page.workers();
  await Promise.all(workers.map((worker) => worker.close()));
  return workers.length;
}

async function installFaults(page: Page): Promise<readonly string[]> {
  const session = await page.createCDPSession();
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  await session.detach();
  return installabilityErrors.map(({ errorId }) => errorId);
}

/** An authenticator that is always there and always willing, as a device with a fingerprint reader is. */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.createCDPSession();
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, hasPrf: true, automaticPresenceSimulation: true } });
}

/** In the workers of a page that run now: what the protocol pretends does not reach them. */
async function saveData(page: Page, save: boolean): Promise<void> {
  await Promise.all(page.workers().map((worker) => worker.evaluate((value) => {
    const { connection } = navigator as unknown as { readonly connection: EventTarget };
    Object.defineProperty(connection, 'saveData', { value, configurable: true });
    connection.dispatchEvent(new Event('change'));
  }, save)));
}

async function pressChord(page: Page, chord: string): Promise<void> {
  const keys = (chord === '+' ? [chord] : chord.split('+')) as KeyInput[];
  const last = keys.pop();
  for (const key of keys) await page.keyboard.down(key);
  if (last) await page.keyboard.press(last);
  for (const key of keys.reverse()) await page.keyboard.up(key);
}

function driverOf(page: Page, engine: string): Driver {
  const chromium = engine === 'chromium';
  return {
    lines: listen(page),
    goto: async (url) => { await page.goto(url, { waitUntil: 'load' }); },
    reload: async () => { await page.reload({ waitUntil: 'load' }); },
    url: async () => page.url(),
    evaluate: (expression) => page.evaluate(expression),
    async evaluateInFrame(part, expression) {
      const frame = page.frames().find((each) => each.url().includes(part));
      if (!frame) throw new Error('no such frame');
      return frame.evaluate(expression);
    },
    clickAt: (x, y, times) => page.mouse.click(x, y, { count: times }),
    type: (text) => page.keyboard.type(text),
    press: (chord) => pressChord(page, chord),
    async setFiles(inputExpression, paths) {
      const handle = (await page.evaluateHandle(inputExpression)).asElement() as ElementHandle<HTMLInputElement> | null;
      if (!handle) throw new Error('there is no such file input');
      await handle.uploadFile(...paths);
    },
    takesFolders: chromium,
    screenshot: async (path) => { await page.screenshot({ path: path as `${string}.png` }); },
    resize: (width, height) => page.setViewport({ width, height }),
    async prefersDark(dark) {
      if (chromium) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
      return chromium;
    },
    ...(chromium ? {
      dropAt: (x: number, y: number, paths: readonly string[]) => drop(page, { x, y }, paths),
      endWorkers: () => endWorkers(page),
      addAuthenticator: () => addAuthenticator(page),
      watchAnswers: (ending: string) => watchAnswers(page, ending),
      heapsWith: (texts: readonly string[]) => heapsWith(page, texts),
      installFaults: () => installFaults(page),
      saveData: (save: boolean) => saveData(page, save),
    } : {}),
    close: () => page.close(),
  };
}

/** From a page of nobody's, so that none of the origin need be open. */
async function wakeByNetwork(browser: Puppeteer, origin: string, tag: string): Promise<number> {
  const page = await browser.newPage();
  const session = await page.createCDPSession();
  const known = new Set<string>();
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    for (const { registrationId, scopeURL } of registrations) if (new URL(scopeURL).origin === origin) known.add(registrationId);
  });
  await session.send('ServiceWorker.enable');
  await until('the service worker to be known', () => known.size > 0);
  for (const registrationId of known) await session.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag, lastChance: false });
  await page.close();
  return known.size;
}

const firefoxPrefs = (downloads: string) => ({
  'browser.download.folderList': 2,
  'browser.download.dir': downloads,
  'browser.download.useDownloadDir': true,
  'browser.download.always_ask_before_handling_new_types': false,
  'browser.helperApps.neverAsk.saveToDisk': 'application/octet-stream,application/zip,application/x-nbk,text/plain,image/png',
  'intl.accept_languages': 'en-US',
  'pdfjs.disabled': true,
  'dom.security.https_first': false,
});

function start(engine: string, profile: string, downloads: string): Promise<Puppeteer> {
  const common = { userDataDir: profile, defaultViewport: SIZE, protocolTimeout: 120_000, handleSIGINT: false } as const;
  if (engine === 'firefox') {
    return launch({ ...common, browser: 'firefox', executablePath: FIREFOX, headless: true, extraPrefsFirefox: firefoxPrefs(downloads) });
  }
  return launch({ ...common, executablePath: CHROMIUM, args: [...CHROMIUM_ARGS, '--lang=en-US'], downloadBehavior: { policy: 'allow', downloadPath: downloads } });
}

/** Puppeteer puts Firefox's own preferences back after it has ended: before that nothing else may start on the profile. */
const putBack = (profile: string): Promise<boolean> => until('the profile to be put back', () => (
  ['prefs.js', 'user.js'].every((name) => !existsSync(join(profile, `${name}.puppeteer`)))));

/** Starts the engine on a profile folder; files are saved to `downloads` unasked. */
export async function openPuppeteerBrowser(engine: string, profile: string, downloads: string): Promise<Browser> {
  const browser = await start(engine, profile, downloads);
  return {
    lasts: true,
    newPage: async () => driverOf(await browser.newPage(), engine),
    async popup(part) {
      const page = (await browser.pages()).find((each) => each.url().includes(part));
      return page && driverOf(page, engine);
    },
    ...(engine === 'chromium' && { wakeByNetwork: (origin: string, tag: string) => wakeByNetwork(browser, origin, tag) }),
    async close() {
      await browser.close();
      await putBack(profile);
    },
    async kill() {
      const child = browser.process();
      if (!child?.pid || child.exitCode !== null) return;
      const ended = once(child, 'exit');
      process.kill(-child.pid, 'SIGKILL');
      await ended;
      await browser.disconnect();
      await putBack(profile);
    },
  };
}
