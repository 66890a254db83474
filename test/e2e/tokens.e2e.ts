// Where tokens are: a refresh token in no heap but for the moment of its use, an access token in the worker alone, neither on disk, in
// the console or an address; and with a lock none is left. Chromium alone lets a test look.
import { assert } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';
import { ADA, createUser, goTo, lockNow, signUp, unlock } from './support/person.ts';
import { until } from './support/until.ts';

interface Tokens { readonly access: string; readonly refresh: string }

const inEngine = ENGINE === 'chromium' ? it : it.skip;

describe('tokens', () => {
  let device: Device;
  let page: DevicePage;
  let answers: readonly string[];
  let signedIn: Tokens;

  before(async () => {
    if (ENGINE !== 'chromium') return;
    device = await openDevice();
    page = await device.newPage('/');
    answers = await page.watchAnswers('/oidc/token') ?? [];
    await createUser(page, ADA);
  });
  after(() => device?.close());

  const newest = (): Tokens | undefined => {
    const { access_token: access, refresh_token: refresh } = JSON.parse(answers.at(-1) ?? '{}') as { access_token?: string; refresh_token?: string };
    return access === undefined || refresh === undefined ? undefined : { access, refresh };
  };
  const connected = () => until('the account to be connected', async () => (await page.words()).includes('Signed in and connected'), { withinMs: 30_000 });

  inEngine('come with a sign-in', async () => {
    await signUp(page, ADA);
    signedIn = await until('the answer with tokens', newest);
  });

  inEngine('are in the worker while they are good for something: the access token alone, and never in the page', async () => {
    const { access, refresh } = signedIn;
    const heaps = await page.heapsWith([access, refresh]);
    assert.deepEqual(heaps, { page: [], workers: [access] });
  });

  inEngine('are gone with a lock', async () => {
    await lockNow(page);
    const { access, refresh } = signedIn;
    assert.deepEqual(await page.heapsWith([access, refresh]), { page: [], workers: [] });
  });

  inEngine('are on no disk, in no address and no line of the console', async () => {
    await unlock(page, ADA);
    await goTo(page, 'Account');
    await connected();
    const latest = await until('tokens of a refresh', () => { const found = newest(); return found && found.refresh !== signedIn.refresh ? found : undefined; });
    const all = [signedIn, latest].flatMap(({ access, refresh }) => [access, refresh]);
    const said = [...await page.consoleLines(), await page.url(), await page.title()].join('\n');
    for (const token of all) assert.notInclude(said, token);
    await device.kill();
    const files = readdirSync(device.profile, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const found = files.flatMap((path) => {
      const content = readFileSync(path);
      return all.filter((token) => content.includes(token) || content.includes(Buffer.from(token, 'utf16le'))).map(() => path);
    });
    assert.isAbove(files.length, 20);
    assert.deepEqual(found, []);
  });
});
