// The audit log in the built app: what a person did is there, also what somebody tried while the home was locked; and on disk it is sealed.
import { assert } from 'chai';
import { assertAccessible } from './support/assert-accessible.ts';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, lockNow, unlock } from './support/person.ts';

describe('activity', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await createUser(page, ADA);
  });
  after(() => device.close());

  const row = (name: RegExp) => page.getByRole('table', 'Activity').getByRole('row', name);

  it('shows what was done, newest first, and that the log is whole', async () => {
    await goTo(page, 'Backups');
    await page.getByRole('button', 'Back up now').click();
    await page.getByRole('table', 'Backups').waitFor();
    await goTo(page, 'Activity');
    await row(/Snapshot made/).waitFor();
    await row(/User created/).waitFor();
    await page.getByRole('status', /^The log is whole/).waitFor();
    await assertAccessible(page, 'Activity');
  });

  it('tells of a wrong password that was tried while the home was locked', async () => {
    await lockNow(page);
    await page.getByRole('textbox', 'Password').fill('not that one');
    await page.getByRole('button', 'Unlock').click();
    await page.getByRole('alert', /did not open/).waitFor();
    await unlock(page, ADA);
    await goTo(page, 'Activity');
    await row(/Unlocked · refused.*auth\.rejected/).waitFor();
    await row(/Locked asked/).waitFor();
    await page.getByRole('status', /^The log is whole/).waitFor();
  });

  it('is narrowed by kind', async () => {
    await page.getByRole('combobox', 'Show').choose('Backups');
    await row(/Unlocked/).waitGone();
    assert.isAbove(await row(/Snapshot made/).count(), 0);
  });

  it('shows that it was changed behind the app’s back', async () => {
    await page.evaluate(async () => {
      const name = (await indexedDB.databases()).map((each) => each.name ?? '').find((each) => each.includes('home')) ?? '';
      await new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => { reject(new Error('not opened')); };
        opening.onsuccess = () => {
          const tx = opening.result.transaction(['audit'], 'readwrite');
          tx.objectStore('audit').delete('000000000002');
          tx.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      });
    });
    await goTo(page, 'Files');
    await goTo(page, 'Activity');
    await page.getByRole('status', /^The log was changed outside Nexus.*entry 2/).waitFor();
  });
});
