// Random days of five devices with one home: partitions, answers that are lost, requests that arrive twice, clocks that are a
// day off, workers that end between any two steps, devices that free space. Afterwards all are alike, and nothing that any of
// them wrote is lost.
import { assert } from 'chai';
import { toHex } from '../../src/crypto/bytes.ts';
import type { FileNode, HomeNode } from '../../src/crypto/node.ts';
import { extentsOf, MAX_VERSIONS } from '../../src/crypto/node.ts';
import { ok } from '../../src/result.ts';
import type { CommandId, NodeId } from '../../src/workers/contract/ids.ts';
import { clocksOf } from '../../src/workers/home/group-clocks.ts';
import { createContentSpace } from '../../src/workers/syncing/content-space.ts';
import { insecureSeededRandom } from '../support/insecure-random.ts';
import { type Device, type Fleet, openFleet } from './devices.ts';
import { cloudOf, Ended, FakeServer, type Way } from './fake-cloud.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const NAMES = ['a', 'b', 'c', 'd', 'e.txt', 'f.txt'] as const;

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

interface Day {
  readonly fleet: Fleet;
  readonly chance: () => number;
  /** Contents that must be found in the end. */
  readonly written: Set<string>;
  count: number;
  readonly cut: Set<Device>;
}

const pick = <T>({ chance }: Pick<Day, 'chance'>, all: readonly T[]): T => all[Math.floor(chance() * all.length)]!;

function commandOf(day: Day) {
  day.count += 1;
  return { command: day.count.toString(16).padStart(32, '0') as CommandId, at: 0 };
}

async function some(day: Day, device: Device, which: (node: HomeNode) => boolean): Promise<HomeNode | undefined> {
  const all = [...(await device.nodes()).values()].filter((node) => toHex(node.id) !== device.home.root && which(node));
  return all.length > 0 ? pick(day, all) : undefined;
}

const idOf = (node: HomeNode): NodeId => toHex(node.id) as NodeId;
const live = (node: HomeNode): boolean => node.trashed === undefined;
const isFile = (node: HomeNode): node is FileNode => node.kind === 'file';

/** Every content that a node holds, the newest first. */
const textsOf = async (device: Device, node: FileNode): Promise<string[]> => {
  const texts: string[] = [];
  for (const content of [node.content, ...node.versions]) texts.push(await device.text(content));
  return texts;
};

async function folderOf(day: Day, device: Device): Promise<NodeId> {
  const folder = await some(day, device, (node) => node.kind === 'folder' && live(node));
  return folder && day.chance() < 0.6 ? idOf(folder) : device.home.root;
}

function newText(day: Day): string {
  // Now and then several devices write the same.
  if (day.chance() < 0.1) return `same ${Math.floor(day.chance() * 3)}`;
  day.count += 1;
  const text = `content ${day.count}`;
  return day.chance() < 0.3 ? text.padEnd(33_000, '.') : text;
}

async function write(day: Day, device: Device, to: NodeId, name: string): Promise<void> {
  const listed = await device.home.surface.listFolder({ folder: to });
  const there = listed.ok ? listed.value.entries.find((entry) => entry.name === name) : undefined;
  const before = there && await device.home.mounted.node(there.id);
  const text = newText(day);
  const added = await device.home.surface.addFiles({ ...commandOf(day), to, items: [{ path: name, file: new File([text], name) }], clash: 'replace', port: new MessageChannel().port1 });
  if (!added.ok || added.value.added + added.value.replaced === 0) return;
  day.written.add(text);
  // Only so many versions are kept.
  if (before && before !== 'damaged' && isFile(before) && before.versions.length >= MAX_VERSIONS - 1) for (const old of await textsOf(device, before)) day.written.delete(old);
}

async function deleteForGood(day: Day, device: Device): Promise<void> {
  const node = await some(day, device, (each) => !live(each));
  if (!node) return;
  const nodes = await device.nodes();
  const under = (each: HomeNode): boolean => idOf(each) === idOf(node) || (live(each) && idOf(each) !== device.home.root && nodes.has(toHex(each.parent)) && under(nodes.get(toHex(each.parent))!));
  for (const each of nodes.values()) if (isFile(each) && under(each)) for (const text of await textsOf(device, each)) day.written.delete(text);
  await device.home.surface.deleteNodes({ ...commandOf(day), nodes: [idOf(node)] });
}

const spaceOf = (day: Day, device: Device): ReturnType<typeof createContentSpace> => createContentSpace({
  current: () => ok(device.home.mounted), cloud: () => Promise.resolve(cloudOf(() => day.fleet.server, device.way)), clock: () => day.fleet.now, closing: new AbortController().signal, syncNow: () => device.round(),
});

/** Where a worker ends in the midst, the next goes on. */
async function outliving(device: Device, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    if (!(fault instanceof Ended)) throw fault;
    device.failWrites = undefined;
    await device.again();
  }
}

/** All that can be reached hear of each other. */
async function hourOfRounds({ fleet, cut }: Day): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    fleet.now += HOUR / 2;
    for (const device of fleet.devices) if (!cut.has(device)) await outliving(device, () => device.round());
  }
}

const DEEDS: readonly (readonly [weight: number, deed: (day: Day, device: Device) => Promise<unknown>])[] = [
  [5, async (day, device) => write(day, device, await folderOf(day, device), pick(day, NAMES))],
  [6, async (day, device) => {
    const file = await some(day, device, (node) => isFile(node) && live(node));
    if (file) await write(day, device, toHex(file.parent) as NodeId, file.name);
  }],
  [2, async (day, device) => device.home.surface.createFolder({ ...commandOf(day), parent: await folderOf(day, device), name: pick(day, NAMES) })],
  [2, async (day, device) => {
    const node = await some(day, device, live);
    if (node) await device.home.surface.renameNode({ ...commandOf(day), node: idOf(node), name: pick(day, NAMES) });
  }],
  [3, async (day, device) => {
    const node = await some(day, device, live);
    if (node) await device.home.surface.moveNodes({ ...commandOf(day), nodes: [idOf(node)], to: await folderOf(day, device), clash: pick(day, ['keep_both', 'skip']) });
  }],
  [1, async (day, device) => {
    const node = await some(day, device, live);
    if (node) await device.home.surface.trashNodes({ ...commandOf(day), nodes: [idOf(node)] });
  }],
  [1, async (day, device) => {
    const node = await some(day, device, (each) => !live(each));
    if (node) await device.home.surface.untrashNodes({ ...commandOf(day), nodes: [idOf(node)] });
  }],
  [1, deleteForGood],
  [1, async (day, device) => {
    const node = await some(day, device, (each) => isFile(each) && live(each) && each.versions.length > 0 && each.versions.length < MAX_VERSIONS - 1);
    if (node && isFile(node)) await device.home.surface.restoreVersion({ ...commandOf(day), node: idOf(node), version: Math.floor(day.chance() * node.versions.length) });
  }],
  [1, async (day, device) => spaceOf(day, device).setContentChoice({ ...commandOf(day), all: day.chance() < 0.3 })],
  [0.5, async (day, device) => spaceOf(day, device).keepOnDevice({ ...commandOf(day), node: await folderOf(day, device), kept: day.chance() < 0.7 })],
  [1.5, async (day, device) => spaceOf(day, device).freeUpSpace({ ...commandOf(day), port: new MessageChannel().port1 })],
  [0.2, async ({ fleet }) => Promise.resolve(void (fleet.now += DAY + HOUR))],
  [1, async (day, device) => hourOfRounds(day).then(() => device.collect())],
  [1, async (_, device) => device.collect()],
  [6, async (_, device) => device.round()],
  [1, async (_, device) => device.carry()],
];
const WEIGHT = DEEDS.reduce((sum, [weight]) => sum + weight, 0);

function deedOf(day: Day): (typeof DEEDS)[number][1] {
  let at = day.chance() * WEIGHT;
  return (DEEDS.find(([weight]) => (at -= weight) < 0) ?? DEEDS[0]!)[1];
}

const wayOf = (day: Day, device: () => Device): Way => ({
  fate() {
    if (day.cut.has(device())) return 'lost';
    const at = day.chance();
    return at < 0.04 ? 'unanswered' : at < 0.07 ? 'lost' : at < 0.1 ? 'twice' : at < 0.11 ? 'ends' : 'well';
  },
});

async function step(day: Day): Promise<void> {
  const { fleet, chance, cut } = day;
  const device = pick(day, fleet.devices);
  fleet.now += Math.floor(chance() * 60_000);
  if (chance() < 0.05) {
    if (cut.has(device)) cut.delete(device);
    else cut.add(device);
  }
  if (chance() < 0.01) device.skew = Math.floor((chance() * 2 - 1) * DAY);
  device.failWrites = () => (chance() < 0.005 ? (chance() < 0.5 ? 'before' : 'after') : 'well');
  await outliving(device, () => deedOf(day)(day, device));
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
export async function runSchedule(seed: number, steps: number): Promise<{ readonly collected: number }> {
  const fleet = await openFleet(5, new FakeServer(), insecureSeededRandom(seed + 7_919));
  const day: Day = { fleet, chance: seededChance(seed), written: new Set(), count: 0, cut: new Set() };
  for (const device of fleet.devices) device.way = wayOf(day, () => device);
  try {
    for (let at = 0; at < steps; at += 1) await step(day);
    for (const device of fleet.devices) {
      device.way = { fate: () => 'well' };
      device.failWrites = undefined;
    }
    await fleet.settle();
    await checkAlike(day);
    await checkTree(day);
    await checkNothingLost(day);
    fleet.now += HOUR;
    await fleet.settle();
    await checkShown(day);
    await checkCollected(day);
    return { collected: fleet.server.collected };
  } catch (fault) {
    throw new Error(`schedule ${seed} of ${steps} steps: ${fault instanceof Error ? fault.message : String(fault)}`, { cause: fault });
  }
}
