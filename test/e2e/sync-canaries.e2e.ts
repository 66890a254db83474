// Words and keys that no server may ever see: of a home that was synced to two devices and backed up in an account none is found in anything
// that the server keeps, in its log, or in anything that passed between it and the browsers.
import { assert } from 'chai';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { BuiltServer } from './support/built-server.ts';
import { type Device, openDevice } from './support/device.ts';
import { type Canary, filesUnder, findCanaries, formsOf, type Place, wordCanaries } from './support/find-canaries.ts';
import { homeSecrets } from './support/home-secrets.ts';
import { askForHome, enterHome, signInByWindow, synced } from './support/online-account.ts';
import type { DevicePage } from './support/page.ts';
import { createUser, goTo } from './support/person.ts';
import { type Exchange, Relay } from './support/relay.ts';

const HERE = { name: 'Canary Owner 8g1', password: 'canary-password-4t9wd' };
const THERE = { name: HERE.name, password: 'canary-elsewhere-2v6ph' };
const ACCOUNT = { name: 'told-account-3q7', password: 'told-to-the-provider-61' };
const FOLDER = 'canary-folder-h55';
/** Name → content: within its record, and in an extent of its own. */
const FILES: Readonly<Record<string, string>> = { 'canary-small-d18.txt': 'canary-inline-r02', 'canary-large-u93.txt': 'canary-extent-w67 '.repeat(6_000) };
const VERSIONED = { name: 'canary-edited-k29.txt', before: 'canary-version-x44', after: 'canary-current-z15' };
const TRASHED = { name: 'canary-trashed-n70.txt', content: 'canary-thrown-away-j38' };
const WORDS = [HERE.name, HERE.password, THERE.password, FOLDER, ...Object.keys(FILES), ...Object.values(FILES).map((content) => content.split(' ')[0]!), ...Object.values(VERSIONED), ...Object.values(TRASHED)];
/** Where the tests plant what must be found. */
const PLANTED = '/planted';
const EXTENT = { path: '/v1/objects/extents/', fileId: [8, 24] } as const;

const bodyOf = (parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

function* passed(exchanges: readonly Exchange[]): Generator<Place> {
  for (const { method, url, heads, asked, answered } of exchanges) {
    yield { where: `the heads of ${method} ${url}`, bytes: Buffer.from(heads.join('\n')) };
    yield { where: `what ${method} ${url} sent`, bytes: bodyOf(asked) };
    yield { where: `what ${method} ${url} was answered`, bytes: bodyOf(answered) };
  }
}

/** Every value of every table: in the file a long one may be cut by the end of a page. */
function* valuesOf(path: string): Generator<Place> {
  const db = new DatabaseSync(path, { readOnly: true });
  for (const { name } of db.prepare("select name from sqlite_schema where type = 'table'").all()) {
    for (const row of db.prepare(`select * from "${String(name)}"`).all()) {
      yield { where: `a row of ${String(name)}`, bytes: Buffer.concat(Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(`${String(value)}\n`)))) };
    }
  }
  db.close();
}

describe('canaries in an account', () => {
  let relay: Relay;
  let server: BuiltServer;
  let device: Device;
  let page: DevicePage;
  let phrase: string;
  let bundle: string;
  let canaries: readonly Canary[];

  before(async () => {
    relay = await Relay.open({ keeps: true });
    server = new BuiltServer({ NEXUS_LOG: 'debug' }, relay);
    await server.start();
    device = await openDevice(undefined, server);
    page = await device.newPage('/');
  });
  after(async () => {
    await device.close();
    await server.stop();
    relay.close();
  });

  const row = (name: string) => page.getByRole('grid', 'Files').getByRole('row', new RegExp(`^${name.split('.')[0]}`));
  const fixture = (name: string, content: string): string => {
    const path = join(device.folder, 'fixtures', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const here = (): readonly Place[] => [...filesUnder(server.data), ...valuesOf(join(server.data, 'nexus.db'))];
  /** What lets in whoever shows it: to be known at the server by its hash alone. */
  const tokens = (): readonly Canary[] => wire().flatMap(({ url, answered }) => [...bodyOf(answered).toString().matchAll(/"(access|refresh)_token":"([^"]+)"/g)].map(([, kind, token]) => [`a token of ${url} (${kind!})`, Buffer.from(token!)] as const));
  const wire = (): readonly Exchange[] => relay.exchanges.filter(({ url }) => !url.startsWith(PLANTED));

  it('are in a home of files, versions and trash', async () => {
    phrase = await createUser(page, HERE);
    for (const [name, content] of Object.entries(FILES)) fixture(`${FOLDER}/${name}`, content);
    await page.upload([join(device.folder, 'fixtures', FOLDER)], { folder: true });
    await row(FOLDER).waitFor();
    await page.upload([fixture(VERSIONED.name, VERSIONED.before), fixture(TRASHED.name, TRASHED.content)]);
    await row(TRASHED.name).click();
    await page.getByRole('button', 'Move to trash').click();
    await row(TRASHED.name).waitGone();
    await page.upload([fixture(VERSIONED.name, VERSIONED.after)]);
    await page.getByRole('button', 'Replace').click();
    await page.getByRole('button', 'Replace').waitGone();
  });

  it('go to the account, as a home and as a backup', async () => {
    await goTo(page, 'Account');
    await signInByWindow(device, page, ACCOUNT, 'sign up');
    await page.getByRole('button', 'Sync this home').click();
    await synced(page);
    await goTo(page, 'Backups');
    bundle = await device.download(() => page.getByRole('button', 'Back up now').click());
    await page.getByRole('button', 'Upload to NexusAccount').click();
    await page.getByRole('status', /is in your account, encrypted/).waitFor({ withinMs: 60_000 });
  });

  it('come to a second device by the phrase', async () => {
    const second = await openDevice(undefined, server);
    try {
      const other = await second.newPage('/');
      await other.getByRole('button', 'Bring my home from NexusAccount').click();
      await signInByWindow(second, other, ACCOUNT, 'sign in');
      await askForHome(other, phrase, THERE);
      await enterHome(other, THERE);
      await synced(other);
      await other.getByRole('grid', 'Files').getByRole('row', new RegExp(FOLDER)).waitFor();
    } finally {
      await second.close();
    }
  });

  it('are known to the tests, words and keys', async () => {
    const extents = relay.exchanges.filter(({ method, url }) => method === 'PUT' && url.startsWith(EXTENT.path)).map(({ asked }) => bodyOf(asked)).filter((bytes) => bytes.subarray(0, 4).toString() === 'NXS1');
    assert.isNotEmpty(extents);
    const secrets = await homeSecrets(phrase, bundle, extents.map((bytes) => new Uint8Array(bytes.subarray(...EXTENT.fileId))));
    canaries = [...wordCanaries([...WORDS, phrase, phrase.split(' ').slice(0, 4).join(' ')]), ...secrets];
  });

  it('are found wherever and in whatever form they are planted', async () => {
    for (const canary of canaries) {
      for (const form of formsOf(canary)) {
        const planted = Object.entries({ bare: form, packed: gzipSync(form) }).map(([where, bytes]) => ({ where, bytes: Buffer.concat([Buffer.from('x'), bytes, Buffer.from('x')]) }));
        assert.includeMembers([...findCanaries(planted, [canary])], [`${canary[0]} in bare`, `${canary[0]} in packed, packed`]);
      }
    }
    const planted = join(server.data, 'objects', 'planted');
    writeFileSync(planted, gzipSync(Buffer.from(THERE.password, 'utf16le').toString('hex')));
    try {
      assert.include(findCanaries(here(), canaries), `${THERE.password} in /objects/planted, packed`);
    } finally {
      rmSync(planted);
    }
    const [inUrl, inHead, inBody] = WORDS;
    await page.evaluate((url, head, body) => fetch(url, { method: 'POST', headers: { 'x-planted': head }, body }).then(({ status }) => status), `${PLANTED}?${encodeURIComponent(inUrl!)}`, inHead!, btoa(`--${inBody!}`));
    const found = findCanaries(passed(relay.exchanges.filter(({ url }) => url.startsWith(PLANTED))), canaries).join('\n');
    for (const word of [inUrl, inHead, inBody]) assert.include(found, `${word!} in `);
  });

  it('are nowhere in what the server keeps, where the name of the account is, which is in the clear by design', () => {
    const kept = here();
    assert.isNotEmpty(findCanaries(kept, wordCanaries([ACCOUNT.name])));
    assert.isNotEmpty(tokens());
    assert.deepEqual(findCanaries(kept, [...canaries, ...tokens(), ...wordCanaries([ACCOUNT.password])]), []);
  });

  it('are in no line of its log', () => {
    assert.match(server.said, /"route":"\/v1\/batch","status":200/);
    assert.deepEqual(findCanaries([{ where: 'the log', bytes: Buffer.from(server.said) }], [...canaries, ...tokens(), ...wordCanaries(Object.values(ACCOUNT))]), []);
  });

  it('are in nothing that passed between browser and server, where the password of the account is', () => {
    assert.isNotEmpty(findCanaries(passed(wire()), wordCanaries([ACCOUNT.password])));
    assert.deepEqual(findCanaries(passed(wire()), canaries), []);
  });
});
