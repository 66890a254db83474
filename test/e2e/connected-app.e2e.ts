// A page of another origin, connected: its own address is what it is known by; it asks in a window of Nexus, and loses its line with
// that window.
import { assert } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, openDevice } from './support/device.ts';
import { hostApp, type Site } from './support/hosted-app.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo } from './support/person.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('a connected app', () => {
  let device: Device;
  let site: Site;
  let nexus: DevicePage;
  let app: DevicePage;

  before(async () => {
    // As its author would host it.
    site = await hostApp({ script: read('dist/apps/notes/app.js'), page: read('examples/notes/index.html'), manifest: read('examples/notes/nexus-app.json') });
    device = await openDevice();
    nexus = await device.newPage('/');
    await createUser(nexus, ADA);
    await nexus.evaluate(async () => { await navigator.serviceWorker.ready; });
  });
  after(async () => {
    site.close();
    await device.close();
  });

  it('connects by a window of Nexus, asks there, and works in the home', async () => {
    app = await device.newPage(`${site.origin}/`);
    await app.getByRole('textbox', 'Address of your Nexus').fill(device.origin);
    await app.getByRole('button', 'Connect to Nexus').click();
    const window = await device.popup('/connect');
    await window.getByRole('heading', '“Notes” is connected').waitFor();
    const dialog = window.getByRole('dialog', 'Allow “Notes”?');
    await dialog.waitFor();
    assert.include(await window.words(), site.origin);
    await dialog.getByRole('button', 'Allow').click();
    await app.getByRole('button', 'New note').click();
    await app.getByRole('textbox', 'Title').waitFor({ where: ({ value }) => value === 'Untitled' });
    await goTo(nexus, 'Apps');
    await nexus.getByRole('list', 'Apps with access').getByRole('listitem', new RegExp(`Page at ${site.origin}`)).nth(0).waitFor();
  });

  it('loses its line when that window is closed', async () => {
    const window = await device.popup('/connect');
    await window.close();
    await app.getByRole('status', /Nexus was locked or closed/).waitFor();
  });

  it('is nobody’s where no page opened it', async () => {
    const page = await device.newPage('/connect');
    await page.getByRole('heading', 'Nothing asks here').waitFor();
    // What a page of the same origin says is not a request of another.
    await page.evaluate(() => { postMessage({ type: 'nexus.connect', v: 1 }, '*'); });
    assert.equal(await page.getByRole('heading', 'Nothing asks here').count(), 1);
    assert.equal((await fetch(`${device.origin}/connect`)).headers.get('cross-origin-opener-policy'), 'unsafe-none');
  });

  it('runs in a frame of no origin where it is embedded', async () => {
    const answer = await fetch(`${device.origin}/frame.html`);
    assert.equal(answer.headers.get('content-security-policy'), "sandbox allow-scripts; frame-ancestors 'self'");
  });
});
