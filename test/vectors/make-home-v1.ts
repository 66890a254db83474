// Made home-v1.json, once, with the first release that had homes: a later build opens that file, and never makes it anew.
// `node tools/run.mjs test/vectors/make-home-v1.ts` after `npm run build`, for a look at what a present home is like.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDevice } from '../e2e/support/device.ts';
import { ADA, createUser, goTo, lockNow } from '../e2e/support/person.ts';
import { takeDatabases } from '../e2e/support/stored-databases.ts';

const device = await openDevice('chromium');
try {
  const page = await device.newPage('/');
  const fixture = (name: string, content: string | Uint8Array) => {
    const path = join(device.folder, 'fixtures', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const row = (name: RegExp) => page.getByRole('grid', 'Files').getByRole('row', name);
  const choose = async (name: RegExp, act: string) => {
    await row(name).click();
    await page.getByRole('button', act).click();
  };
  const phrase = await createUser(page, ADA);
  fixture('letters/2026/to Bob.txt', 'dear Bob');
  await page.upload([join(device.folder, 'fixtures', 'letters')], { folder: true });
  await page.upload([fixture('note.txt', 'a quiet note'), fixture('large.bin', Uint8Array.from({ length: 40_000 }, (_, index) => index % 251)), fixture('thrown away.txt', 'not wanted')]);
  await row(/thrown away/).waitFor();
  await page.upload([fixture('note.txt', 'a loud note')]);
  await page.getByRole('dialog').getByRole('button', 'Replace').click();
  await page.getByRole('region', 'Adding files').waitFor({ where: ({ text }) => /1 replaced/.test(text) });
  await choose(/thrown away/, 'Move to trash');
  await row(/thrown away/).waitGone();
  await goTo(page, 'Backups');
  await device.download(() => page.getByRole('button', 'Back up now').click());
  await lockNow(page);
  await page.goto('/robots.txt');
  const databases = await page.evaluate(takeDatabases as () => Promise<never>);
  writeFileSync(join(import.meta.dirname, 'home-v1.json'), `${JSON.stringify({ phrase, databases }, undefined, 1)}\n`);
} finally {
  await device.close();
}
