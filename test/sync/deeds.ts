// What five devices do on a random day, each deed with how often it comes: writing, moving, deleting, freeing space, hours that pass; on
// some days sync is stopped and begun anew, or an earlier state of the server comes back.
import { toHex } from '../../src/crypto/bytes.ts';
import { type FileNode, type HomeNode } from '../../src/crypto/node.ts';
import { ok } from '../../src/result.ts';
import type { CommandId, NodeId } from '../../src/workers/contract/ids.ts';
import { createContentSpace } from '../../src/workers/syncing/content-space.ts';
import type { Device, Fleet } from './devices.ts';
import { cloudOf, Ended, type FakeServer } from './fake-cloud.ts';

export const DAY = 86_400_000;
export const HOUR = 3_600_000;
/** Where more come together than a file keeps, the oldest go: what all devices add stays below that. */
const MOST_VERSIONS = 6;
const NAMES = ['a', 'b', 'c', 'd', 'e.txt', 'f.txt'] as const;

type Deed = readonly [weight: number, deed: (day: Day, device: Device) => Promise<unknown>];

export interface Day {
  readonly fleet: Fleet;
  readonly chance: () => number;
  /** Contents that must be found in the end. */
  readonly written: Set<string>;
  count: number;
  readonly cut: Set<Device>;
  /** Devices in the midst of something, those at which somebody does something meanwhile, and those whose home is closed. */
  readonly busy: Set<Device>;
  readonly used: Set<Device>;
  readonly closed: Set<Device>;
  /** Requests that are still on their way, though nobody waits for them any more. */
  readonly late: (() => void)[];
  readonly deeds: ReturnType<typeof deedsOf>;
  /** An earlier state of the server, which may come back. */
  kept: FakeServer | undefined;
}

/** Closed afterwards, whatever became of the work: Node looks at each that is open whenever it is woken, and a run has days by the thousand. */
async function withPort<T>(work: (port: MessagePort) => Promise<T>): Promise<T> {
  const { port1, port2 } = new MessageChannel();
  try {
    return await work(port1);
  } finally {
    port1.close();
    port2.close();
  }
}

export const pick = <T>({ chance }: Pick<Day, 'chance'>, all: readonly T[]): T => all[Math.floor(chance() * all.length)]!;

function commandOf(day: Day) {
  day.count += 1;
  return { command: day.count.toString(16).padStart(32, '0') as CommandId, at: 0 };
}

async function some(day: Day, device: Device, which: (node: HomeNode) => boolean): Promise<HomeNode | undefined> {
  const all = [...(await device.nodes()).values()].filter((node) => toHex(node.id) !== device.home.root && which(node));
  // A few are of more use to everybody than the rest.
  return all[Math.floor(day.chance() ** 4 * all.length)];
}

export const idOf = (node: HomeNode): NodeId => toHex(node.id) as NodeId;
export const live = (node: HomeNode): boolean => node.trashed === undefined;
export const isFile = (node: HomeNode): node is FileNode => node.kind === 'file';

/** Every content that a node holds, the newest first. */
export const textsOf = async (device: Device, node: FileNode): Promise<string[]> => {
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
  if (before && before !== 'damaged' && isFile(before) && before.versions.length >= MOST_VERSIONS) return;
  const text = newText(day);
  const added = await withPort((port) => device.home.surface.addFiles({ ...commandOf(day), to, items: [{ path: name, file: new File([text], name) }], clash: 'replace', port }));
  if (added.ok && added.value.added + added.value.replaced > 0) day.written.add(text);
}

/** What every file holds that lies in a node, or is it. */
async function textsUnder(device: Device, top: HomeNode): Promise<readonly string[]> {
  const nodes = await device.nodes();
  // Two folders may lie in each other until that is mended.
  const under = (each: HomeNode, seen = new Set<string>()): boolean =>
    idOf(each) === idOf(top) || (live(each) && idOf(each) !== device.home.root && !seen.has(idOf(each)) && nodes.has(toHex(each.parent)) && under(nodes.get(toHex(each.parent))!, seen.add(idOf(each))));
  const texts: string[] = [];
  for (const each of nodes.values()) if (isFile(each) && under(each)) texts.push(...await textsOf(device, each));
  return texts;
}

async function deleteForGood(day: Day, device: Device): Promise<void> {
  const node = await some(day, device, (each) => !live(each));
  if (!node) return;
  // What a round takes before the deletion is deleted with the rest: between the two it takes nothing.
  const looked = device.home.mounted.alone(async () => { for (const text of await textsUnder(device, node)) day.written.delete(text); });
  await Promise.all([looked, device.home.surface.deleteNodes({ ...commandOf(day), nodes: [idOf(node)] })]);
}

const isLinked = async ({ home }: Device): Promise<boolean> => (await home.mounted.sync.link.read()) !== undefined;

/** Nothing moves where sync was stopped. */
const whereLinked = async <T>(device: Device, work: () => Promise<T>) => ((await isLinked(device)) ? work() : ok());

export async function linkAgain(device: Device): Promise<void> {
  const { link } = device.home.mounted.sync;
  if (await isLinked(device)) return;
  await link.begin('account');
  await link.finish();
}

/** The content stays: whoever puts a server back keeps that. */
function setBack(day: Day): void {
  const { fleet, kept } = day;
  if (!kept || day.chance() < 0.3) {
    day.kept = fleet.server.copy(fleet.server.generation);
    return;
  }
  const back = kept.copy(fleet.server.generation + 1);
  for (const [id, bytes] of fleet.server.extents) back.extents.set(id, bytes);
  fleet.server = back;
}

const spaceOf = (day: Day, device: Device): ReturnType<typeof createContentSpace> => createContentSpace({
  current: () => ok(device.home.mounted), cloud: () => Promise.resolve(cloudOf(() => day.fleet.server, device.way)), clock: () => day.fleet.now, closing: new AbortController().signal, syncNow: () => whereLinked(device, () => device.round()),
});

/** Where a worker ends in the midst, the next goes on. */
export async function outliving(device: Device, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    if (!(fault instanceof Ended)) throw fault;
    device.failWrites = undefined;
    await device.again();
  }
}

/** Does something that no other may be in the midst of on this device; what is in `state` already stays there. */
export async function within(state: Set<Device>, device: Device, work: () => Promise<unknown>): Promise<void> {
  const before = state.has(device);
  state.add(device);
  try {
    await work();
  } finally {
    if (!before) state.delete(device);
  }
}

/** What is still on its way arrives: none takes an hour. */
export function arrive({ late }: Day): void {
  for (const arrives of late.splice(0)) arrives();
}

function pass(day: Day, ms: number): void {
  arrive(day);
  day.fleet.now += ms;
}

/** All that can be reached hear of each other. */
async function hourOfRounds(day: Day): Promise<void> {
  const { fleet, cut, busy } = day;
  for (let times = 0; times < 2; times += 1) {
    pass(day, HOUR / 2);
    for (const device of fleet.devices) if (!cut.has(device)) await within(busy, device, () => outliving(device, () => whereLinked(device, () => device.round())));
  }
}

const ROUND: Deed = [6, async (_, device) => whereLinked(device, () => device.round())];
/** Of the person at a device: whatever it is in the midst of sending or taking. */
const LOCAL: readonly Deed[] = [
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
    const node = await some(day, device, (each) => isFile(each) && live(each) && each.versions.length > 0);
    if (node && isFile(node)) await device.home.surface.restoreVersion({ ...commandOf(day), node: idOf(node), version: Math.floor(day.chance() * node.versions.length) });
  }],
];
const DEEDS: readonly Deed[] = [
  ...LOCAL,
  [1, async (day, device) => spaceOf(day, device).setContentChoice({ ...commandOf(day), all: day.chance() < 0.3 })],
  [0.5, async (day, device) => spaceOf(day, device).keepOnDevice({ ...commandOf(day), node: await folderOf(day, device), kept: day.chance() < 0.7 })],
  [1.5, async (day, device) => withPort((port) => spaceOf(day, device).freeUpSpace({ ...commandOf(day), port }))],
  ROUND,
  [1, async ({ closed }, device) => whereLinked(device, () => within(closed, device, () => device.carry()))],
];
const TIME: readonly Deed[] = [[0.2, (day) => Promise.resolve(pass(day, DAY + HOUR))]];
/** What was let go of goes at the server: not where that may be put back to before. */
const COLLECTING: readonly Deed[] = [[1, async (_, device) => whereLinked(device, () => device.collect())]];
const HOURS: readonly Deed[] = [[1, async (day, device) => hourOfRounds(day).then(() => whereLinked(device, () => device.collect()))]];
const LINKING: readonly Deed[] = [[1.5, async (_, device) => ((await isLinked(device)) ? device.home.mounted.sync.link.end() : linkAgain(device))]];
const SETTING_BACK: readonly Deed[] = [[0.5, (day) => Promise.resolve(setBack(day))]];

/** One day in four stops sync and begins it anew; where `setBack` says so, an earlier state of the server comes back now and then. `brief` are those that take no time, most of them rounds, `local` those that ask no server. */
export function deedsOf(seed: number, setBack: boolean): Readonly<Record<'all' | 'brief' | 'local', readonly Deed[]>> {
  const brief = [...DEEDS, ...(setBack ? SETTING_BACK : COLLECTING), ...(seed % 4 === 1 ? LINKING : [])];
  return { local: LOCAL, brief: [...brief, [20, ROUND[1]]], all: [...brief, ...TIME, ...(setBack ? [] : HOURS)] };
}

export function deedOf({ chance }: Day, deeds: readonly Deed[]): Deed[1] {
  let at = chance() * deeds.reduce((sum, [weight]) => sum + weight, 0);
  return (deeds.find(([weight]) => (at -= weight) < 0) ?? deeds[0]!)[1];
}
