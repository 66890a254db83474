// Every surface of the built app as axe-core sees it: light, dark where the engine can pretend it, narrow, with large text; and the keyboard alone.
import { assert } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertAccessible } from './support/assert-accessible.ts';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, desktop, goTo, lockNow, logIn } from './support/person.ts';

describe('accessible', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await page.getByRole('heading', 'Welcome to Nexus').waitFor();
  });
  after(() => device.close());

  const row = (name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);

  it('Welcome', () => assertAccessible(page, 'Welcome'));

  it('Files, with files and with a dialog', async () => {
    await createUser(page, ADA);
    const note = join(device.folder, 'fixtures', 'note.txt');
    mkdirSync(join(note, '..'));
    writeFileSync(note, 'a quiet note');
    await page.upload([note]);
    await row(/note/).click();
    await assertAccessible(page, 'Files');
    await row(/note/).click(2);
    await page.getByRole('dialog').getByRole('button', 'Close').waitFor();
    await assertAccessible(page, 'a preview');
    await page.getByRole('dialog').getByRole('button', 'Close').click();
    await page.getByRole('dialog').waitGone();
  });

  it('Backups and Settings', async () => {
    await goTo(page, 'Backups');
    await page.getByRole('button', 'Back up now').waitFor();
    await assertAccessible(page, 'Backups');
    await goTo(page, 'Settings');
    await page.getByRole('heading', 'Password and PIN').waitFor();
    await assertAccessible(page, 'Settings');
  });

  it('lock screen and greeter', async () => {
    await lockNow(page);
    await assertAccessible(page, 'lock screen');
    await page.getByRole('button', 'Switch user').click();
    await page.getByRole('listbox', 'Users').waitFor();
    await assertAccessible(page, 'greeter');
    await logIn(page, ADA);
  });

  it('by the keyboard alone: find a file, rename it, lock, unlock', async () => {
    await goTo(page, 'Files');
    await row(/note/).waitFor();
    const focused = async () => (await page.getByRole('grid', 'Files').getByRole('gridcell', 'note.txt').waitFor()).focused;
    for (let tabs = 0; tabs < 30 && !await focused(); tabs += 1) await page.press('Tab');
    assert.isTrue(await focused());
    await page.press('F2');
    await page.getByRole('textbox', 'New name').fill('renamed.txt');
    await page.press('Enter');
    await row(/renamed/).waitFor();
    await page.press('Control+l');
    await page.getByRole('textbox', 'Password').waitFor({ where: (seen) => seen.focused });
    await unlockByKeys();
    await row(/renamed/).waitFor();
  });

  async function unlockByKeys(): Promise<void> {
    await page.getByRole('textbox', 'Password').fill(ADA.password);
    await page.press('Enter');
    await desktop(page);
  }
});
