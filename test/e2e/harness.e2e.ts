// The tools of these tests, tried on a small page of their own: what they find and do must be the same in each engine.
import { assert } from 'chai';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDevice, type Device } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { until } from './support/until.ts';

/** Builds a page of shadow roots, slots and labels with nothing but DOM calls. */
function buildPage() {
  const make = (tag: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const log = (said: string) => { document.title += said; };
  const host = make('div');
  const shadow = host.attachShadow({ mode: 'open' });
  const button = make('button', {}, make('span', { 'aria-hidden': 'true' }, '★'), ' Save ', make('b', {}, 'now'));
  button.addEventListener('click', () => { log('[saved]'); });
  const field = make('input', { id: 'field' });
  field.addEventListener('keydown', (event) => { log(`[${event.ctrlKey ? 'Control+' : ''}${event.key}]`); });
  const dialog = make('div', { role: 'dialog', 'aria-labelledby': 'heading' }, make('h2', { id: 'heading' }, 'Are you sure?'), make('slot'));
  shadow.append(make('label', { for: 'field' }, 'Your name'), field, button, dialog);
  host.append(make('button', { disabled: '' }, 'Allow'), make('input', { type: 'password', 'aria-label': 'Password' }));
  const files = make('input', { type: 'file', multiple: '', hidden: '' }) as HTMLInputElement;
  files.addEventListener('change', () => { log(`[${[...files.files ?? []].map((file) => `${file.name}:${file.size}`).join()}]`); });
  const folder = make('input', { type: 'file', webkitdirectory: '', hidden: '' }) as HTMLInputElement;
  folder.addEventListener('change', () => { log(`[${[...folder.files ?? []].map((file) => file.webkitRelativePath).sort().join()}]`); });
  const hidden = make('button', { style: '' }, 'Hidden');
  hidden.hidden = true;
  const save = make('button', {}, 'Download');
  let saves = 0;
  save.addEventListener('click', () => {
    saves += 1;
    const link = make('a', { download: 'saved.bin', href: URL.createObjectURL(new Blob([`time ${saves}`])) });
    link.click();
  });
  document.body.replaceChildren(host, files, folder, hidden, save, make('div', { style: '' }), make('button', { id: 'last' }, 'Far below'));
  document.body.lastElementChild?.addEventListener('click', () => { log('[far]'); });
  (document.body.children[5] as HTMLElement).style.height = '3000px';
  document.title = '';
}

describe('the tools of these tests', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/robots.txt');
    await page.goto('/release.json');
    await page.goto('/selftest.html');
    await page.evaluate(buildPage);
  });
  after(() => device.close());

  it('find by role and name through shadow roots and slots, and only what is shown', async () => {
    await page.getByRole('button', 'Save now').waitFor();
    await page.getByRole('dialog', 'Are you sure?').getByRole('button', 'Allow').waitFor({ where: (seen) => seen.disabled });
    assert.equal(await page.getByRole('button', 'Hidden').count(), 0);
    assert.equal(await page.getByRole('textbox').count(), 2);
    assert.equal(await page.getByRole('dialog').getByRole('textbox', /pass/i).count(), 1);
    assert.equal(await page.getByRole('textbox').nth(0).getByRole('button').count(), 0);
  });

  it('click, type and press as a person does', async () => {
    await page.getByRole('button', 'Save now').click();
    await page.getByRole('button', 'Far below').click();
    await page.getByRole('textbox', 'Your name').fill('Ada');
    await page.getByRole('textbox', 'Your name').press('Control+k');
    assert.equal(await page.title(), '[saved][far][A][d][a][Control+Control][Control+k]');
    await page.getByRole('textbox', 'Your name').fill('');
    await page.getByRole('textbox', 'Password').fill('pass Wörd ⚿');
  });

  /** What the page says once it has heard of the choice: an engine tells it when it has read the folder. */
  const titleSaid = () => until('the page to say what was chosen', async () => (await page.title()) || undefined);

  it('give files to the page', async () => {
    const paths = ['one.txt', 'two.txt'].map((name) => join(device.folder, name));
    for (const path of paths) writeFileSync(path, basename(path));
    await page.evaluate(() => { document.title = ''; });
    await page.upload(paths);
    assert.equal(await titleSaid(), '[one.txt:7,two.txt:7]');
  });

  it('give a folder to the page', async () => {
    const tree = join(device.folder, 'tree');
    mkdirSync(join(tree, 'inner'), { recursive: true });
    writeFileSync(join(tree, 'a.txt'), 'a');
    writeFileSync(join(tree, 'inner', 'b.txt'), 'b');
    await page.evaluate(() => { document.title = ''; });
    await page.upload([tree], { folder: true });
    assert.equal(await titleSaid(), '[tree/a.txt,tree/inner/b.txt]');
  });

  it('keep what the page saves, also what is called as something before', async () => {
    for (const content of ['time 1', 'time 2']) {
      const path = await device.download(() => page.getByRole('button', 'Download').click());
      assert.equal(readFileSync(path, 'utf8'), content);
    }
  });

  it('open a second tab, and draw a picture of it', async () => {
    const second = await device.newPage('/selftest.html');
    await second.emulateMedia({ width: 400, dark: true });
    await second.screenshot(join(device.folder, 'second.png'));
    assert.isAbove(readFileSync(join(device.folder, 'second.png')).length, 100);
    await second.close();
    await page.getByRole('button', 'Save now').waitFor();
  });

  it('start the browser again on what it kept', async () => {
    if (!device.lasts) return;
    // Not localStorage, which a browser writes when it pleases.
    await page.evaluate(() => new Promise((resolve, reject) => {
      const opening = indexedDB.open('harness', 1);
      opening.onupgradeneeded = () => { opening.result.createObjectStore('kept'); };
      opening.onerror = reject;
      opening.onsuccess = () => {
        const tx = opening.result.transaction('kept', 'readwrite', { durability: 'strict' });
        tx.objectStore('kept').put('yes', 'kept');
        tx.oncomplete = () => resolve(true);
      };
    }));
    await device.restart();
    const again = await device.newPage('/selftest.html');
    assert.include(await again.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? '')), 'harness');
    await device.kill();
    await device.open();
    await device.newPage('/selftest.html');
  });
});
