// One of three devices is removed with new keys: another takes them over by the new phrase, and the removed one sees nothing of what comes after.
import { assert } from 'chai';
import { syncLine } from '../../e2e/support/online-account.ts';
import { answerPhrase, goTo, type Someone, unlock } from '../../e2e/support/person.ts';
import { until } from '../../e2e/support/until.ts';
import { PATIENT, type SyncedDevice } from './synced-device.ts';

/** Whose device does what, and by which password each is unlocked. */
export interface Removal {
  readonly remover: SyncedDevice;
  readonly owner: Someone;
  readonly other: SyncedDevice;
  readonly onOther: Someone;
  readonly removed: SyncedDevice;
  /** What the removed one is called in the list. */
  readonly called: RegExp;
}

/** Gives the new phrase, once both that stay have the new keys. */
export async function removeDevice({ remover, owner, other, onOther, removed, called }: Removal): Promise<string> {
  const { page } = remover;
  await goTo(page, 'Account');
  await page.getByRole('list', 'Devices').getByRole('button', called).click();
  await page.getByRole('dialog').getByRole('button', 'Continue').click();
  const phrase = (await answerPhrase(page)).join(' ');
  await page.getByRole('textbox', 'Current password').fill(owner.password);
  await page.getByRole('button', 'Remove and renew keys').click();
  await page.getByRole('button', 'Unlock').waitFor(PATIENT);
  await unlock(page, owner);
  await goTo(page, 'Files');

  await until('the other to hear of it', async () => /keys were renewed/.test(await syncLine(other.page)), PATIENT);
  await goTo(other.page, 'Account');
  await other.page.getByRole('button', 'Take over the new keys…').click();
  const dialog = other.page.getByRole('dialog', 'Take over the new keys');
  await dialog.getByRole('textbox', 'New recovery phrase').fill(phrase);
  await dialog.getByRole('textbox', 'Current password').fill(onOther.password);
  await dialog.getByRole('button', 'Take over').click();
  await other.page.getByRole('button', 'Unlock').waitFor(PATIENT);
  await unlock(other.page, onOther);
  await goTo(other.page, 'Files');

  await until('the removed one to be signed out', async () => /signed out/.test(await syncLine(removed.page)), PATIENT);
  return phrase;
}

/** It keeps what it had, and no more. */
export async function seesNothingOf(removed: SyncedDevice, names: readonly RegExp[]): Promise<void> {
  await goTo(removed.page, 'Files');
  for (const name of names) assert.equal(await removed.row(name).count(), 0, String(name));
}
