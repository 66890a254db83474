// A home that takes long to come: it opens on the new device with some of its names, says so, and is whole once the others came.
import { assert } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuiltServer } from './support/built-server.ts';
import { type Device, openDevice } from './support/device.ts';
import { askForHome, enterHome, signInByWindow, synced, syncLine } from './support/online-account.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, type Someone } from './support/person.ts';
import { Relay } from './support/relay.ts';
import { until } from './support/until.ts';

const THERE: Someone = { name: 'Ada', password: 'another one, for the laptop' };
const ACCOUNT = { name: 'ada-of-a-large-home', password: 'a long enough password' };
/** More than come in one request. */
const FILES = 300;
/** What asks for as many as may be asked for at once is longer, and what asks for the rest is not. */
const FULL_BYTES = 6_000;
/** By then a person has waited as long as it may take. */
const LONG_MS = 3_100;
const held = (): readonly [Promise<void>, () => void] => {
  let release = (): void => undefined;
  return [new Promise<void>((resolve) => { release = resolve; }), () => { release(); }];
};
const COMING = /Your home is still coming/;

describe('a home that takes long to come', () => {
  let relay: Relay;
  let server: BuiltServer;
  let first: Device;
  let second: Device;
  let page: DevicePage;
  let other: DevicePage;
  let phrase: string;

  before(async () => {
    relay = await Relay.open();
    server = new BuiltServer({}, relay);
    await server.start();
    first = await openDevice(undefined, server);
    second = await openDevice(undefined, server);
    page = await first.newPage('/');
    phrase = await createUser(page, ADA);
  });
  after(async () => {
    await second.close();
    await first.close();
    await server.stop();
    relay.close();
  });

  it('goes to the account', async () => {
    const folder = join(first.folder, 'fixtures', 'many');
    mkdirSync(folder, { recursive: true });
    for (let at = 0; at < FILES; at += 1) writeFileSync(join(folder, `file ${at}.txt`), `words ${at}`);
    await goTo(page, 'Files');
    await page.upload([folder], { folder: true });
    await page.getByRole('region', 'Adding files').waitFor({ withinMs: 60_000, where: ({ text }) => /files added/.test(text) });
    await goTo(page, 'Account');
    await signInByWindow(first, page, ACCOUNT, 'sign up');
    const sync = page.getByRole('button', 'Sync this home');
    await sync.waitFor({ withinMs: 30_000 });
    await sync.click();
    await synced(page);
    // From here on only the other asks for anything.
    await page.close();
  });

  it('opens before all of it is there, and says that more is to come', async () => {
    const [rest, release] = held();
    relay.heard = async ({ url, heads }) => {
      if (!url.startsWith('/v1/batch')) return;
      const asked = Number(/^content-length\n(\d+)$/im.exec(heads[0]!)?.[1]);
      if (asked < FULL_BYTES) return rest;
      const began = Date.now();
      await until('a long time to be over', () => Promise.resolve(Date.now() - began > LONG_MS), { withinMs: 30_000 });
    };
    other = await second.newPage('/');
    await other.getByRole('button', 'Bring my home from NexusAccount').click();
    const tab = await signInByWindow(second, other, ACCOUNT, 'sign in');
    await askForHome(other, phrase, THERE);
    await other.getByRole('heading', 'Your home is here').waitFor({ withinMs: 60_000 });
    await tab.close();
    await enterHome(other, THERE);
    await other.getByRole('status', COMING).waitFor();
    assert.match(await syncLine(other), COMING);
    await goTo(other, 'Backups');
    await other.getByRole('button', 'Back up now').click();
    await other.getByRole('alert', /still coming to this device/).waitFor();
    await goTo(other, 'Files');
    release();
  });

  it('is whole soon after, and can be backed up', async () => {
    await until('the word to go', async () => !COMING.test(await other.words()), { withinMs: 60_000 });
    await synced(other);
    await other.getByRole('grid', 'Files').getByRole('row', /many/).click(2);
    await other.getByRole('grid', 'Files').getByRole('row', /^file 0\./).click();
    await other.press('End');
    await other.getByRole('grid', 'Files').getByRole('row', new RegExp(`^file ${FILES - 1}\\.`)).waitFor();
    await goTo(other, 'Backups');
    await second.download(() => other.getByRole('button', 'Back up now').click());
  });
});
