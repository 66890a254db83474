// Words and keys that no server may ever see: of a home on three devices of an account, with all that a person does there, none is found in
// anything that the server keeps, in its log, or in anything that passed between it and the browsers.
import { assert } from 'chai';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ACCOUNT, APP, APPROVED, BOTH, CARRIED, DEVICE, FILES, FOLDER, HERE, RENEWED, ROOM, THERE, TRASHED, VALUE, VERSIONED, WORDS } from './support/account-canaries.ts';
import { BuiltServer } from './support/built-server.ts';
import { type Device, ENGINE, openDevice } from './support/device.ts';
import { keepInApp, saysIn } from './support/embedded-app.ts';
import { type Canary, filesUnder, findCanaries, formsOf, numberCanary, type Place, wordCanaries } from './support/find-canaries.ts';
import { homeSecrets } from './support/home-secrets.ts';
import { approve, askForHome, confirmRemoval, enterHome, signInByWindow, synced, takeOver, unlockAnew, writeNewPhrase } from './support/online-account.ts';
import type { DevicePage } from './support/page.ts';
import { createUser, goTo, unlock } from './support/person.ts';
import { type Exchange, Relay } from './support/relay.ts';
import { bodyOf, passed, valuesOf } from './support/server-places.ts';
import { until } from './support/until.ts';

/** Where the tests plant what must be found. */
const PLANTED = '/planted';
const KEPT_ALIKE = 'Keep this app’s data on all my devices';
const EXTENT = { path: '/v1/objects/extents/', fileId: [8, 24] } as const;

describe('canaries in an account', () => {
  const opened: Device[] = [];
  let relay: Relay;
  let server: BuiltServer;
  let device: Device;
  let page: DevicePage;
  let other: DevicePage;
  let phrase: string;
  let newPhrase: string;
  let bundle: string;
  let newBundle: string;
  let copy: string;
  let canaries: readonly Canary[];

  before(async () => {
    relay = await Relay.open({ keeps: true });
    server = new BuiltServer({ NEXUS_LOG: 'debug' }, relay);
    await server.start();
    [device, page] = await open();
  });
  after(async () => {
    for (const each of opened.reverse()) await each.close();
    await server.stop();
    relay.close();
  });

  async function open(): Promise<[Device, DevicePage]> {
    const fresh = await openDevice(undefined, server);
    opened.push(fresh);
    return [fresh, await fresh.newPage('/')];
  }
  const row = (at: DevicePage, name: string | RegExp) => at.getByRole('grid', 'Files').getByRole('row', typeof name === 'string' ? new RegExp(`^${name.split('.')[0]!}`) : name);
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

  const add = async (at: DevicePage, { name, content }: { readonly name: string; readonly content: string }) => {
    await goTo(at, 'Files');
    await at.upload([fixture(name, content)]);
    await row(at, name).waitFor();
  };
  const replace = async (at: DevicePage, name: string, content: string) => {
    await add(at, { name, content });
    await at.getByRole('button', 'Replace').click();
    await at.getByRole('button', 'Replace').waitGone();
  };
  /** Backups of one day are called the same. */
  const backUp = async (name: string): Promise<string> => {
    await goTo(page, 'Backups');
    const kept = join(device.folder, name);
    renameSync(await device.download(() => page.getByRole('button', 'Back up now').click()), kept);
    return kept;
  };

  it('are in a home of files, versions and trash', async () => {
    phrase = await createUser(page, HERE);
    for (const [name, content] of Object.entries(FILES)) fixture(`${FOLDER}/${name}`, content);
    await page.upload([join(device.folder, 'fixtures', FOLDER)], { folder: true });
    await row(page, FOLDER).waitFor();
    await page.upload([fixture(VERSIONED.name, VERSIONED.before), fixture(TRASHED.name, TRASHED.content)]);
    await row(page, TRASHED.name).click();
    await page.getByRole('button', 'Move to trash').click();
    await row(page, TRASHED.name).waitGone();
    await replace(page, VERSIONED.name, VERSIONED.after);
  });

  it('go to the account, as a home and as a backup', async () => {
    await goTo(page, 'Account');
    const tab = await signInByWindow(device, page, ACCOUNT, 'sign up');
    await page.getByRole('button', 'Sync this home').click();
    await tab.close();
    await synced(page);
    bundle = await backUp('before.nbk');
    await page.getByRole('button', 'Upload to NexusAccount').click();
    await page.getByRole('status', /is in your account, encrypted/).waitFor({ withinMs: 60_000 });
  });

  async function signInElsewhere(): Promise<DevicePage> {
    const [fresh, at] = await open();
    await at.getByRole('button', 'Bring my home from NexusAccount').click();
    const tab = await signInByWindow(fresh, at, ACCOUNT, 'sign in');
    await at.getByRole('button', 'Use another device instead').waitFor();
    await tab.close();
    return at;
  }

  it('come to a second device by the phrase', async () => {
    other = await signInElsewhere();
    await askForHome(other, phrase, THERE);
    await enterHome(other, THERE);
    await synced(other);
    await row(other, FOLDER).waitFor();
  });

  it('come to a third that another approves, and that a person gives a name', async () => {
    const third = await signInElsewhere();
    await third.getByRole('button', 'Use another device instead').click();
    await approve(third, APPROVED, { page, who: HERE });
    await enterHome(third, APPROVED);
    await row(third, FOLDER).waitFor({ withinMs: 60_000 });
    await synced(third);
    await goTo(third, 'Account');
    await third.getByRole('listitem', /this device/).getByRole('button', /^Rename/).click();
    await third.getByRole('textbox', 'Name').fill(DEVICE);
    await third.getByRole('dialog').getByRole('button', 'Rename').click();
    await third.getByRole('button', `Rename: ${DEVICE}`).waitFor();
    await opened.pop()!.close();
  });

  it('are in settings that are the same on all devices', async () => {
    await goTo(page, 'Backups');
    await page.getByRole('spinbutton', 'Never more than, in GB').fill(ROOM.chosen);
    await page.getByRole('button', 'Save').click();
    for (const at of [page, other]) {
      await goTo(at, 'Account');
      await at.getByRole('checkbox', 'Use the same settings on my devices').click();
      if (at === other) await at.getByRole('button', 'Use the settings from my other devices').click();
      await at.getByRole('checkbox', 'Use the same settings on my devices').waitFor({ where: ({ checked }) => checked === true, withinMs: 30_000 });
    }
    await goTo(other, 'Backups');
    await other.getByRole('spinbutton', 'Never more than, in GB').waitFor({ where: ({ value }) => value === Number(ROOM.chosen).toFixed(2), withinMs: 30_000 });
  });

  it('are in what an app keeps on all devices', async () => {
    await goTo(page, 'Apps');
    await page.getByRole('button', 'Add an app').click();
    await page.getByRole('button', 'Look at Notes').click();
    await page.getByRole('button', 'Install app').click();
    await page.getByRole('button', 'Open Notes').click();
    await page.getByRole('dialog', 'Allow “Notes”?').getByRole('button', 'Allow').click();
    await saysIn(page, /New note/);
    assert.equal(await keepInApp(page, VALUE.key, VALUE.value), VALUE.value);
    await page.getByRole('button', 'Close app').click();
    await page.getByRole('switch', KEPT_ALIKE).click();
    await page.getByRole('switch', KEPT_ALIKE).waitFor({ where: ({ checked }) => checked === true, withinMs: 30_000 });
    await until('it to be sent', async () => (await page.words()).includes('Nothing waits to be sent.'), { withinMs: 60_000 });
  });

  it('are changed on both sides while the server is away', async () => {
    await device.stopServer();
    await replace(page, VERSIONED.name, BOTH.here);
    await replace(other, VERSIONED.name, BOTH.there);
    await device.startServer();
    for (const at of [page, other]) {
      await goTo(at, 'Account');
      await at.getByRole('button', 'Sync now').click();
      await goTo(at, 'Files');
    }
    const name = new RegExp(VERSIONED.name.replace('.', ' \\(conflict, [0-9a-f]{6}, \\d{4}-\\d\\d-\\d\\d\\)\\.'));
    for (const at of [page, other]) copy = name.exec((await row(at, name).waitFor({ withinMs: 60_000 })).text)![0];
  });

  // Background Sync is Chromium's alone.
  (ENGINE === 'chromium' ? it : it.skip)('are carried by the service worker while no page is open', async () => {
    await device.stopServer();
    await add(page, CARRIED);
    await page.close();
    await device.startServer();
    await until('the service worker to have carried it', async () => {
      await device.wakeByNetwork('nexus.courier');
      return await row(other, CARRIED.name).count() > 0;
    }, { withinMs: 60_000, everyMs: 1000 });
    page = await device.newPage('/');
    await unlock(page, HERE);
  });

  it('get new keys when a device is removed, which another takes over', async () => {
    await goTo(page, 'Account');
    await page.getByRole('button', `Remove: ${DEVICE}`).click();
    newPhrase = await writeNewPhrase(page);
    await confirmRemoval(page, HERE.password);
    await unlockAnew(page, HERE);
    await add(page, RENEWED);
    await synced(page);
    newBundle = await backUp('after.nbk');
    await goTo(other, 'Account');
    await other.getByRole('button', 'Take over the new keys…').click();
    await takeOver(other, newPhrase, THERE.password);
    await unlockAnew(other, THERE);
    await goTo(other, 'Files');
    await row(other, RENEWED.name).waitFor({ withinMs: 60_000 });
    await synced(other);
  });

  it('are known to the tests, words and keys', async () => {
    const extents = relay.exchanges.filter(({ method, url }) => method === 'PUT' && url.startsWith(EXTENT.path)).map(({ asked }) => bodyOf(asked)).filter((bytes) => bytes.subarray(0, 4).toString() === 'NXS1');
    assert.isNotEmpty(extents);
    const keptThere = { fileIds: extents.map((bytes) => new Uint8Array(bytes.subarray(...EXTENT.fileId))), apps: [device.origin + APP] };
    const [secrets, newSecrets] = [await homeSecrets(phrase, bundle, keptThere), await homeSecrets(newPhrase, newBundle, keptThere)];
    const phrases = [phrase, newPhrase].flatMap((words) => [words, words.split(' ').slice(0, 4).join(' ')]);
    canaries = [...wordCanaries([...WORDS, copy, ...phrases]), ...numberCanary(ROOM.kept), ...secrets, ...newSecrets.map(([name, bytes]) => [`${name}, renewed`, bytes] as const)];
  });

  it('are found wherever and in whatever form they are planted', async () => {
    for (const canary of [...canaries, ...wordCanaries([APP])]) {
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
    assert.deepEqual(findCanaries(kept, [...canaries, ...tokens(), ...wordCanaries([ACCOUNT.password, APP])]), []);
  });

  it('are in no line of its log', () => {
    assert.match(server.said, /"route":"\/v1\/batch","status":200/);
    assert.deepEqual(findCanaries([{ where: 'the log', bytes: Buffer.from(server.said) }], [...canaries, ...tokens(), ...wordCanaries([...Object.values(ACCOUNT), APP])]), []);
  });

  it('are in nothing that passed between browser and server, where the password of the account is', () => {
    assert.isNotEmpty(findCanaries(passed(wire()), wordCanaries([ACCOUNT.password])));
    assert.deepEqual(findCanaries(passed(wire()), canaries), []);
  });
});
