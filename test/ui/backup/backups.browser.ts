import { assert } from 'chai';
import '../../../src/ui/backup/nx-backups.ts';
import type { NxBackups } from '../../../src/ui/backup/nx-backups.ts';
import type { BackupOverview, RestorePlan, SnapshotCard } from '../../../src/workers/contract/backup.ts';
import type { BundleId, NodeId, RestoreId, StreamId } from '../../../src/workers/contract/ids.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible, clear, countOf, place, press, shown, until } from '../../support/surface.ts';

const CARD: SnapshotCard = { id: '1-0123456789ab' as BundleId, created: 1_700_000_000_000, nodes: 3, extents: 2, bytes: 1_500_000 };
const OVERVIEW: BackupOverview = { snapshots: [CARD], retention: { keep: 10, softBytes: 1e9, hardBytes: 4e9 } };
const PLAN: RestorePlan = {
  lines: [{ path: 'Photos/1.jpg', kind: 'file', size: 5, fate: 'create' }, { path: 'a.txt', kind: 'file', size: 6, fate: 'replace' }], counts: { create: 1, replace: 1, keep: 0, refuse: 0 }, bytes: 11,
};
const ROOT = '1'.padStart(32, '0') as NodeId;
const RESTORE = '2'.padStart(32, '0') as RestoreId;
const TICKET = { id: '3'.padStart(64, '0') as StreamId, url: 'about:blank#ticket' };

const clientWith = (overview: BackupOverview = OVERVIEW): FakeClient => new FakeClient(deviceWith([ADA], ADA_SESSION))
  .answers('backupOverview', overview).answers('openSnapshotDownload', TICKET).answers('createSnapshot', CARD).answers('homeRoot', ROOT)
  .answers('openBundle', { restore: RESTORE, bundle: CARD.id, created: CARD.created, files: 2, folders: 1, bytes: 11 })
  .answers('planRestore', PLAN);

async function open(client: FakeClient = clientWith(), width?: number): Promise<FakeClient> {
  place<NxBackups>('nx-backups', { client, shown: true }, width);
  await shown('heading', 'What is kept');
  return client;
}

const inDialog = <E extends Element>(tag: string, selector: string): Promise<E> =>
  until(`${selector} in ${tag}`, () => document.querySelector('nx-backups')?.shadowRoot?.querySelector(tag)?.shadowRoot?.querySelector<E>(selector));
const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 400); });

describe('Backups', () => {
  afterEach(clear);

  it('makes a snapshot and begins its download at once', async () => {
    const client = await open();
    await press('Back up now');
    await until('the download', () => document.querySelector('iframe.nx-download'));
    assert.equal(document.querySelector('iframe.nx-download')?.getAttribute('src'), TICKET.url);
    assert.deepEqual(client.asked('openSnapshotDownload'), [{ id: CARD.id }]);
  });

  it('tells of its progress and is called off by a press', async () => {
    const client = clientWith().replies('createSnapshot', (_, work) => new Promise((resolve) => {
      work?.signal?.addEventListener('abort', () => { resolve({ ok: false, error: { code: 'aborted' } }); });
    }));
    await open(client);
    const button = await shown('button', 'Back up now');
    button.focus();
    button.click();
    await shown('progressbar', 'Making a snapshot');
    assert.isFalse(dispatchEvent(new Event('beforeunload', { cancelable: true })));
    await press('Cancel');
    await until('the word', () => countOf('alert', 'Cancelled. Nothing was changed.') === 1);
    assert.isEmpty(client.asked('openSnapshotDownload'));
    await until('the focus', () => document.querySelector('nx-backups')?.shadowRoot?.activeElement === button);
  });

  it('calls a snapshot a snapshot until it was downloaded', async () => {
    await open(clientWith({ ...OVERVIEW, snapshots: [CARD, { ...CARD, id: '2-0123456789ab' as BundleId, downloaded: CARD.created }] }));
    const text = (await shown('table', 'Backups')).textContent ?? '';
    assert.include(text, 'Snapshot – only in this browser');
    assert.match(text, /Downloaded \w/);
  });

  it('verifies to the depth that was chosen and lists what is damaged', async () => {
    const client = await open(clientWith().answers('verifySnapshot', { ok: false, depth: 'sample', checkedBytes: 11, files: 2, damaged: ['Photos/1.jpg'] }));
    await press('Verify');
    (await inDialog<HTMLInputElement>('nx-verify-dialog', '[value=sample]')).checked = true;
    await settled();
    (await inDialog<HTMLElement>('nx-verify-dialog', '.primary')).click();
    const list = await shown('list', 'Damaged');
    assert.include(list.textContent, 'Photos/1.jpg');
    assert.deepEqual(client.asked('verifySnapshot'), [{ id: CARD.id, depth: 'sample', percent: 10 }]);
    await assertAccessible();
  });

  it('shows what a restore would do, for one path and another choice, and only then applies it', async () => {
    const client = await open(clientWith().answers('applyRestore', { created: 1, replaced: 1, kept: 0, damaged: [] }));
    await press('Restore…');
    (await shown<HTMLInputElement>('textbox', 'Password')).value = 'secret words';
    await press('Open backup');
    await until('the list', () => client.asked('planRestore').length === 1 && countOf('button', 'Restore') === 1);
    assert.equal(new TextDecoder().decode(client.asked('openBundle')[0]?.secret), 'secret words');
    await assertAccessible();
    const path = await shown<HTMLInputElement>('textbox', 'Only this folder or file');
    path.value = '/Photos/';
    (await shown<HTMLSelectElement>('combobox', 'Where a name is there already')).value = 'replace';
    path.dispatchEvent(new Event('change', { bubbles: true, composed: true }));
    await until('the new list', () => client.asked('planRestore').length === 2);
    assert.deepEqual(client.asked('planRestore')[1], { restore: RESTORE, clash: 'replace', into: ROOT, path: 'Photos' });
    assert.isEmpty(client.asked('applyRestore'));
    await press('Restore');
    await until('the report', () => countOf('status', '1 created, 1 replaced, 0 kept as they were.') === 1);
    assert.deepEqual(client.asked('applyRestore'), [{ restore: RESTORE, clash: 'replace', into: ROOT, path: 'Photos' }]);
  });

  it('keeps the form and says why where the secret is wrong', async () => {
    await open(clientWith().refuses('openBundle', 'backup.wrong_secret'));
    await press('Restore…');
    const input = await shown<HTMLInputElement>('textbox', 'Password');
    input.value = 'wrong';
    await press('Open backup');
    await until('the reason', () => countOf('alert', 'That does not open this backup. Use the password or the recovery phrase from the time it was made.') === 1);
    assert.equal(input.value, '');
  });

  it('closes a bundle that is not restored', async () => {
    const client = await open();
    await press('Restore…');
    (await shown<HTMLInputElement>('textbox', 'Password')).value = 'x';
    await press('Open backup');
    await until('the list', () => countOf('button', 'Restore') === 1);
    await press('Cancel');
    await until('the bundle is closed', () => client.asked('closeBundle').length === 1);
  });

  it('tells why the snapshots could not be read, until they are', async () => {
    const client = clientWith().refuses('backupOverview', 'door.unavailable');
    place<NxBackups>('nx-backups', { client, shown: true });
    const why = 'Nexus is starting again. Nothing that was saved is lost. Try again in a moment.';
    await until('the reason', () => countOf('alert', why) === 1);
    client.answers('backupOverview', OVERVIEW).facts.next({ type: 'facts.missed' });
    await shown('table', 'Backups');
    assert.equal(countOf('alert', why), 0);
  });

  it('asks before a snapshot is deleted', async () => {
    const client = await open();
    (await until('the button', () => document.querySelector('nx-backups')?.shadowRoot?.querySelector<HTMLElement>('.bin'))).click();
    await shown('dialog', 'Delete this snapshot?');
    assert.isEmpty(client.asked('deleteSnapshot'));
    await press('Delete');
    await until('the call', () => client.asked('deleteSnapshot').length === 1);
  });

  it('takes what is kept, within its bounds', async () => {
    const client = await open();
    const keep = await shown<HTMLInputElement>('spinbutton', 'Newest to keep');
    keep.value = '0';
    await press('Save');
    await until('the reason', () => countOf('alert', 'Keep 1 to 100 snapshots.') === 1);
    keep.value = '5';
    const most = await shown<HTMLInputElement>('spinbutton', 'Never more than, in GB');
    most.value = '9007200';
    await press('Save');
    await until('the reason', () => countOf('alert', 'No more than 9,007,199 GB.') === 1);
    most.value = '4';
    await press('Save');
    await until('the call', () => client.asked('setRetention').length === 1);
    assert.deepEqual(client.asked('setRetention')[0], { retention: { keep: 5, softBytes: 1e9, hardBytes: 4e9 } });
  });

  for (const width of [1000, 320]) {
    it(`axe finds nothing at ${width} px`, async () => {
      await open(undefined, width);
      await assertAccessible();
    });
  }
});
