// From a home to a file and back: on the same device, and on one that knows nothing.
import { assert } from 'chai';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, restoreByPhrase } from './support/person.ts';

const BIG = new Uint8Array(5_000_000).map((_, index) => (index * 7919) >> 3);

describe('backup and restore', () => {
  const keep = temporaryFolder('kept');
  let device: Device;
  let page: DevicePage;
  let phrase: string;
  let bundle: string;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    phrase = await createUser(page, ADA);
    const tree = join(device.folder, 'Papers');
    mkdirSync(join(tree, 'Letters'), { recursive: true });
    writeFileSync(join(tree, 'Letters', 'bob.txt'), 'dear Bob');
    writeFileSync(join(tree, 'big.bin'), BIG);
    await page.upload([tree], { folder: true });
    await row(page, /Papers/).click(2);
    await row(page, /big\.bin/).waitFor();
    await row(page, /Letters/).click();
    await page.press('Enter');
    await row(page, /bob/).waitFor();
    await page.getByRole('navigation', 'Path').getByRole('button', 'Files').click();
    await row(page, /Papers/).waitFor();
  });
  after(() => device.close());

  const row = (on: DevicePage, name: RegExp) => on.getByRole('grid', 'Files').getByRole('row', name);
  const table = () => page.getByRole('table', 'Backups');

  it('“Back up now” makes a snapshot and gives the bundle at once', async () => {
    await goTo(page, 'Backups');
    const saved = await device.download(() => page.getByRole('button', 'Back up now').click());
    assert.match(saved, /\.nbk$/);
    bundle = join(keep, 'home.nbk');
    copyFileSync(saved, bundle);
    await table().getByRole('button', 'Verify').waitFor();
  });

  (existsSync('/usr/bin/unzip') ? it : it.skip)('is checked by stock tools', () => {
    const into = join(keep, 'unzipped');
    assert.equal(spawnSync('unzip', ['-q', bundle, '-d', into]).status, 0);
    assert.equal(spawnSync('sha256sum', ['--quiet', '-c', 'checksums.sha256'], { cwd: into }).status, 0);
  });

  it('verifies the snapshot in full', async () => {
    await table().getByRole('button', 'Verify').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', /^Full/).click();
    await dialog.getByRole('button', 'Verify').click();
    await dialog.getByRole('button', 'Close').waitFor({ withinMs: 60_000 });
    assert.equal(await page.getByRole('list', 'Damaged').count(), 0);
    await dialog.getByRole('button', 'Close').click();
    await table().getByRole('row', /Verified/).waitFor();
  });

  it('gives one folder back, after a dry run', async () => {
    await goTo(page, 'Files');
    await row(page, /Papers/).click();
    await page.getByRole('button', 'Move to trash').click();
    await row(page, /Papers/).waitGone();
    await goTo(page, 'Backups');
    await table().getByRole('button', 'Restore…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', 'Password').fill(ADA.password);
    await dialog.getByRole('button', /^Open/).click();
    await dialog.getByRole('textbox', 'Only this folder or file').fill('Papers/Letters');
    await dialog.getByRole('textbox', 'Only this folder or file').press('Tab');
    await dialog.getByRole('button', 'Restore').click();
    await dialog.getByRole('button', 'Close').click();
    await goTo(page, 'Files');
    await row(page, /Papers/).click(2);
    await row(page, /Letters/).waitFor();
    assert.equal(await row(page, /big\.bin/).count(), 0);
  });

  it('brings everything back on a device that knows nothing, by the phrase', async () => {
    const blank = await openDevice();
    try {
      const fresh = await blank.newPage('/');
      await restoreByPhrase(fresh, { bundle, phrase, who: ADA });
      await row(fresh, /Papers/).click(2);
      await row(fresh, /big\.bin/).click();
      const saved = await blank.download(() => fresh.getByRole('button', 'Download').click());
      assert.isTrue(readFileSync(saved).equals(BIG));
    } finally {
      await blank.close();
    }
  });
});
