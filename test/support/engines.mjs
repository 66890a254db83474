// How each engine is started for @web/test-runner. WebKitGTK speaks WebDriver behind a virtual display.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';

const first = (paths) => paths.find(existsSync);

export const CHROMIUM = first(['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']);
export const FIREFOX = first(['/usr/bin/firefox-esr', '/usr/bin/firefox']);
export const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const children = [];
process.on('exit', () => children.forEach((child) => child.kill()));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

function startChild(command, args, env) {
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  children.push(child);
}

async function answers(url) {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    if (await fetch(url).then((response) => response.ok, () => false)) return;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`${url} does not answer`);
}

/** Pages are painted by the processor at once: the graphics card that would be asked for is emulated here, at several times the cost. */
export const WEBKIT_ENV = { GDK_BACKEND: 'x11', WEBKIT_SKIA_ENABLE_CPU_RENDERING: '1', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };

/** Starts Xvfb and WebKitWebDriver; gives the driver's port. */
export async function startWebKitDriver() {
  const display = `:${100 + (process.pid % 800)}`;
  startChild('Xvfb', [display, '-screen', '0', '1280x900x24'], {});
  const port = await freePort();
  startChild('WebKitWebDriver', [`--port=${port}`], { ...WEBKIT_ENV, DISPLAY: display });
  await answers(`http://127.0.0.1:${port}/status`);
  return port;
}

export const WEBKIT_CAPABILITIES = {
  browserName: 'MiniBrowser',
  'wdio:enforceWebDriverClassic': true,
  'webkitgtk:browserOptions': { binary: '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser', args: ['--automation'] },
};

async function webkitLauncher() {
  const { webdriverLauncher } = await import('@web/test-runner-webdriver');
  const port = await startWebKitDriver();
  return webdriverLauncher({ automationProtocol: 'webdriver', hostname: '127.0.0.1', port, path: '/', logLevel: 'error', capabilities: WEBKIT_CAPABILITIES });
}

export async function launcherOf(engine) {
  if (engine === 'webkit') return webkitLauncher();
  const { chromeLauncher } = await import('@web/test-runner-chrome');
  if (engine === 'firefox') return chromeLauncher({ launchOptions: { browser: 'firefox', executablePath: FIREFOX, headless: true } });
  return chromeLauncher({ launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGS } });
}
