// A home whose server is gone for a month, while its person goes on with both devices: nothing is slower meanwhile, and nothing is lost.
import { assert } from 'chai';
import type { StorageFetch } from '../../../src/sync/oauth/bounded-fetch.ts';
import { createCourier, type CourierOutcome } from '../../../src/workers/shell/courier.ts';
import { courierHomeOver } from '../../../src/workers/store/outbox/courier-home.ts';
import { command, value } from '../home/test-home.ts';
import { createPerson, measured, type Person } from './month-deeds.ts';
import { DAY, type MonthDevice, type MonthWorld, openMonthWorld, type Work } from './month-world.ts';

const DAYS = 30;
const HOUR = DAY / 24;
const MINUTE = HOUR / 60;
/** A day in hours, of which the last lie idle. */
const [LIVES_AT, IDLE_FROM] = [6, 12];
/** Rounds a month where each is followed by a wait of five minutes, and of half of that. */
const [FEWEST, MOST] = [DAYS * 24 * 12, DAYS * 24 * 24];
const OUTBOX = ['outbox', 'queued', 'meta'];

interface Outcome {
  /** What the home did for the same things, each day, with the server there and with it gone. */
  readonly there: (readonly Work[])[];
  readonly away: (readonly Work[])[];
  /** What it did in half a day in which nobody did anything, and how often it asked then. */
  readonly idle: (Pick<Work, 'reads' | 'writes'> & { readonly rounds: number; readonly passes: number })[];
  readonly states: string[];
}

const courierOf = ({ home }: MonthDevice, fetch: StorageFetch, clock: () => number): Promise<CourierOutcome> => createCourier({
  homes: () => Promise.resolve(['home']), open: () => Promise.resolve(courierHomeOver(home.deps.db)), fetch, clock, mayMoveBulk: () => true,
  unlessOpen: async (_, work) => work(() => Promise.resolve(false)).then(() => true),
}).carry();

const passOf = ({ home }: MonthDevice) => home.deps.db.read(['courier'], (tx) => tx.get('courier', 'pass'));

/** Names, kinds, versions and contents of what lies in the root, and what is in the trash. */
async function contents({ home }: MonthDevice) {
  const { entries } = value(await home.surface.listFolder({ folder: home.root }));
  const files: [string, { readonly versions: number; readonly text: string } | 'folder'][] = [];
  for (const entry of entries) files.push([entry.name, entry.kind === 'file' ? { versions: entry.versions, text: new TextDecoder().decode(await home.read(entry.id)) } : 'folder']);
  return { files: Object.fromEntries(files), trash: value(await home.surface.listTrash({})).map(({ name }) => name).sort() };
}

/** The most of them that lie within any minute. */
function mostInAMinute(times: readonly number[]): number {
  let [most, from] = [0, 0];
  for (const [at, time] of times.entries()) {
    while (times[from]! <= time - MINUTE) from += 1;
    most = Math.max(most, at - from + 1);
  }
  return most;
}

describe('a month without the server', () => {
  let world: MonthWorld;
  let [one, two]: [MonthDevice, MonthDevice] = [] as never;
  let [ada, bob]: [Person, Person] = [] as never;
  let gone = 0;
  const outcome: Outcome = { there: [], away: [], idle: [], states: [] };

  /** What both do to files that both have, each not knowing of the other. */
  async function apart(day: number): Promise<void> {
    const rename = async (name: string) => value(await one.home.surface.renameNode({ ...command(), node: await one.home.find('moved.txt'), name }));
    if (day === 5) {
      const nodes = [await one.home.find('outlives.txt')];
      value(await one.home.surface.trashNodes({ ...command(), nodes }));
      value(await one.home.surface.deleteNodes({ ...command(), nodes }));
    }
    if (day === 6) await bob.write('outlives.txt', 'changed since');
    if (day === 10) await ada.write('shared.txt', 'what one wrote');
    if (day === 12) await rename('moved on.txt');
    if (day === 14) await bob.write('moved.txt', 'what two wrote');
    if (day === 20) await bob.write('shared.txt', 'what two wrote, later');
  }

  async function idle(): Promise<void> {
    const [rounds, passes] = [one.asked.length, one.askedPass.length];
    const { reads, writes } = await one.work(() => world.pass((24 - IDLE_FROM) * HOUR));
    outcome.idle.push({ reads, writes, rounds: one.asked.length - rounds, passes: one.askedPass.length - passes });
  }

  async function month(): Promise<void> {
    for (let day = 1; day <= DAYS; day += 1) {
      outcome.away.push(await measured(one, 'away'));
      await world.pass(LIVES_AT * HOUR);
      // Until the first round after it was gone, all was well.
      if (day === 1) for (const { told } of [one, two]) told.clear();
      for (const person of [ada, bob]) await person.live(day);
      await apart(day);
      await world.pass((IDLE_FROM - LIVES_AT) * HOUR);
      await idle();
      outcome.states.push((await one.status()).state, (await two.status()).state);
    }
  }

  before(async () => {
    world = await openMonthWorld();
    ({ one, two } = world);
    [ada, bob] = [createPerson(one, 'one'), createPerson(two, 'two')];
    await one.home.add({ 'away/diary.txt': 'begun', 'there/diary.txt': 'begun', 'shared.txt': 'both', 'moved.txt': 'both', 'outlives.txt': 'both' });
    one.syncing.homeChanged();
    await world.pass(20 * MINUTE);
    for (let day = 1; day <= DAYS; day += 1) {
      outcome.there.push(await measured(one, 'there'));
      await world.pass(20 * MINUTE);
    }
    [world.gone, gone] = [true, world.now()];
    for (const times of [one.asked, one.askedPass, two.asked, two.askedPass]) times.length = 0;
    await month();
  });
  after(() => world.end());

  it('is asked for every five minutes at least, every two and a half at most, and never in a burst', () => {
    for (const { asked, askedPass } of [one, two]) {
      assert.isAtLeast(asked.length, FEWEST);
      assert.isAtMost(asked.length, MOST);
      // With a round goes a look for a pass, once the one that is held is some hours old.
      assert.isAtMost(askedPass.length, asked.length);
      const later = asked.filter((time) => time > gone + 10 * MINUTE);
      // One more where somebody changed something just then.
      assert.isAtMost(mostInAMinute(later), 2);
      assert.isAtMost(asked.length - later.length, 12, 'the waits double from the first');
      assert.isAtMost(Math.max(...later.map((time, at) => (later[at + 1] ?? time) - time)), 5 * MINUTE);
    }
  });

  it('makes no change cost more: the same transactions, and the same rows but for the outbox, as with the server there', () => {
    const outside = ({ reads, writes, rows }: Work) => ({ reads, writes, rows: rows.filter((store) => !OUTBOX.includes(store)) });
    const inOutbox = ({ rows }: Work) => rows.filter((store) => OUTBOX.includes(store)).length;
    for (const [day, works] of outcome.away.entries()) {
      const there = outcome.there[day]!;
      assert.deepEqual(works.map(outside), there.map(outside), `day ${day + 1}`);
      // What waits already takes its place anew, and content that nobody needs any more leaves it: two rows each.
      for (const [deed, work] of works.entries()) assert.isAtMost(inOutbox(work) - inOutbox(there[deed]!), 4, `day ${day + 1}, deed ${deed}`);
    }
    assert.deepEqual(outcome.away[0], outcome.there[0]);
    // Twenty versions are kept: from then on a change drops one, with the server or without.
    assert.deepEqual(outcome.away[1], outcome.away[14]);
    assert.deepEqual(outcome.away[24], outcome.away[29]);
  });

  it('makes no round cost more, and writes nothing while nobody does anything', () => {
    const perRound = outcome.idle.map(({ reads, rounds, writes }) => ({ reads: reads / rounds, writes }));
    for (const round of perRound) assert.deepEqual(round, perRound[0]);
    assert.equal(perRound[0]!.writes, 0);
  });

  it('queues each file once, and nothing that is not here any more', async () => {
    for (const [device, person] of [[one, ada], [two, bob]] as const) {
      const { db } = device.home.deps;
      const [rows, nodes, extents] = [await device.outbox(), ...await db.read(['nodes', 'extents'], (tx) => Promise.all([tx.keys('nodes'), tx.keys('extents')]))];
      const of = (collection: string, op = 'put') => rows.filter((row) => row.op === op && row.name.startsWith(`${collection}/`)).map(({ name }) => name.slice(collection.length + 1));
      assert.lengthOf(new Set(rows.map(({ name }) => name)), rows.length);
      assert.isEmpty(of('nodes').filter((id) => !nodes.includes(id)));
      assert.isEmpty(of('extents').filter((id) => !extents.includes(id)));
      // Each may have come to the server unheard: it is looked at before that is forgotten.
      const deleted = person.deleted + (device === one ? 2 * DAYS + 1 : 0);
      assert.lengthOf(of('nodes', 'delete'), deleted);
      assert.isAtMost(rows.length, nodes.length + extents.length + deleted);
    }
  });

  it('says so all the time', async () => {
    assert.deepEqual(new Set(outcome.states), new Set(['unreachable']));
    for (const { told } of [one, two]) assert.deepEqual([...told], ['unreachable']);
    assert.isAbove((await one.status()).waiting, 0);
  });

  it('leaves the courier without a pass that is good, which asks nothing, is refused where its clock is wrong, and harms nothing', async () => {
    const before = await one.outbox();
    let asked = 0;
    const fetching: StorageFetch = (url, init) => {
      asked += 1;
      return fetch(url, init);
    };
    assert.isBelow((await passOf(one))!.expiresAt, world.now());
    assert.equal(await courierOf(one, fetching, world.now), 'done');
    assert.equal(asked, 0);
    await world.signInAnew();
    assert.equal(await courierOf(one, fetching, () => gone), 'done');
    assert.isAbove(asked, 0);
    assert.deepEqual(await one.outbox(), before);
  });

  it('is followed by all of it on both devices, a copy where both changed one file, and another pass', async () => {
    world.gone = false;
    await world.pass(20 * MINUTE);
    for (const device of [one, two]) assert.deepInclude(await device.status(), { state: 'synced', waiting: 0, unreadable: 0 });
    const found = await contents(one);
    assert.deepEqual(await contents(two), found);
    assert.deepEqual(found.trash, [...ada.trash, ...bob.trash].sort());
    const texts = new Map(Object.entries(found.files).map(([name, file]) => [name, file === 'folder' ? file : file.text]));
    const copies = [...texts.keys()].filter((name) => name.includes('conflict'));
    assert.lengthOf(copies, 1);
    assert.equal(texts.get(copies[0]!), 'what one wrote');
    texts.delete(copies[0]!);
    const both = { away: 'folder', there: 'folder', 'shared.txt': 'what two wrote, later', 'moved on.txt': 'what two wrote', 'outlives.txt': 'changed since' };
    assert.deepEqual(Object.fromEntries(texts), { ...Object.fromEntries([...ada.files, ...bob.files]), ...both });
    assert.deepEqual(['one', 'two'].map((who) => found.files[`${who} diary.txt`] as object).map((file) => ('versions' in file ? file.versions : 0)), [20, 20]);
    assert.isAbove((await passOf(one))!.expiresAt, world.now());
    assert.isEmpty([...await one.outbox(), ...await two.outbox()]);
  });
});
