// What a person does in the app, in the words of the app.
import { randomBytes } from 'node:crypto';
import type { DevicePage } from './page.ts';
import { until } from './until.ts';

export interface Someone {
  readonly name: string;
  readonly password: string;
}

export const ADA: Someone = { name: 'Ada', password: 'correct horse battery' };
export const BOB: Someone = { name: 'Bob', password: 'tall windmill sunrise' };

/** The words of the recovery phrase as the page shows them. */
async function readPhrase(page: DevicePage): Promise<readonly string[]> {
  const list = page.getByRole('list', 'Recovery phrase');
  await list.waitFor();
  await list.getByRole('listitem').waitCount(24);
  return Promise.all(Array.from({ length: 24 }, (_, place) => list.getByRole('listitem').nth(place).text()));
}

/** Answers the two words that are asked back. */
async function confirmPhrase(page: DevicePage, phrase: readonly string[]): Promise<void> {
  await page.getByRole('button', 'Continue').click();
  await page.getByRole('heading', 'Check your copy').waitFor();
  for (const [place, word] of phrase.entries()) {
    const asked = page.getByRole('textbox', `Word ${place + 1}`);
    if (await asked.count() > 0) await asked.fill(word);
  }
  await page.getByRole('button', 'Continue').click();
}

/** Writes a phrase down that is shown, and answers what is asked of it. */
export async function answerPhrase(page: DevicePage): Promise<readonly string[]> {
  const phrase = await readPhrase(page);
  await confirmPhrase(page, phrase);
  return phrase;
}

/** From the form of a new user to the desktop; gives the recovery phrase. */
export async function createUser(page: DevicePage, { name, password }: Someone): Promise<string> {
  await page.getByRole('textbox', 'Your name').fill(name);
  await page.getByRole('textbox', 'Password').fill(password);
  await page.getByRole('textbox', 'Repeat password').fill(password);
  await page.getByRole('button', 'Create user').click();
  const phrase = await answerPhrase(page);
  await page.getByRole('button', 'Not now').click();
  await desktop(page);
  return phrase.join(' ');
}

export async function desktop(page: DevicePage): Promise<void> {
  await page.getByRole('navigation', 'Nexus').waitFor({ withinMs: 30_000 });
}

export async function lockNow(page: DevicePage): Promise<void> {
  await page.getByRole('button', 'Lock now').click();
  await page.getByRole('button', 'Unlock').waitFor();
}

export async function unlock(page: DevicePage, { password }: Someone): Promise<void> {
  await page.getByRole('textbox', 'Password').fill(password);
  await page.getByRole('button', 'Unlock').click();
  await desktop(page);
}

/** From the greeter. */
export async function logIn(page: DevicePage, { name, password }: Someone): Promise<void> {
  await page.getByRole('listbox', 'Users').getByRole('option', name).click();
  await page.getByRole('textbox', 'Password').fill(password);
  await page.getByRole('button', 'Log in').click();
  await desktop(page);
}

export async function goTo(page: DevicePage, place: string): Promise<void> {
  await page.getByRole('navigation', 'Nexus').getByRole('button', place).click();
}

/** Of the folder that Files shows; it shows the trash from then on. */
export async function deleteForGood(page: DevicePage, name: RegExp): Promise<void> {
  const row = page.getByRole('grid', 'Files').getByRole('row', name);
  await row.click();
  await page.getByRole('button', 'Move to trash').click();
  await row.waitGone();
  await page.getByRole('button', 'Trash').click();
  await row.click();
  await page.getByRole('button', 'Delete for good').click();
  await page.getByRole('dialog').getByRole('button', 'Delete for good').click();
  await row.waitGone();
}

/** Makes an online account and signs in to it, in this tab: from the desktop through the lock and back. */
export async function signUp(page: DevicePage, who: Someone): Promise<void> {
  await goTo(page, 'Account');
  await page.getByRole('button', 'Sign in to NexusAccount').click();
  await page.getByRole('button', 'Continue in this tab').click();
  await page.getByRole('link', 'Create NexusAccount').click();
  // The page before has a field of the same name.
  await page.getByRole('heading', 'Create NexusAccount').waitFor();
  await page.getByRole('textbox', /^Account name/).fill(`${who.name.toLowerCase()}-${randomBytes(4).toString('hex')}`);
  await page.getByRole('textbox', /^New account password/).fill('a long enough password');
  await page.getByRole('button', 'Create NexusAccount').click();
  await page.getByRole('button', 'Not now').click();
  await page.getByRole('button', 'Allow').click();
  await unlock(page, who);
  await until('the account to be connected', async () => (await page.words()).includes('Signed in and connected'), { withinMs: 30_000 });
}

/** On a device that knows nothing: a bundle, opened by a phrase, and the way into the home that it brings. */
export async function restoreByPhrase(page: DevicePage, { bundle, phrase, who }: { readonly bundle: string; readonly phrase: string; readonly who: Someone }): Promise<void> {
  await page.getByRole('button', 'Restore from a backup').click();
  await page.getByRole('heading', 'Restore from a backup').waitFor();
  await page.upload([bundle]);
  await page.getByRole('button', 'Use recovery phrase').click();
  await page.getByRole('textbox', 'Recovery phrase').fill(phrase);
  await page.getByRole('button', 'Open backup').click();
  await page.getByRole('heading', 'What will be restored').waitFor();
  await page.getByRole('button', 'Restore').click();
  await page.getByRole('heading', 'Everything is back').waitFor();
  await page.getByRole('button', 'Continue').click();
  await logIn(page, who);
}

/** The only snapshot, into the home that is open, over what is there; gives what the report says. */
export async function restoreSnapshot(page: DevicePage, phrase: string): Promise<string> {
  await page.getByRole('table', 'Backups').getByRole('button', 'Restore…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', 'Use recovery phrase').click();
  await dialog.getByRole('textbox', 'Recovery phrase').fill(phrase);
  await dialog.getByRole('button', 'Open backup').click();
  await dialog.getByRole('combobox', 'Where a name is there already').choose('Replace what is here');
  await dialog.getByRole('button', 'Restore').click();
  const { text } = await dialog.getByRole('status', /kept as they were/).waitFor({ withinMs: 60_000 });
  await dialog.getByRole('button', 'Close').click();
  return text;
}
