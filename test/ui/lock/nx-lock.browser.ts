import { assert } from 'chai';
import { NxLock } from '../../../src/ui/lock/nx-lock.ts';
import { ADA, ADA_SESSION, BOB, deviceWith, FakeClient, SID } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, fill, mount, one, press, text, unmount, until } from '../support/screen.ts';

async function show(user = ADA): Promise<FakeClient> {
  const session = { ...ADA_SESSION, locked: true };
  const client = new FakeClient(deviceWith([user, BOB], session));
  const lock = new NxLock();
  Object.assign(lock, { client, status: client.device.value, session, user });
  await mount(lock);
  await one('heading', user.name);
  return client;
}

describe('the lock screen', () => {
  afterEach(unmount);

  it('shows clock, name and one field, and nobody else', async () => {
    await show();
    assert.lengthOf(all('textbox'), 1);
    assert.isEmpty(all('listbox'));
    const shown = document.querySelector('nx-lock')?.shadowRoot?.textContent ?? '';
    assert.include(shown, new Intl.DateTimeFormat('en', { dateStyle: 'full' }).format(Date.now()));
    assert.notInclude(shown, BOB.name);
  });

  it('unlocks its own session with the password', async () => {
    const client = await show();
    await fill('Password', 'ﬁne password');
    await press('Unlock');
    const asked = await until(() => client.asked('unlock')[0]);
    assert.deepEqual([asked.sid, asked.kind, text(asked.secret)], [SID, 'password', 'fine password']);
  });

  it('falls back to the password when the PIN is switched off', async () => {
    const client = await show({ ...ADA, hasPin: true });
    client.refuses('unlock', 'auth.pin_disabled');
    await fill('PIN', '123456');
    await press('Unlock');
    assert.include(await alertText(), 'Use your password');
    await one('textbox', 'Password');
  });

  it('leaves for the greeter on "Switch user"', async () => {
    const client = await show();
    await press('Switch user');
    await until(() => client.asked('showGreeter').length === 1);
  });

  it('is accessible', async () => {
    await show();
    await assertAccessible();
  });
});
