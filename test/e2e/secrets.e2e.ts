// The ways into a home, changed in Settings and used at the lock screen and the greeter: password, PIN, recovery phrase.
import { assert } from 'chai';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, desktop, goTo, lockNow } from './support/person.ts';

const PIN = '804213';
const NEXT = 'another long password';

describe('ways into a home', () => {
  let device: Device;
  let page: DevicePage;
  let phrase: string;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    phrase = await createUser(page, ADA);
  });
  after(() => device.close());

  const button = (name: string) => page.getByRole('button', name);
  const textbox = (name: string) => page.getByRole('textbox', name);
  const dialog = () => page.getByRole('dialog');
  const fill = async (fields: Readonly<Record<string, string>>) => { for (const [name, text] of Object.entries(fields)) await textbox(name).fill(text); };
  const refused = () => page.getByRole('alert').waitFor({ where: ({ text }) => /did not open it/.test(text) });

  it('a PIN set in Settings opens the lock screen', async () => {
    await goTo(page, 'Settings');
    await button('Set PIN…').click();
    await fill({ 'Current password': ADA.password, 'New PIN': PIN, 'Repeat new PIN': PIN });
    await dialog().getByRole('button', 'Set PIN').click();
    await dialog().waitGone();
    await lockNow(page);
    await fill({ PIN });
    await button('Unlock').click();
    await desktop(page);
  });

  it('the PIN opens the greeter too, and a wrong one does not', async () => {
    await button(ADA.name).click();
    await page.getByRole('menuitem', 'Log out').click();
    await page.getByRole('listbox', 'Users').getByRole('option', ADA.name).click();
    await fill({ PIN: '111111' });
    await button('Log in').click();
    await refused();
    await fill({ PIN });
    await button('Log in').click();
    await desktop(page);
  });

  it('a changed password opens, and the one before it no longer does', async () => {
    await goTo(page, 'Settings');
    await button('Change password…').click();
    await fill({ 'Current password': ADA.password, 'New password': NEXT, 'Repeat new password': NEXT });
    await dialog().getByRole('button', 'Change password').click();
    await dialog().waitGone();
    await lockNow(page);
    await button('Use password').click();
    await fill({ Password: ADA.password });
    await button('Unlock').click();
    await refused();
    await fill({ Password: NEXT });
    await button('Unlock').click();
    await desktop(page);
  });

  it('the recovery phrase opens, and the drill says that it holds', async () => {
    await lockNow(page);
    await button('Use recovery phrase').click();
    await fill({ 'Recovery phrase': phrase });
    await button('Unlock').click();
    await desktop(page);
    await goTo(page, 'Settings');
    await button('Try it…').click();
    await fill({ 'Recovery phrase': phrase });
    await dialog().getByRole('button', 'Try it').click();
    await dialog().waitGone();
    await page.getByRole('status', /opens your home/).waitFor();
  });

  it('none of them is left in the page', async () => {
    const said = await page.words();
    for (const secret of [PIN, NEXT, ADA.password, phrase]) assert.notInclude(said, secret);
  });
});
