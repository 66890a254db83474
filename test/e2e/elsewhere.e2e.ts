// The app from one host, the account at another: added by its address, and signed in to across origins.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { BuiltServer } from './support/built-server.ts';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, unlock } from './support/person.ts';
import { until } from './support/until.ts';

const NAME = `ada-${randomBytes(4).toString('hex')}`;

describe('an account at another host than the app', () => {
  let device: Device;
  let page: DevicePage;
  let far: BuiltServer;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    far = new BuiltServer({ NEXUS_APP_ORIGINS: device.origin });
    await far.start();
    await createUser(page, ADA);
    await goTo(page, 'Settings');
  });
  after(async () => {
    await far.stop();
    await device.close();
  });

  async function add(address: string): Promise<void> {
    await page.getByRole('button', 'Add server…').click();
    await page.getByRole('textbox', 'Address').fill(address);
    await page.getByRole('button', 'Add server').click();
  }

  it('is not added where nothing answers', async () => {
    await add('http://localhost:9/oidc');
    await page.getByRole('alert', /does not answer/).waitFor();
    await page.getByRole('button', 'Cancel').click();
  });

  it('is added by its address, and signed in to', async () => {
    await add(`${far.origin}/oidc`);
    await goTo(page, 'Account');
    await page.getByRole('button', 'Sign in to NexusAccount').click();
    await page.getByRole('combobox', 'Sign-in server').choose(new URL(far.origin).host);
    await page.getByRole('button', 'Continue in this tab').click();
    await page.getByRole('heading', /^Sign in to/).waitFor({ withinMs: 30_000 });
    assert.equal(await page.evaluate(() => location.origin), far.origin);
    await page.getByRole('link', 'Create NexusAccount').click();
    await page.getByRole('heading', 'Create NexusAccount').waitFor();
    await page.getByRole('textbox', /^Account name/).fill(NAME);
    await page.getByRole('textbox', /^New account password/).fill('a long enough password');
    await page.getByRole('button', 'Create NexusAccount').click();
    await page.getByRole('heading', 'Add a passkey').waitFor();
    await page.getByRole('button', 'Not now').click();
    await page.getByRole('button', 'Allow').click();
    await page.getByRole('button', 'Unlock').waitFor({ withinMs: 30_000 });
    assert.equal(await page.evaluate(() => location.href), `${device.origin}/`);
    await unlock(page, ADA);
    await page.getByRole('list', 'Accounts').getByRole('listitem').waitFor({ withinMs: 30_000, where: ({ text }) => text.includes(NAME) });
    await until('the account to be counted', async () => (await page.words()).includes('Kept at the server') || undefined, { withinMs: 30_000 });
  });
});
