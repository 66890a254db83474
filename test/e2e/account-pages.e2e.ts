// The server's own pages, as a person meets them on the way into an online account: sign-up, passkey, consent, device code.
import { assert } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { assertAccessible } from './support/assert-accessible.ts';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';

const PASSWORD = 'a long enough password';

describe('the pages of an online account', () => {
  let device: Device;
  let page: DevicePage;
  const name = `ada-${randomBytes(4).toString('hex')}`;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
  });
  after(() => device.close());

  /** As an app would begin it. */
  const begin = () => page.goto(`/oidc/auth?${new URLSearchParams({
    client_id: 'nexus', response_type: 'code', scope: 'openid offline_access storage', redirect_uri: `${device.origin}/callback.html`, prompt: 'login consent', state: 's',
    code_challenge: createHash('sha256').update('verifier').digest('base64url'), code_challenge_method: 'S256',
  }).toString()}`);
  /** The page that the answer comes back to takes it out of the address at once, and goes on as the app. */
  const arrives = () => page.getByRole('heading', 'Welcome to Nexus').waitFor();

  it('makes an account, offers a passkey, and asks for consent; each page accessible', async () => {
    await begin();
    await page.getByRole('heading', /^Sign in to/).waitFor();
    await assertAccessible(page, 'sign-in');
    await page.getByRole('link', 'Create NexusAccount').click();
    await page.getByRole('heading', 'Create NexusAccount').waitFor();
    await assertAccessible(page, 'sign-up');
    await page.getByRole('textbox', /^Account name/).fill(name);
    await page.getByRole('textbox', /^New account password/).fill(PASSWORD);
    await page.getByRole('button', 'Create NexusAccount').click();
    await page.getByRole('heading', 'Add a passkey').waitFor();
    await assertAccessible(page, 'passkey');
    await page.getByRole('button', 'Not now').click();
    await page.getByRole('heading', 'Let Nexus in?').waitFor();
    await assertAccessible(page, 'consent');
    await page.getByRole('button', 'Allow').click();
    await arrives();
  });

  it('says what is wrong, in words', async () => {
    await begin();
    await page.getByRole('textbox', /^Account name/).fill(name);
    await page.getByRole('textbox', /^Account password/).fill('not that one');
    await page.getByRole('button', 'Sign in').click();
    await page.getByRole('alert').waitFor();
    await assertAccessible(page, 'a refusal');
  });

  it('signs in with a passkey, where the engine can pretend one', async () => {
    await begin();
    if (!await page.addAuthenticator()) return;
    await page.getByRole('textbox', /^Account name/).fill(name);
    await page.getByRole('textbox', /^Account password/).fill(PASSWORD);
    await page.getByRole('button', 'Sign in').click();
    await page.getByRole('button', 'Add a passkey').click();
    await page.getByRole('button', 'Allow').click();
    await arrives();
    await begin();
    await page.getByRole('button', 'Sign in with a passkey').click();
    await page.getByRole('button', 'Allow').click();
    await arrives();
  });

  it('takes a device code', async () => {
    const answer = await fetch(`${device.origin}/oidc/device/auth`, { method: 'POST', body: new URLSearchParams({ client_id: 'nexus', scope: 'openid offline_access storage' }) });
    const { user_code: code } = await answer.json() as { user_code: string };
    await page.goto('/oidc/device');
    await assertAccessible(page, 'device code');
    await page.getByRole('textbox', /^Code/).fill(code);
    await page.getByRole('button', 'Continue').click();
    await page.getByRole('heading', 'Does the device show this code?').waitFor();
    await assertAccessible(page, 'device confirmation');
    assert.include(await page.evaluate(() => document.body.textContent), code);
  });

  it('keeps the app out of its addresses, and its addresses out of the app', async () => {
    await page.goto('/');
    await page.getByRole('heading', 'Welcome to Nexus').waitFor();
    await page.goto('/oidc/nothing');
    assert.notInclude(await page.evaluate(() => document.body.textContent), 'Welcome to Nexus');
  });
});
