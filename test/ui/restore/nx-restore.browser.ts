import { assert } from 'chai';
import { NxRestore } from '../../../src/ui/restore/nx-restore.ts';
import type { OpenedBundle } from '../../../src/workers/contract/backup.ts';
import { deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, fill, mount, one, press, text, unmount, until } from '../support/screen.ts';

const BUNDLE = { restore: 'ab'.repeat(16), bundle: '1-0123456789ab', created: 1.7e12, name: 'Ada', files: 2, folders: 1, bytes: 3000 } as unknown as OpenedBundle;
const LINES = [{ path: '/notes', kind: 'folder', size: 0, fate: 'create' }, { path: '/notes/a.txt', kind: 'file', size: 3000, fate: 'create' }] as const;

interface Shown { readonly client: FakeClient; readonly element: NxRestore; readonly wishes: string[] }

async function show(): Promise<Shown> {
  const client = new FakeClient(deviceWith([])).answers('openBundle', BUNDLE).answers('planRestore', { lines: LINES, counts: { create: 2, replace: 0, keep: 0, refuse: 0 }, bytes: 3000 })
    .answers('applyRestore', { created: 2, replaced: 0, kept: 0, damaged: [] });
  const element = new NxRestore();
  Object.assign(element, { client, status: client.device.value });
  const wishes: string[] = [];
  element.addEventListener('nx-wish', (event) => { wishes.push((event as CustomEvent<string>).detail); });
  await mount(element);
  await one('heading', 'Restore from a backup');
  return { client, element, wishes };
}

async function chooseFile(element: NxRestore): Promise<void> {
  const input = await until(() => element.renderRoot.querySelector<HTMLInputElement>('input[type=file]') ?? undefined);
  const files = new DataTransfer();
  files.items.add(new File(['x'], 'ada.nbk'));
  input.files = files.files;
}

async function openIt({ element }: Shown): Promise<void> {
  await chooseFile(element);
  await fill('Password', 'correct horse');
  await press('Open backup');
}

describe('restoring a home', () => {
  afterEach(unmount);

  it('lists what would come before anything is written, then restores it', async () => {
    const shown = await show();
    await openIt(shown);
    await one('heading', 'What will be restored');
    assert.include(all('cell').map((cell) => cell.innerText), '/notes/a.txt');
    assert.isEmpty(shown.client.asked('applyRestore'));
    await press('Restore');
    await one('heading', 'Everything is back');
    assert.equal(shown.client.asked('applyRestore')[0]?.restore, BUNDLE.restore);
    await press('Continue');
    assert.deepEqual(shown.wishes, ['none']);
  });

  it('opens with the recovery phrase', async () => {
    const { client, element } = await show();
    await chooseFile(element);
    await press('Use recovery phrase');
    await fill('Recovery phrase', 'abandon ability');
    await press('Open backup');
    const asked = await until(() => client.asked('openBundle')[0]);
    assert.deepEqual([asked.kind, text(asked.secret)], ['phrase', 'abandon ability']);
  });

  it('says that the secret does not fit and stays', async () => {
    const shown = await show();
    shown.client.refuses('openBundle', 'backup.wrong_secret');
    await openIt(shown);
    assert.include(await alertText(), 'does not open this backup');
    await one('button', 'Open backup');
  });

  it('asks for another name where the name is taken', async () => {
    const shown = await show();
    await openIt(shown);
    shown.client.refuses('applyRestore', 'user.name_taken');
    await press('Restore');
    await fill('Your name', 'Ada two');
    await press('Restore');
    await until(() => shown.client.asked('applyRestore').length === 2);
    assert.equal(shown.client.asked('applyRestore')[1]?.name, 'Ada two');
  });

  it('can be cancelled in the middle, and lets the bundle go when it leaves', async () => {
    const shown = await show();
    await openIt(shown);
    shown.client.replies('applyRestore', (_, work) => new Promise((resolve) => {
      work?.signal?.addEventListener('abort', () => { resolve({ ok: false, error: { code: 'aborted' } }); });
      work?.onProgress?.({ phase: 'working', doneBytes: 1, totalBytes: 2, doneItems: 1, totalItems: 2 });
    }));
    await press('Restore');
    await one('progressbar');
    await assertAccessible();
    await press('Cancel');
    assert.include(await alertText(), 'Cancelled');
    shown.element.remove();
    await until(() => shown.client.asked('closeBundle').length === 1);
  });

  it('is accessible', async () => {
    const shown = await show();
    await assertAccessible();
    await openIt(shown);
    await one('heading', 'What will be restored');
    await assertAccessible();
  });
});
