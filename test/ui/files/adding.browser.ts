import { assert } from 'chai';
import '../../../src/ui/files/nx-files.ts';
import type { NxFiles } from '../../../src/ui/files/nx-files.ts';
import type { AddPlan } from '../../../src/workers/contract/home.ts';
import type { Work } from '../../../src/workers/door/page/client.ts';
import type { FakeClient } from '../../support/fake-client.ts';
import { assertAccessible, clear, countOf, place, press, shown, until } from '../../support/surface.ts';
import { clientWith, PHOTOS, ROOT } from './home-of-fakes.ts';

const PLAN: AddPlan = { files: 2, bytes: 2_000_000, clashes: 0, examples: [], refused: [] };

async function open(client: FakeClient): Promise<FakeClient> {
  place<NxFiles>('nx-files', { client, shown: true });
  await shown('gridcell', 'Photos');
  return client;
}

const surface = (): ShadowRoot => document.querySelector('nx-files')?.shadowRoot as ShadowRoot;

/** As the browser does after a person chose files. */
function pick(...names: string[]): void {
  const transfer = new DataTransfer();
  for (const name of names) transfer.items.add(new File([name], name));
  const input = surface().querySelector<HTMLInputElement>('#files') as HTMLInputElement;
  input.files = transfer.files;
  input.dispatchEvent(new Event('change'));
}

const leave = (): boolean => dispatchEvent(new Event('beforeunload', { cancelable: true }));

/** An add that goes on until it is told to end. */
function slowAdd(client: FakeClient): { work?: Work; end: () => void } {
  const held: { work?: Work; end: () => void } = { end: () => undefined };
  client.replies('addFiles', (_, work) => new Promise((resolve) => {
    if (work) held.work = work;
    held.end = () => { resolve({ ok: true, value: { added: 2, replaced: 0, skipped: 0, failed: [] } }); };
    work?.signal?.addEventListener('abort', () => { resolve({ ok: false, error: { code: 'aborted' } }); });
  }));
  return held;
}

describe('adding files', () => {
  afterEach(clear);

  it('asks once for all where names are there, and adds with the answer', async () => {
    const client = await open(clientWith().answers('planAdd', { ...PLAN, clashes: 12, examples: ['a.txt'] }).answers('addFiles', { added: 0, replaced: 12, skipped: 0, failed: [] }));
    pick('a.txt', 'b.txt');
    await shown('dialog', '12 names are there already');
    assert.isEmpty(client.asked('addFiles'));
    await assertAccessible();
    await press('Replace');
    const added = await until('the add', () => client.asked('addFiles')[0]);
    assert.equal(added.clash, 'replace');
    assert.equal(added.to, ROOT);
    assert.deepEqual(added.items.map((item) => item.path), ['a.txt', 'b.txt']);
    await until('the report', () => countOf('status', '0 files added · 12 replaced') === 1);
  });

  it('adds nothing where the question is called off', async () => {
    const client = await open(clientWith().answers('planAdd', { ...PLAN, clashes: 1, examples: ['a.txt'] }));
    pick('a.txt');
    await shown('dialog', '1 name is there already');
    await press('Cancel');
    await until('the word', () => countOf('status', 'Cancelled. Nothing of it was left half added.') === 1);
    assert.isEmpty(client.asked('addFiles'));
  });

  it('shows how far it is, can be called off, and holds the page only meanwhile', async () => {
    const client = clientWith().answers('planAdd', PLAN);
    const held = slowAdd(client);
    await open(client);
    assert.isTrue(leave());
    pick('a.txt', 'b.txt');
    await until('the work', () => held.work);
    held.work?.onProgress?.({ phase: 'working', doneBytes: 1_000_000, totalBytes: 2_000_000, doneItems: 1, totalItems: 2 });
    await shown('progressbar', 'Adding 2 files, 2 MB');
    assert.isFalse(leave());
    await press('Cancel');
    await until('the word', () => countOf('status', 'Cancelled. Nothing of it was left half added.') === 1);
    assert.isTrue(held.work?.signal?.aborted);
    assert.isTrue(leave());
  });

  it('lists what was not taken, each with its reason, and does not ask for it again', async () => {
    const refused = [{ path: 'bad\0.txt', rule: 'nul' }];
    const client = await open(clientWith().answers('planAdd', { ...PLAN, refused })
      .answers('addFiles', { added: 1, replaced: 0, skipped: 0, failed: [{ path: 'b.txt', code: 'home.file_changed' }] }));
    pick('a.txt', 'b.txt');
    await until('the report', () => countOf('status', '1 file added') === 1);
    (await until('the list', () => surface().querySelector('nx-add-panel')?.shadowRoot?.querySelector('summary'))).click();
    await shown('list', '2 were not added');
    const text = (await shown('list', '2 were not added')).textContent ?? '';
    assert.include(text, 'The name holds a character that no name may.');
    assert.include(text, 'The file was changed while it was being read');
    await assertAccessible();
    assert.lengthOf(client.asked('addFiles'), 1);
  });

  it('takes files that are dropped on the page, and on a folder', async () => {
    const client = await open(clientWith().answers('planAdd', PLAN).answers('addFiles', { added: 1, replaced: 0, skipped: 0, failed: [] }));
    const drop = (target: Element): void => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'dropped.txt'));
      target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    };
    drop(await shown('grid', 'Files'));
    await until('the first', () => client.asked('addFiles').length === 1);
    drop(await shown('gridcell', 'Photos'));
    await until('the second', () => client.asked('addFiles').length === 2);
    assert.deepEqual(client.asked('addFiles').map(({ to, items }) => [to, items[0]?.path]), [[ROOT, 'dropped.txt'], [PHOTOS, 'dropped.txt']]);
  });

  it('runs one add after the other', async () => {
    const client = clientWith().answers('planAdd', PLAN);
    const held = slowAdd(client);
    await open(client);
    pick('a.txt');
    await until('the first', () => client.asked('addFiles').length === 1);
    pick('b.txt');
    await until('the second waits', () => countOf('status', 'Waiting for the add before it') === 1);
    assert.lengthOf(client.asked('planAdd'), 1);
    held.end();
    await until('the second', () => client.asked('addFiles').length === 2);
    held.end();
  });
});
