// A home that the first release wrote, checked in as test/vectors/home-v1.json: every later build opens it, whole.
import { assert } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, goTo, unlock } from './support/person.ts';
import { putDatabases, type StoredDatabase } from './support/stored-databases.ts';

const { databases } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'vectors', 'home-v1.json'), 'utf8')) as { databases: readonly StoredDatabase[] };

describe('a home of the first release', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/robots.txt');
    assert.equal(await page.evaluate(putDatabases as unknown as (stored: never, blobs: boolean) => Promise<number>, databases as never, ENGINE !== 'webkit'), 2);
    await page.goto('/');
  });
  after(() => device.close());

  const grid = () => page.getByRole('grid', 'Files');
  const row = (name: RegExp) => grid().getByRole('row', name);
  const saved = async (name: RegExp) => {
    const path = await device.download(async () => {
      await row(name).click();
      await page.getByRole('button', 'Download').click();
    });
    return readFileSync(path);
  };

  it('opens by its password and shows what is in it', async () => {
    await unlock(page, ADA);
    await row(/letters/).waitFor();
    await row(/note\.txt/).waitFor();
    await row(/large\.bin/).waitFor();
    assert.equal(await row(/thrown away/).count(), 0);
  });

  it('gives its files back, byte for byte', async () => {
    assert.equal((await saved(/note\.txt/)).toString(), 'a loud note');
    assert.deepEqual(new Uint8Array(await saved(/large\.bin/)), Uint8Array.from({ length: 40_000 }, (_, index) => index % 251));
  });

  it('has what was thrown away, and the snapshot, which verifies in full', async () => {
    await page.getByRole('button', 'Trash').click();
    await row(/thrown away/).waitFor();
    await goTo(page, 'Backups');
    await page.getByRole('button', 'Verify').nth(0).click();
    await page.getByRole('dialog').getByRole('radio', /Full/).click();
    await page.getByRole('dialog').getByRole('button', 'Verify').click();
    await page.getByRole('dialog').getByRole('status', /whole/i).waitFor();
    await page.getByRole('dialog').getByRole('button', 'Close').click();
  });

  it('is sound', async () => {
    await goTo(page, 'Settings');
    await page.getByRole('button', 'Check now').click();
    await page.getByRole('status', /Everything is whole/).waitFor();
  });
});
