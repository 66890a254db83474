import { assert } from 'chai';
import '../../../src/ui/backup/nx-backups.ts';
import type { NxBackups } from '../../../src/ui/backup/nx-backups.ts';
import { speak } from '../../../src/ui/locales/localisation.ts';
import type { BackupOverview, CloudBackupCard, SnapshotCard } from '../../../src/workers/contract/backup.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';
import type { Answer } from '../../../src/workers/contract/surface.ts';
import type { SyncStatus } from '../../../src/workers/contract/sync.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible, clear, countOf, place, press, shown, until } from '../../support/surface.ts';

const ON: SyncStatus = { state: 'synced', waiting: 0, toCome: 0, unreadable: 0 };
const CARD: SnapshotCard = { id: '1-0123456789ab' as BundleId, created: 1_700_000_000_000, nodes: 3, extents: 2, bytes: 1_500_000 };
const OVERVIEW: BackupOverview = { snapshots: [CARD], retention: { keep: 10, softBytes: 1e9, hardBytes: 4e9 } };
const THERE: CloudBackupCard = { id: '2-0123456789ab' as BundleId, created: 1_600_000_000_000, nodes: 1, bytes: 9_000, here: false };
const NEWER: CloudBackupCard = { ...THERE, id: '3-0123456789ab' as BundleId, created: 1_650_000_000_000 };

const clientWith = (bundles: readonly CloudBackupCard[], status = ON): FakeClient => new FakeClient(deviceWith([ADA], ADA_SESSION))
  .answers('backupOverview', OVERVIEW).answers('syncStatus', status).answers('listCloudBackups', bundles).answers('uploadBackup', undefined).answers('deleteCloudBackup', undefined);

async function open(client: FakeClient, width?: number): Promise<FakeClient> {
  place<NxBackups>('nx-backups', { client, shown: true }, width);
  await shown('heading', 'What is kept');
  return client;
}
const listed = (count: number) => until(`${count} in the list`, () => countOf('button', 'Check') === count);
const surface = () => document.querySelector<NxBackups>('nx-backups')!;
const heard = (client: FakeClient, status: SyncStatus) => { client.facts.next({ type: 'sync.changed', seq: 1, status }); };
const textOfCloud = (): string => surface().shadowRoot?.querySelector('nx-cloud-backups')?.shadowRoot?.textContent ?? '';
const said = (words: string) => until(words, () => countOf('status', words) === 1 || countOf('alert', words) === 1 || textOfCloud().includes(words));

describe('Backups in the account', () => {
  afterEach(clear);

  it('are not spoken of while the home stays on the device', async () => {
    await open(clientWith([THERE], { ...ON, state: 'off' }));
    assert.equal(countOf('heading', 'Backups in your account'), 0);
    assert.equal(countOf('button', 'Upload to NexusAccount'), 0);
  });

  it('are listed, and hold nothing up where the server does not answer', async () => {
    const client = clientWith([]).refuses('listCloudBackups', 'account.provider_unreachable');
    await open(client);
    await shown('table', 'Backups');
    await said('does not answer');
    await shown('button', 'Back up now');
  });

  for (const width of [undefined, 320]) it(`read well${width === undefined ? '' : ' at 320 px'}`, async () => {
    await open(clientWith([THERE, { ...THERE, id: CARD.id, here: true }]), width);
    await shown('list', 'Backups in your account');
    assert.equal(countOf('button', 'Bring here'), 1);
    assert.isAtMost(surface().scrollWidth, surface().clientWidth);
    await assertAccessible();
  });

  it('are offered no snapshot of a part of the home, which says that it is one', async () => {
    await open(clientWith([]).answers('backupOverview', { ...OVERVIEW, snapshots: [{ ...CARD, partial: true }] }));
    await said('There is none yet.');
    assert.include((await shown('table', 'Backups')).textContent, 'A part of your home');
    assert.equal(countOf('button', 'Upload to NexusAccount'), 0);
    await assertAccessible();
  });

  it('are asked for anew when they come into view, and the old list stays until the new one is there', async () => {
    const client = await open(clientWith([THERE]));
    await listed(1);
    const list = await shown('list', 'Backups in your account');
    surface().shown = false;
    await surface().updateComplete;
    client.facts.next({ type: 'backup.changed', seq: 1 });
    heard(client, { ...ON, at: 1 });
    assert.lengthOf(client.asked('listCloudBackups'), 1, 'nobody looks');
    let answer = (_: Answer<readonly CloudBackupCard[]>): void => undefined;
    client.replies('listCloudBackups', () => new Promise((resolve) => { answer = resolve; }));
    surface().shown = true;
    await until('the question', () => client.asked('listCloudBackups').length === 2);
    assert.equal(countOf('button', 'Check'), 1);
    answer({ ok: true, value: [NEWER, THERE] });
    await listed(2);
    assert.strictEqual(await shown('list', 'Backups in your account'), list);
  });

  it('are asked for anew after each round of sync, and when facts were missed', async () => {
    const client = await open(clientWith([]));
    await said('There is none yet.');
    client.answers('listCloudBackups', [THERE]);
    heard(client, { ...ON, at: 1 });
    await listed(1);
    client.answers('listCloudBackups', [NEWER, THERE]);
    heard(client, { ...ON, at: 1, state: 'working' });
    heard(client, { ...ON, at: 1 });
    assert.lengthOf(client.asked('listCloudBackups'), 2, 'no round is over');
    heard(client, { ...ON, at: 1, state: 'metered' });
    await listed(2);
    client.answers('listCloudBackups', []).facts.next({ type: 'facts.missed' });
    await said('There is none yet.');
  });

  it('are those that were asked for last, of the account that is linked', async () => {
    const client = await open(clientWith([THERE]));
    await listed(1);
    const answers: ((answer: Answer<readonly CloudBackupCard[]>) => void)[] = [];
    client.replies('listCloudBackups', () => new Promise((resolve) => { answers.push(resolve); }));
    heard(client, { ...ON, at: 1 });
    heard(client, { ...ON, at: 2 });
    answers[1]!({ ok: true, value: [NEWER, THERE] });
    answers[0]!({ ok: true, value: [] });
    await listed(2);
    heard(client, { ...ON, at: 3 });
    heard(client, { ...ON, state: 'off' });
    await until('nothing to be said', () => countOf('heading', 'Backups in your account') === 0);
    answers[2]!({ ok: true, value: [THERE] });
    heard(client, ON);
    await shown('heading', 'Backups in your account');
    assert.equal(countOf('button', 'Check'), 0);
  });

  it('say no more that the server does not answer once it does, but still what came of an act', async () => {
    const client = await open(clientWith([THERE]).refuses('listCloudBackups', 'account.provider_unreachable').answers('checkCloudBackup', { ok: false, missing: 2 }));
    await said('does not answer');
    client.answers('listCloudBackups', [THERE]);
    heard(client, { ...ON, at: 1 });
    await listed(1);
    assert.notInclude(textOfCloud(), 'does not answer');
    await press('Check');
    await said('lacks 2 pieces');
    client.answers('listCloudBackups', [NEWER, THERE]);
    heard(client, { ...ON, at: 2 });
    await listed(2);
    assert.include(textOfCloud(), 'lacks 2 pieces');
  });

  it('get a snapshot that is uploaded, once', async () => {
    const client = await open(clientWith([]));
    await said('There is none yet.');
    await press('Upload to NexusAccount');
    await said('is in your account, encrypted');
    assert.deepEqual(client.asked('uploadBackup'), [{ id: CARD.id }]);
  });

  it('say in the language of now what came of it', async () => {
    await open(clientWith([]));
    await said('There is none yet.');
    await press('Upload to NexusAccount');
    await said('is in your account, encrypted');
    try {
      await speak('de');
      await said('liegt verschlüsselt in Ihrem Konto');
    } finally {
      await speak('en');
    }
  });

  it('are out of reach where nobody is signed in to their account, and say what to do about that', async () => {
    await open(clientWith([], { ...ON, state: 'signed_out' }).refuses('listCloudBackups', 'sync.not_linked'));
    await said('Under Account, sign in again or switch to that account.');
    assert.equal(countOf('button', 'Upload to NexusAccount'), 0);
  });

  it('tell why an upload came to nothing', async () => {
    await open(clientWith([]).refuses('uploadBackup', 'backup.damaged'));
    await said('There is none yet.');
    await press('Upload to NexusAccount');
    await said('This backup is damaged');
  });

  it('come here, are checked, and go after a question', async () => {
    const client = await open(clientWith([THERE]).answers('bringBackup', CARD).answers('checkCloudBackup', { ok: false, missing: 2 }));
    await shown('list', 'Backups in your account');
    await press('Bring here');
    await said('is on this device now');
    await press('Check');
    await said('lacks 2 pieces');
    client.answers('checkCloudBackup', { ok: true, missing: 0 });
    await press('Check');
    await said('has all of the backup');
    document.querySelector('nx-backups')!.shadowRoot!.querySelector('nx-cloud-backups')!.shadowRoot!.querySelector<HTMLElement>('.bin')!.click();
    await shown('dialog', 'Delete this backup from your account?');
    await until('the button to be alive', () => {
      const dialog = document.querySelector('nx-backups')!.shadowRoot!.querySelector('nx-cloud-backups')!.shadowRoot!.querySelector('nx-confirm-dialog')!;
      dialog.dispatchEvent(new CustomEvent('nx-confirm'));
      return client.asked('deleteCloudBackup').length > 0;
    });
    assert.deepEqual(client.asked('deleteCloudBackup')[0], { id: THERE.id });
  });
});
