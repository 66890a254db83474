// A folder tree of many files and one large file, added as a person adds them: progress, one question for all clashes, and a
// cancel that leaves nothing behind. How long tasks of the page took is told, not asserted.
import { assert } from 'chai';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo } from './support/person.ts';
import { until } from './support/until.ts';

const FILES = 2000;
const FOLDERS = 40;
const LARGE_BYTES = (ENGINE === 'webkit' ? 200 : 500) * 1_000_000;
const PATIENT = { withinMs: 90_000 };

/** From here on the page keeps the length of every task over 50 ms, where the engine tells. */
function watchTasks(): void {
  const page = globalThis as { longTasks?: number[] };
  const told = (page.longTasks = []) as number[];
  if (!PerformanceObserver.supportedEntryTypes.includes('longtask')) return;
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) told.push(Math.round(duration)); }).observe({ type: 'longtask' });
}

describe('a bulk of files', () => {
  let device: Device;
  let page: DevicePage;
  let tree: string;

  before(async () => {
    device = await openDevice();
    tree = join(device.folder, 'tree');
    for (let index = 0; index < FILES; index += 1) {
      const folder = join(tree, `part ${index % FOLDERS}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `file ${index}.txt`), `${index} `.repeat(1 + (index % 3000)));
    }
    page = await device.newPage('/');
    await createUser(page, ADA);
    await page.evaluate(watchTasks);
  });
  after(() => device.close());

  const row = (name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const button = (name: string) => page.getByRole('button', name);
  const said = (text: RegExp) => page.getByRole('region', 'Adding files').waitFor({ ...PATIENT, where: (seen) => text.test(seen.text) });
  /** Nothing that no file needs is left in the store: Settings' own check says so. */
  const isSound = async () => {
    await goTo(page, 'Settings');
    await button('Check now').click();
    await page.getByRole('status', /Everything is whole/).waitFor(PATIENT);
    assert.equal(await button('Repair').count(), 0);
    await goTo(page, 'Files');
  };

  it('is added whole', async () => {
    await page.upload([tree], { folder: true });
    await said(/2,000 files added/);
    await row(/^tree/).click(2);
    await page.getByRole('grid', 'Files').getByRole('row', /part/).nth(0).waitFor();
    await page.getByRole('navigation', 'Path').getByRole('button', 'Files').click();
  });

  it('asks once about all names that are there, and adds nothing where the answer is to skip them', async () => {
    await page.upload([tree], { folder: true });
    await page.getByRole('dialog', /2,000 names are there already/).waitFor(PATIENT);
    await page.getByRole('dialog').getByRole('button', 'Skip').click();
    await said(/2,000 skipped/);
    await isSound();
  });

  it('leaves nothing where a large file is called off on the way', async () => {
    const large = join(device.folder, 'large.bin');
    writeFileSync(large, Buffer.alloc(LARGE_BYTES, 'never twice the same'));
    await page.upload([large]);
    await until('a rate and a time left', async () => /\/s · .* left/.test(await page.words()), PATIENT);
    await page.getByRole('region', 'Adding files').getByRole('button', 'Cancel').click();
    await said(/Nothing of it was left/);
    assert.equal(await row(/large/).count(), 0);
    rmSync(large);
    await isSound();
  });

  it('tells how long the page was held up', async (test) => {
    const longTasks = await page.evaluate(() => (globalThis as { longTasks?: number[] }).longTasks ?? []);
    (test as unknown as { diagnostic?(text: string): void }).diagnostic?.(`tasks over 50 ms: ${longTasks.join(', ') || 'none heard of'}`);
  });
});
