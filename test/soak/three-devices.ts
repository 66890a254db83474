// One home on two Chromium and one Firefox, with the built app and the real server, which is killed, taken away and full in between. All
// three come to hold the same names and contents, and have nothing to send; then one of them is removed, and the others go on with new keys.
// `node tools/run.mjs test/soak/three-devices.ts [files] [MiB of the large one] [kills] [seed]`
import { assert } from 'chai';
import { isDeepStrictEqual } from 'node:util';
import { syncLine } from '../e2e/support/online-account.ts';
import { goTo } from '../e2e/support/person.ts';
import { until } from '../e2e/support/until.ts';
import { Expected } from './devices/expected.ts';
import { homeContent } from './devices/home-content.ts';
import { KilledServer } from './devices/killed-server.ts';
import { seeded } from './devices/seeded.ts';
import { PATIENT, SyncedDevice } from './devices/synced-device.ts';

const [files, mebibytes, kills, seed] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 200), Number(process.argv[4] ?? 12), Number(process.argv[5] ?? Date.now() % 2 ** 31)];
const ACCOUNT = { name: 'ada-of-three-devices', password: 'a long enough password' };
const KIB = 1024;
const MIB = KIB * KIB;
const FOLDERS = 20;
const ROOMY = 50 * 1024 * MIB;

const random = seeded(seed);
const expected = new Expected();
const text = (words: string): Buffer => Buffer.from(words);
/** What comes once the third is removed. */
const SINCE = { 'meanwhile.txt': text('by two, before it has the new keys'), 'after.txt': text('by one, when three is gone') };
/** The third: what the others' lists call it, and what it says of itself when it asks. */
const FIREFOX = { called: 'Firefox, Linux', asks: /Firefox\// };
const tell = (line: string): void => { process.stdout.write(`${line}\n`); };

/** A stage: how long it took, and what went over the wire. */
async function stage(name: string, server: KilledServer, work: () => Promise<void>): Promise<void> {
  const [began, first, before] = [Date.now(), server.relay.exchanges.length, server.kills];
  await work();
  const passed = server.relay.exchanges.slice(first);
  const mib = (count: (each: (typeof passed)[number]) => number): string => (passed.reduce((sum, each) => sum + count(each), 0) / MIB).toFixed(1);
  tell(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s, ${passed.length} requests, ${mib(({ sent }) => sent)} MiB sent, ${mib(({ received }) => received)} MiB received, server killed ${server.kills - before} times`);
}

/** Until each has all that there should be, of the same sizes, and nothing waits. */
async function alike(devices: readonly SyncedDevice[]): Promise<void> {
  let last: readonly string[] = [];
  await until('all devices to be alike', async () => {
    const seen = await Promise.all(devices.map((device) => device.look()));
    last = seen.map(({ status, tree }, at) => `${devices[at]!.name}: ${JSON.stringify(status)} ${tree ? expected.faultsInNames(Object.keys(tree)).slice(0, 20).join('; ') : 'is not at rest'}`);
    return seen.every(({ tree }) => tree !== null && expected.faultsInNames(Object.keys(tree)).length === 0 && isDeepStrictEqual(tree, seen[0]!.tree));
  }, { ...PATIENT, state: () => last.join('\n') });
}

/** Many files, one large, and a few that will be edited. */
async function addAll(one: SyncedDevice): Promise<void> {
  for (let index = 0; index < files; index += 1) {
    const path = `many/part ${index % FOLDERS}/file ${index}.bin`;
    const content = random.bytes(4 * KIB + random.below(60 * KIB + 1));
    one.fixture(path, content);
    expected.set(path, content);
  }
  const root: Record<string, Uint8Array> = { 'large.bin': random.bytes(mebibytes * MIB) };
  for (const name of ['both.bin', 'two.txt', 'same.txt', 'one.txt', 'other.txt', 'renamed.txt', 'thrown.txt', 'kept.txt']) root[name] = text(`${name} as it was`);
  for (const [name, content] of Object.entries(root)) expected.set(name, content);
  await one.addFolder('many');
  await one.put(root, 'add');
}

/** What each does while the server is away, and what has to come of it. */
async function editApart([one, two, three]: readonly [SyncedDevice, SyncedDevice, SyncedDevice]): Promise<void> {
  const both = [1, 2, 3].map((times) => random.bytes(times * 40 * KIB)) as [Buffer, Buffer, Buffer];
  const [same, own, others] = [text('the same on both'), text('by one alone'), text('by two alone, at length')];
  const [renamed, kept] = [text('changed while it was renamed'), text('changed while it was thrown away')];
  const twice = [text('two, by one'), text('two, by three, longer')] as const;
  await one.put({ 'both.bin': both[0], 'two.txt': twice[0], 'same.txt': same, 'one.txt': own }, 'replace');
  await one.rename(/^renamed/, 'called otherwise.txt');
  await one.throwAway(/^thrown/);
  await one.throwAway(/^kept/);
  await two.put({ 'both.bin': both[1], 'same.txt': same, 'other.txt': others, 'renamed.txt': renamed, 'kept.txt': kept }, 'replace');
  await two.put({ 'new by two.txt': text('new') }, 'add');
  await three.put({ 'both.bin': both[2], 'two.txt': twice[1] }, 'replace');
  await three.rename(/^many/, 'a great many');
  expected.set('both.bin', ...both);
  expected.set('two.txt', ...twice);
  expected.set('same.txt', same);
  expected.set('one.txt', own);
  expected.set('other.txt', others);
  expected.drop('renamed.txt');
  expected.set('called otherwise.txt', renamed);
  expected.drop('thrown.txt');
  expected.set('kept.txt', kept);
  expected.set('new by two.txt', text('new'));
  expected.rename((path) => path.startsWith('many/'), (path) => `a great ${path}`);
}

/** Waits until it says so of its sync. */
const says = (device: SyncedDevice, words: RegExp) => until(`${device.name} to say ${words.source}`, async () => words.test(await syncLine(device.page)), PATIENT);

/** The account has no room for one of two files: that is said, and holds nothing up that fits. */
async function overfill(server: KilledServer, [one, ...others]: readonly [SyncedDevice, SyncedDevice, SyncedDevice]): Promise<void> {
  await server.setQuota(ACCOUNT.name, await server.bytesOf(ACCOUNT.name) + 256 * KIB);
  const large = random.bytes(2 * MIB);
  await one.put({ 'too large.bin': large, 'small enough.txt': text('this fits') }, 'add');
  await says(one, /account is full/);
  await goTo(one.page, 'Account');
  assert.include(await one.page.words(), 'Your account has no room for what waits to be sent. It stays here, and nothing is lost.');
  assert.equal((await one.look()).status.waiting, 1);
  expected.set('small enough.txt', text('this fits'));
  await alike(others);
  await server.setQuota(ACCOUNT.name, ROOMY);
  expected.set('too large.bin', large);
  await one.syncNow();
}

/** Each looks once more; to be at rest means to ask and to send nothing. */
async function sendNothing(server: KilledServer, devices: readonly SyncedDevice[]): Promise<void> {
  const first = server.relay.exchanges.length;
  for (const device of devices) {
    const { at = 0 } = (await device.look()).status;
    await device.syncNow();
    await until(`${device.name} to have looked once more`, async () => {
      const { status, tree } = await device.look();
      return tree !== null && (status.at ?? 0) > at;
    }, PATIENT);
  }
  const asked = server.relay.exchanges.slice(first);
  assert.isAtLeast(asked.filter(({ url }) => url.startsWith('/v1/changes')).length, devices.length);
  // Each may say how far it is, and hear that of others.
  const said = asked.filter(({ method, url }) => method !== 'GET' && url.startsWith('/v1/') && !url.startsWith('/v1/objects/devices/'));
  assert.deepEqual(said.filter(({ sent }) => sent > KIB).map(({ method, url }) => `${method} ${url}`), []);
}

async function compare(devices: readonly SyncedDevice[], phrase: string): Promise<void> {
  for (const device of devices) assert.deepEqual(expected.faultsInContent(await homeContent(await device.backup(), phrase)), [], device.name);
}

/** The two that stay go on by the new phrase: what the second adds before it has the new keys, and what the first adds after, comes to both. */
async function goOn(server: KilledServer, [one, two]: readonly [SyncedDevice, SyncedDevice], phrase: string): Promise<void> {
  await says(two, /keys were renewed/);
  await goTo(two.page, 'Files');
  await two.put({ 'meanwhile.txt': SINCE['meanwhile.txt'] }, 'add');
  await two.takeOver(phrase);
  server.killAfter(gaps(2, 10));
  await one.put({ 'after.txt': SINCE['after.txt'] }, 'add');
  for (const [name, content] of Object.entries(SINCE)) expected.set(name, content);
  await alike([one, two]);
  await server.atPeace();
  await sendNothing(server, [one, two]);
  await compare([one, two], phrase);
}

/** The first removes the third, which says so, keeps what it has and hears of nothing more. */
async function removeThird(server: KilledServer, [one, two, three]: readonly [SyncedDevice, SyncedDevice, SyncedDevice], formerPhrase: string): Promise<void> {
  const token = server.tokenOf(FIREFOX.asks);
  assert.equal(await server.refusalOf(token), 'access.proof', 'the token holds, for whoever proves it');
  const phrase = await one.remove(FIREFOX.called);
  const removed = server.relay.exchanges.length;
  assert.equal(await server.refusalOf(token), 'access.refused', 'the token is none any more');
  await says(three, /signed out/);
  await goOn(server, [one, two], phrase);
  await three.pauseAndResume();
  await says(three, /signed out/);
  for (const name of Object.keys(SINCE)) expected.drop(name);
  await compare([three], formerPhrase);
  assert.isNotEmpty(server.givenTo(FIREFOX.asks, 0));
  assert.deepEqual(server.givenTo(FIREFOX.asks, removed), []);
}

/** Moments of kills, in requests from one to the next. */
const gaps = (count: number, most: number): number[] => Array.from({ length: count }, () => 3 + random.below(most));

async function run(server: KilledServer, devices: [SyncedDevice, SyncedDevice, SyncedDevice]): Promise<void> {
  const [one, two, three] = devices;
  const phrase = await one.begin(ACCOUNT);
  await stage('two devices join', server, async () => { for (const device of [two, three]) await device.join(ACCOUNT, phrase); });
  await stage(`${files} files and one of ${mebibytes} MiB cross`, server, async () => {
    server.killAfter(gaps(kills, 2 * files / kills));
    await addAll(one);
    await alike(devices);
    await server.atPeace();
  });
  await server.server.stop();
  await editApart(devices);
  for (const device of devices) await says(device, /waiting to sync|does not answer/);
  await server.server.start();
  await stage('edits made apart become one tree', server, async () => {
    server.killAfter(gaps(2, 10));
    for (const device of devices) await device.syncNow();
    await alike(devices);
    await server.atPeace();
  });
  await stage('a full account is said, and made roomy', server, async () => {
    await overfill(server, devices);
    await alike(devices);
  });
  await stage('nothing is sent', server, () => sendNothing(server, devices));
  assert.isAtLeast(server.kills, kills, 'the server was killed as often as it should');
  await compare(devices, phrase);
  await stage('a device is removed', server, () => removeThird(server, devices, phrase));
}

tell(`seed ${seed}`);
const server = await KilledServer.start();
const devices: SyncedDevice[] = [];
try {
  for (const [name, engine] of [['the first', 'chromium'], ['the second', 'chromium'], ['the third', 'firefox']] as const) devices.push(await SyncedDevice.open(name, engine, server.server));
  await run(server, devices as [SyncedDevice, SyncedDevice, SyncedDevice]);
  tell(`${expected.count} files are the same on three devices, content for content; the server was killed ${server.kills} times, ${server.relay.exchanges.length} requests in all`);
} catch (error) {
  tell(`seed ${seed}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
  tell(server.server.said.slice(-2000));
  process.exitCode = 1;
} finally {
  for (const { device } of devices) await device.close();
  await server.close();
}
