// A person's first day in the built app, with no server account and no network needed.
import { assert } from 'chai';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, BOB, createUser, desktop, lockNow, logIn, unlock } from './support/person.ts';

describe('a first day', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
  });
  after(() => device.close());

  const cell = (name: string | RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const fixture = (name: string, content: string | Uint8Array) => {
    const path = join(device.folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  };

  it('makes Ada, shows her phrase once and asks two words back', async () => {
    await page.getByRole('heading', 'Welcome to Nexus').waitFor();
    await createUser(page, ADA);
    assert.equal(await page.title(), 'Nexus');
    assert.equal(new URL(await page.url()).pathname, '/');
  });

  it('takes files in and shows them', async () => {
    await page.upload([fixture('note.txt', 'a quiet note'), fixture('big.bin', new Uint8Array(6_000_000).fill(7))]);
    await cell(/note\.txt/).waitFor();
    await cell(/big\.bin/).waitFor();
  });

  it('downloads a file as it was', async () => {
    await cell(/big\.bin/).click();
    const saved = await device.download(() => page.getByRole('button', 'Download').click());
    assert.deepEqual(new Uint8Array(readFileSync(saved)), new Uint8Array(6_000_000).fill(7));
  });

  it('locks at once, with nothing of hers left in the page', async () => {
    await lockNow(page);
    const said = await page.evaluate(() => {
      const texts: string[] = [];
      const walk = (root: Document | ShadowRoot) => {
        texts.push(root.textContent ?? '');
        root.querySelectorAll('*').forEach((element) => element.shadowRoot && walk(element.shadowRoot));
      };
      walk(document);
      return texts.join('\n') + location.href + document.title;
    });
    assert.notMatch(said, /note\.txt|big\.bin|quiet/);
  });

  it('answers a wrong password, and opens by the right one', async () => {
    await page.getByRole('textbox', 'Password').fill('not my password');
    await page.getByRole('button', 'Unlock').click();
    await page.getByRole('alert').waitFor({ where: ({ text }) => text !== '' });
    await unlock(page, ADA);
    await cell(/note\.txt/).waitFor();
  });

  it('comes back to the lock screen after a reload', async () => {
    await page.reload();
    await page.getByRole('heading', ADA.name).waitFor();
    await unlock(page, ADA);
  });

  it('adds Bob, who sees nothing of hers, nor she of his', async () => {
    await lockNow(page);
    await page.getByRole('button', 'Switch user').click();
    await page.getByRole('button', 'Add user').click();
    await createUser(page, BOB);
    assert.equal(await cell(/note\.txt/).count(), 0);
    await page.upload([fixture('bob.txt', 'only for Bob')]);
    await cell(/bob\.txt/).waitFor();
    await lockNow(page);
    await page.getByRole('button', 'Switch user').click();
    await logIn(page, ADA);
    await cell(/note\.txt/).waitFor();
    assert.equal(await cell(/bob\.txt/).count(), 0);
  });

  it('works with the server gone, reload included', async () => {
    await device.stopServer();
    await page.reload();
    await unlock(page, ADA);
    await cell(/note\.txt/).waitFor();
    await device.startServer();
    await desktop(page);
  });
});
