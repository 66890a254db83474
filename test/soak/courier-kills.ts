// A closed app in Chromium: its person adds files while the server is away, closes the page, and the service worker carries them once it
// is back. The browser is killed at random moments of that. What the server had answered for is never sent again, but what was in flight,
// and in the end all of it is on a second device, content for content. `node tools/run.mjs test/soak/courier-kills.ts [kills] [seed]`
import { decode } from 'cborg';
import { assert } from 'chai';
import { BuiltServer } from '../e2e/support/built-server.ts';
import { synced } from '../e2e/support/online-account.ts';
import { type Exchange, Relay } from '../e2e/support/relay.ts';
import { unlock } from '../e2e/support/person.ts';
import { until } from '../e2e/support/until.ts';
import { Expected } from './devices/expected.ts';
import { homeContent } from './devices/home-content.ts';
import { digestOf, seeded } from './devices/seeded.ts';
import { PATIENT, SyncedDevice } from './devices/synced-device.ts';

const [kills, seed] = [Number(process.argv[2] ?? 100), Number(process.argv[3] ?? Date.now() % 2 ** 31)];
const ACCOUNT = { name: 'ada-whose-app-is-closed', password: 'a long enough password' };
const KIB = 1024;
const FILES = 60;
/** A life ends after at most so many requests, and so many milliseconds from the last of them. */
const [REQUESTS, DELAY_MS] = [12, 50];
const AT_ONCE = 6;

const random = seeded(seed);
const expected = new Expected();
const tell = (line: string): void => { process.stdout.write(`${line}\n`); };

/** What was sent, and what of it was in flight when the browser died. */
class Sendings {
  /** Key of an object → whether its sender had no whole answer when it died. */
  readonly #sent = new Map<string, boolean>();
  again = 0;

  /** A node is known by its id and its bytes: another version of it is another object. */
  #objectsOf({ method, url, asked }: Exchange): readonly string[] {
    const [, extent] = /^\/v1\/objects\/extents\/([0-9a-f]{64})$/.exec(url) ?? [];
    if (method === 'PUT' && extent !== undefined) return [extent];
    if (method !== 'POST' || !url.startsWith('/v1/batch')) return [];
    const operations = decode(Buffer.concat(asked)) as readonly { readonly op: string; readonly id: string; readonly body?: Uint8Array }[];
    return operations.flatMap(({ op, id, body }) => (op === 'put' && body ? [`${id} ${digestOf(body)}`] : []));
  }

  /** Takes what a life of the browser sent, in its order; `ended` = it was killed. */
  take(exchanges: readonly Exchange[], ended: boolean): void {
    const sendings = exchanges.filter((exchange) => exchange.sent > 0).map((exchange) => ({ exchange, objects: this.#wholeObjectsOf(exchange) }));
    // An answer that had passed may have come too late to be noted: the last that were under way at once.
    const late = new Set(sendings.slice(-AT_ONCE));
    for (const sending of sendings) {
      for (const object of sending.objects) {
        const inFlight = this.#sent.get(object);
        if (inFlight !== undefined) this.again += 1;
        assert.isNotFalse(inFlight, `what had been answered for was sent again: ${object.slice(0, 64)}`);
        this.#sent.set(object, ended && (!sending.exchange.passed || late.has(sending)));
      }
      sending.exchange.asked.length = 0;
    }
  }

  /** A request that was cut off has no whole body. */
  #wholeObjectsOf(exchange: Exchange): readonly string[] {
    return exchange.passed || exchange.url.includes('/extents/') ? this.#objectsOf(exchange) : [];
  }

  get objects(): number {
    return this.#sent.size;
  }
}

/** Adds files while the server is away, and closes the page. */
async function leave(server: BuiltServer, one: SyncedDevice, fill: number): Promise<void> {
  await synced(one.page);
  await server.stop();
  const files: Record<string, Uint8Array> = {};
  for (let index = 0; index < FILES; index += 1) files[`${fill}-${index}.bin`] = random.bytes(1 + random.below(400 * KIB));
  for (const [name, content] of Object.entries(files)) expected.set(name, content);
  await one.put(files, 'add');
  assert.isAbove((await one.look()).status.waiting, 0, 'it waits for the server');
  await one.page.close();
  await server.start();
}

/** The service worker is woken until all is carried; the browser is killed in the midst of it, as often as there is something left. Gives how often it was. */
async function carry(relay: Relay, one: SyncedDevice, sendings: Sendings, most: number): Promise<number> {
  const { exchanges } = relay;
  let times = 0;
  for (;;) {
    const first = exchanges.length;
    const end = times < most ? 1 + random.below(REQUESTS) : Infinity;
    const delay = random.below(DELAY_MS);
    let dies: Promise<void> | undefined;
    relay.heard = () => {
      if (exchanges.length - first >= end) dies ??= new Promise((resolve) => { setTimeout(resolve, delay); }).then(() => one.device.kill());
    };
    const woken = one.device.wakeByNetwork('nexus.courier');
    let silent = 0;
    let count = -1;
    // It is done once it asks for nothing more.
    await until('the courier to be done, or dead', () => {
      const busy = exchanges.some(({ passed }, at) => at >= first && !passed);
      silent = exchanges.length === count && !busy ? silent + 1 : 0;
      count = exchanges.length;
      return dies !== undefined || silent > 20;
    }, { ...PATIENT, everyMs: 100 });
    relay.heard = () => undefined;
    await woken.catch(() => undefined);
    await dies;
    sendings.take(exchanges.slice(first), dies !== undefined);
    if (!dies) return times;
    times += 1;
    await one.device.open();
  }
}

async function run(server: BuiltServer, relay: Relay, [one, two]: readonly [SyncedDevice, SyncedDevice]): Promise<void> {
  const phrase = await one.begin(ACCOUNT);
  const sendings = new Sendings();
  let times = 0;
  for (let fill = 0; times < kills; fill += 1) {
    await leave(server, one, fill);
    times += await carry(relay, one, sendings, kills - times);
    tell(`fill ${fill}: killed ${times} times, ${sendings.objects} objects sent, ${sendings.again} of them again`);
    one.page = await one.device.newPage('/');
    await unlock(one.page, one.who);
  }
  await two.join(ACCOUNT, phrase);
  for (const device of [one, two]) {
    await until(`${device.name} to be at rest with all of it`, async () => Object.keys((await device.look()).tree ?? {}).length === expected.count, PATIENT);
    assert.deepEqual(expected.faultsInContent(await homeContent(await device.backup(), phrase)), [], device.name);
  }
  tell(`${times} kills, ${sendings.objects} objects, ${sendings.again} that were in flight sent again, none else; ${expected.count} files are the same on both devices`);
}

tell(`seed ${seed}`);
const relay = await Relay.open({ keeps: true });
const server = new BuiltServer({ NEXUS_LOG: 'warn' }, relay);
await server.start();
const devices: SyncedDevice[] = [];
try {
  for (const name of ['the closed one', 'the other']) devices.push(await SyncedDevice.open(name, 'chromium', server));
  await run(server, relay, devices as [SyncedDevice, SyncedDevice]);
} catch (error) {
  tell(`seed ${seed}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
  tell(server.said.slice(-2000));
  process.exitCode = 1;
} finally {
  for (const { device } of devices) await device.close();
  await server.stop();
  relay.close();
}
