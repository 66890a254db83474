import { assert } from 'chai';
import { NxGreeter } from '../../../src/ui/greeter/nx-greeter.ts';
import { ADA, BOB, deviceWith, FakeClient, SID } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, fill, focused, mount, one, press, text, unmount, until } from '../support/screen.ts';

async function show(users = [ADA, BOB]): Promise<FakeClient> {
  const client = new FakeClient(deviceWith(users)).answers('login', { sid: SID });
  const greeter = new NxGreeter();
  Object.assign(greeter, { client, status: client.device.value });
  await mount(greeter);
  await one('listbox', 'Users');
  return client;
}

const key = (name: string): void => { focused()?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true })); };

describe('the greeter', () => {
  afterEach(unmount);

  it('logs in with a password', async () => {
    const client = await show();
    await fill('Password', 'correct horse');
    await press('Log in');
    const asked = await until(() => client.asked('login')[0]);
    assert.deepEqual([asked.uid, asked.kind, text(asked.secret)], [ADA.uid, 'password', 'correct horse']);
    assert.equal((await one<HTMLInputElement>('textbox', 'Password')).value, '');
  });

  it('is moved through by arrows, and Enter leads to the field', async () => {
    await show();
    await until(() => focused()?.getAttribute('role') === 'option');
    key('ArrowRight');
    await until(() => focused()?.getAttribute('data-uid') === BOB.uid);
    await one('textbox', 'PIN');
    key('Enter');
    const field = await one('textbox', 'PIN');
    await until(() => focused() === field);
  });

  it('asks for the PIN where there is one, and takes the password or the phrase instead', async () => {
    const client = await show([BOB]);
    await one('textbox', 'PIN');
    await press('Use password');
    await one('textbox', 'Password');
    await press('Use recovery phrase');
    await fill('Recovery phrase', ' 1. Abandon\n2. ability  able ');
    await press('Log in');
    const asked = await until(() => client.asked('login')[0]);
    assert.deepEqual([asked.kind, text(asked.secret)], ['phrase', 'abandon ability able']);
  });

  it('does not offer a PIN that is switched off', async () => {
    await show([{ ...BOB, pinDisabled: true }]);
    await one('textbox', 'Password');
    assert.isEmpty(all('button', 'Use PIN'));
  });

  it('says the same for every wrong secret, clears the field, and takes the sentence back when it is edited', async () => {
    const client = await show();
    client.refuses('login', 'auth.rejected');
    await fill('Password', 'wrong');
    await press('Log in');
    assert.equal(await alertText(), 'That did not open it. Check what you typed and try again.');
    const field = await one<HTMLInputElement>('textbox', 'Password');
    assert.equal(field.value, '');
    assert.equal(focused(), field);
    await fill('Password', 'w');
    await until(() => all('alert').every((alert) => alert.innerText.trim() === ''));
  });

  it('shows the wait of a lockout and sends nothing meanwhile', async () => {
    const client = await show();
    client.refuses('login', 'auth.locked_out', { retryAfterMs: 30_000 });
    await fill('Password', 'wrong');
    await press('Log in');
    assert.include((await one('timer')).innerText, '30 seconds');
    assert.isTrue((await one<HTMLButtonElement>('button', 'Log in')).disabled);
    assert.lengthOf(client.asked('login'), 1);
  });

  it('shows a wait that a reload came back to', async () => {
    await show([{ ...ADA, lockedOutForMs: 60_000 }, BOB]);
    assert.include((await one('timer')).innerText, '60 seconds');
  });

  it('is accessible', async () => {
    await show();
    await assertAccessible();
  });
});
