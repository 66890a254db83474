// Several tabs on one device: one authority, every tab works, and no tab's end locks anybody else out.
import { assert } from 'chai';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, desktop, lockNow, unlock } from './support/person.ts';

const LARGE = (ENGINE === 'webkit' ? 40 : 200) * 1_000_000;

describe('several tabs', () => {
  let device: Device;
  let first: DevicePage;
  let second: DevicePage;
  let third: DevicePage;

  before(async () => {
    device = await openDevice();
    first = await device.newPage('/');
    await createUser(first, ADA);
    second = await device.newPage('/');
    await desktop(second);
  });
  after(() => device.close());

  const row = (page: DevicePage, name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const fixture = (name: string, bytes: number) => {
    const path = join(device.folder, 'fixtures', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, new Uint8Array(bytes).fill(9));
    return path;
  };

  it('show the same: what the second adds, the first sees', async () => {
    await second.upload([fixture('from-second.txt', 100)]);
    await row(second, /from-second/).waitFor();
    await row(first, /from-second/).waitFor();
  });

  it('go on when the tab with the authority, the first, is closed in the middle of an add', async () => {
    await second.upload([fixture('large.bin', LARGE)]);
    await second.getByRole('progressbar').waitFor();
    await first.close();
    await row(second, /large\.bin/).waitFor({ withinMs: 90_000 });
    const saved = await device.download(async () => {
      await row(second, /large\.bin/).click();
      await second.getByRole('button', 'Download').click();
    }, 90_000);
    assert.equal(statSync(saved).size, LARGE);
  });

  it('are locked together and opened together', async () => {
    third = await device.newPage('/');
    await desktop(third);
    await lockNow(third);
    await second.getByRole('button', 'Unlock').waitFor();
    await unlock(second, ADA);
    await desktop(third);
  });

  it('are locked once the last is closed', async () => {
    await third.goto('/robots.txt');
    await second.close();
    await third.goto('/');
    await third.getByRole('button', 'Unlock').waitFor();
    await unlock(third, ADA);
  });
});
