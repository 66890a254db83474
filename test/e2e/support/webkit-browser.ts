// WebKitGTK's MiniBrowser by WebDriver behind a virtual display. Its profile ends with the session.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, WEBKIT_CAPABILITIES, WEBKIT_ENV } from '../../support/engines.mjs';
import type { Browser, Driver } from './driver.ts';
import { until } from './until.ts';
import { chordActions, elementId, WebDriverSession } from './webdriver.ts';

const { 'webkitgtk:browserOptions': browserOptions } = WEBKIT_CAPABILITIES;
const CAPABILITIES = { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': browserOptions, unhandledPromptBehavior: 'accept' };
/** A work of minutes may be awaited in one script. */
const TIMEOUTS = { script: 600_000, pageLoad: 60_000, implicit: 0 };

/** Keeps what the console says where a test can ask for it: this protocol does not tell. */
const LISTEN = `(() => {
  if (globalThis.nexusLines) return;
  globalThis.nexusLines = [];
  for (const level of ['log', 'info', 'warn', 'error']) {
    const say = console[level];
    console[level] = (...said) => { globalThis.nexusLines.push(level + ': ' + said.join(' ')); say.apply(console, said); };
  }
  addEventListener('error', (event) => { globalThis.nexusLines.push('uncaught: ' + event.message); });
  addEventListener('unhandledrejection', (event) => { globalThis.nexusLines.push('uncaught: ' + event.reason); });
  addEventListener('securitypolicyviolation', (event) => { globalThis.nexusLines.push('error: refused by ' + event.violatedDirective); });
})()`;

const AWAIT = `const done = arguments[arguments.length - 1];
(async () => ({ lines: (globalThis.nexusLines ?? []).splice(0), value: await (EXPRESSION) }))().then((ok) => done({ ok }), (error) => done({ error: String(error) }))`;

const FIND_FRAME = `const search = (root) => {
  for (const element of root.querySelectorAll('*')) {
    if (element.localName === 'iframe' && element.src.includes(PART)) return element;
    const found = element.shadowRoot && search(element.shadowRoot);
    if (found) return found;
  }
  return null;
};
return search(document);`;

class WebKitPage implements Driver {
  readonly lines: string[] = [];
  readonly takesFolders = false;
  readonly #session: WebDriverSession;
  readonly #window: string;

  constructor(session: WebDriverSession, window: string) {
    this.#session = session;
    this.#window = window;
  }

  #send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    return this.#session.within(this.#window, method, path, body);
  }

  async goto(url: string): Promise<void> {
    await this.#send('POST', '/url', { url });
    await this.evaluate(LISTEN);
  }

  async reload(): Promise<void> {
    await this.#send('POST', '/refresh');
    await this.evaluate(LISTEN);
  }

  async url(): Promise<string> {
    return await this.#send('GET', '/url') as string;
  }

  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#send('POST', '/execute/async', { script: AWAIT.replace('EXPRESSION', () => expression), args: [] }) as
      { ok?: { lines: string[]; value?: unknown }; error?: string };
    if (!answer.ok) throw new Error(answer.error ?? 'the page gave no answer');
    this.lines.push(...answer.ok.lines);
    return answer.ok.value ?? undefined;
  }

  async evaluateInFrame(part: string, expression: string): Promise<unknown> {
    const answer = await this.#session.inFrame(this.#window, FIND_FRAME.replace('PART', JSON.stringify(part)), AWAIT.replace('EXPRESSION', () => expression)) as { ok?: { value?: unknown }; error?: string };
    if (!answer.ok) throw new Error(answer.error ?? 'the frame gave no answer');
    return answer.ok.value ?? undefined;
  }

  async clickAt(x: number, y: number, times: number): Promise<void> {
    const once = [{ type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }];
    const actions = [{ type: 'pointerMove', x, y, origin: 'viewport', duration: 0 }, ...Array.from({ length: times }, () => once).flat()];
    await this.#send('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }] });
  }

  #keys(actions: object[]): Promise<unknown> {
    return this.#send('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  async type(text: string): Promise<void> {
    await this.#keys([...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]));
  }

  async press(chord: string): Promise<void> {
    await this.#keys(chordActions(chord));
  }

  async setFiles(inputExpression: string, paths: readonly string[]): Promise<void> {
    const id = elementId(await this.#send('POST', '/execute/sync', { script: `return ${inputExpression}`, args: [] }));
    if (!id) throw new Error('there is no such file input');
    await this.#send('POST', `/element/${id}/value`, { text: paths.join('\n') });
  }

  async screenshot(path: string): Promise<void> {
    writeFileSync(path, Buffer.from(await this.#send('GET', '/screenshot') as string, 'base64'));
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#send('POST', '/window/rect', { width, height });
  }

  async prefersDark(): Promise<boolean> {
    return false;
  }

  async close(): Promise<void> {
    await this.#send('DELETE', '/window');
  }
}

const running = new Set<ChildProcess>();
process.on('exit', () => { for (const child of running) kill(child); });

/** The driver leads a group of its own, with the browser in it. */
function kill(child: ChildProcess): void {
  if (child.pid && child.exitCode === null && child.signalCode === null) process.kill(child.spawnfile === 'Xvfb' ? child.pid : -child.pid, 'SIGKILL');
}

/** A display and a driver of its own, with the folder that saved files go to. */
function startDriver(profile: string, downloads: string, port: number): ChildProcess[] {
  const display = `:${100 + (port % 60_000)}`;
  mkdirSync(profile, { recursive: true });
  writeFileSync(join(profile, 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
  const env = {
    ...process.env, ...WEBKIT_ENV, DISPLAY: display, LANG: 'en_US.UTF-8', LANGUAGE: 'en_US',
    XDG_CONFIG_HOME: profile, XDG_DATA_HOME: profile, XDG_CACHE_HOME: profile,
  };
  const children = [
    spawn('Xvfb', [display, '-screen', '0', '1280x1000x24'], { stdio: 'ignore' }),
    spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore', env, detached: true }),
  ];
  for (const child of children) running.add(child);
  return children;
}

async function end(children: readonly ChildProcess[]): Promise<void> {
  for (const child of [...children].reverse()) {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    kill(child);
    await ended;
    running.delete(child);
  }
}

/** Starts the engine; its first window serves as the first page. */
export async function openWebKitBrowser(profile: string, downloads: string): Promise<Browser> {
  const port = await freePort();
  const children = startDriver(profile, downloads, port);
  const stop = () => end(children);
  try {
    await until('WebKitWebDriver answers', () => fetch(`http://127.0.0.1:${port}/status`).then((answer) => answer.ok, () => false));
    const session = await WebDriverSession.open(port, CAPABILITIES);
    await session.send('POST', '/timeouts', TIMEOUTS);
    let first: string | undefined = await session.send('GET', '/window') as string;
    return {
      lasts: false,
      async newPage() {
        // A new window is asked for from one that is there: the last one used may have been closed.
        const [open = ''] = first === undefined ? await session.send('GET', '/window/handles') as string[] : [];
        const window = first ?? (await session.within(open, 'POST', '/window/new', { type: 'window' }) as { handle: string }).handle;
        first = undefined;
        return new WebKitPage(session, window);
      },
      async popup(part) {
        for (const handle of await session.send('GET', '/window/handles') as string[]) {
          const page = new WebKitPage(session, handle);
          if ((await page.url()).includes(part)) return page;
        }
        return undefined;
      },
      close: () => session.send('DELETE', '').then(stop, stop),
      kill: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
