// A passkey as a way into a home, where the engine can pretend one: set up in Settings, used at the lock screen, removed.
import { type Device, openDevice } from './support/device.ts';
import { assertAccessible } from './support/assert-accessible.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, desktop, goTo, lockNow, unlock } from './support/person.ts';

describe('a passkey', () => {
  let device: Device;
  let page: DevicePage;
  let pretended: boolean;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    pretended = await page.addAuthenticator();
    await createUser(page, ADA);
  });
  after(() => device.close());

  it('is set up in Settings by the password, and opens the lock screen', async () => {
    if (!pretended) return;
    await goTo(page, 'Settings');
    await page.getByRole('button', 'Set up passkey…').click();
    await page.getByRole('dialog', 'Set up a passkey').waitFor();
    await assertAccessible(page, 'setting up a passkey');
    await page.getByRole('textbox', 'Current password').fill(ADA.password);
    await page.getByRole('button', 'Set up passkey').click();
    await page.getByRole('button', 'Remove passkey').waitFor();
    await lockNow(page);
    await page.getByRole('button', 'Use passkey').click();
    await assertAccessible(page, 'lock screen, by passkey');
    await page.getByRole('button', 'Unlock').click();
    await desktop(page);
  });

  it('works after a reload, and opens nothing once it was removed', async () => {
    if (!pretended) return;
    await page.reload();
    await page.getByRole('button', 'Use passkey').click();
    await page.getByRole('button', 'Unlock').click();
    await desktop(page);
    await goTo(page, 'Settings');
    await page.getByRole('button', 'Remove passkey').click();
    await page.getByRole('button', 'Set up passkey…').waitFor();
    await lockNow(page);
    await page.getByRole('button', 'Use passkey').waitGone();
    await unlock(page, ADA);
  });
});
