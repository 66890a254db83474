import { assert } from 'chai';
import '../../../src/ui/desktop/nx-desktop.ts';
import type { NxDesktop } from '../../../src/ui/desktop/nx-desktop.ts';
import type { SyncStatus } from '../../../src/workers/contract/sync.ts';
import { ADA, ADA_SESSION, deviceWith, SID, type FakeClient } from '../../support/fake-client.ts';
import { assertAccessible, clear, countOf, focused, key, place, press, shown, until } from '../../support/surface.ts';
import { clientWith } from '../files/home-of-fakes.ts';

async function open(more: Partial<NxDesktop> = {}): Promise<FakeClient> {
  const client = clientWith().answers('backupOverview', { snapshots: [], retention: { keep: 10, softBytes: 1e9, hardBytes: 4e9 } });
  place<NxDesktop>('nx-desktop', { client, status: deviceWith([ADA], ADA_SESSION), session: ADA_SESSION, user: ADA, ...more });
  await shown('grid', 'Files');
  return client;
}

describe('the desktop', () => {
  afterEach(clear);

  it('opens Files and goes to what exists, with the address unchanged', async () => {
    await open();
    const before = location.href;
    await shown('navigation', 'Nexus');
    assert.equal((await shown('button', 'Files')).getAttribute('aria-current'), 'page');
    await press('Backups');
    await shown('heading', 'Backups');
    assert.equal(countOf('grid', 'Files'), 0);
    assert.equal(location.href, before);
    await press('Files');
    await shown('grid', 'Files');
  });

  it('keeps a surface as it was left', async () => {
    const client = await open();
    await shown('gridcell', 'Photos');
    await press('Backups');
    await shown('heading', 'Backups');
    await press('Files');
    await shown('gridcell', 'Photos');
    assert.lengthOf(client.asked('homeRoot'), 1);
  });

  it('tells Backups when it comes into view again', async () => {
    const client = await open();
    await press('Backups');
    await until('the first answer', () => client.asked('backupOverview').length === 1);
    await press('Files');
    await shown('grid', 'Files');
    await press('Backups');
    await until('another', () => client.asked('backupOverview').length === 2);
  });

  it('asks to be locked', async () => {
    await open();
    let locked = 0;
    const count = (): void => { locked += 1; };
    addEventListener('nx-lock-now', count);
    await press('Lock now');
    removeEventListener('nx-lock-now', count);
    assert.equal(locked, 1);
  });

  it('switches users and logs out from the menu of the seal, by keyboard too', async () => {
    const client = await open();
    const button = await shown('button', 'Ada Lovelace');
    button.focus();
    key('ArrowDown');
    await until('the menu', () => focused()?.textContent?.includes('Switch user'));
    key('ArrowDown');
    assert.include(focused()?.textContent, 'Log out');
    key('Escape');
    await until('the focus back', () => focused() === button);
    await press('Ada Lovelace');
    await press('Switch user', 'menuitem');
    await until('the greeter', () => client.asked('showGreeter').length === 1);
    await press('Ada Lovelace');
    await press('Log out', 'menuitem');
    await until('the call', () => client.asked('logout').length === 1);
    assert.deepEqual(client.asked('logout'), [{ sid: SID }]);
  });

  it('always says where things are saved, and when Nexus does not answer', async () => {
    const client = await open();
    const status = await shown('status', 'Sync');
    assert.include(status.textContent, 'Saved on this device');
    client.connection.next('connecting');
    await until('the other words', () => status.textContent?.includes('Nexus is starting again'));
  });

  it('says how far sync is where it is on, in the same place, and what the browser keeps below', async () => {
    const client = clientWith().answers('syncStatus', { state: 'working', waiting: 3, toCome: 0, unreadable: 0 });
    await open({ client });
    const status = await shown('status', 'Sync');
    await until('the first status', () => status.textContent?.includes('3 waiting to sync'));
    const cases: [SyncStatus['state'], number, string][] = [
      ['synced', 0, 'Synced'], ['working', 0, 'Syncing…'], ['working', 1, '1 waiting to sync'], ['working', 1200, '1,200 waiting to sync'], ['unreachable', 2, 'Saved here · server does not answer'],
      ['paused', 2, 'Saved here · sync is paused'], ['full', 2, 'Saved here · account is full'], ['signed_out', 2, 'Saved here · signed out'], ['refused', 2, 'Saved here · server answers wrongly'],
      ['off', 0, 'Saved on this device'],
    ];
    for (const [state, waiting, words] of cases) {
      client.facts.next({ type: 'sync.changed', seq: 1, status: { state, waiting, toCome: 0, unreadable: 0 } });
      await until(words, () => status.querySelector('.what > :first-child')?.textContent === words);
      await until('what the browser keeps', () => /Kept by this browser|back up/.test(status.querySelector('.what > :last-child')?.textContent ?? ''));
    }
    for (const [not, words] of [[{ behind: {} }, 'Saved here · server is behind'], [{ unreadable: 2 }, 'Synced · 2 could not be opened']] as const) {
      client.facts.next({ type: 'sync.changed', seq: 1, status: { state: 'synced', waiting: 0, toCome: 0, unreadable: 0, ...not } });
      await until(words, () => status.querySelector('.what > :first-child')?.textContent === words && status.classList.contains('doubt'));
    }
    client.connection.next('connecting');
    await until('the other words', () => status.textContent?.includes('Nexus is starting again'));
  });

  it('reminds of an unconfirmed recovery phrase', async () => {
    await open({ user: { ...ADA, recoveryUnconfirmed: true } });
    await press('Open Settings');
    await until('Settings', () => countOf('button', 'Open Settings') === 0);
  });

  it('axe finds nothing', async () => {
    await open();
    await shown('gridcell', 'Photos');
    await assertAccessible();
    await press('Ada Lovelace');
    await assertAccessible();
  });
});
