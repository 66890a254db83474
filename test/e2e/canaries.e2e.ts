// Words that must never lie in the clear: after a day's use none is found in the browser's profile, its console, a URL or a title.
import { assert } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import { filesUnder, findCanaries, wordCanaries } from './support/find-canaries.ts';
import type { DevicePage } from './support/page.ts';
import { createUser, desktop, goTo, lockNow } from './support/person.ts';
import { until } from './support/until.ts';

const NAME = 'Canary Name 5h2';
const SECRET = { password: 'canary-password-7f3kq', next: 'canary-nextpass-9x2mz', pin: '907351862404', renamed: 'canary-folder-renamed-k31', folder: 'canary-folder-b81', file: 'canary-file-c44.txt', content: 'canary-content-e5d21', query: 'canary-file', note: 'canary-note-m77', written: 'canary-written-p40', secretName: 'canary-secret-v83', secret: 'canary-kept-d19' };
/** Which apps a person has, and who asks them, is nobody's business either. */
const APP = 'apps/notes/nexus-app.json';

const found = (profile: string, words: readonly string[]): readonly string[] => findCanaries(filesUnder(profile), wordCanaries(words));

describe('canaries', () => {
  let device: Device;
  let page: DevicePage;
  let phrase: string;
  const seen: string[] = [];

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/?markers');
  });
  after(() => device.close());

  const row = (name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const changeSecret = async (act: string, fields: Readonly<Record<string, string>>) => {
    await page.getByRole('button', `${act}…`).click();
    for (const [name, text] of Object.entries(fields)) await page.getByRole('textbox', name).fill(text);
    await page.getByRole('dialog').getByRole('button', act).click();
    await page.getByRole('dialog').waitGone();
  };
  const look = async () => { seen.push(await page.url(), await page.title()); };

  it('are used as a person uses them', async () => {
    phrase = await createUser(page, { name: NAME, password: SECRET.password });
    const tree = join(device.folder, SECRET.folder);
    mkdirSync(tree);
    writeFileSync(join(tree, SECRET.file), SECRET.content);
    await page.upload([tree], { folder: true });
    await row(/canary-folder/).waitFor();
    await page.getByRole('searchbox', 'Search').fill(SECRET.query);
    await row(/canary-file/).click();
    await look();
    await page.press('Enter');
    await page.getByRole('dialog').getByRole('button', 'Close').waitFor();
    await page.press('Escape');
    await page.getByRole('dialog').waitGone();
    await page.getByRole('searchbox', 'Search').fill('');
    await row(/canary-folder/).click();
    await page.press('F2');
    await page.getByRole('textbox', 'New name').fill(SECRET.renamed);
    await page.press('Enter');
    await row(/canary-folder-renamed/).waitFor();
    await goTo(page, 'Settings');
    await changeSecret('Set PIN', { 'Current password': SECRET.password, 'New PIN': SECRET.pin, 'Repeat new PIN': SECRET.pin });
    await changeSecret('Change password', { 'Current password': SECRET.password, 'New password': SECRET.next, 'Repeat new password': SECRET.next });
    await goTo(page, 'Backups');
    await device.download(() => page.getByRole('button', 'Back up now').click());
    await look();
  });

  it('are written by an app', async () => {
    await goTo(page, 'Apps');
    await page.getByRole('button', 'Add an app').click();
    await page.getByRole('button', 'Look at Notes').click();
    await page.getByRole('button', 'Install app').click();
    await page.getByRole('button', 'Open Notes').click();
    await page.getByRole('dialog', 'Allow “Notes”?').getByRole('combobox', 'How long').choose('For 30 days');
    await page.getByRole('dialog', 'Allow “Notes”?').getByRole('button', 'Allow').click();
    await until('a note to be begun', () => page.evaluateInApp(() => {
      const button = [...document.querySelectorAll('button')].find((each) => each.textContent === 'New note');
      button?.click();
      return button !== undefined;
    }).catch(() => false));
    await until('the note to be there', () => page.evaluateInApp(() => document.querySelector('input')?.value === 'Untitled').catch(() => false));
    await page.evaluateInApp((title, text) => {
      const [name, body] = [document.querySelector('input')!, document.querySelector('textarea')!];
      body.value = text;
      body.dispatchEvent(new Event('blur'));
      name.value = title;
      name.dispatchEvent(new Event('change'));
    }, SECRET.note, SECRET.written);
    await until('the note to be saved', () => page.evaluateInApp((title) => [...document.querySelectorAll('b')].some((each) => each.textContent === title), SECRET.note));
    await page.evaluateInApp(async (key, secret) => {
      const port = (globalThis as unknown as { readonly nexusPort: MessagePort }).nexusPort;
      const call = <T>(id: number, name: string, args: object) => new Promise<T>((resolve) => {
        port.addEventListener('message', ({ data }: MessageEvent<{ readonly id?: number; readonly value?: T }>) => { if (data.id === id) resolve(data.value as T); });
        port.postMessage({ id, call: name, args });
      });
      const [access] = await call<{ readonly binding: string }[]>(900_001, 'request', { asks: [{ scope: 'write:dataset', resource: 'dataset:self' }] });
      await call(900_002, 'vaultPut', { binding: access?.binding, key, value: new TextEncoder().encode(secret) });
    }, SECRET.secretName, SECRET.secret);
    await look();
    await page.getByRole('button', 'Close app').click();
  });

  it('come through a lock, a wrong password and an unlock', async () => {
    await lockNow(page);
    await page.getByRole('button', 'Use password').click();
    await page.getByRole('textbox', 'Password').fill(SECRET.password);
    await page.getByRole('button', 'Unlock').click();
    await page.getByRole('alert').waitFor({ where: ({ text }) => text !== '' });
    await page.getByRole('button', 'Use PIN').click();
    await page.getByRole('textbox', 'PIN').fill(SECRET.pin);
    await page.getByRole('button', 'Unlock').click();
    await desktop(page);
    await look();
    await lockNow(page);
  });

  it('are in no line of the console, no address and no title', async () => {
    const said = [...await page.consoleLines(), ...seen].join('\n');
    for (const canary of [...Object.values(SECRET), phrase]) assert.notInclude(said, canary);
  });

  // WebKit's profile does not outlive its session under automation: there is no disk to look at.
  (ENGINE === 'webkit' ? it.skip : it)('are nowhere in the profile on disk, where the name is, which is in the clear by design', async () => {
    const { profile } = device;
    // A browser that ends in peace writes down all that it means to.
    await device.restart();
    await device.kill();
    const words = phrase.split(' ');
    assert.isNotEmpty(found(profile, [NAME]));
    // The offline copy of the release names every file in it; a home does not.
    assert.deepEqual(found(profile, [APP]).filter((where) => where.includes('IndexedDB') || where.includes('/idb/')), []);
    assert.deepEqual(found(profile, [...Object.values(SECRET), phrase, words.slice(0, 4).join(' ')]), []);
  });
});
