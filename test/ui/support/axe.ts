// Asks axe-core what is wrong with what is on the page, in the light and in the dark.
import 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';
import { assert } from 'chai';
import { setAppearance } from '../../../src/ui/parts/theme.ts';

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };

async function faultsNow(): Promise<string[]> {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}

/** Nothing is wrong in either; nothing moves meanwhile, so that colours are what they stay. */
export async function assertAccessible(): Promise<void> {
  document.documentElement.style.setProperty('--nx-quick', '0s');
  for (const appearance of ['light', 'dark'] as const) {
    setAppearance(appearance);
    assert.deepEqual(await faultsNow(), [], appearance);
  }
}
