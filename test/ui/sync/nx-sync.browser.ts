import { assert } from 'chai';
import type { NxSameSettings } from '../../../src/ui/sync/nx-same-settings.ts';
import { NxSync } from '../../../src/ui/sync/nx-sync.ts';
import type { SyncStatus } from '../../../src/workers/contract/sync.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, focused, mount, none, one, press, unmount, until } from '../support/screen.ts';

const OFF: SyncStatus = { state: 'off', waiting: 0, toCome: 0, unreadable: 0 };
const ON: SyncStatus = { ...OFF, state: 'synced', at: new Date(2026, 0, 2, 12).getTime() };

interface Shown { readonly client: FakeClient; readonly element: NxSync; readonly toasts: string[]; says(): string; tells(status: SyncStatus): void }

async function show(status: SyncStatus, signedIn = true): Promise<Shown> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('syncStatus', status);
  const element = new NxSync();
  Object.assign(element, { client, signedIn });
  const main = document.createElement('main');
  main.innerHTML = '<h1>Account</h1>';
  main.append(element);
  const toasts: string[] = [];
  main.addEventListener('nx-toast', (event) => { toasts.push((event as CustomEvent<string>).detail); });
  await mount(main);
  await until(() => client.asked('syncStatus').length === 1);
  await element.updateComplete;
  return {
    client, element, toasts, says: () => element.shadowRoot?.querySelector('section')?.innerText ?? '',
    tells: (next) => { client.facts.next({ type: 'sync.changed', seq: 1, status: next }); },
  };
}

describe('Sync in Account', () => {
  afterEach(unmount);

  it('says what it does before it is on, begins, and shows what came of it', async () => {
    const { client, says, tells } = await show(OFF);
    await one('heading', 'Sync');
    assert.include(says(), 'the server sees neither names nor contents');
    assert.include(says(), 'Cloud sync is optional; export is always possible.');
    assert.equal(all('button', 'Stop syncing').length, 0);
    await assertAccessible();
    (await one('button', 'Sync this home')).focus();
    await press('Sync this home');
    assert.deepEqual(client.asked('startSync'), [{}]);
    tells({ ...ON, state: 'working' });
    await one('button', 'Sync now');
    await none('button', 'Sync this home');
    assert.equal(focused(), await one('heading', 'Sync'), 'the keyboard keeps its place');
  });

  it('is not offered to whom nobody is signed in, but can always be ended', async () => {
    const { element, tells } = await show(OFF, false);
    assert.isTrue(element.hidden);
    tells({ ...ON, state: 'signed_out' });
    await one('button', 'Stop syncing');
    assert.isFalse(element.hidden);
    for (const name of ['Sync now', 'Approve a new device…']) assert.isEmpty(all('button', name), 'nothing that could come to nothing alone');
  });

  it('says why it could not begin', async () => {
    const { client } = await show(OFF);
    client.refuses('startSync', 'sync.other_home');
    await press('Sync this home');
    assert.include(await alertText(), 'carries another home already');
    await one('button', 'Sync this home');
  });

  it('counts what is under way, says when all was alike and what does not open', async () => {
    const { says, tells } = await show({ ...ON, state: 'working', waiting: 1, toCome: 12 });
    await one('button', 'Sync now');
    assert.include(says(), '1 file or folder waits to be sent · 12 pieces of content are still to come · last fully synced Jan 2, 2026');
    assert.notInclude(says(), 'could not be opened');
    tells({ ...ON, state: 'working', waiting: 1300, unreadable: 2 });
    await until(() => says().includes('1,300 files and folders wait'));
    assert.notInclude(says(), 'still to come');
    assert.include(says(), '2 could not be opened');
    await assertAccessible();
  });

  it('says how far what is moved is, and how long that takes once it is known', async () => {
    const { says, tells } = await show({ ...ON, state: 'working', waiting: 2, toGo: 15 });
    await until(() => says().includes('2 waiting to sync · 15 pieces left'));
    assert.include(says(), '2 files and folders wait to be sent · 15 pieces of content are still to be sent · last fully synced');
    tells({ ...ON, state: 'working', waiting: 2, toGo: 9, leftMs: 40_000 });
    await until(() => says().includes('2 waiting to sync · 40 seconds left'));
    assert.include(says(), '9 pieces of content are still to be sent · last fully synced');
    tells({ ...ON, state: 'working', toCome: 30, leftMs: 150_000 });
    await until(() => says().includes('Syncing… · 3 minutes left'));
    tells({ ...ON, state: 'working', waiting: 1, toGo: 1 });
    await until(() => says().includes('1 waiting to sync') && !says().includes('left'));
  });

  it('says that the home is still coming, also before sync is stopped', async () => {
    const { says, tells } = await show(ON);
    tells({ ...ON, state: 'working', partial: true });
    await until(() => says().includes('ot every file and folder is listed here yet'));
    await press('Stop syncing');
    await one('button', 'Stop now');
    assert.include(document.querySelector('nx-sync')?.shadowRoot?.querySelector('nx-dialog')?.textContent ?? '', 'Only a part of your home has come to this device.');
  });

  it('says that the server is behind, by whom that is known, and that it is over', async () => {
    const { says, tells } = await show(ON);
    tells({ ...ON, behind: {} });
    await until(() => says().includes('The server is behind: it does not have all that it had'));
    assert.notInclude(says(), 'is in your account too');
    await assertAccessible();
    tells({ ...ON, behind: { device: 'The old phone' } });
    await until(() => says().includes('does not show this device all that “The old phone” has put there'));
    tells(ON);
    await until(() => !says().includes('The server is behind'));
  });

  it('looks now, pauses and resumes', async () => {
    const { client, tells } = await show(ON);
    await press('Sync now');
    await until(() => client.asked('syncNow').length === 1);
    await press('Pause sync');
    await until(() => client.asked('pauseSync').length === 1);
    tells({ ...ON, state: 'paused' });
    await press('Resume sync');
    await until(() => client.asked('pauseSync').length === 2);
    assert.deepEqual(client.asked('pauseSync'), [{ paused: true }, { paused: false }]);
    assert.equal(all('button', 'Sync now').length, 0);
  });

  it('gives the focus back to what was pressed, which browsers take from it while it waits', async () => {
    const { client, element } = await show(ON);
    let answer = (): void => undefined;
    client.replies('pauseSync', () => new Promise((resolve) => { answer = () => { resolve({ ok: true, value: ON }); }; }));
    const pause = await one<HTMLButtonElement>('button', 'Pause sync');
    pause.focus();
    pause.click();
    await until(() => pause.disabled);
    // As those browsers do that do it.
    pause.blur();
    answer();
    await until(() => !pause.disabled);
    await element.updateComplete;
    await until(() => focused() === pause);
  });

  it('stops after a question, and not without', async () => {
    const { client, toasts, tells } = await show({ ...ON, toCome: 3 });
    await press('Stop syncing');
    const dialog = await one('dialog', 'Stop syncing this home?');
    assert.include(document.querySelector('nx-sync')?.shadowRoot?.querySelector('nx-dialog')?.textContent, 'only online do not open');
    await assertAccessible();
    await press('Cancel');
    await until(() => !dialog.isConnected);
    assert.isEmpty(client.asked('stopSync'));
    await press('Stop syncing');
    await press('Stop now');
    await until(() => toasts.length === 1);
    assert.deepEqual(client.asked('stopSync'), [{}]);
    tells(OFF);
    await one('button', 'Sync this home');
  });

  it('says before it stops that some content is at the server alone by choice', async () => {
    const { client } = await show(ON);
    client.answers('contentChoice', { all: false, kept: [], anyConnection: false, absent: 4 });
    await press('Stop syncing');
    await one('dialog', 'Stop syncing this home?');
    assert.include(document.querySelector('nx-sync')?.shadowRoot?.querySelector('nx-dialog')?.textContent, 'Some content is at the server alone');
    await press('Cancel');
    client.answers('contentChoice', { all: false, kept: [], anyConnection: false, absent: 0 });
    await press('Stop syncing');
    await one('dialog', 'Stop syncing this home?');
    assert.notInclude(document.querySelector('nx-sync')?.shadowRoot?.querySelector('nx-dialog')?.textContent, 'at the server alone');
  });

  it('shows whether settings are shared, as the state says', async () => {
    const { element, tells } = await show({ ...ON, settings: 'on' });
    const same = () => element.shadowRoot!.querySelector<NxSameSettings>('nx-same-settings')!;
    await until(() => same().state === 'on' && !same().paused);
    tells({ ...ON, state: 'paused', settings: 'unreadable' });
    await until(() => same().state === 'unreadable' && same().paused);
  });

  it('has a sentence for every state, and one that tells what to do where it waits for the person', async () => {
    const { says, tells } = await show(ON);
    for (const [state, words] of [
      ['working', 'made alike'], ['synced', 'is in your account too'], ['unreachable', 'asks again by itself'], ['signed_out', 'Sign in again'],
      ['paused', 'You have paused sync'], ['metered', 'waits for another connection'], ['device_full', 'Free up space below'], ['full', 'no room for what waits'], ['renewed', 'until this device has them too'], ['no_room', 'no space to encrypt'],
      ['refused', 'was not used'],
    ] as const) {
      tells({ ...ON, state });
      await until(() => says().includes(words));
    }
  });
});
