// Apps in the built app: Notes is installed, asks, writes files that the person sees, and loses what is withdrawn; all of it goes on
// with the network gone. What is in the frame gets out nowhere.
import { assert } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assertAccessible } from './support/assert-accessible.ts';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import { appSays, pressInApp, saysIn } from './support/embedded-app.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, lockNow, unlock } from './support/person.ts';
import { until } from './support/until.ts';

const apps = (page: DevicePage) => page.getByRole('list', 'Apps with access');

async function allow(page: DevicePage, app: string, howLong?: string): Promise<void> {
  const dialog = page.getByRole('dialog', `Allow “${app}”?`);
  await dialog.waitFor();
  if (howLong !== undefined) await dialog.getByRole('combobox', 'How long').choose(howLong);
  await dialog.getByRole('button', 'Allow').click();
  await dialog.waitGone();
}

interface Elsewhere { readonly url: string; readonly asked: string[]; close(): void }

/** A server that an app would like to reach: it answers anybody, and notes what came. */
async function openElsewhere(): Promise<Elsewhere> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' }).end('1');
  });
  await once(server.listen(0), 'listening');
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, asked, close: () => void server.close() };
}

describe('apps', () => {
  let device: Device;
  let page: DevicePage;
  let elsewhere: Elsewhere;

  before(async () => {
    elsewhere = await openElsewhere();
    device = await openDevice();
    page = await device.newPage('/');
    await createUser(page, ADA);
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  });
  after(async () => {
    elsewhere.close();
    await device.close();
  });

  it('are looked at before they are installed', async () => {
    await goTo(page, 'Apps');
    await page.getByRole('heading', 'No app is here yet').waitFor();
    await assertAccessible(page, 'Apps, none');
    await page.getByRole('button', 'Add an app').click();
    await page.getByRole('button', 'Look at Notes').click();
    await page.getByRole('dialog', 'Add “Notes”').waitFor();
    await assertAccessible(page, 'adding an app');
    await page.getByRole('button', 'Install app').click();
    await apps(page).getByRole('button', 'Open Notes').waitFor();
  });

  it('answers plainly where no app is', async () => {
    await page.getByRole('button', 'Add an app').click();
    await page.getByRole('textbox', 'Address of an app').fill(`${device.origin}/nothing/nexus-app.json`);
    await page.getByRole('button', 'Look at it').click();
    await page.getByRole('alert', /No app could be read there/).waitFor();
    await page.getByRole('button', 'Cancel').click();
  });

  it('run with the network gone, in an origin that is nobody’s', async () => {
    await device.stopServer();
    await page.getByRole('button', 'Open Notes').click();
    await page.getByRole('dialog', 'Allow “Notes”?').waitFor();
    assert.equal(await page.evaluateInApp(() => self.origin), 'null');
    await assertAccessible(page, 'consent');
  });

  it('get what the person allows, and no more', async () => {
    await allow(page, 'Notes', 'For 30 days');
    await pressInApp(page, 'New note');
    await until('the new note to be open', () => page.evaluateInApp(() => document.querySelector<HTMLInputElement>('#title')?.value === 'Untitled' && document.querySelector('textarea')?.readOnly === false));
    await page.evaluateInApp(() => {
      const text = document.querySelector('textarea')!;
      text.value = 'A first note';
      text.dispatchEvent(new Event('input'));
      text.dispatchEvent(new Event('blur'));
    });
    await saysIn(page, /Saved in your home/);
    await goTo(page, 'Files');
    await page.getByRole('grid', 'Files').getByRole('row', /Notes/).waitFor();
    await page.getByRole('grid', 'Files').getByRole('row', /Notes/).click(2);
    await page.getByRole('grid', 'Files').getByRole('row', /Untitled\.md/).waitFor();
    await goTo(page, 'Apps');
    await page.getByRole('button', 'Close app').click();
    await apps(page).getByRole('button', 'Revoke: Add, change and move to the trash in this folder').waitFor();
    await assertAccessible(page, 'Apps, with access');
  });

  it('leave a log that the person sees', async () => {
    await page.getByRole('button', 'What it did').click();
    await page.getByRole('dialog', 'What “Notes” did').getByRole('listitem', /Wrote Untitled\.md/).nth(0).waitFor();
    await page.getByRole('dialog', 'What “Notes” did').getByRole('button', 'Close').click();
  });

  it('use keys and keep secrets of their own, which Settings counts and empties', async () => {
    await page.getByRole('button', 'Open Notes').click();
    await saysIn(page, /Untitled/);
    const used = await page.evaluateInApp(async () => {
      const port = (globalThis as unknown as { readonly nexusPort: MessagePort }).nexusPort;
      let next = 900_000;
      const call = <T>(name: string, args: object) => new Promise<T>((resolve) => {
        const id = next += 1;
        port.addEventListener('message', ({ data }: MessageEvent<{ readonly id?: number; readonly value?: T }>) => { if (data.id === id) resolve(data.value as T); });
        port.postMessage({ id, call: name, args });
      });
      const asks = ['read:dataset', 'write:dataset'].map((scope) => ({ scope, resource: 'dataset:self' }));
      const [access] = await call<{ readonly binding: string }[]>('request', { asks });
      const [bound, data, aad] = [{ binding: access?.binding }, new TextEncoder().encode('a draft'), new Uint8Array(3)];
      const { key } = await call<{ readonly key: string }>('keyCreate', { ...bound, purpose: 'Drafts', use: 'seal' });
      const sealed = await call<Uint8Array>('keySeal', { ...bound, key, data, aad });
      await call('keyRotate', { ...bound, key });
      const signing = await call<{ readonly key: string }>('keyCreate', { ...bound, purpose: 'To sign', use: 'sign' });
      const { signature } = await call<{ readonly signature: Uint8Array }>('keySign', { ...bound, key: signing.key, data });
      await call('vaultPut', { ...bound, key: 'token', value: data });
      return { opened: new TextDecoder().decode(await call<Uint8Array>('keyUnseal', { ...bound, sealed, aad })), signature: signature.length, secrets: await call<string[]>('vaultList', bound) };
    });
    assert.deepEqual(used, { opened: 'a draft', signature: 64, secrets: ['token'] });
    await page.getByRole('button', 'Close app').click();
    await goTo(page, 'Settings');
    const empty = page.getByRole('button', 'Empty the vault of Notes…');
    await empty.waitFor();
    assert.match(await page.words(), /Secrets: 1\. Keys: 2\./);
    await assertAccessible(page, 'Settings, kept by apps');
    await empty.click();
    await page.getByRole('dialog', 'Empty the vault of “Notes”?').getByRole('button', 'Empty').click();
    await empty.waitGone();
    assert.match(await page.words(), /Secrets: 0\. Keys: 2\./);
    await goTo(page, 'Activity');
    await page.getByRole('combobox', 'Show').choose('Apps');
    for (const what of [/Vault of an app emptied/, /App rotated a key/]) await page.getByRole('table', 'Activity').getByRole('row', what).waitFor();
    await page.getByRole('combobox', 'Show').choose('Everything');
    await goTo(page, 'Apps');
  });

  it('are given again without a question what was allowed for long, and stop at once where it is withdrawn', async () => {
    await page.getByRole('button', 'Open Notes').click();
    await saysIn(page, /Untitled/);
    assert.equal(await page.getByRole('dialog', 'Allow “Notes”?').count(), 0);
    await page.getByRole('button', 'Close app').click();
    await apps(page).getByRole('button', 'Revoke everything').click();
    await apps(page).getByRole('button', 'Revoke everything').waitGone();
    await page.getByRole('button', 'Open Notes').click();
    await page.getByRole('dialog', 'Allow “Notes”?').getByRole('button', 'Deny').click();
    await saysIn(page, /may not open a folder yet/);
  });

  it('find no way out of their frame', async () => {
    const tried = await page.evaluateInApp(async (url) => {
      const tell = async (work: () => unknown): Promise<string> => {
        try {
          return String(await work());
        } catch {
          return 'refused';
        }
      };
      const settles = (start: (done: (said: string) => void) => void) => new Promise<string>((resolve) => {
        start(resolve);
        setTimeout(() => { resolve('nothing came'); }, 1_000);
      });
      const child = (set: (frame: HTMLIFrameElement) => void) => settles((done) => {
        const frame = document.createElement('iframe');
        addEventListener('message', ({ source, data }) => { if (source === frame.contentWindow) done(String(data)); });
        set(frame);
        document.body.append(frame);
      });
      return {
        fetch: await tell(() => fetch(url)),
        socket: await tell(() => settles((done) => { new WebSocket(url.replace('http', 'ws')).onerror = () => { done('refused'); }; })),
        image: await tell(() => settles((done) => { Object.assign(new Image(), { onerror: () => { done('refused'); }, onload: () => { done('loaded'); } }).src = url; })),
        script: await tell(() => settles((done) => { document.head.append(Object.assign(document.createElement('script'), { src: url, onerror: () => { done('refused'); }, onload: () => { done('loaded'); } })); })),
        beacon: await tell(() => settles((done) => { addEventListener('securitypolicyviolation', ({ violatedDirective }) => { done(violatedDirective); }); navigator.sendBeacon(url, 'x'); })),
        webrtc: await tell(() => typeof (globalThis as { RTCPeerConnection?: unknown }).RTCPeerConnection),
        transport: await tell(() => typeof (globalThis as { WebTransport?: unknown }).WebTransport),
        written: await child((frame) => { frame.srcdoc = '<script>parent.postMessage(typeof RTCPeerConnection, "*")</script>'; }),
        blob: await child((frame) => { frame.src = URL.createObjectURL(new Blob(['<script>parent.postMessage(typeof RTCPeerConnection, "*")</script>'], { type: 'text/html' })); }),
        inner: await tell(() => {
          const frame = document.createElement('iframe');
          document.body.append(frame);
          return typeof (frame.contentWindow as unknown as { RTCPeerConnection?: unknown }).RTCPeerConnection;
        }),
        evaluated: await tell(() => (0, eval)('1')),
        popup: await tell(() => String(window.open(url))),
        form: await tell(() => { const form = Object.assign(document.createElement('form'), { action: url }); document.body.append(form); form.submit(); return 'sent'; }),
        storage: await tell(() => indexedDB.open('x') && localStorage.length),
        page: await tell(() => (parent as Window).document.title),
      };
    }, elsewhere.url);
    assert.include(tried, { fetch: 'refused', socket: 'refused', image: 'refused', webrtc: 'undefined', transport: 'undefined', written: 'nothing came', blob: 'nothing came', inner: 'refused', evaluated: 'refused', storage: 'refused', page: 'refused' });
    // WebKit refuses a script without an event; what counts is that nobody was asked.
    assert.match(tried.script, /refused|nothing came/);
    assert.match(tried.beacon, /connect-src|nothing came|refused/);
    assert.include(['null', 'refused'], tried.popup);
    assert.deepEqual(elsewhere.asked, []);
  });

  it('that leave their place are closed', async () => {
    await page.evaluateInApp(() => { location.reload(); }).catch(() => undefined);
    // With no network WebKit does not reload the frame: the app stays as it is.
    if (ENGINE !== 'webkit') await until('the app to be gone', async () => await appSays(page) === '');
    await page.getByRole('button', 'Close app').click();
    await apps(page).getByRole('button', 'Open Notes').click();
    await saysIn(page, /may not open a folder yet/);
    await page.evaluateInApp((url) => { location.href = url; }, `${elsewhere.url}?what=it-read`).catch(() => undefined);
    await page.getByRole('button', 'Close app').click();
    await apps(page).getByRole('button', 'Open Notes').waitFor();
    assert.deepEqual(elsewhere.asked, []);
    assert.include(await page.evaluate(() => location.href), device.origin);
  });

  it('end with a lock', async () => {
    await lockNow(page);
    assert.isFalse(await page.evaluate(() => document.querySelector('iframe') !== null));
    await unlock(page, ADA);
    await goTo(page, 'Apps');
    await apps(page).getByRole('button', 'Let it ask again').waitFor();
  });

  it('go, with what they kept, and leave the person’s files', async () => {
    await page.getByRole('button', 'Remove app…').click();
    await page.getByRole('dialog', 'Remove “Notes”?').getByRole('button', 'Remove app').click();
    await page.getByRole('heading', 'No app is here yet').waitFor();
    await goTo(page, 'Files');
    await page.getByRole('grid', 'Files').getByRole('row', /Notes/).waitFor();
    await goTo(page, 'Activity');
    await page.getByRole('combobox', 'Show').choose('Apps');
    await page.getByRole('table', 'Activity').getByRole('row', /App removed/).waitFor();
  });
});
