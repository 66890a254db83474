import { assert } from 'chai';
import '../../../src/ui/files/nx-files.ts';
import type { NxFiles } from '../../../src/ui/files/nx-files.ts';
import { PREFS } from '../../support/fake-client.ts';
import { assertAccessible, clear, place, press, shown, until } from '../../support/surface.ts';
import { clientWith, file, folder, idOf, listing, ROOT } from './home-of-fakes.ts';

const LONG = `${'a very long name '.repeat(12)}.txt`;
const ENTRIES = [folder(10, 'Photos'), file(20, LONG, { sync: 'waiting' }), file(21, 'b.txt', { sync: 'online' }), file(22, 'c.txt')];

const toolNamed = (name: string): Element | null => document.querySelector('nx-files')?.shadowRoot?.querySelector(`[aria-label="${name}"]`) ?? null;
const markIn = (cell: HTMLElement): HTMLElement | null => cell.querySelector('.sync');

describe('the marks of sync in Files', () => {
  afterEach(clear);

  for (const { width, view } of [{ width: 1000, view: 'list' }, { width: 320, view: 'list' }, { width: 320, view: 'grid' }] as const) {
    it(`are beside what waits or is only online, at ${width} px as a ${view}, and widen nothing`, async () => {
      const client = clientWith(ENTRIES).answers('getPrefs', { ...PREFS, filesView: view });
      place<NxFiles>('nx-files', { client, shown: true }, width);
      const grid = await shown('grid', 'Files');
      await until('the view', () => (grid.querySelector('.tile') !== null) === (view === 'grid'));
      const [waiting, online, still, photos] = [await shown('gridcell', LONG.replace(/\s+/g, ' ')), await shown('gridcell', 'b.txt'), await shown('gridcell', 'c.txt'), await shown('gridcell', 'Photos')];
      assert.match(waiting.getAttribute('aria-description') ?? '', /Waiting to sync$/);
      assert.match(online.getAttribute('aria-description') ?? '', /Only online$/);
      assert.notMatch(still.getAttribute('aria-description') ?? '', /sync|online/);
      assert.deepEqual([waiting, online].map((cell) => markIn(cell)?.title), ['Waiting to sync', 'Only online']);
      assert.deepEqual([still, photos].map((cell) => markIn(cell) === null), [true, true]);
      // How narrow it is, is told by an observer.
      await until('no more than fits', () => grid.scrollWidth <= grid.clientWidth);
      assert.isAtMost(markIn(waiting)!.getBoundingClientRect().right, waiting.getBoundingClientRect().right);
      assert.isAbove(markIn(waiting)!.getBoundingClientRect().width, 0);
      await assertAccessible();
    });
  }

  for (const width of [1000, 320]) {
    it(`are beside folders that stay on this device, which the toolbar keeps and lets go, at ${width} px`, async () => {
      const kept = [folder(10, 'Photos', 'no'), folder(11, 'Work', 'chosen'), folder(12, 'Inner', 'within'), folder(13, 'Plain')];
      const client = clientWith(kept);
      place<NxFiles>('nx-files', { client, shown: true }, width);
      const cells = [await shown('gridcell', 'Photos'), await shown('gridcell', 'Work'), await shown('gridcell', 'Inner'), await shown('gridcell', 'Plain')];
      assert.deepEqual(cells.map((cell) => markIn(cell)?.title), [undefined, 'Stays on this device', 'Stays on this device', undefined]);
      assert.match(cells[1]!.getAttribute('aria-description') ?? '', /Stays on this device$/);
      cells[0]!.click();
      const keep = await shown('button', 'Keep on this device');
      await assertAccessible();
      const box = keep.getBoundingClientRect();
      assert.isTrue(box.width >= 44 && box.height >= 44 && box.right <= width, JSON.stringify(box));
      await press('Keep on this device');
      await until('the call', () => client.asked('keepOnDevice').length === 1);
      cells[1]!.click();
      await press('Let it stay online');
      await until('the call', () => client.asked('keepOnDevice').length === 2);
      assert.deepEqual(client.asked('keepOnDevice'), [{ node: idOf(10), kept: true }, { node: idOf(11), kept: false }]);
      for (const cell of cells.slice(2)) {
        cell.click();
        await until('chosen', () => cell.getAttribute('aria-selected') === 'true');
        assert.isNull(toolNamed('Keep on this device'));
        assert.isNull(toolNamed('Let it stay online'));
      }
    });
  }

  it('are joined by a word while the home is still coming to this device, also in a folder of which nothing is here', async () => {
    const status = { state: 'working', waiting: 0, toCome: 0, unreadable: 0 } as const;
    const client = clientWith(ENTRIES).answers('syncStatus', { ...status, partial: true });
    const files = place<NxFiles>('nx-files', { client, shown: true });
    const words = (): string => files.shadowRoot?.querySelector('section')?.textContent ?? '';
    await until('the word', () => words().includes('Your home is still coming'));
    await assertAccessible();
    (await shown('gridcell', 'Photos')).dispatchEvent(new MouseEvent('dblclick', { bubbles: true, composed: true }));
    await until('the folder', () => words().includes('Nothing is listed here so far'));
    client.facts.next({ type: 'sync.changed', seq: 1, status: { ...status, state: 'unreachable', partial: true } });
    await until('what it waits for', () => words().includes('The rest comes once sync goes on.'));
    client.facts.next({ type: 'sync.changed', seq: 1, status: { ...status, state: 'off', partial: true } });
    await until('that nothing comes', () => words().includes('comes once you sync again.'));
    client.facts.next({ type: 'sync.changed', seq: 1, status });
    await until('the end', () => !words().includes('of your home') && words().includes('Nothing in this folder yet'));
  });

  it('go when what waited was sent', async () => {
    const client = clientWith(ENTRIES);
    place<NxFiles>('nx-files', { client, shown: true });
    await until('the mark', () => document.querySelector('nx-files')?.shadowRoot?.querySelector('nx-entry-grid')?.shadowRoot?.querySelector('[title="Only online"]'));
    client.answers('listFolder', listing(ROOT, [file(21, 'b.txt')]));
    client.facts.next({ type: 'home.changed', seq: 1, folders: [ROOT] });
    const cell = await shown('gridcell', 'b.txt');
    await until('no mark', () => markIn(cell) === null);
  });
});
