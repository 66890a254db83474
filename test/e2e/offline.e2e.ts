// No network: every surface comes back after a reload, the browser starts cold, and a new release waits for the person's word.
import { assert } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, openDevice } from './support/device.ts';
import { buildNextRelease } from './support/next-release.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, lockNow, unlock } from './support/person.ts';

/** The section of Settings, once it says so. */
const updatesSay = (page: DevicePage, words: RegExp) => page.getByRole('region', 'Updates').waitFor({ where: ({ text }) => words.test(text) });

describe('with the server gone', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await device.stopServer();
  });
  after(() => device.close());

  const row = (name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const reload = () => page.reload();

  it('Welcome comes back', async () => {
    await reload();
    await page.getByRole('heading', 'Welcome to Nexus').waitFor();
    assert.isTrue(await page.evaluate(() => navigator.serviceWorker.controller !== null));
  });

  it('nothing keeps it from being installed', async function installable(this: { skip?: () => void }) {
    const faults = await page.installFaults();
    if (faults === undefined) return this.skip?.();
    assert.deepEqual(faults, []);
  });

  it('a user who reloads at the recovery phrase keeps the home, and is reminded of the phrase', async () => {
    await page.getByRole('textbox', 'Your name').fill('Grace');
    await page.getByRole('textbox', 'Password').fill('compilers came first');
    await page.getByRole('textbox', 'Repeat password').fill('compilers came first');
    await page.getByRole('button', 'Create user').click();
    await page.getByRole('list', 'Recovery phrase').waitFor();
    await reload();
    await page.getByRole('heading', 'Grace').waitFor();
    await unlock(page, { name: 'Grace', password: 'compilers came first' });
    await page.getByRole('button', 'Open Settings').waitFor();
  });

  it('the greeter comes back, and makes another user', async () => {
    await lockNow(page);
    await page.getByRole('button', 'Switch user').click();
    await page.getByRole('listbox', 'Users').waitFor();
    await reload();
    await page.getByRole('listbox', 'Users').getByRole('option', 'Grace').waitFor();
    await page.getByRole('button', 'Add user').click();
    await createUser(page, ADA);
  });

  it('the desktop comes back behind the lock screen, with what was saved', async () => {
    const note = join(device.folder, 'fixtures', 'note.txt');
    mkdirSync(join(note, '..'));
    writeFileSync(note, 'a quiet note');
    await page.upload([note]);
    await row(/note\.txt/).waitFor();
    await reload();
    await unlock(page, ADA);
    await row(/note\.txt/).waitFor();
  });

  it('the lock screen comes back', async () => {
    await lockNow(page);
    await reload();
    await page.getByRole('heading', ADA.name).waitFor();
    await unlock(page, ADA);
  });

  it('Settings and Backups open, and Settings says why no newer release can be looked for', async () => {
    await goTo(page, 'Settings');
    await page.getByRole('heading', 'Password and PIN').waitFor();
    await page.getByRole('button', 'Look for updates').click();
    await updatesSay(page, /cannot be reached now/);
    await goTo(page, 'Backups');
    await page.getByRole('button', 'Back up now').waitFor();
  });

  it('the browser starts cold on its profile', async function coldStart(this: { skip?: () => void }) {
    if (!device.lasts) return this.skip?.();
    await device.restart();
    page = await device.newPage('/');
    await unlock(page, ADA);
    await row(/note\.txt/).waitFor();
  });
});

describe('a new release', () => {
  let device: Device;
  let page: DevicePage;
  let release: string;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await createUser(page, ADA);
    const next = await buildNextRelease(join(device.folder, 'next'), '0.1.99');
    release = next.release;
    await device.release(next.dist);
  });
  after(() => device.close());

  it('waits: after a reload the old one still runs', async () => {
    await page.reload();
    await page.getByRole('button', 'Update now').waitFor();
    await unlock(page, ADA);
    await page.getByRole('button', 'Later').click();
    await page.getByRole('button', 'Update now').waitGone();
    await goTo(page, 'Settings');
    const { text } = await updatesSay(page, /Release 0\.1\.0\+/);
    assert.notInclude(text, release);
  });

  it('is taken on the person’s word, and opens the same home', async () => {
    await page.getByRole('main').getByRole('button', 'Update now').click();
    await page.getByRole('button', 'Unlock').waitFor();
    await unlock(page, ADA);
    await goTo(page, 'Settings');
    const { text } = await updatesSay(page, /Release 0\.1\.99\+/);
    assert.include(text, release);
  });

  it('works with the server gone as well', async () => {
    await device.stopServer();
    await page.reload();
    await unlock(page, ADA);
    await goTo(page, 'Settings');
    await updatesSay(page, /Release 0\.1\.99\+/);
  });
});
