// The devices of a person: listed by their names, one of them removed with new keys for the home, which the other takes over.
import { assert } from 'chai';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertAccessible } from './support/assert-accessible.ts';
import { type Device, openDevice } from './support/device.ts';
import { bringHome, confirmRemoval, signInByWindow, synced, syncLine, takeOver, unlockAnew, writeNewPhrase } from './support/online-account.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, deleteForGood, goTo, restoreByPhrase, type Someone } from './support/person.ts';
import { until } from './support/until.ts';

const ACCOUNT = { name: 'ada-of-three-devices', password: 'a long enough password' };
/** Too large to lie in its record. */
const LARGE = 'from before '.repeat(9_000);
const ON_LAPTOP: Someone = { name: 'Ada', password: 'another one, for the laptop' };
const ON_PHONE: Someone = { name: 'Ada', password: 'a third one, for the phone' };

describe('the devices of a person', () => {
  const opened: Device[] = [];
  let first: Device;
  let laptop: Device;
  let desk: DevicePage;
  let lap: DevicePage;
  let phone: DevicePage;
  let phrase: string;
  let newPhrase: string;

  before(async () => {
    first = await openDevice();
    opened.push(first);
    desk = await first.newPage('/');
    phrase = await createUser(desk, ADA);
    await add(first, desk, { 'letter.txt': 'dear world', 'large.txt': LARGE });
    await goTo(desk, 'Account');
    const tab = await signInByWindow(first, desk, ACCOUNT, 'sign up');
    await desk.getByRole('heading', 'Sync').waitFor({ withinMs: 30_000 });
    await desk.getByRole('button', 'Sync this home').click();
    await synced(desk);
    // A page behind another is drawn by no browser.
    await tab.close();
    [laptop, lap] = await joinBy(ON_LAPTOP);
    [, phone] = await joinBy(ON_PHONE);
  });
  after(async () => { for (const device of opened.reverse()) await device.close(); });

  async function joinBy(who: Someone, words = phrase): Promise<[Device, DevicePage]> {
    const device = await openDevice(undefined, first);
    opened.push(device);
    const page = await device.newPage('/');
    await bringHome(device, page, { account: ACCOUNT, phrase: words, who });
    await has(page, /letter/);
    await synced(page);
    return [device, page];
  }
  async function add(device: Device, page: DevicePage, files: Readonly<Record<string, string>>): Promise<void> {
    await goTo(page, 'Files');
    const paths = Object.entries(files).map(([name, text]) => {
      const path = join(device.folder, 'fixtures', name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
      return path;
    });
    await page.upload(paths);
    for (const name of Object.keys(files)) await has(page, new RegExp(name));
  }
  const row = (page: DevicePage, name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const has = (page: DevicePage, name: RegExp) => row(page, name).waitFor({ withinMs: 60_000 });
  const devices = (page: DevicePage) => page.getByRole('list', 'Devices').getByRole('listitem');

  it('are listed, and called what the person calls them', async () => {
    await goTo(phone, 'Account');
    await devices(phone).waitCount(3);
    const texts = await Promise.all([0, 1, 2].map((place) => devices(phone).nth(place).text()));
    await devices(phone).nth(texts.findIndex((text) => text.includes('this device'))).getByRole('button', /^Rename/).click();
    const dialog = phone.getByRole('dialog', 'Rename this device');
    await dialog.getByRole('textbox', 'Name').fill('The lost phone');
    await dialog.getByRole('button', 'Rename').click();
    await phone.getByRole('button', 'Rename: The lost phone').waitFor();
    await goTo(desk, 'Files');
    await goTo(desk, 'Account');
    await desk.getByRole('button', 'Remove: The lost phone').waitFor();
    await assertAccessible(desk, 'account, three devices');
  });

  it('are removed with new keys for the home, a new phrase, and the password that stays', async () => {
    await desk.getByRole('button', 'Remove: The lost phone').click();
    const dialog = desk.getByRole('dialog', 'Remove “The lost phone”?');
    await dialog.getByRole('button', 'Only sign it out').waitFor();
    await assertAccessible(desk, 'removing a device');
    newPhrase = await writeNewPhrase(desk);
    assert.notEqual(newPhrase, phrase);
    await confirmRemoval(desk, 'not the password');
    await dialog.getByRole('alert').waitFor({ withinMs: 30_000, where: ({ text }) => text !== '' });
    await confirmRemoval(desk, ADA.password);
    await unlockAnew(desk, ADA);
    await synced(desk);
    await has(desk, /letter/);
    await add(first, desk, { 'after.txt': 'what comes after' });
    await synced(desk);
    await goTo(desk, 'Account');
    await devices(desk).waitCount(2);
  });

  it('that were removed are signed out, and see nothing of what comes after', async () => {
    await until('the phone to be signed out', async () => /signed out/.test(await syncLine(phone)), { withinMs: 60_000 });
    await goTo(phone, 'Files');
    await has(phone, /letter/);
    assert.equal(await row(phone, /after/).count(), 0);
  });

  it('that stay say so, keep what is changed on them, and take the new keys over', async () => {
    await until('the laptop to hear of it', async () => /keys were renewed/.test(await syncLine(lap)), { withinMs: 60_000 });
    await add(laptop, lap, { 'meanwhile.txt': 'on the laptop' });
    await goTo(lap, 'Account');
    await lap.getByRole('button', 'Take over the new keys…').click();
    const dialog = lap.getByRole('dialog', 'Take over the new keys');
    await assertAccessible(lap, 'taking over new keys');
    await takeOver(lap, phrase, ON_LAPTOP.password);
    await dialog.getByRole('alert').waitFor({ withinMs: 30_000, where: ({ text }) => text !== '' });
    await takeOver(lap, newPhrase, ON_LAPTOP.password);
    await unlockAnew(lap, ON_LAPTOP);
    await goTo(lap, 'Files');
    await has(lap, /after/);
    await has(lap, /meanwhile/);
    await synced(lap);
    await goTo(desk, 'Files');
    await has(desk, /meanwhile/);
  });

  it('that come after get the home by the new phrase, with what is from before', async () => {
    const [device, page] = await joinBy({ name: 'Ada', password: 'a fourth one, for the new phone' }, newPhrase);
    await has(page, /after/);
    await row(page, /large/).click();
    const saved = await device.download(() => page.getByRole('button', 'Download').click());
    assert.equal(readFileSync(saved, 'utf8'), LARGE);
    await goTo(page, 'Account');
    await devices(page).waitCount(3);
  });

  it('have backups of what is from before and after: whole, and opened by the new phrase on a blank device', async () => {
    await goTo(desk, 'Backups');
    const bundle = await first.download(() => desk.getByRole('button', 'Back up now').click());
    const table = desk.getByRole('table', 'Backups');
    await table.getByRole('button', 'Verify').click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByRole('radio', /^Full/).click();
    await dialog.getByRole('button', 'Verify').click();
    await dialog.getByRole('button', 'Close').waitFor({ withinMs: 60_000 });
    assert.equal(await desk.getByRole('list', 'Damaged').count(), 0);
    await dialog.getByRole('button', 'Close').click();
    const blank = await openDevice();
    opened.push(blank);
    const fresh = await blank.newPage('/');
    await restoreByPhrase(fresh, { bundle, phrase: newPhrase, who: ADA });
    for (const [name, text] of [['large', LARGE], ['after', 'what comes after']] as const) {
      await row(fresh, new RegExp(name)).click();
      const saved = await blank.download(() => fresh.getByRole('button', 'Download').click());
      assert.equal(readFileSync(saved, 'utf8'), text);
    }
  });

  it('show what the account keeps by kind, and that the room of what was deleted for good comes back once all know', async () => {
    await goTo(desk, 'Files');
    await deleteForGood(desk, /large/);
    await goTo(desk, 'Account');
    const kept = desk.getByRole('region', 'Kept at the server');
    await until('the account to say what is to go', async () => (await kept.text()).includes('piece of deleted content still takes room'), { withinMs: 30_000 });
    assert.include(await kept.getByRole('list', 'By kind').text(), 'Contents of files and backups');
    assert.equal(await desk.getByRole('list', 'Devices that do not know yet').count(), 0, 'the phone is removed, and the others were here today');
    await assertAccessible(desk, 'account, with what it keeps');
  });
});
