import { assert } from 'chai';
import '../../../src/ui/files/nx-files.ts';
import type { NxFiles } from '../../../src/ui/files/nx-files.ts';
import { PREFS } from '../../support/fake-client.ts';
import { assertAccessible, clear, place, shown, until } from '../../support/surface.ts';
import { clientWith, file, folder, idOf, listing, ROOT } from './home-of-fakes.ts';

const AT = new Date(2026, 10, 28, 12).getTime();
const copy = (number: number, code: string, more: { readonly device?: string; readonly here?: true } = {}) =>
  file(number, `letter (conflict, ${code}, 2026-11-28).txt`, { conflict: { beside: 'letter.txt', at: AT, code, ...more } });
const LETTER = file(20, 'letter.txt');
const COPIES = [copy(21, 'aaaaaa', { here: true, device: 'Desk' }), copy(22, 'bbbbbb', { device: 'Laptop' }), copy(23, 'cccccc')];

const noteIn = (files: NxFiles): HTMLDetailsElement | null => files.renderRoot.querySelector('details.conflicts');
const items = (files: NxFiles): string[] => [...noteIn(files)!.querySelectorAll('li')].map((item) => item.textContent.trim());

describe('conflict copies in Files', () => {
  afterEach(clear);

  for (const { width, view } of [{ width: 1000, view: 'list' }, { width: 320, view: 'list' }, { width: 320, view: 'grid' }] as const) {
    it(`have a mark with a name beside those of sync, at ${width} px as a ${view}, and widen nothing`, async () => {
      const client = clientWith([LETTER, { ...COPIES[0]!, sync: 'waiting' }, COPIES[1]!]).answers('getPrefs', { ...PREFS, filesView: view });
      place<NxFiles>('nx-files', { client, shown: true }, width);
      const grid = await shown('grid', 'Files');
      await until('the view', () => (grid.querySelector('.tile') !== null) === (view === 'grid'));
      const [letter, both, one] = [await shown('gridcell', 'letter.txt'), await shown('gridcell', COPIES[0]!.name), await shown('gridcell', COPIES[1]!.name)];
      const marks = (cell: HTMLElement) => [...cell.querySelectorAll('[role=img]')].map((mark) => mark.getAttribute('aria-label'));
      assert.deepEqual([letter, both, one].map(marks), [[], ['Conflict copy', 'Waiting to sync'], ['Conflict copy']]);
      assert.match(both.getAttribute('aria-description') ?? '', /Conflict copy · Waiting to sync$/);
      await until('no more than fits', () => grid.scrollWidth <= grid.clientWidth);
      const box = one.querySelector('[role=img]')!.getBoundingClientRect();
      assert.isTrue(box.width > 0 && box.right <= one.getBoundingClientRect().right);
      await assertAccessible();
    });
  }

  for (const width of [1000, 320]) {
    it(`are explained in words below the entries, once one asks, at ${width} px`, async () => {
      const files = place<NxFiles>('nx-files', { client: clientWith([LETTER, ...COPIES]), shown: true }, width);
      const summary = (await until('the line', () => noteIn(files))).querySelector('summary')!;
      assert.equal(summary.textContent.trim(), '3 conflict copies are here');
      assert.isAtLeast(summary.getBoundingClientRect().height, 44);
      const firstRow = () => files.renderRoot.querySelector('nx-entry-grid')!.getBoundingClientRect().top;
      const top = firstRow();
      await assertAccessible();
      summary.click();
      await until('the words', () => noteIn(files)!.open);
      assert.equal(firstRow(), top);
      const day = new Intl.DateTimeFormat('en', { dateStyle: 'full' }).format(AT);
      assert.deepEqual(items(files), [
        `“${COPIES[0]!.name}” was written on this device on ${day}. It stands beside “letter.txt”.`,
        `“${COPIES[1]!.name}” was written on the device “Laptop” on ${day}. It stands beside “letter.txt”.`,
        `“${COPIES[2]!.name}” was written on a device whose name is not known here (cccccc) on ${day}. It stands beside “letter.txt”.`,
      ]);
      for (const words of [/changed on two devices before they knew of each other\. Both versions were kept, and nothing is lost/, /open both, keep what you want, and move the other to the trash/]) assert.match(noteIn(files)!.textContent, words);
      assert.isAtMost(noteIn(files)!.getBoundingClientRect().right, files.getBoundingClientRect().right);
      assert.equal(noteIn(files)!.querySelector<HTMLElement>('.words')!.tabIndex, 0);
      await assertAccessible();
    });
  }

  it('that are chosen are named first, and what is too many is counted', async () => {
    const many = Array.from({ length: 60 }, (_, number) => copy(100 + number, number.toString(16).padStart(6, '0')));
    const files = place<NxFiles>('nx-files', { client: clientWith([LETTER, ...many]), shown: true });
    await until('the line', () => noteIn(files));
    assert.deepEqual([items(files).length, items(files).at(-1)], [51, 'and 10 more']);
    assert.include(items(files)[0], many[0]!.name);
    const height = noteIn(files)!.getBoundingClientRect().height;
    (await shown('gridcell', many[3]!.name)).click();
    await until('it to be the first', () => items(files)[0]!.includes(many[3]!.name));
    assert.equal(noteIn(files)!.getBoundingClientRect().height, height);
  });

  it('are spoken of nowhere else, and no more once they are gone', async () => {
    const client = clientWith([folder(10, 'Photos'), LETTER, COPIES[2]!, file(24, 'b (conflict, cccccc, 2026-11-28).txt')]);
    const files = place<NxFiles>('nx-files', { client, shown: true });
    await until('the line', () => noteIn(files)?.textContent.includes('1 conflict copy is here'));
    assert.lengthOf(items(files), 1);
    assert.isNull((await shown('gridcell', 'b (conflict, cccccc, 2026-11-28).txt')).querySelector('[role=img]'));
    client.answers('listFolder', listing(ROOT, [LETTER, file(24, 'mine.txt')]));
    client.facts.next({ type: 'home.changed', seq: 1, folders: [idOf(1)] });
    await until('no line', () => noteIn(files) === null);
  });
});
