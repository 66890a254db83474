// What an app keeps, on two devices of one person: switched on at both, it is the same on both, and the app shows it while it is open.
import { assertAccessible } from './support/assert-accessible.ts';
import { type Device, openDevice } from './support/device.ts';
import { pressInApp, saysIn } from './support/embedded-app.ts';
import { askForHome, enterHome, signInByWindow, synced } from './support/online-account.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, type Someone } from './support/person.ts';
import { until } from './support/until.ts';

const THERE: Someone = { name: 'Ada', password: 'another one, for the laptop' };
const ACCOUNT = { name: 'ada-of-two-apps', password: 'a long enough password' };
const SWITCH = 'Keep this app’s data on all my devices';

describe('what an app keeps, on two devices', () => {
  let first: Device;
  let second: Device;
  let page: DevicePage;
  let other: DevicePage;

  before(async () => {
    first = await openDevice();
    second = await openDevice(undefined, first);
    page = await first.newPage('/');
    const phrase = await createUser(page, ADA);
    await goTo(page, 'Account');
    const tab = await signInByWindow(first, page, ACCOUNT, 'sign up');
    await page.getByRole('heading', 'Sync').waitFor({ withinMs: 30_000 });
    await tab.close();
    await page.getByRole('button', 'Sync this home').click();
    await synced(page);
    other = await second.newPage('/');
    await other.getByRole('button', 'Bring my home from NexusAccount').click();
    const signIn = await signInByWindow(second, other, ACCOUNT, 'sign in');
    await askForHome(other, phrase, THERE);
    await enterHome(other, THERE);
    await signIn.close();
    await synced(other);
  });
  after(async () => {
    await second.close();
    await first.close();
  });

  async function installNotes(at: DevicePage): Promise<void> {
    await goTo(at, 'Apps');
    await at.getByRole('button', 'Add an app').click();
    await at.getByRole('button', 'Look at Notes').click();
    await at.getByRole('button', 'Install app').click();
    await at.getByRole('button', 'Open Notes').waitFor();
  }

  async function openNotes(at: DevicePage): Promise<void> {
    await at.getByRole('button', 'Open Notes').click();
    const dialog = at.getByRole('dialog', 'Allow “Notes”?');
    await dialog.waitFor();
    await dialog.getByRole('button', 'Allow').click();
    await saysIn(at, /New note/);
  }

  const order = (at: DevicePage) => at.evaluateInApp(() => document.querySelector('select')?.value ?? '').catch(() => '');
  const choose = (at: DevicePage, value: string) => at.evaluateInApp((wanted) => {
    const select = document.querySelector('select')!;
    select.value = wanted;
    select.dispatchEvent(new Event('change'));
  }, value);

  async function carried(at: DevicePage): Promise<void> {
    await at.getByRole('switch', SWITCH).click();
    await until('it to be on', async () => (await at.getByRole('switch', SWITCH).waitFor()).checked, { withinMs: 30_000 });
  }

  it('goes to the account where the person switches that on', async () => {
    await installNotes(page);
    await openNotes(page);
    await choose(page, 'title');
    await pressInApp(page, 'New note');
    await saysIn(page, /Untitled/);
    await page.getByRole('button', 'Close app').click();
    await page.getByRole('switch', SWITCH).waitFor();
    await assertAccessible(page, 'an app whose data may be carried');
    await carried(page);
    await until('it to be sent', async () => (await page.words()).includes('Nothing waits to be sent.'), { withinMs: 60_000 });
  });

  it('comes to the other device, and what is chosen there comes back while the app is open here', async () => {
    await installNotes(other);
    await carried(other);
    await openNotes(other);
    await until('the order of the first device', async () => await order(other) === 'title', { withinMs: 60_000 });
    await openNotes(page);
    await until('the app to be open', async () => await order(page) === 'title', { withinMs: 30_000 });
    await choose(other, 'modified');
    await until('the order of the second device', async () => await order(page) === 'modified', { withinMs: 60_000 });
  });
});
