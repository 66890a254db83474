import { assert } from 'chai';
import '../../../src/ui/files/nx-files.ts';
import type { NxFiles } from '../../../src/ui/files/nx-files.ts';
import { type FakeClient, PREFS } from '../../support/fake-client.ts';
import { assertAccessible, clear, countOf, focused, key, place, press, shown, until } from '../../support/surface.ts';
import { clientWith, file, idOf, listing, PHOTOS, ROOT } from './home-of-fakes.ts';

async function open(client: FakeClient = clientWith(), width?: number): Promise<FakeClient> {
  place<NxFiles>('nx-files', { client, shown: true }, width);
  await shown('grid', 'Files');
  return client;
}

const cell = (name: string): Promise<HTMLElement> => shown('gridcell', name);
const focusOn = async (name: string): Promise<void> => {
  const at = await cell(name);
  at.click();
  await until(`the focus on ${name}`, () => focused() === at);
};
const inFocus = (name: string): Promise<boolean> => until(`the focus on ${name}`, () => focused()?.getAttribute('aria-label') === name);
const asked = <M extends Parameters<FakeClient['asked']>[0]>(client: FakeClient, method: M) => until(`a call of ${method}`, () => client.asked(method)[0]);

describe('Files', () => {
  afterEach(clear);

  it('goes by arrows, Home, End and letters, and opens with Enter', async () => {
    const client = await open();
    await focusOn('Photos');
    key('ArrowDown');
    await inFocus('Work');
    key('End');
    await inFocus('page.html');
    key('b');
    await inFocus('b.txt');
    key('Home');
    await inFocus('Photos');
    key('Enter');
    await until('the folder', () => client.asked('listFolder').some(({ folder }) => folder === PHOTOS));
  });

  it('keeps the keyboard in an empty folder, and comes back to it with Backspace', async () => {
    await open();
    await focusOn('Photos');
    key('Enter');
    await until('the empty grid', () => focused()?.getAttribute('role') === 'grid');
    key('Backspace');
    await inFocus('Photos');
  });

  it('takes the view that another tab or device chose', async () => {
    const client = await open();
    const pressed = async (name: string) => (await shown('button', name)).getAttribute('aria-pressed');
    assert.equal(await pressed('List'), 'true');
    client.facts.next({ type: 'prefs.changed', seq: 1, prefs: { ...PREFS, filesView: 'grid' } });
    await until('the tiles', () => countOf('button', 'Grid') === 1 && document.querySelector<NxFiles>('nx-files')?.tiles);
    await document.querySelector<NxFiles>('nx-files')?.updateComplete;
    assert.equal(await pressed('Grid'), 'true');
  });

  it('has one place in the tab order', async () => {
    await open();
    await cell('Photos');
    const grid = await shown('grid', 'Files');
    assert.lengthOf(grid.querySelectorAll('[role=gridcell][tabindex="0"]'), 1);
  });

  it('chooses a range with Shift and all with Ctrl+A', async () => {
    await open();
    await focusOn('Work');
    key('ArrowDown', { shiftKey: true });
    await inFocus('a.txt');
    key('ArrowDown', { shiftKey: true });
    await shown('status', '3 selected');
    key('a', { ctrlKey: true });
    await shown('status', '5 selected');
  });

  it('moves to the trash with Delete and takes back with Undo', async () => {
    const client = await open();
    await focusOn('a.txt');
    key('Delete');
    assert.deepEqual((await asked(client, 'trashNodes')).nodes, [idOf(20)]);
    await press('Undo');
    assert.deepEqual((await asked(client, 'untrashNodes')).nodes, [idOf(20)]);
  });

  it('leaves the keyboard to a name that is being typed, though the folder changes', async () => {
    const client = await open();
    await focusOn('b.txt');
    (await cell('b.txt')).click();
    key('F2');
    await until('the name', () => focused()?.getAttribute('aria-label') === 'New name');
    const before = client.asked('listFolder').length;
    client.facts.next({ type: 'home.changed', folders: [ROOT], seq: 1 });
    await until('the folder to be asked for', () => client.asked('listFolder').length > before);
    await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
    assert.equal(focused()?.getAttribute('aria-label'), 'New name');
  });

  it('renames in place: the stem is chosen, Enter takes it', async () => {
    const client = await open();
    await focusOn('a.txt');
    key('F2');
    const input = await shown<HTMLInputElement>('textbox', 'New name');
    await until('the focus in it', () => focused() === input);
    assert.equal(input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0), 'a');
    input.value = 'u\u0308.txt';
    key('Enter');
    assert.deepEqual(await asked(client, 'renameNode'), { node: idOf(20), name: '\u00fc.txt' });
    await until('the grid has the focus', () => focused()?.getAttribute('role') === 'gridcell');
  });

  it('keeps the name field open, with the reason, where a name will not do', async () => {
    await open(clientWith().refuses('renameNode', 'home.name_taken'));
    await focusOn('a.txt');
    await press('Rename');
    const input = await shown<HTMLInputElement>('textbox', 'New name');
    input.value = 'b.txt';
    key('Enter');
    await until('the reason', () => countOf('alert', 'Something in this folder has that name already. Choose another one.') === 1);
    assert.equal((await shown('textbox', 'New name')).getAttribute('aria-invalid'), 'true');
    key('Escape');
    await inFocus('a.txt');
  });

  it('draws few of ten thousand rows, and reaches the last one', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => file(1000 + index, `${index}.jpg`));
    await open(clientWith(many));
    await focusOn('0.jpg');
    key('End');
    await inFocus('9999.jpg');
    const grid = await shown('grid', 'Files');
    assert.isBelow(grid.querySelectorAll('[role=row]').length, 60);
    assert.equal(grid.getAttribute('aria-rowcount'), '10001');
  });

  it('makes a folder by name and says why not', async () => {
    const client = await open(clientWith().refuses('createFolder', 'home.name_invalid'));
    await cell('Photos');
    await press('New folder');
    const input = await shown<HTMLInputElement>('textbox', 'Folder name');
    input.value = 'a/b';
    await press('Create');
    await until('the reason', () => countOf('alert', 'A file cannot have this name. Leave out slashes and control characters, and keep it shorter.') === 1);
    client.answers('createFolder', { id: idOf(40), name: 'Letters', parent: ROOT, kind: 'folder' });
    input.value = 'Letters';
    await press('Create');
    await until('the dialog is gone', () => countOf('dialog') === 0);
    assert.deepEqual(client.asked('createFolder').map(({ name }) => name), ['a/b', 'Letters']);
  });

  it('shows the source of HTML and never the page', async () => {
    const bytes = new TextEncoder().encode('<script>document.title = "x"</script><b>hi</b>');
    await open(clientWith().answers('previewFile', { bytes, mediaType: 'text/html', truncated: false }));
    await focusOn('page.html');
    key('Enter');
    const dialog = await shown('dialog', 'page.html');
    await until('the text', () => document.title !== 'x' && countOf('dialog', 'page.html') === 1 && dialog.isConnected);
    const preview = await until('the preview', () => document.querySelector('nx-files')?.shadowRoot?.querySelector('nx-preview-dialog')?.shadowRoot?.querySelector('pre'));
    assert.include(preview.textContent, '<b>hi</b>');
    assert.isNull(preview.querySelector('b'));
    await press('Close');
    await inFocus('page.html');
  });

  it('moves to a folder of the tree, and asks where a name is there', async () => {
    const client = await open();
    client.replies('listFolder', ({ folder }) => ({ ok: true, value: listing(folder, folder === ROOT ? [{ id: PHOTOS, name: 'Photos', parent: ROOT, kind: 'folder' }, file(21, 'b.txt')] : [file(50, 'b.txt')]) }));
    await focusOn('b.txt');
    await press('Move…');
    await press('Photos', 'treeitem');
    await press('Move here');
    await shown('dialog', '1 name is there already');
    await press('Replace');
    assert.deepEqual(await asked(client, 'moveNodes'), { nodes: [idOf(21)], to: PHOTOS, clash: 'replace' });
  });

  it('takes an earlier version back', async () => {
    const client = await open();
    await focusOn('a.txt');
    await press('Versions');
    await press('Take back Earlier version 2');
    assert.deepEqual(await asked(client, 'restoreVersion'), { node: idOf(20), version: 1 });
  });

  it('takes back from the trash, and deletes for good only after asking', async () => {
    const client = await open();
    await cell('Photos');
    await press('Trash');
    await focusOn('old.txt');
    await press('Take back');
    assert.deepEqual((await asked(client, 'untrashNodes')).nodes, [idOf(30)]);
    await focusOn('older.txt');
    key('Delete');
    await shown('dialog', 'Delete “older.txt” for good?');
    assert.isEmpty(client.asked('deleteNodes'));
    const confirm = await until('the button', () => document.querySelector('nx-files')?.shadowRoot?.querySelector('nx-confirm-dialog')?.shadowRoot?.querySelector<HTMLElement>('.danger'));
    await new Promise((resolve) => { setTimeout(resolve, 400); });
    confirm.click();
    assert.deepEqual((await asked(client, 'deleteNodes')).nodes, [idOf(31)]);
  });

  it('searches as one types, and drops an answer that a later one overtook', async () => {
    const client = clientWith();
    const answers = new Map<string, () => void>();
    client.replies('searchHome', ({ query }) => new Promise((resolve) => {
      answers.set(query, () => { resolve({ ok: true, value: [{ entry: file(60, `${query}.txt`), path: [{ id: ROOT, name: '' }] }] }); });
    }));
    await open(client);
    await cell('Photos');
    const input = await shown<HTMLInputElement>('searchbox', 'Search');
    const type = (text: string): void => { input.value = text; input.dispatchEvent(new Event('input')); };
    type('ab');
    await until('the first question', () => answers.has('ab'));
    type('abc');
    await until('the second question', () => answers.has('abc'));
    answers.get('abc')?.();
    await cell('abc.txt');
    answers.get('ab')?.();
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    assert.equal(countOf('gridcell', 'ab.txt'), 0);
    type('');
    await cell('Photos');
  });

  it('is drawn anew after a change elsewhere', async () => {
    const client = await open();
    await cell('Photos');
    client.replies('listFolder', ({ folder }) => ({ ok: true, value: listing(folder, [file(70, 'new.txt')]) }));
    client.facts.next({ type: 'home.changed', folders: [ROOT], seq: 1 });
    await cell('new.txt');
  });

  it('says what went wrong and offers to try again', async () => {
    const client = await open(clientWith().refuses('listFolder', 'storage.failed'));
    await until('the reason', () => countOf('alert') > 0);
    client.replies('listFolder', ({ folder }) => ({ ok: true, value: listing(folder, [file(70, 'new.txt')]) }));
    await press('Try again');
    await cell('new.txt');
  });

  for (const { width, view } of [{ width: 1000, view: 'list' }, { width: 320, view: 'list' }, { width: 1000, view: 'grid' }]) {
    it(`axe finds nothing at ${width} px as a ${view}`, async () => {
      await open(undefined, width);
      await focusOn('a.txt');
      if (view === 'grid') await press('Grid');
      await cell('a.txt');
      await assertAccessible();
      await press('Versions');
      await shown('dialog', 'Versions of “a.txt”');
      await assertAccessible();
    });
  }
});
