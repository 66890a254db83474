import { assert } from 'chai';
import { NxApp } from '../../../src/ui/app/nx-app.ts';
import { ADA, ADA_SESSION, BOB, deviceWith, FakeClient, SID } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { mount, none, one, press, unmount, until } from '../support/screen.ts';

const LOCKED = { ...ADA_SESSION, locked: true };

async function show(client: FakeClient): Promise<NxApp> {
  const app = new NxApp();
  app.client = client;
  return mount(app);
}

describe('the app', () => {
  afterEach(unmount);

  it('welcomes where there are no users, greets where there are, and locks what is locked', async () => {
    const client = new FakeClient(deviceWith([]));
    await show(client);
    await one('heading', 'Welcome to Nexus');
    client.device.next(deviceWith([ADA, BOB]));
    await one('listbox', 'Users');
    client.device.next(deviceWith([ADA, BOB], LOCKED));
    await one('heading', 'Ada Lovelace');
    await one('button', 'Unlock');
  });

  it('goes to bring a home of an account here, and back', async () => {
    await show(new FakeClient(deviceWith([])));
    await press('Bring my home from NexusAccount');
    await one('button', 'Sign in to NexusAccount');
    await press('Cancel');
    await one('heading', 'Welcome to Nexus');
  });

  it('drops every view of the desktop when the session locks', async () => {
    const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('listFolder', { folder: SID as never, path: [], entries: [], damaged: [] });
    const app = await show(client);
    await one('button', 'Lock now');
    client.device.next(deviceWith([ADA], LOCKED));
    await one('button', 'Unlock');
    assert.isNull(app.renderRoot.querySelector('nx-desktop'));
  });

  it('locks by Ctrl+L, and shows nothing while it does', async () => {
    const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('listFolder', { folder: SID as never, path: [], entries: [], damaged: [] });
    let finish = (): void => undefined;
    client.replies('lock', () => new Promise((resolve) => { finish = () => { resolve({ ok: true, value: undefined }); }; }));
    await show(client);
    await one('button', 'Lock now');
    const event = new KeyboardEvent('keydown', { key: 'l', ctrlKey: true, cancelable: true });
    dispatchEvent(event);
    assert.isTrue(event.defaultPrevented);
    await none('button', 'Lock now');
    client.device.next(deviceWith([ADA], LOCKED));
    finish();
    await one('button', 'Unlock');
    assert.lengthOf(client.asked('lock'), 1);
  });

  it('leaves Ctrl+L to the browser where nothing is open', async () => {
    const client = new FakeClient(deviceWith([ADA]));
    await show(client);
    await one('listbox', 'Users');
    const event = new KeyboardEvent('keydown', { key: 'l', ctrlKey: true, cancelable: true });
    dispatchEvent(event);
    assert.isFalse(event.defaultPrevented);
    assert.isEmpty(client.asked('lock'));
  });

  it('says that another tab has Nexus, and takes over on a press', async () => {
    const client = new FakeClient(deviceWith([]), 'elsewhere');
    await show(client);
    await one('heading', 'Nexus is open in another tab');
    await assertAccessible();
    await press('Use Nexus here');
    assert.equal(client.takenOver, 1);
  });

  it('has a plain screen for an authority that does not start and for a newer release', async () => {
    const client = new FakeClient(deviceWith([]), 'broken');
    await show(client);
    await one('heading', 'Nexus cannot start');
    client.connection.next('newer_schema');
    await one('heading', 'Stored by a newer release');
    await one('button', 'Reload');
  });

  it('wears the colour of whoever is in front, and takes it off at the greeter', async () => {
    const client = new FakeClient(deviceWith([ADA], LOCKED));
    await show(client);
    await one('button', 'Unlock');
    assert.equal(document.documentElement.dataset['accent'], 'indigo');
    client.device.next(deviceWith([ADA]));
    await one('listbox', 'Users');
    assert.isUndefined(document.documentElement.dataset['accent']);
  });

  it('says in title and address nothing but its own name', async () => {
    await show(new FakeClient(deviceWith([ADA], LOCKED)));
    await one('button', 'Unlock');
    assert.equal(document.title, 'Nexus');
    assert.notInclude(location.href, 'Ada');
  });

  it('reports that somebody is there, and not with every key', async () => {
    const client = new FakeClient(deviceWith([ADA]));
    await show(client);
    await one('listbox', 'Users');
    for (let key = 0; key < 20; key += 1) dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
    assert.lengthOf(client.asked('reportActivity'), 1);
  });

  it('reports that somebody works within the frame of an app, of which the page sees nothing', async () => {
    Object.defineProperty(navigator, 'userActivation', { configurable: true, value: { isActive: true } });
    const client = new FakeClient(deviceWith([ADA]));
    await show(client);
    await until(() => client.asked('reportActivity').length === 1);
    Reflect.deleteProperty(navigator, 'userActivation');
  });

  it('speaks the language that the session prefers, and the browser’s again after it', async () => {
    const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('listFolder', { folder: SID as never, path: [], entries: [], damaged: [] });
    client.answers('getPrefs', { language: 'de', appearance: 'dark', autoLockMs: null, filesView: 'grid', retention: { keep: 1, softBytes: 1, hardBytes: 2 } });
    await show(client);
    await until(() => document.documentElement.lang === 'de');
    assert.equal(document.documentElement.dataset['appearance'], 'dark');
    client.device.next(deviceWith([ADA], LOCKED));
    await one('button', 'Entsperren');
    client.device.next(deviceWith([ADA]));
    await until(() => document.documentElement.lang === 'en');
    assert.isUndefined(document.documentElement.dataset['appearance']);
    await one('listbox', 'Users');
  });
});
