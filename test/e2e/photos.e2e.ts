// Photos, the other app that comes along: a person lets it see one folder, and it shows the pictures in there and nothing else.
import { assert } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, openDevice } from './support/device.ts';
import { pressInApp, saysIn } from './support/embedded-app.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo } from './support/person.ts';
import { until } from './support/until.ts';

/** One red point. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==', 'base64');

describe('Photos', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await createUser(page, ADA);
    const trip = join(device.folder, 'Trip');
    mkdirSync(join(trip, 'Lake'), { recursive: true });
    for (const path of ['summit.png', 'notes.txt', 'Lake/shore.png']) writeFileSync(join(trip, path), path.endsWith('.png') ? PNG : 'cold');
    writeFileSync(join(device.folder, 'passport.png'), PNG);
    await page.upload([join(device.folder, 'passport.png')]);
    await row(/passport/).waitFor();
    await page.upload([trip], { folder: true });
    await row(/Trip/).waitFor();
  });
  after(() => device.close());

  const row = (name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const dialog = () => page.getByRole('dialog', 'Allow “Photos”?');

  /** The pictures that the app shows, each by its name, once all are drawn, and how wide they are. */
  const shown = () => page.evaluateInApp(async () => {
    const images = [...document.querySelectorAll('li img')].filter((each) => each instanceof HTMLImageElement);
    await Promise.all(images.map((image) => image.decode()));
    return images.map(({ alt, naturalWidth }) => `${alt} ${naturalWidth}`);
  }).catch(() => undefined);
  const shows = (...names: string[]) => until(`Photos shows ${names.join()}`, async () => JSON.stringify(await shown()) === JSON.stringify(names.map((name) => `${name} 1`)));

  it('asks for a folder, and gets the one that the person chose', async () => {
    await goTo(page, 'Apps');
    await page.getByRole('button', 'Add an app').click();
    await page.getByRole('button', 'Look at Photos').click();
    await page.getByRole('dialog', 'Add “Photos”').getByRole('button', 'Install app').click();
    await page.getByRole('button', 'Open Photos').click();
    await dialog().waitFor();
    assert.match(await page.words(), /Photos will be made/);
    await dialog().getByRole('button', 'Choose another folder').click();
    await dialog().getByRole('treeitem', 'Trip').click();
    await until('what is in it', async () => /Trip 3 files/.test(await page.words()));
    await dialog().getByRole('button', 'Allow').click();
    await dialog().waitGone();
    await saysIn(page, /^Trip/);
  });

  it('shows the pictures in there, and those in folders below', async () => {
    await shows('summit.png');
    await pressInApp(page, 'Lake');
    await shows('shore.png');
    await pressInApp(page, 'Back');
    await shows('summit.png');
  });

  it('shows one large', async () => {
    await page.evaluateInApp(() => { document.querySelector<HTMLElement>('li button')!.click(); });
    const large = await page.evaluateInApp(async () => {
      const dialog = document.querySelector('dialog')!;
      const image = dialog.querySelector('img')!;
      await image.decode();
      return { open: dialog.open, name: dialog.ariaLabel, width: image.naturalWidth };
    });
    assert.deepEqual(large, { open: true, name: 'summit.png', width: 1 });
  });

  it('may see that folder and nothing more, as Apps says, and makes none of its own', async () => {
    await page.getByRole('button', 'Close app').click();
    const apps = page.getByRole('list', 'Apps with access');
    await apps.getByRole('button', 'Open Photos').waitFor();
    // What was given while it was open goes with it.
    await apps.getByRole('button', /^Revoke: /).waitGone();
    await page.getByRole('button', 'What it did').click();
    const did = page.getByRole('dialog', 'What “Photos” did');
    await did.getByRole('listitem', /summit\.png/).nth(0).waitFor();
    assert.equal(await did.getByRole('listitem', /passport|notes/).count(), 0);
    await did.getByRole('button', 'Close').click();
    await goTo(page, 'Files');
    await row(/passport/).waitFor();
    assert.equal(await row(/Photos/).count(), 0);
  });
});
