// An online account from the app's side: signing in in this tab, from a window, and by a code; staying signed in; who else is; leaving.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { unwrap } from '../../src/result.ts';
import { createOAuthClient, type Party } from '../../src/sync/oauth/oauth-client.ts';
import { assertAccessible } from './support/assert-accessible.ts';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, desktop, goTo, unlock } from './support/person.ts';
import { until } from './support/until.ts';

const PASSWORD = 'a long enough password';
const NAME = `ada-${randomBytes(4).toString('hex')}`;

describe('an online account', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await createUser(page, ADA);
  });
  after(() => device.close());

  const account = (): Promise<unknown> => page.getByRole('list', 'Accounts').getByRole('listitem').waitFor({ withinMs: 30_000, where: ({ text }) => text.includes(NAME) });
  const state = (words: string) => until(`the account to say ${words}`, async () => (await page.words()).includes(words) || undefined, { withinMs: 30_000 });

  /** At the server's own pages, from its sign-in form on. */
  async function allow(at: DevicePage, how: 'sign up' | 'sign in'): Promise<void> {
    await at.getByRole('heading', /^Sign in to/).waitFor({ withinMs: 30_000 });
    if (how === 'sign up') {
      await at.getByRole('link', 'Create NexusAccount').click();
      // The page before has a field of the same name.
      await at.getByRole('heading', 'Create NexusAccount').waitFor();
      await at.getByRole('textbox', /^Account name/).fill(NAME);
      await at.getByRole('textbox', /^New account password/).fill(PASSWORD);
      await at.getByRole('button', 'Create NexusAccount').click();
    } else {
      await at.getByRole('textbox', /^Account name/).fill(NAME);
      await at.getByRole('textbox', /^Account password/).fill(PASSWORD);
      await at.getByRole('button', 'Sign in').click();
    }
    await at.getByRole('heading', 'Add a passkey').waitFor();
    await at.getByRole('button', 'Not now').click();
    await at.getByRole('heading', 'Let Nexus in?').waitFor();
    await at.getByRole('button', 'Allow').click();
  }

  it('is offered, and nothing waits for it', async () => {
    await goTo(page, 'Account');
    await page.getByRole('heading', 'Everything works without one').waitFor();
    await assertAccessible(page, 'account, nobody signed in');
    await page.getByRole('button', 'Sign in to NexusAccount').click();
    await page.getByRole('dialog', /^Sign in at/).waitFor();
    await assertAccessible(page, 'account, the sign-in dialog');
  });

  it('is signed in to in this tab: back behind the lock screen, and there once unlocked', async () => {
    await page.getByRole('button', 'Continue in this tab').click();
    await allow(page, 'sign up');
    await page.getByRole('button', 'Unlock').waitFor({ withinMs: 30_000 });
    assert.equal(await page.evaluate(() => location.href), `${device.origin}/`, 'the answer is out of the address');
    await unlock(page, ADA);
    await account();
    await state('Signed in and connected');
    await page.getByRole('heading', 'Kept at the server').waitFor();
    await assertAccessible(page, 'account, signed in');
  });

  it('is still there after a reload, and says so when the server is gone', async () => {
    await page.reload();
    await unlock(page, ADA);
    await goTo(page, 'Account');
    await account();
    await state('Signed in and connected');
    await device.stopServer();
    await page.reload();
    await unlock(page, ADA);
    await goTo(page, 'Account');
    await account();
    await state('not connected right now');
    await device.startServer();
  });

  it('is left with one click; everything here stays', async () => {
    await page.getByRole('button', 'Sign out').click();
    await page.getByRole('heading', 'Everything works without one').waitFor();
    await goTo(page, 'Files');
    await desktop(page);
    await goTo(page, 'Account');
  });

  it('is signed in to from a window, which hands over to the tab that waits', async () => {
    // The window itself is the browser's own; where it would go, another tab goes.
    await page.evaluate(() => {
      const noted = window as unknown as { address: string };
      window.open = () => ({ location: { replace: (url: string) => { noted.address = url; } }, close: () => undefined }) as unknown as Window;
    });
    await page.getByRole('button', 'Sign in to NexusAccount').click();
    await page.getByRole('button', 'Continue in a window').click();
    await page.getByRole('button', 'Open the window again').waitFor();
    await assertAccessible(page, 'account, waiting for a window');
    const other = await device.newPage('/robots.txt');
    const address = await until('the window to go somewhere', () => page.evaluate(() => (window as unknown as { address?: string }).address ?? '').then((url) => url || undefined));
    await other.goto(address.slice(device.origin.length));
    await allow(other, 'sign in');
    await account();
    await state('Signed in and connected');
    await other.close();
    await page.getByRole('button', 'Sign out').click();
    await page.getByRole('heading', 'Everything works without one').waitFor();
  });

  it('is signed in to by a code typed elsewhere', async () => {
    await page.getByRole('button', 'Sign in to NexusAccount').click();
    await page.getByRole('button', 'Use another device').click();
    await page.getByRole('img', 'The address with the code in it').waitFor();
    await assertAccessible(page, 'account, a code');
    const code = /[A-Z]{4}-[A-Z]{4}/.exec(await page.words())?.[0];
    assert.isString(code);
    const other = await device.newPage(`/oidc/device?user_code=${code}`);
    await other.getByRole('button', 'Continue').click();
    await other.getByRole('button', 'They are the same').click();
    await other.getByRole('button', 'Allow').click();
    await other.getByRole('heading', 'Done').waitFor();
    await account();
    await state('Signed in and connected');
    await other.close();
  });

  it('lists who else is signed in to it, and ends that from here', async () => {
    // Another device, as its client speaks.
    const client = createOAuthClient((url, init) => fetch(url, init), (url, init) => fetch(url, init));
    const provider = { issuer: `${device.origin}/oidc`, clientId: 'nexus' };
    const { signal } = new AbortController();
    const party: Party = { provider, metadata: unwrap(await client.discover(provider, signal)), key: await client.newKey(), signal };
    const { code, complete } = unwrap(await client.beginDevice(party));
    const other = await device.newPage(complete!.slice(device.origin.length));
    await other.getByRole('button', 'Continue').click();
    await other.getByRole('button', 'They are the same').click();
    await other.getByRole('button', 'Allow').click();
    await other.getByRole('heading', 'Done').waitFor();
    await other.close();
    const { access, refresh } = unwrap(await client.pollDevice(party, code));
    await goTo(page, 'Files');
    await goTo(page, 'Account');
    const signIns = page.getByRole('list', 'Devices').getByRole('listitem');
    await signIns.waitCount(2);
    await assertAccessible(page, 'account, two sign-ins');
    await page.getByRole('button', /^End: nexus/).click();
    await page.getByRole('dialog', /^End the sign-in of/).waitFor();
    await assertAccessible(page, 'account, ending a sign-in');
    await page.getByRole('button', 'End sign-in').click();
    await signIns.waitFor({ where: ({ text }) => text.includes('this device') });
    assert.deepEqual(await client.ask(party, access, { method: 'GET', path: '/usage' }), { ok: false, error: 'refused' });
    assert.deepEqual(await client.refresh(party, refresh!), { ok: false, error: 'refused' });
    await goTo(page, 'Activity');
    await page.getByRole('table', 'Activity').getByRole('row', /A sign-in to the account ended/).waitFor();
    await page.reload();
    await unlock(page, ADA);
    await goTo(page, 'Account');
    await state('Signed in and connected');
    await signIns.waitFor({ where: ({ text }) => text.includes('this device') });
  });

  it('leaves no token, code or secret on the console or in the address', async () => {
    const lines = (await page.consoleLines()).join('\n');
    assert.notMatch(lines, /refresh|access_token|code_verifier|[?&]code=/i);
    assert.equal(await page.evaluate(() => location.href), `${device.origin}/`);
  });
});
