// What a person does with files: looks, renames, moves, throws away and takes back, finds, and returns to an earlier content.
import { assert } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser } from './support/person.ts';

/** One red point. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==', 'base64');

describe('files', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/');
    await createUser(page, ADA);
    await page.upload([fixture('note.txt', 'a quiet note'), fixture('point.png', PNG), fixture('letter.txt', 'dear Bob')]);
    await row(/letter/).waitFor();
  });
  after(() => device.close());

  const fixture = (name: string, content: string | Uint8Array) => {
    const path = join(device.folder, 'fixtures', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const row = (name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const button = (name: string) => page.getByRole('button', name);
  const dialog = () => page.getByRole('dialog');
  const goUp = () => page.getByRole('navigation', 'Path').getByRole('button', 'Files').click();
  const close = async () => {
    await dialog().getByRole('button', 'Close').click();
    await dialog().waitGone();
  };

  it('shows a text', async () => {
    await row(/note/).click(2);
    assert.isTrue(await saysInPreview('a quiet note'));
    await close();
  });

  it('shows a picture, streamed from the home', async () => {
    await row(/point/).click(2);
    await dialog().getByRole('img', 'point.png').waitFor();
    const shown = await page.evaluate(async () => {
      const find = (root: Document | ShadowRoot): HTMLImageElement | undefined => {
        for (const element of root.querySelectorAll('*')) {
          if (element instanceof HTMLImageElement && element.alt === 'point.png') return element;
          const inside = element.shadowRoot ? find(element.shadowRoot) : undefined;
          if (inside) return inside;
        }
        return undefined;
      };
      const image = find(document);
      await image?.decode();
      return { width: image?.naturalWidth, path: new URL(image?.src ?? '').pathname.slice(0, 7) };
    });
    assert.deepEqual(shown, { width: 1, path: '/_open/' });
    await close();
  });

  it('renames in place by F2', async () => {
    await row(/letter/).click();
    await page.press('F2');
    await page.getByRole('textbox', 'New name').fill('to Bob.txt');
    await page.press('Enter');
    await row(/to Bob/).waitFor();
    assert.equal(await row(/letter/).count(), 0);
  });

  it('makes a folder and moves two files into it', async () => {
    await button('Clear the selection').click();
    await button('New folder').click();
    // The dialog chooses its proposal in the next frame: typing before that would be typed over.
    await dialog().getByRole('textbox', 'Folder name').waitFor({ where: ({ focused }) => focused });
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))); }));
    await dialog().getByRole('textbox', 'Folder name').fill('Papers');
    await page.press('Enter');
    await row(/Papers/).waitFor();
    await row(/note/).click();
    await page.press('Shift+ArrowDown');
    await button('Move…').click();
    await page.getByRole('heading', 'Move 2 items').waitFor();
    await dialog().getByRole('treeitem', 'Papers').click();
    await dialog().getByRole('button', 'Move here').click();
    await row(/note/).waitGone();
    await row(/Papers/).click(2);
    await row(/note/).waitFor();
    await row(/point/).waitFor();
    await goUp();
  });

  it('gives a folder as a ZIP', async () => {
    await row(/Papers/).click();
    const saved = await device.download(() => button('Download').click());
    assert.match(saved, /Papers\.zip$/);
    if (!existsSync('/usr/bin/unzip')) return;
    assert.equal(spawnSync('unzip', ['-t', saved]).status, 0);
    assert.match(String(spawnSync('unzip', ['-p', saved, '*note.txt']).stdout), /^a quiet note$/);
  });

  it('finds by name, wherever it lies', async () => {
    await page.getByRole('searchbox', 'Search').fill('note');
    await row(/note/).waitFor();
    await row(/Bob/).waitGone();
    await page.getByRole('searchbox', 'Search').fill('');
    await row(/Papers/).waitFor();
  });

  it('throws away, takes back, and deletes for good', async () => {
    await row(/to Bob/).click();
    await button('Move to trash').click();
    await row(/to Bob/).waitGone();
    await button('Trash').click();
    await row(/to Bob/).click();
    await button('Take back').click();
    await row(/to Bob/).waitGone();
    await goUp();
    await row(/to Bob/).click();
    await button('Move to trash').click();
    await row(/to Bob/).waitGone();
    await button('Trash').click();
    await row(/to Bob/).click();
    await button('Delete for good').click();
    await dialog().getByRole('button', 'Delete for good').click();
    await row(/to Bob/).waitGone();
    await goUp();
    await row(/Papers/).waitFor();
    assert.equal(await row(/to Bob/).count(), 0);
  });

  it('keeps the earlier content of what is replaced, and takes it back', async () => {
    await row(/Papers/).click(2);
    await row(/note/).waitFor();
    await page.upload([fixture('note.txt', 'a louder note')]);
    await dialog().getByRole('button', 'Replace').click();
    await dialog().waitGone();
    await row(/note/).waitFor({ where: ({ text }) => text.includes('13 bytes') });
    await row(/note/).click(2);
    assert.isTrue(await saysInPreview('a louder note'));
    await close();
    await row(/note/).click();
    await button('Versions').click();
    await dialog().getByRole('button', /^Take back/).click();
    await dialog().waitGone();
    await row(/note/).waitFor({ where: ({ text }) => text.includes('12 bytes') });
    await row(/note/).click(2);
    assert.isTrue(await saysInPreview('a quiet note'));
    await close();
  });

  /** Waits until the preview shows it. */
  const saysInPreview = (words: string) => page.evaluate(async (expected) => {
    const find = (root: Document | ShadowRoot): boolean => [...root.querySelectorAll('*')].some((element) =>
      (element.tagName === 'PRE' && (element.textContent ?? '').includes(expected)) || (element.shadowRoot !== null && find(element.shadowRoot)));
    for (let frame = 0; frame < 600 && !find(document); frame += 1) await new Promise((resolve) => { requestAnimationFrame(resolve); });
    return find(document);
  }, words);
});
