// Random days of five devices with one home: partitions, answers that are lost, requests that arrive twice, clocks that are a
// day off, workers that end between any two steps, and what the devices do (deeds.ts). Afterwards all are alike, and nothing that any of
// them wrote is lost.
import { assert } from 'chai';
import { toHex } from '../../src/crypto/bytes.ts';
import { extentsOf, type HomeNode } from '../../src/crypto/node.ts';
import { clocksOf } from '../../src/workers/home/group-clocks.ts';
import { insecureSeededRandom } from '../support/insecure-random.ts';
import { arrive, DAY, type Day, deedOf, deedsOf, HOUR, idOf, isFile, linkAgain, live, outliving, pick, textsOf, within } from './deeds.ts';
import { type Device, openFleet } from './devices.ts';
import { FakeServer, type Way } from './fake-cloud.ts';
import { BULK_TURN_MS } from '../../src/sync/bulk-turn.ts';

/** Devices in the midst of something, one within a request of the other. */
const AT_ONCE = 3;

/** mulberry32: good enough to shuffle with. */
function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One device does something, whatever the others are in the midst of. */
const act = (day: Day, device: Device, deeds: Day['deeds']['all']): Promise<void> =>
  within(day.busy, device, () => outliving(device, () => deedOf(day, deeds)(day, device)));

/** A worker that ended may have left others in the midst of something. */
const idleOf = ({ fleet, busy, used }: Day): readonly Device[] => fleet.devices.filter((device) => !busy.has(device) && !used.has(device));

const wayOf = (day: Day, device: Device): Way => ({
  fate() {
    if (day.cut.has(device)) return 'lost';
    const at = day.chance();
    return at < 0.04 ? 'unanswered' : at < 0.06 ? 'lost' : at < 0.08 ? 'late' : at < 0.1 ? 'twice' : at < 0.11 ? 'ends' : 'well';
  },
  async meanwhile() {
    if (day.chance() < 0.3) arrive(day);
    const [{ busy, used, closed, deeds }, idle, at] = [day, idleOf(day), day.chance()];
    if (at < 0.2 && busy.size < AT_ONCE && idle.length > 0) await act(day, pick(day, idle), deeds.brief);
    // Where its worker ends in that, whatever it is in the midst of ends too.
    else if (at > 0.95 && !closed.has(device) && !used.has(device)) await within(used, device, () => deedOf(day, deeds.local)(day, device));
  },
  later: (arrives) => void day.late.splice(Math.floor(day.chance() * (day.late.length + 1)), 0, arrives),
});

async function step(day: Day): Promise<void> {
  const { fleet, chance, cut } = day;
  while (idleOf(day).length === 0) await new Promise((resolve) => { setTimeout(resolve); });
  const device = pick(day, idleOf(day));
  fleet.now += Math.floor(chance() * 60_000);
  if (chance() < 0.05) {
    if (cut.has(device)) cut.delete(device);
    else cut.add(device);
  }
  if (chance() < 0.01) device.skew = Math.floor((chance() * 2 - 1) * DAY);
  if (chance() < 0.02) device.metered = !device.metered;
  device.failWrites = () => (chance() < 0.005 ? (chance() < 0.5 ? 'before' : 'after') : 'well');
  await act(day, device, day.deeds.all);
}

const shape = (node: HomeNode) => ({
  parent: toHex(node.parent), name: node.name, trashed: node.trashed, clocks: Object.entries(clocksOf(node)).map(([group, [ms, counter, by]]) => `${group} ${ms} ${counter} ${toHex(by)}`),
  ...(isFile(node) && { size: node.content.size, inline: node.content.inline?.length, extents: node.content.extents?.map(([id]) => toHex(id)), versions: node.versions.map(({ extents }) => toHex(extents[0]?.[0] ?? new Uint8Array())) }),
});

async function checkAlike({ fleet }: Day): Promise<void> {
  const all = await Promise.all(fleet.devices.map(async (device) => Object.fromEntries([...await device.nodes()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, node]) => [id, shape(node)]))));
  for (const other of all.slice(1)) assert.deepEqual(other, all[0]!);
  assert.deepEqual(await fleet.alive(), Object.keys(all[0]!));
}

/** What is counted as waiting is what waits. */
async function checkCounted({ fleet }: Day): Promise<void> {
  for (const { home: { deps: { db }, mounted: { sync } } } of fleet.devices) {
    const [nodes, extents] = await db.read(['queued'], async (tx) => [await tx.keys('queued', { prefix: 'nodes/' }), await tx.keys('queued', { prefix: 'extents/' })]);
    assert.deepEqual([sync.reconciler.waiting(), sync.toGo()], [nodes.length, extents.length]);
  }
}

async function checkTree({ fleet }: Day): Promise<void> {
  const [device] = fleet.devices;
  const nodes = await device!.nodes();
  const names = new Set<string>();
  for (const node of nodes.values()) {
    if (!live(node) || idOf(node) === device!.home.root) continue;
    const place = `${toHex(node.parent)}/${node.name}`;
    assert.isFalse(names.has(place), `two are called ${node.name}`);
    names.add(place);
    const seen = new Set<string>();
    for (let at: HomeNode | undefined = node; at && live(at) && idOf(at) !== device!.home.root; at = nodes.get(toHex(at.parent))) {
      assert.isFalse(seen.has(idOf(at)), 'a loop');
      seen.add(idOf(at));
      assert.equal(nodes.get(toHex(at.parent))?.kind, 'folder', 'a node without a folder');
    }
  }
}

async function checkNothingLost({ fleet, written }: Day): Promise<void> {
  const [device] = fleet.devices;
  const found = new Set<string>();
  for (const node of (await device!.nodes()).values()) if (isFile(node)) for (const text of await textsOf(device!, node)) found.add(text);
  const lost = [...written].filter((text) => !found.has(text) && !text.startsWith('same'));
  assert.deepEqual(lost.map((text) => text.slice(0, 40)), []);
}

/** All know the same of the server, and none finds that it shows them less than others. */
async function checkShown({ fleet }: Day): Promise<void> {
  const views = await Promise.all(fleet.devices.map(async ({ home: { mounted } }) => {
    const view = await mounted.sync.serverView();
    return view && { nodes: view.nodes, set: toHex(view.set) };
  }));
  for (const view of views) assert.deepEqual(view, views[0]);
  assert.isDefined(views[0]);
  for (const device of fleet.devices) assert.isUndefined(device.checkpoints().behind(device.home.mounted));
}

/** In the end the server keeps what files name, and no graves. */
async function checkCollected(day: Day): Promise<void> {
  const { fleet } = day;
  // Who deleted knows when all others had said that they know; whoever learns of it has to say so too.
  for (let turn = 0; turn < 4; turn += 1) {
    fleet.now += DAY + 2 * HOUR;
    await fleet.settle();
    for (const device of fleet.devices) await device.collect();
  }
  const named = new Set((await fleet.stored()).flatMap((node) => extentsOf(node).map(([id]) => toHex(id))));
  assert.deepEqual([...fleet.server.extents.keys()].filter((id) => !named.has(id)), [], 'content that nothing names');
  assert.equal([...fleet.server.objects.values()].filter(({ body }) => body).length, (await fleet.alive()).length, 'graves');
  await fleet.settle();
  await checkAlike(day);
  await checkNothingLost(day);
}

/** One schedule; the seed says all of it. */
export async function runSchedule(seed: number, steps: number, { setBack = false } = {}): Promise<{ readonly collected: number }> {
  const fleet = await openFleet(5, new FakeServer(), insecureSeededRandom(seed + 7_919));
  const day: Day = { fleet, chance: seededChance(seed), written: new Set(), count: 0, cut: new Set(), busy: new Set(), used: new Set(), closed: new Set(), late: [], deeds: deedsOf(seed, setBack), kept: undefined };
  let elapsed = 0;
  for (const device of fleet.devices) {
    device.way = wayOf(day, device);
    device.elapsed = () => (elapsed += day.chance() < 0.2 ? BULK_TURN_MS : 0);
  }
  try {
    for (let at = 0; at < steps; at += 1) await step(day);
    while (idleOf(day).length < fleet.devices.length) await new Promise((resolve) => { setTimeout(resolve); });
    arrive(day);
    for (const device of fleet.devices) {
      device.way = { fate: () => 'well' };
      device.failWrites = undefined;
      device.metered = false;
      // One that ended with the last it did is found so now.
      await outliving(device, () => device.home.mounted.sync.link.read());
      await linkAgain(device);
    }
    await checkCounted(day);
    await fleet.settle();
    await checkCounted(day);
    await checkAlike(day);
    await checkTree(day);
    await checkNothingLost(day);
    fleet.now += HOUR;
    await fleet.settle();
    await checkShown(day);
    if (!setBack) await checkCollected(day);
    return { collected: fleet.server.collected };
  } catch (fault) {
    throw new Error(`schedule ${seed} of ${steps} steps: ${fault instanceof Error ? fault.message : String(fault)}`, { cause: fault });
  }
}
