// The built app from its first byte: it comes under its policy, keeps itself for offline, and starts without a server.
import { assert } from 'chai';
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

  it('shows its title and says nothing bad on the console', async () => {
    assert.match(await page.title(), /^Nexus/);
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
});
