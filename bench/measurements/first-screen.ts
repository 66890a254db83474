// The first screen as Lighthouse sees it in Chromium, at its defaults: a phone on a slow line, simulated.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { BuiltServer } from '../../test/e2e/support/built-server.ts';
import { CHROMIUM, CHROMIUM_ARGS } from '../../test/support/engines.mjs';
import { median } from '../harness/rounds.ts';
import { type Measurement, type Row, row } from '../measurement.ts';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const BOUND = 95;

type Scores = Readonly<Record<(typeof CATEGORIES)[number], number>>;

/** Scores of one visit on a fresh profile, of 100. */
async function visit(url: string): Promise<Scores> {
  const { default: lighthouse } = await import('lighthouse');
  const profile = mkdtempSync(join(tmpdir(), 'nexus-bench-lighthouse-'));
  const browser = await launch({ userDataDir: profile, headless: true, executablePath: CHROMIUM, args: CHROMIUM_ARGS });
  try {
    const port = Number(new URL(browser.wsEndpoint()).port);
    const result = await lighthouse(url, { port, onlyCategories: [...CATEGORIES], logLevel: 'error' });
    return Object.fromEntries(CATEGORIES.map((category) => [category, (result?.lhr.categories[category]?.score ?? 0) * 100])) as unknown as Scores;
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const firstScreen: Measurement = {
  id: 'first-screen',
  engine: 'chromium',
  async run({ rounds }): Promise<Row[]> {
    const server = new BuiltServer();
    await server.start();
    try {
      const visits: Scores[] = [];
      for (let round = 0; round < rounds; round += 1) visits.push(await visit(`${server.origin}/`));
      return CATEGORIES.map((category) => row({
        id: `first-screen-${category}`, unit: 'Lighthouse', ours: median(visits.map((scores) => scores[category])), against: 'the bound', theirs: BOUND, target: 1,
      }));
    } finally {
      await server.stop();
    }
  },
};

export const firstScreenMeasurements: readonly Measurement[] = [firstScreen];
