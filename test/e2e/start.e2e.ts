// The built app from its first byte: it comes under its policy, keeps itself for offline, and starts without a server.
import { assert } from 'chai';
import type Sodium from 'libsodium-wrappers-sumo';
import { openDevice, type Device } from './support/device.ts';
import type { DevicePage } from './support/page.ts';

describe('starting the app', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
  });
  after(() => device.close());

  it('greets its first person and says nothing bad on the console', async () => {
    await page.getByRole('heading', 'Welcome to Nexus').waitFor();
    assert.match(await page.title(), /Nexus/);
    assert.deepEqual((await page.consoleLines()).filter((line) => /^(error|uncaught|warn)/.test(line)), []);
  });

  it('refuses eval and script that is not its own', async () => {
    // From a timer: what a test evaluates directly is exempt from the policy in some engines.
    const ran = await page.evaluate(() => new Promise<string[]>((resolve) => {
      setTimeout(() => {
        const attempts: Record<string, () => unknown> = {
          eval: () => (0, eval)('1'),
          function: () => (globalThis as unknown as { Function: (text: string) => () => unknown }).Function('return 1')(),
          inline: () => { document.createElement('script').text = '1'; },
          markup: () => { document.createElement('div').innerHTML = '<b>x</b>'; },
          worker: () => new Worker('/icon.svg'),
        };
        resolve(Object.keys(attempts).filter((name) => {
          try {
            attempts[name]?.();
            return true;
          } catch {
            return false;
          }
        }));
      });
    }));
    assert.deepEqual(ran, []);
  });

  it('may run the WebAssembly that it brings', async () => {
    const hash = await page.evaluate(async () => {
      const { files } = await (await fetch('/release.json')).json() as { files: { path: string }[] };
      const path = files.find((file) => file.path.includes('libsodium'))?.path;
      return new Promise<string>((resolve) => {
        setTimeout(async () => {
          try {
            const parts = await import(`/${path}`) as Record<string, unknown>;
            const sodium = Object.values(parts).find((part): part is typeof Sodium => typeof part === 'object' && part !== null && 'ready' in part);
            await sodium?.ready;
            resolve(sodium?.to_hex(sodium.crypto_hash_sha256('abc')) ?? 'libsodium exports nothing');
          } catch (error) {
            resolve(String(error));
          }
        });
      });
    });
    assert.equal(hash, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('keeps itself, and starts again with no server', async () => {
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await device.stopServer();
    try {
      await page.reload();
      await page.getByRole('heading', 'Welcome to Nexus').waitFor();
      assert.isTrue(await page.evaluate(() => navigator.serviceWorker.controller !== null));
      const second = await device.newPage('/selftest');
      assert.match(await second.title(), /self-test/i);
      await second.close();
    } finally {
      await device.startServer();
    }
  });

  it('can be installed', async () => {
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]');
      const { icons, ...rest } = await (await fetch(link?.href ?? '')).json() as { icons: { src: string; sizes: string; purpose: string }[]; [key: string]: unknown };
      const found = await Promise.all(icons.map(async ({ src }) => (await fetch(src)).ok));
      return { ...rest, icons, found };
    });
    assert.include(manifest as Record<string, unknown>, { short_name: 'Nexus', start_url: '/', scope: '/', display: 'standalone', id: '/' });
    assert.notInclude(manifest.found, false);
    for (const [sizes, purpose] of [['192x192', 'any'], ['512x512', 'any'], ['512x512', 'maskable']] as const) {
      assert.isTrue(manifest.icons.some((icon) => icon.sizes === sizes && icon.purpose === purpose), `${sizes} ${purpose}`);
    }
  });
});
