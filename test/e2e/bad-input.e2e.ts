// What goes wrong around the app: guesses at the password, a worker that is ended, storage that is taken away or of a newer release.
import { assert } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, lockNow, unlock } from './support/person.ts';

describe('trouble', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await createUser(page, ADA);
    const note = join(device.folder, 'fixtures', 'note.txt');
    mkdirSync(join(note, '..'));
    writeFileSync(note, 'a quiet note');
    await page.upload([note]);
    await row(/note/).waitFor();
  });
  after(() => device.close());

  const row = (name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const password = () => page.getByRole('textbox', 'Password');

  it('a worker that is ended comes again, locked, with everything that was saved', async function workerEnds(this: { skip?: () => void }) {
    const ended = await page.endWorkers();
    if (ended === undefined) return this.skip?.();
    assert.isAbove(ended, 0);
    await page.getByRole('button', 'Unlock').waitFor({ withinMs: 60_000 });
    await unlock(page, ADA);
    await row(/note/).waitFor();
  });

  it('a home that the browser took away is said to be gone, and nothing claims to be saved', async () => {
    await page.goto('/robots.txt');
    const dropped = await page.evaluate(async () => {
      const homes = (await indexedDB.databases()).flatMap(({ name }) => (name?.includes('home') ? [name] : []));
      for (const name of homes) await new Promise((resolve, reject) => { Object.assign(indexedDB.deleteDatabase(name), { onsuccess: resolve, onerror: reject, onblocked: reject }); });
      return homes.length;
    });
    assert.equal(dropped, 1);
    await page.goto('/');
    await password().fill(ADA.password);
    await page.getByRole('button', 'Unlock').click();
    await page.getByRole('alert').nth(0).waitFor({ where: ({ text }) => /browser has removed what Nexus stored here/.test(text) });
    assert.equal(await page.getByRole('navigation', 'Nexus').count(), 0);
  });

  it('what a newer release wrote is left alone', async () => {
    await page.goto('/robots.txt');
    await page.evaluate(async () => {
      const [system] = (await indexedDB.databases()).flatMap(({ name }) => (name !== undefined && !name.includes('home') ? [name] : []));
      await new Promise((resolve, reject) => {
        const opening = indexedDB.open(system ?? '', 999);
        opening.onsuccess = () => { opening.result.close(); resolve(true); };
        opening.onerror = reject;
      });
    });
    await page.goto('/');
    await page.getByRole('heading', 'Stored by a newer release').waitFor();
    await page.getByRole('button', 'Reload').waitFor();
  });
});

describe('guesses', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await createUser(page, ADA);
    await lockNow(page);
  });
  after(() => device.close());

  it('five wrong passwords bring a wait that is shown and outlives a reload', async () => {
    for (let guess = 1; guess <= 5; guess += 1) {
      await page.getByRole('textbox', 'Password').fill(`guess number ${guess}`);
      await page.getByRole('button', 'Unlock').click();
      await page.getByRole('alert').nth(0).waitFor({ where: ({ text }) => text !== '' });
    }
    const waits = () => page.getByRole('timer').waitFor({ where: ({ text }) => /^Next attempt in \S+/.test(text.trim()) });
    await waits();
    await page.reload();
    await waits();
    assert.isTrue((await page.getByRole('button', 'Unlock').waitFor()).disabled);
  });
});
