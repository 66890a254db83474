// A home in the built app, in Chromium: small files as a person adds them, linked to an account, and brought to a second device by its phrase.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Device } from '../../test/e2e/support/device.ts';
import { askForHome, signInByWindow } from '../../test/e2e/support/online-account.ts';
import { ADA, createUser, logIn, type Someone } from '../../test/e2e/support/person.ts';
import { until } from '../../test/e2e/support/until.ts';
import { ACCOUNT, add, link, PATIENT, timed } from './app-link.ts';

const THERE: Someone = { name: 'Ada', password: 'another one, for the laptop' };
const FOLDERS = 10;
const TREE = 'tree';

/** ms from the person's word to what it comes to. */
export interface AppHome {
  /** From "Sync this home" to all being in the account. */
  readonly up: number;
  /** From the phrase on a new device to its folder being shown there, for a person to look around; its password is asked for in between. */
  readonly browsable: number;
  /** From the phrase to every name being there. */
  readonly names: number;
}

function treeOf(device: Device, files: number): string {
  const tree = join(device.folder, TREE);
  for (let at = 0; at < files; at += 1) {
    const folder = join(tree, `part ${at % FOLDERS}`);
    if (at < FOLDERS) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file ${at}.txt`), `the words of file ${at}`);
  }
  return tree;
}

async function bring(device: Device, phrase: string): Promise<Pick<AppHome, 'browsable' | 'names'>> {
  const page = await device.newPage('/');
  await page.getByRole('button', 'Bring my home from NexusAccount').click();
  await signInByWindow(device, page, ACCOUNT, 'sign in');
  const browsable = await timed(async () => {
    await askForHome(page, phrase, THERE);
    await page.getByRole('heading', 'Your home is here').waitFor(PATIENT);
    await page.getByRole('button', 'Continue').click();
    await logIn(page, THERE);
    await page.getByRole('grid', 'Files').getByRole('row', new RegExp(`^${TREE}`)).waitFor(PATIENT);
  });
  const rest = await timed(() => until('every name to be there', async () => !/still coming/.test(await page.words()), PATIENT));
  return { browsable, names: browsable + rest };
}

/** Adds so many files of a few words each, and takes them to a second device. */
export async function carryAppHome(files: number): Promise<AppHome> {
  const first = new Device('chromium');
  await first.open();
  const second = new Device('chromium', first);
  await second.open();
  try {
    const page = await first.newPage('/');
    const phrase = await createUser(page, ADA);
    await add(page, treeOf(first, files), { folder: true });
    const up = await link(first, page);
    return { up, ...(await bring(second, phrase)) };
  } finally {
    await second.close();
    await first.close();
  }
}
