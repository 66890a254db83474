// What is on a page as axe-core sees it: light, dark where the engine can pretend it, narrow, with large text.
import { assert } from 'chai';
import type { AxeResults } from 'axe-core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE } from './device.ts';
import type { DevicePage } from './page.ts';

const AXE = readFileSync(join(import.meta.dirname, '../../../node_modules/axe-core/axe.min.js'), 'utf8');

interface Looks { readonly dark: boolean; readonly narrow: boolean; readonly large: boolean }

const LOOKS: readonly Looks[] = [
  { dark: false, narrow: false, large: false }, { dark: true, narrow: false, large: false },
  { dark: false, narrow: true, large: false }, { dark: false, narrow: false, large: true }, { dark: false, narrow: true, large: true },
];

async function faultsNow(page: DevicePage): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(context: Document, options: object): Promise<AxeResults> } };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`));
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [...found, `the page is ${scrollWidth - clientWidth} px too wide`] : found;
  });
}

/** Looks at what is there in every way that the engine can show it. */
export async function assertAccessible(page: DevicePage, where: string): Promise<void> {
  await page.inject(AXE);
  await page.evaluate(() => { document.documentElement.style.setProperty('--nx-quick', '0s'); });
  for (const { dark, narrow, large } of LOOKS) {
    if (!await page.emulateMedia({ dark, width: narrow ? 320 : 1280 }) && dark) continue;
    await page.evaluate((size) => new Promise((resolve) => {
      document.documentElement.style.fontSize = size;
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)));
    }), large ? '200%' : '');
    // WebKit's window has a least width of its own, so 320 px are seen in the two other engines alone.
    if (narrow && ENGINE !== 'webkit') assert.equal(await page.evaluate(() => innerWidth), 320);
    assert.deepEqual(await faultsNow(page), [], `${where}${dark ? ', dark' : ''}${narrow ? ', narrow' : ''}${large ? ', large text' : ''}`);
  }
  await page.emulateMedia({ dark: false, width: 1280 });
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
}
