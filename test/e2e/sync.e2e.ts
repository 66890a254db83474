// A home on two devices, by the person's own account: linked on the first, brought to a second that has nothing but the phrase, and
// alike from then on, whoever does what, while the server is there and while it is not.
import { assert } from 'chai';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import { approve, askForHome, bringHome, enterHome, signInByWindow, synced, syncLine } from './support/online-account.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, deleteForGood, goTo, restoreSnapshot, type Someone, unlock } from './support/person.ts';
import { until } from './support/until.ts';

const THERE: Someone = { name: 'Ada', password: 'another one, for the laptop' };
const LARGE = `the beginning${' and so on'.repeat(8_000)}`;
const ACCOUNT = { name: 'ada-of-two-devices', password: 'a long enough password' };

describe('a home on two devices', () => {
  let first: Device;
  let second: Device;
  let page: DevicePage;
  let other: DevicePage;
  let phrase: string;
  /** Hash of the file that the first device made. */
  let backup: string;

  before(async () => {
    first = await openDevice();
    second = await openDevice(undefined, first);
    page = await first.newPage('/');
    phrase = await createUser(page, ADA);
  });
  after(async () => {
    await second.close();
    await first.close();
  });

  const fixture = (device: Device, name: string, text: string): string => {
    const path = join(device.folder, 'fixtures', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const row = (at: DevicePage, name: string | RegExp) => at.getByRole('grid', 'Files').getByRole('row', name);
  const add = async (device: Device, at: DevicePage, files: Readonly<Record<string, string>>) => {
    await goTo(at, 'Files');
    await at.upload(Object.entries(files).map(([name, text]) => fixture(device, name, text)));
  };
  const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  const savedFrom = async (device: Device, at: DevicePage, name: RegExp) => {
    await row(at, name).click();
    return readFileSync(await device.download(() => at.getByRole('button', 'Download').click()), 'utf8');
  };
  const has = (at: DevicePage, name: string | RegExp) => row(at, name).waitFor({ withinMs: 60_000 });

  /** Whether a page shows an element with these words, in whatever shadow. */
  const shows = (at: DevicePage, selector: string, words: string) => at.evaluate((wanted, expected) => {
    const find = (root: Document | ShadowRoot): boolean => [...root.querySelectorAll('*')].some((element) =>
      (element.matches(wanted) && (element.textContent ?? '').includes(expected)) || (element.shadowRoot !== null && find(element.shadowRoot)));
    return find(document);
  }, selector, words);

  it('goes to the account when the person says so', async () => {
    await add(first, page, { 'letter.txt': 'dear world', 'poem.txt': 'roses' });
    await has(page, /poem/);
    await goTo(page, 'Account');
    await signInByWindow(first, page, ACCOUNT, 'sign up');
    await page.getByRole('heading', 'Sync').waitFor({ withinMs: 30_000 });
    assert.include(await page.words(), 'export is always possible');
    await page.getByRole('button', 'Sync this home').click();
    await synced(page);
  });

  it('is not opened on another device by a wrong phrase', async () => {
    other = await second.newPage('/');
    await other.getByRole('button', 'Bring my home from NexusAccount').click();
    await signInByWindow(second, other, ACCOUNT, 'sign in');
    await askForHome(other, 'abandon abandon abandon', THERE);
    await other.getByRole('alert', /phrase/i).waitFor();
  });

  it('is brought there by the right one, and opens with a password of its own', async () => {
    await askForHome(other, phrase, THERE);
    await enterHome(other, THERE);
    await has(other, /letter/);
    await has(other, /poem/);
    await synced(other);
  });

  it('is alike soon after either side changed something', async () => {
    await add(second, other, { 'from-the-laptop.txt': 'hello' });
    await goTo(page, 'Files');
    await has(page, /from-the-laptop/);
    await row(page, /poem/).click();
    await page.getByRole('button', 'Move to trash').click();
    await row(other, /poem/).waitGone({ withinMs: 60_000 });
  });

  it('frees space on one device, and opens from the server what went from there', async () => {
    await add(first, page, { 'large.txt': LARGE });
    await has(other, /large/);
    await synced(other);
    await goTo(other, 'Account');
    await other.getByRole('button', 'Free up space…').click();
    await other.getByRole('dialog').getByRole('button', 'Free up space').click();
    await other.getByRole('status', /freed\. 1 file stays listed and comes back when opened\.$/).waitFor({ withinMs: 60_000 });
    assert.isTrue((await other.getByRole('radio', 'Only what I open or keep').waitFor()).checked);
    await goTo(other, 'Files');
    await until('the mark', () => shows(other, '[title="Only online"]', ''));
    await row(other, /large/).click(2);
    await until('the beginning to be shown', () => shows(other, 'pre', 'the beginning and so on'));
    await other.getByRole('dialog').getByRole('button', 'Close').click();
    await goTo(other, 'Account');
    await other.getByRole('radio', 'Keep everything on this device').click();
    await synced(other);
  });

  // Elsewhere no page is told of that.
  (ENGINE === 'chromium' ? it : it.skip)('leaves content for another connection where data is to be saved, unless its person says otherwise', async () => {
    await page.saveData(true);
    await goTo(other, 'Files');
    await add(first, page, { 'film.txt': 'frame '.repeat(10_000), 'postcard.txt': 'wish you were here' });
    await has(other, /postcard/);
    await until('the content to wait', async () => (await syncLine(page)).includes('content waits'));
    await row(other, /film/).waitGone();
    await goTo(page, 'Account');
    const choice = page.getByRole('checkbox', 'Use connections that cost');
    await choice.click();
    await synced(page);
    await has(other, /film/);
    await choice.click();
    await page.saveData(false);
  });

  it('goes on while the server is gone, and keeps both where both changed the same', async () => {
    await first.stopServer();
    await replace(first, page, { 'letter.txt': 'by the desk' });
    await replace(second, other, { 'letter.txt': 'by the laptop' });
    await until('it to be said', async () => /waiting to sync|does not answer/.test(await syncLine(page)), { withinMs: 60_000 });
    await first.startServer();
    for (const at of [page, other]) {
      await goTo(at, 'Account');
      await at.getByRole('button', 'Sync now').click();
      await goTo(at, 'Files');
    }
    for (const [at, by] of [[page, 'on this device'], [other, 'on the device “']] as const) {
      await has(at, /letter \(conflict, [0-9a-f]{6}, \d{4}-\d\d-\d\d\)\.txt/);
      await row(at, /letter \(conflict/).getByRole('img', 'Conflict copy').waitFor();
      const line = at.getByRole('button', '1 conflict copy is here');
      await line.click();
      await at.getByRole('listitem', /It stands beside “letter\.txt”/).waitFor({ where: ({ text }) => text.includes(`was written ${by}`) });
      assert.include(await at.words(), 'changed on two devices before they knew of each other');
      await line.click();
    }
  });

  it('goes on its way while it is locked, once the server is back', async () => {
    await first.stopServer();
    await add(first, page, { 'left-behind.txt': 'sealed, and not yet sent' });
    await has(page, /left-behind/);
    await page.press('Control+l');
    await page.getByRole('button', 'Unlock').waitFor();
    await first.startServer();
    await page.reload();
    await page.getByRole('button', 'Unlock').waitFor();
    await has(other, /left-behind/);
    await unlock(page, ADA);
  });

  // Background Sync is Chromium's alone.
  (ENGINE === 'chromium' ? it : it.skip)('goes on its way with no page open, woken by the network', async () => {
    await first.stopServer();
    await add(first, page, { 'closed-too-soon.txt': 'sealed, and not yet sent' });
    await has(page, /closed-too-soon/);
    await page.close();
    await first.startServer();
    await until('the service worker to have carried it', async () => {
      await first.wakeByNetwork('nexus.courier');
      return await row(other, /closed-too-soon/).count() > 0;
    }, { withinMs: 60_000, everyMs: 1000 });
    page = await first.newPage('/');
    await unlock(page, ADA);
  });

  it('has a backup in the account, that comes to the other device', async () => {
    // After the server was gone the account may still wait before it asks again.
    await synced(page);
    await goTo(page, 'Backups');
    // What is still to come is brought first, by requests that a server which was gone may have left unanswered.
    backup = hashOf(await first.download(() => page.getByRole('button', 'Back up now').click(), 70_000));
    await page.getByRole('button', 'Upload to NexusAccount').click();
    await page.getByRole('status', /is in your account, encrypted/).waitFor({ withinMs: 60_000 });
    await goTo(other, 'Backups');
    await other.getByRole('list', 'Backups in your account').getByRole('listitem').nth(0).waitFor({ withinMs: 30_000 });
    await other.getByRole('button', 'Bring here').click();
    await other.getByRole('status', /is on this device now/).waitFor({ withinMs: 60_000 });
    await other.getByRole('table', 'Backups').getByRole('button', 'Verify').click();
    await other.getByRole('dialog').getByRole('radio', /^Full/).click();
    await other.getByRole('dialog').getByRole('button', 'Verify').click();
    await other.getByRole('dialog').getByRole('status', /whole|holds|ok/i).waitFor({ withinMs: 60_000 });
    await other.getByRole('dialog').getByRole('button', 'Close').click();
  });

  it('gives back what was changed and deleted since, on a blank device by the account and the phrase alone', async () => {
    await replace(first, page, { 'left-behind.txt': 'written over since' });
    await goTo(other, 'Files');
    await deleteForGood(page, /large/);
    // What was changed before goes with it.
    await row(other, /large/).waitGone({ withinMs: 60_000 });
    const third = await openDevice(undefined, first);
    try {
      const fresh = await third.newPage('/');
      await bringHome(third, fresh, { account: ACCOUNT, phrase, who: THERE });
      await has(fresh, /left-behind/);
      await synced(fresh);
      assert.equal(await row(fresh, /large/).count(), 0);
      await goTo(fresh, 'Backups');
      await fresh.getByRole('button', 'Bring here').click();
      await fresh.getByRole('status', /is on this device now/).waitFor({ withinMs: 60_000 });
      assert.equal(hashOf(await third.download(() => fresh.getByRole('table', 'Backups').getByRole('button', 'Download').click())), backup);
      assert.match(await restoreSnapshot(fresh, phrase), /^1 created, 1 replaced/);
      await goTo(fresh, 'Files');
      assert.equal(await savedFrom(third, fresh, /large/), LARGE);
      assert.equal(await savedFrom(third, fresh, /left-behind/), 'sealed, and not yet sent');
    } finally {
      await third.close();
    }
  });

  it('goes to the account by itself where that was chosen, and as many stay there', async () => {
    await goTo(other, 'Backups');
    await goTo(page, 'Backups');
    const listedAt = (at: DevicePage) => at.getByRole('list', 'Backups in your account').getByRole('listitem');
    const isOther = async (at: DevicePage) => await listedAt(at).count() === 1 && !(await listedAt(at).text()).includes('also on this device');
    await page.getByRole('combobox', 'Back up to the account').choose('Every day');
    await page.getByRole('spinbutton', 'Newest to keep there').fill('1');
    await page.getByRole('button', 'Save schedule').click();
    // The one before is a snapshot here too; this one takes no place here.
    await until('another to be the only one', () => isOther(page), { withinMs: 60_000 });
    await until('it to be said', async () => await shows(page, 'p', 'Last backup:') && await shows(page, 'p', 'Next:'));
    await page.getByRole('table', 'Backups').getByRole('button', 'Verify').waitFor();
    await until('the other device to list it', () => isOther(other), { withinMs: 60_000 });
    await other.getByRole('button', 'Check').click();
    await other.getByRole('status', /has all of the backup/).waitFor({ withinMs: 30_000 });
  });

  it('is still linked after a restart', async () => {
    await other.reload();
    await unlock(other, THERE);
    await synced(other);
  });

  it('comes to a third device without the phrase, approved on the first', async () => {
    const third = await openDevice(undefined, first);
    try {
      const fresh = await third.newPage('/');
      await fresh.getByRole('button', 'Bring my home from NexusAccount').click();
      const tab = await signInByWindow(third, fresh, ACCOUNT, 'sign in');
      await fresh.getByRole('button', 'Use another device instead').click();
      await tab.close();
      await approve(fresh, THERE, { page, who: ADA });
      await enterHome(fresh, THERE);
      await row(fresh, /letter\.txt/).waitFor({ withinMs: 60_000 });
    } finally {
      await third.close();
    }
  });

  async function replace(device: Device, at: DevicePage, files: Readonly<Record<string, string>>): Promise<void> {
    await add(device, at, files);
    await at.getByRole('button', 'Replace').click();
    await at.getByRole('button', 'Replace').waitGone();
  }
});
