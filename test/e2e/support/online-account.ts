// What a person with several devices does with an online account, in the words of the app.
import { assert } from 'chai';
import type { Device } from './device.ts';
import type { DevicePage } from './page.ts';
import { answerPhrase, goTo, logIn, type Someone, unlock } from './person.ts';
import { until } from './until.ts';

/** Signs in on the page where that is offered. The window of the provider is the browser's own; where it would go, a tab of this device goes: to be closed once the page has heard. */
export async function signInByWindow(device: Device, page: DevicePage, account: Someone, how: 'sign up' | 'sign in'): Promise<DevicePage> {
  await page.evaluate(() => {
    const noted = window as unknown as { address: string };
    window.open = () => ({ location: { replace: (url: string) => { noted.address = url; } }, close: () => undefined }) as unknown as Window;
  });
  await page.getByRole('button', 'Sign in to NexusAccount').click();
  await page.getByRole('button', 'Continue in a window').click();
  const address = await until('the window to go somewhere', () => page.evaluate(() => (window as unknown as { address?: string }).address ?? '').then((url) => url || undefined));
  const tab = await device.newPage('/robots.txt');
  await tab.goto(address.slice(device.origin.length));
  if (how === 'sign up') {
    await tab.getByRole('link', 'Create NexusAccount').click();
    await tab.getByRole('heading', 'Create NexusAccount').waitFor();
  }
  await tab.getByRole('textbox', /^Account name/).fill(account.name);
  await tab.getByRole('textbox', how === 'sign up' ? /^New account password/ : /^Account password/).fill(account.password);
  await tab.getByRole('button', how === 'sign up' ? 'Create NexusAccount' : 'Sign in').click();
  await tab.getByRole('button', 'Not now').click();
  await tab.getByRole('button', 'Allow').click();
  return tab;
}

/** Asks for the account's home by its phrase, to be opened here by a password. */
export async function askForHome(page: DevicePage, phrase: string, { password }: Someone): Promise<void> {
  await page.getByRole('textbox', 'Recovery phrase').fill(phrase);
  await page.getByRole('textbox', 'Password').fill(password);
  await page.getByRole('textbox', 'Repeat password').fill(password);
  await page.getByRole('button', 'Bring my home here').click();
}

/** Where a device may ask for the account's home: it asks an old one, and is approved there once the same digits were seen on both. */
export async function approve(fresh: DevicePage, { password }: Someone, by: { readonly page: DevicePage; readonly who: Someone }): Promise<void> {
  await fresh.getByRole('textbox', 'Password').fill(password);
  await fresh.getByRole('textbox', 'Repeat password').fill(password);
  await fresh.getByRole('button', 'Ask my other device').click();
  await goTo(by.page, 'Account');
  await by.page.getByRole('button', 'Approve a new device…').click();
  const dialog = by.page.getByRole('dialog', 'Approve a new device');
  await dialog.getByRole('button', 'Compare digits').click();
  const digits = /^Digits(?: \d){6}$/;
  const [shown, compared] = [await fresh.getByRole('img', digits).waitFor(), await dialog.getByRole('img', digits).waitFor()];
  assert.equal(shown.name, compared.name);
  await dialog.getByRole('textbox', 'Password').fill(by.who.password);
  await dialog.getByRole('button', 'Approve').click();
  await dialog.getByRole('status', /^Approved/).waitFor();
  await dialog.getByRole('button', 'Close').click();
}

/** From the home's arrival to its desktop. */
export async function enterHome(page: DevicePage, who: Someone): Promise<void> {
  await page.getByRole('heading', 'Your home is here').waitFor({ withinMs: 60_000 });
  await page.getByRole('button', 'Continue').click();
  await logIn(page, who);
}

/** On a device that knows nothing: signs in, and brings the account's home by its phrase. */
export async function bringHome(device: Device, page: DevicePage, { account, phrase, who }: { readonly account: Someone; readonly phrase: string; readonly who: Someone }): Promise<void> {
  await page.getByRole('button', 'Bring my home from NexusAccount').click();
  const tab = await signInByWindow(device, page, account, 'sign in');
  await askForHome(page, phrase, who);
  await enterHome(page, who);
  await tab.close();
}

/** What the line that is always in sight says of sync. */
export const syncLine = async (page: DevicePage): Promise<string> => (await page.getByRole('status', 'Sync').waitFor()).text;

export async function synced(page: DevicePage): Promise<void> {
  let last = '';
  await until('everything to be synced', async () => /\bSynced\b/.test(last = await syncLine(page)), { withinMs: 60_000, state: () => last });
}

/** From the dialog that renews the keys, on whatever way it was opened, to its question for the password; gives the new phrase. */
export async function writeNewPhrase(page: DevicePage): Promise<string> {
  await page.getByRole('dialog').getByRole('button', 'Continue').click();
  return (await answerPhrase(page)).join(' ');
}

/** The last question of a removal. */
export async function confirmRemoval(page: DevicePage, password: string): Promise<void> {
  await page.getByRole('textbox', 'Current password').fill(password);
  await page.getByRole('button', 'Remove and renew keys').click();
}

/** In the dialog that is opened at "Take over the new keys…". */
export async function takeOver(page: DevicePage, phrase: string, password: string): Promise<void> {
  const dialog = page.getByRole('dialog', 'Take over the new keys');
  await dialog.getByRole('textbox', 'New recovery phrase').fill(phrase);
  await dialog.getByRole('textbox', 'Current password').fill(password);
  await dialog.getByRole('button', 'Take over').click();
}

/** The home locks once it has new keys, and is opened by the password that stayed. */
export async function unlockAnew(page: DevicePage, who: Someone): Promise<void> {
  await page.getByRole('button', 'Unlock').waitFor({ withinMs: 60_000 });
  await unlock(page, who);
}
