// A page of another origin, at the person's online account itself: by a token that it asks Nexus for, with a key of its own, until it is
// taken back.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { type Device, openDevice } from './support/device.ts';
import { bundled, hostApp, type Site } from './support/hosted-app.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, signUp } from './support/person.ts';
import { until } from './support/until.ts';

const ID = randomBytes(16).toString('hex');

const MANIFEST = JSON.stringify({
  v: 1, id: 'test.scores', name: 'Scores',
  scopes: ['read:dataset', 'write:dataset'].map((scope) => ({ scope, resource: 'dataset:account', why: 'To have your scores everywhere.' })),
});

/** The app as its author would write it: the SDK and three buttons. */
const page = (nexus: string): string => `<!doctype html><html lang="en"><title>Scores</title><button>Connect</button><button>Save</button><button>Read</button><p role="status"></p>
<script type="module">
  import { openNexus } from '/app.js';
  const say = (words) => { document.querySelector('p').textContent = words; };
  const on = (name, work) => [...document.querySelectorAll('button')].find((each) => each.textContent === name).addEventListener('click', () => { say('…'); work().then(say, (fault) => say('failed: ' + (fault.code ?? fault))); });
  let account;
  const path = () => '/objects/' + account.collection + '/${ID}';
  on('Connect', async () => {
    const nexus = await openNexus({ server: '${nexus}' });
    account = await nexus.account(['read:dataset', 'write:dataset']);
    return 'connected to ' + account.collection;
  });
  on('Save', async () => 'saved: ' + (await account.fetch(path(), { method: 'PUT', headers: { 'content-type': 'application/octet-stream', 'if-none-match': '*' }, body: 'sealed by the app' })).status);
  on('Read', async () => {
    const answer = await account.fetch(path());
    return 'read: ' + answer.status + ' ' + await answer.text();
  });
</script></html>`;

describe('an app at the online account', () => {
  let device: Device;
  let site: Site;
  let nexus: DevicePage;
  let app: DevicePage;

  before(async () => {
    device = await openDevice();
    site = await hostApp({ script: await bundled('sdk/nexus.ts'), page: page(device.origin), manifest: MANIFEST });
    nexus = await device.newPage('/');
    await createUser(nexus, ADA);
    await nexus.evaluate(async () => { await navigator.serviceWorker.ready; });
  });
  after(async () => {
    site.close();
    await device.close();
  });

  const press = (name: string) => app.getByRole('button', name).click();
  const said = (words: RegExp) => app.getByRole('status', words).waitFor({ withinMs: 30_000 });

  it('is told where nobody is signed in', async () => {
    app = await device.newPage(`${site.origin}/`);
    await press('Connect');
    await said(/failed: account.none/);
    await (await device.popup('/connect')).close();
  });

  it('asks with the name of the account, and goes there by itself', async () => {
    await signUp(nexus, ADA);
    await press('Connect');
    const window = await device.popup('/connect');
    const dialog = window.getByRole('dialog', 'Allow “Scores”?');
    await dialog.waitFor();
    const words = await window.words();
    assert.match(words, /Account:\s*ada-/);
    assert.include(words, 'Nexus does not encrypt what it keeps there.');
    await dialog.getByRole('button', 'Allow').click();
    await said(/^connected to datasets\/a-/);
    await press('Save');
    await said(/^saved: 201/);
    await press('Read');
    await said(/^read: 200 sealed by the app/);
  });

  it('gets nothing more once it was taken back', async () => {
    await goTo(nexus, 'Apps');
    const card = nexus.getByRole('list', 'Apps with access').getByRole('listitem', /Scores/);
    await card.nth(0).waitFor();
    assert.include(await nexus.words(), 'Keep things in your online account');
    await card.getByRole('button', 'Revoke everything').click();
    await until('the app to be refused', async () => {
      await press('Read');
      await app.getByRole('status', /^(read|failed)/).waitFor();
      return (await app.words()).includes('failed: grants.revoked');
    });
  });
});
