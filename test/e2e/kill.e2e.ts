// The browser is killed while things are being done; what it had acknowledged is whole afterwards, and nothing else is left.
import { assert } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, unlock } from './support/person.ts';

const KILLS = 3;
const LARGE_BYTES = 150_000_000;

// WebKit's storage does not outlive its session under automation.
(ENGINE === 'webkit' ? describe.skip : describe)('a killed browser', () => {
  let device: Device;
  let page: DevicePage;
  const acknowledged: string[] = [];

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await createUser(page, ADA);
  });
  after(() => device.close());

  const row = (name: string) => page.getByRole('grid', 'Files').getByRole('row', new RegExp(name.replaceAll('.', '\\.')));
  const fixture = (name: string, bytes: number) => {
    const path = join(device.folder, 'fixtures', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, new Uint8Array(bytes).fill(5));
    return path;
  };

  it(`keeps what it had shown as added, ${KILLS} times over, and comes back sound`, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const [small, middle, large] = [`small-${kill}.txt`, `middle-${kill}.bin`, `large-${kill}.bin`];
      await page.upload([fixture(small, 500), fixture(middle, 6_000_000)]);
      await row(small).waitFor();
      await row(middle).waitFor();
      acknowledged.push(small, middle);
      await page.upload([fixture(large, LARGE_BYTES)]);
      await page.getByRole('progressbar').waitFor();
      await device.kill();
      await device.open();
      page = await device.newPage('/');
      await unlock(page, ADA);
      for (const name of acknowledged) await row(name).waitFor();
    }
    await goTo(page, 'Settings');
    await page.getByRole('button', 'Check now').click();
    await page.getByRole('button', 'Check now').waitFor({ withinMs: 60_000 });
    assert.equal(await page.getByRole('button', 'Repair').count(), 0);
    assert.match(await page.words(), /Everything is whole/);
  });
});
