import { assert } from 'chai';
import '../../../src/ui/backup/nx-cloud-schedule.ts';
import type { NxCloudSchedule } from '../../../src/ui/backup/nx-cloud-schedule.ts';
import type { CloudBackupSchedule } from '../../../src/workers/contract/backup.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible, clear, countOf, place, press, shown, until } from '../../support/surface.ts';

const NEVER: CloudBackupSchedule = { every: 'never', keep: null, working: false };
const MADE = Date.UTC(2023, 10, 14, 12);
const HOUR = 60 * 60_000;
const DAILY: CloudBackupSchedule = { every: 'day', keep: 7, made: MADE, looked: MADE, next: Date.now() + HOUR, working: false };

const clientWith = (schedule: CloudBackupSchedule): FakeClient =>
  new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('cloudBackupSchedule', schedule).replies('setCloudBackupSchedule', (choice) => ({ ok: true, value: { ...NEVER, every: choice.every, keep: choice.keep } }));

async function open(client: FakeClient, width?: number): Promise<FakeClient> {
  place<NxCloudSchedule>('nx-cloud-schedule', { client, state: 'synced' }, width);
  await shown('heading', 'On a schedule');
  return client;
}
const text = (): string => document.querySelector('nx-cloud-schedule')?.shadowRoot?.textContent ?? '';
const said = (words: string) => until(words, () => text().includes(words));

describe('The schedule of backups in the account', () => {
  afterEach(clear);

  it('is never, and keeps all, until somebody chooses otherwise', async () => {
    const client = await open(clientWith(NEVER));
    const every = await shown<HTMLSelectElement>('combobox', 'Back up to the account');
    assert.equal(every.value, 'never');
    assert.equal((await shown<HTMLInputElement>('spinbutton', 'Newest to keep there')).value, '');
    await said('Nothing goes there by itself.');
    every.value = 'week';
    await press('Save schedule');
    await said('Saved.');
    assert.deepEqual(client.asked('setCloudBackupSchedule'), [{ every: 'week', keep: null }]);
  });

  it('takes how many are kept, within its bounds', async () => {
    const client = await open(clientWith(DAILY));
    const keep = await shown<HTMLInputElement>('spinbutton', 'Newest to keep there');
    assert.equal(keep.value, '7');
    for (const wrong of ['0', '201', '1.5']) {
      keep.value = wrong;
      await press('Save schedule');
      await said('Keep 1 to 200 backups');
    }
    assert.isEmpty(client.asked('setCloudBackupSchedule'));
    keep.value = '3';
    await press('Save schedule');
    await said('Saved.');
    assert.deepEqual(client.asked('setCloudBackupSchedule'), [{ every: 'day', keep: 3 }]);
  });

  for (const [schedule, words] of [
    [DAILY, /Last backup: .*2023.*\. Next: .*20/],
    [{ ...DAILY, looked: MADE + 30 * HOUR }, /Nothing had changed since on .*2023/],
    [{ ...DAILY, working: true }, /A backup is on its way/],
    [{ ...DAILY, next: 0 }, /begins in a moment/],
    [{ ...DAILY, next: 0, waits: 'paused' }, /waits until sync goes on/],
    [{ ...DAILY, next: 0, waits: 'renewed' }, /waits until this device has the new keys/],
    [{ ...DAILY, next: 0, waits: 'signed_out' }, /waits until you are signed in/],
    [{ ...DAILY, next: 0, waits: 'metered' }, /a connection that costs nothing/],
    [{ ...DAILY, fault: { code: 'backup.account_full' } }, /The last try came to nothing. Your account has no room for this backup/],
  ] as const satisfies readonly (readonly [CloudBackupSchedule, RegExp])[]) {
    it(`says how it goes: ${words.source}`, async () => {
      await open(clientWith(schedule));
      assert.match(text(), words);
    });
  }

  it('tells why a choice was not taken, and hears what the authority did', async () => {
    const client = await open(clientWith(NEVER).refuses('setCloudBackupSchedule', 'sync.not_linked'));
    await press('Save schedule');
    await said('This home is not synced');
    client.answers('cloudBackupSchedule', { ...DAILY, working: true });
    client.facts.next({ type: 'backup.changed', seq: 1 });
    await said('A backup is on its way.');
  });

  for (const width of [1000, 320]) {
    it(`axe finds nothing at ${width} px`, async () => {
      await open(clientWith({ ...DAILY, fault: { code: 'backup.account_full' } }), width);
      const surface = document.querySelector('nx-cloud-schedule')!;
      assert.isAtMost(surface.scrollWidth, surface.clientWidth);
      assert.equal(countOf('button', 'Save schedule'), 1);
      await assertAccessible();
    });
  }
});
