import { assert } from 'chai';
import { DEAD_MS } from '../../../src/ui/parts/nx-dialog.ts';
import { NxSettings } from '../../../src/ui/settings/nx-settings.ts';
import type { NxSettingsLook } from '../../../src/ui/settings/nx-settings-look.ts';
import type { UserCard } from '../../../src/workers/contract/device.ts';
import type { KeptCard } from '../../../src/workers/contract/grants.ts';
import type { AppId } from '../../../src/workers/contract/ids.ts';
import { ADA, ADA_SESSION, BOB, deviceWith, FakeClient, PREFS } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, fill, mount, none, one, press, text, unmount, until } from '../support/screen.ts';

const APP = 'a'.repeat(32) as AppId;
const PHRASE = 'abandon ability able about above absent absorb abstract absurd abuse access accident';

async function show(user: UserCard = ADA): Promise<FakeClient> {
  const client = new FakeClient(deviceWith([user, BOB], ADA_SESSION))
    .answers('homeUsage', { files: 2012, folders: 4, bytes: 3e9, trashedBytes: 1e6 }).answers('tryRecoveryPhrase', true).answers('newRecoveryPhrase', { phrase: PHRASE });
  client.replies('setPrefs', ({ prefs }) => ({ ok: true, value: { ...PREFS, ...prefs } }));
  const settings = new NxSettings();
  Object.assign(settings, { client, status: client.device.value, user, session: ADA_SESSION });
  const main = document.createElement('main');
  main.append(settings);
  await mount(main);
  await one('combobox', 'Language');
  return client;
}

/** Opens a dialog and waits until its buttons live. */
async function open(button: string, dialog: string): Promise<void> {
  await press(button);
  await one('dialog', dialog);
  const shown = performance.now();
  await until(() => performance.now() - shown > DEAD_MS);
}

describe('settings', () => {
  afterEach(unmount);

  it('has a heading for each section', async () => {
    await show();
    for (const name of ['Password and PIN', 'Recovery', 'Lock, look and language', 'Kept by apps', 'Users', 'Storage and durability', 'Updates']) await one('heading', name);
  });

  it('changes the password', async () => {
    const client = await show();
    await open('Change password…', 'Change your password');
    await fill('Current password', 'old password');
    await fill('New password', 'a new password');
    await fill('Repeat new password', 'a new password');
    await press('Change password');
    const asked = await until(() => client.asked('changePassword')[0]);
    assert.deepEqual([asked.kind, text(asked.secret), text(asked.next)], ['password', 'old password', 'a new password']);
    await none('dialog');
  });

  it('changes the password by the recovery phrase', async () => {
    const client = await show();
    await open('Change password…', 'Change your password');
    await press('Use recovery phrase');
    await fill('Recovery phrase', PHRASE);
    await fill('New password', 'a new password');
    await fill('Repeat new password', 'a new password');
    await press('Change password');
    const asked = await until(() => client.asked('changePassword')[0]);
    assert.deepEqual([asked.kind, text(asked.secret)], ['phrase', PHRASE]);
  });

  it('says plainly what a PIN is worth, and takes one of digits alone', async () => {
    const client = await show();
    await open('Set PIN…', 'Set a PIN for this device');
    const dialog = document.querySelector('nx-settings')?.shadowRoot?.querySelector('nx-settings-secrets')?.shadowRoot?.textContent ?? '';
    assert.include(dialog, 'does not protect against somebody who copies this browser’s profile');
    await fill('Current password', 'old password');
    await fill('New PIN', '12345a');
    await fill('Repeat new PIN', '12345a');
    await press('Set PIN');
    assert.include(await alertText(), '6 to 12 digits');
    await fill('New PIN', '123456');
    await fill('Repeat new PIN', '123456');
    await press('Set PIN');
    assert.equal(text((await until(() => client.asked('setPin')[0])).pin), '123456');
  });

  it('does nothing on a press in the first moment of a dialog', async () => {
    await show();
    await press('Set PIN…');
    await one('dialog', 'Set a PIN for this device');
    await press('Cancel');
    await one('dialog', 'Set a PIN for this device');
  });

  it('gives the focus back to the button that opened a dialog', async () => {
    await show();
    const button = await one('button', 'Try it…');
    button.focus();
    await open('Try it…', 'Try your recovery phrase');
    await press('Cancel');
    await none('dialog');
    await until(() => button.matches(':focus'));
  });

  it('tries a phrase without using it, and says when it does not fit', async () => {
    const client = await show();
    client.answers('tryRecoveryPhrase', false);
    await open('Try it…', 'Try your recovery phrase');
    await fill('Recovery phrase', PHRASE);
    await press('Try it');
    assert.include(await alertText(), 'does not open your home');
    client.answers('tryRecoveryPhrase', true);
    await fill('Recovery phrase', PHRASE);
    await press('Try it');
    await none('dialog');
    assert.lengthOf(client.asked('tryRecoveryPhrase'), 2);
  });

  it('shows a new phrase once, for the password', async () => {
    await show();
    await open('Make a new one…', 'Make a new recovery phrase');
    await fill('Current password', 'old password');
    await press('Make a new one');
    await one('dialog', 'New recovery phrase');
    assert.deepEqual(all('listitem').map((item) => item.innerText.trim()), PHRASE.split(' '));
  });

  it('stores a preference as soon as it is chosen', async () => {
    const client = await show();
    const select = await one<HTMLSelectElement>('combobox', 'Lock automatically');
    assert.deepEqual([...select.options].map(({ text: words }) => words), ['1 minute', '2 minutes', '5 minutes', '10 minutes', '15 minutes', '30 minutes', '1 hour', '4 hours', '8 hours', 'Never']);
    select.value = 'never';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    assert.deepEqual((await until(() => client.asked('setPrefs')[0])).prefs, { autoLockMs: null });
  });

  it('shows what another tab or device chose, whatever was chosen here before', async () => {
    const client = await show();
    const select = await one<HTMLSelectElement>('combobox', 'Appearance');
    select.value = 'light';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    const look = document.querySelector('nx-settings')!.shadowRoot!.querySelector<NxSettingsLook>('nx-settings-look')!;
    await until(() => look.prefs?.appearance === 'light');
    client.facts.next({ type: 'prefs.changed', seq: 1, prefs: { ...PREFS, appearance: 'dark', autoLockMs: null } });
    await until(() => select.value === 'dark');
    assert.equal((await one<HTMLSelectElement>('combobox', 'Lock automatically')).value, 'never');
  });

  it('deletes a user for the user’s own password, and offers a backup of the own home first', async () => {
    const client = await show();
    await open('Delete Bob…', 'Delete Bob?');
    assert.isEmpty(all('button', 'Back up first'));
    await fill('Password of Bob', 'bobs password');
    await press('Delete for good');
    const asked = await until(() => client.asked('deleteUser')[0]);
    assert.deepEqual([asked.uid, text(asked.secret)], [BOB.uid, 'bobs password']);
    await none('dialog');
    await open('Delete Ada Lovelace…', 'Delete Ada Lovelace?');
    await one('button', 'Back up first');
  });

  it('changes name and seal', async () => {
    const client = await show();
    await open('Edit…', 'Your name and seal');
    await fill('Your name', 'Countess');
    await press('Moon', 'radio');
    await press('Save');
    assert.deepEqual(await until(() => client.asked('editUser')[0]), { name: 'Countess', seal: { picture: 'moon', colour: 'indigo' } });
  });

  it('checks the home, tells what it found, and repairs on a press', async () => {
    const client = await show();
    client.answers('checkHome', { nodes: 7, extents: 9, bytes: 1e6, faults: [{ fault: 'extent.orphan', id: 'x', mended: false }] });
    await press('Check now');
    await press('Repair');
    await until(() => client.asked('checkHome').length === 2);
    assert.deepEqual(client.asked('checkHome').map(({ repair }) => repair), [false, true]);
  });

  it('does not call the home whole while only a part of it is here', async () => {
    const client = await show();
    const words = (): string => document.querySelector('nx-settings')?.shadowRoot?.querySelector('nx-settings-storage')?.shadowRoot?.textContent ?? '';
    client.answers('checkHome', { nodes: 7, extents: 9, bytes: 1e6, faults: [], placesLater: true });
    await press('Check now');
    await until(() => words().includes('What is here is whole.') && words().includes('not all that your account has is on this device yet'));
    assert.notInclude(words(), 'Everything is whole.');
  });

  it('counts the home again after it changed', async () => {
    const client = await show();
    await until(() => client.asked('homeUsage').length === 1);
    for (const seq of [1, 2, 3]) client.facts.next({ type: 'home.changed', folders: [], seq });
    await until(() => client.asked('homeUsage').length === 2);
  });

  it('counts what apps keep, and empties a vault after a question', async () => {
    const client = await show();
    await one('heading', 'Kept by apps');
    const kept = (secrets: number): KeptCard => ({ appId: APP, name: 'Notes', origin: 'https://apps.test/notes/', secrets, keys: 1 });
    const section = (): string => document.querySelector('nx-settings')?.shadowRoot?.querySelector('nx-settings-kept')?.shadowRoot?.textContent ?? '';
    await until(() => section().includes('No app keeps a secret'));
    client.answers('listKept', [kept(2), { ...kept(0), name: 'Idle', keys: 0 }, { appId: APP, name: 'Hurt', origin: 'https://hurt.test', secrets: 0 }]);
    client.facts.next({ type: 'apps.changed', seq: 1 });
    await until(() => section().includes('Secrets: 2. Keys: 1.') && section().includes('cannot be read') && !section().includes('Idle'));
    assert.isEmpty(all('button', 'Empty the vault of Hurt…'));
    await open('Empty the vault of Notes…', 'Empty the vault of “Notes”?');
    await assertAccessible();
    await press('Cancel');
    await none('dialog');
    assert.isEmpty(client.asked('emptyVault'));
    await open('Empty the vault of Notes…', 'Empty the vault of “Notes”?');
    client.answers('listKept', [kept(0)]);
    await press('Empty');
    assert.deepEqual(await until(() => client.asked('emptyVault')[0]), { appId: APP });
    await until(() => section().includes('Secrets: 0. Keys: 1.'));
    await none('button', 'Empty the vault of Notes…');
  });

  it('says when a vault could not be emptied', async () => {
    const client = await show();
    client.answers('listKept', [{ appId: APP, name: 'Notes', origin: 'https://apps.test/notes/', secrets: 1, keys: 0 }]).refuses('emptyVault', 'storage.failed');
    client.facts.next({ type: 'apps.changed', seq: 1 });
    await open('Empty the vault of Notes…', 'Empty the vault of “Notes”?');
    await press('Empty');
    assert.include(await alertText(), 'could not write this down');
  });

  it('is accessible, dialogs too', async () => {
    await show({ ...ADA, hasPin: true, recoveryUnconfirmed: true });
    await assertAccessible();
    await open('Change PIN…', 'Set a PIN for this device');
    await assertAccessible();
  });
});
