// What two changes did together that neither would have done alone: folders inside each other, files whose folder is gone,
// two of one name. Every device mends it alike, with clocks just after the change that is undone (docs/sync.md, "Places").
import { fromHex, toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { freeName } from '../../crypto/free-name.ts';
import { clocksOf, compareClocks, justAfter, withClocks } from './group-clocks.ts';
import type { Place, PlaceIndex } from './place-index.ts';
import type { Tree } from './tree.ts';

interface Stored {
  readonly tree: Pick<Tree, 'node' | 'folder'>;
  readonly places: Pick<PlaceIndex, 'of' | 'differs'>;
  readonly root: string;
}

/** The tree with what was mended so far. */
interface View extends Stored {
  readonly mended: Map<string, HomeNode>;
  /** Folders whose way up needs no mending: whatever is mended lies on no such way. */
  readonly sound: Set<string>;
}

const hex = (node: HomeNode): string => toHex(node.id);
const parentOf = (node: HomeNode): string => toHex(node.parent);

const nodeIn = async ({ tree, mended }: View, id: string): Promise<HomeNode | 'damaged' | undefined> => mended.get(id) ?? tree.node(id);

/** Of most nodes the place is all that is looked at. */
async function placeIn(view: View, id: string): Promise<Place | undefined> {
  const known = view.mended.has(id) ? undefined : view.places.of(id);
  if (known) return known;
  const node = await nodeIn(view, id);
  return node && node !== 'damaged' ? { parent: parentOf(node), name: node.name, live: node.trashed === undefined } : undefined;
}

const byPlace = (a: HomeNode, b: HomeNode): number => compareClocks(clocksOf(a).place, clocksOf(b).place) || (hex(a) < hex(b) ? -1 : 1);

function placed(node: HomeNode, change: Partial<Pick<HomeNode, 'parent' | 'name' | 'from'>>): HomeNode {
  const clocks = clocksOf(node);
  return withClocks({ ...node, ...change }, { ...clocks, place: justAfter(clocks.place) });
}

type Way =
  | { readonly ends: 'root' | 'trash' | 'damaged' }
  /** The topmost node on the way, whose folder is gone. */
  | { readonly ends: 'gone'; readonly top: HomeNode }
  | { readonly ends: 'loop'; readonly members: readonly HomeNode[] };

/** From a node up: to the root or to the trash, or to where it breaks. What cannot be read is left alone. */
async function wayUp(view: View, node: HomeNode): Promise<Way> {
  const way = new Map<string, HomeNode>();
  for (let at = node; ;) {
    if (hex(at) === view.root) return { ends: 'root' };
    if (at.trashed !== undefined) return { ends: 'trash' };
    if (way.has(hex(at))) {
      const members = [...way.values()];
      return { ends: 'loop', members: members.slice(members.findIndex((one) => hex(one) === hex(at))) };
    }
    way.set(hex(at), at);
    // Whether that has come or not.
    if (parentOf(at) === view.root) return { ends: 'root' };
    const above = await nodeIn(view, parentOf(at));
    if (above === 'damaged') return { ends: 'damaged' };
    if (above?.kind !== 'folder') return { ends: 'gone', top: at };
    at = above;
  }
}

/** Where the last of a loop was before, if that still stands, which it does only outside of the loop; else the root. */
async function earlierPlace(view: View, node: HomeNode): Promise<HomeNode['parent']> {
  const before = node.from && (await nodeIn(view, toHex(node.from)));
  const stands = before && before !== 'damaged' && before.kind === 'folder' && (await wayUp(view, before)).ends === 'root';
  return stands ? before.id : fromHex(view.root, 16)!;
}

async function mendWay(view: View, id: string): Promise<void> {
  for (;;) {
    const place = await placeIn(view, id);
    if (!place || !place.live || view.sound.has(place.parent)) return;
    const node = await nodeIn(view, id);
    if (!node || node === 'damaged') return;
    const way = await wayUp(view, node);
    if (way.ends !== 'gone' && way.ends !== 'loop') {
      view.sound.add(place.parent);
      return;
    }
    const last = way.ends === 'gone' ? way.top : [...way.members].sort(byPlace).at(-1)!;
    const parent = way.ends === 'gone' ? fromHex(view.root, 16)! : await earlierPlace(view, last);
    view.mended.set(hex(last), placed(last, { parent, from: last.parent }));
  }
}

/** Live children as they are with what was mended. */
async function childrenIn({ tree, mended, root }: View, folder: string): Promise<readonly HomeNode[]> {
  const children = new Map((await tree.folder(folder)).nodes);
  for (const [id, node] of mended) {
    if (parentOf(node) === folder && node.trashed === undefined && id !== root) children.set(id, node);
    else children.delete(id);
  }
  return [...children.values()];
}

/** Of several of one name the one that has it longest keeps it; `moved` are folders that something was mended into. */
async function mendNames(view: View, folder: string, moved: ReadonlySet<string>): Promise<void> {
  if (!moved.has(folder) && (await view.places.differs(folder))) return;
  const children = await childrenIn(view, folder);
  const names = new Set(children.map(({ name }) => name));
  if (names.size === children.length) return;
  const holders = new Set<string>();
  for (const node of [...children].sort(byPlace)) {
    if (!holders.has(node.name)) {
      holders.add(node.name);
      continue;
    }
    const name = freeName(node.name, (one) => names.has(one));
    names.add(name);
    holders.add(name);
    view.mended.set(hex(node), placed(node, { name }));
  }
}

/** Nodes with the places that they should have, of those that were touched and what stands in their way. */
export async function mendPlaces(stored: Stored, touched: Iterable<string>): Promise<readonly HomeNode[]> {
  const view: View = { ...stored, mended: new Map(), sound: new Set([stored.root]) };
  const ids = [...touched].filter((id) => id !== view.root).sort();
  for (const id of ids) await mendWay(view, id);
  const moved = new Set([...view.mended.values()].map(parentOf));
  const folders = new Set<string>();
  for (const id of new Set([...ids, ...view.mended.keys()])) {
    const place = await placeIn(view, id);
    if (place?.live) folders.add(place.parent);
  }
  for (const folder of [...folders].sort()) await mendNames(view, folder, moved);
  return [...view.mended.values()];
}
