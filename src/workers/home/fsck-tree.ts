// fsck, second part: the tree that the nodes make. What has no place goes to a folder at the root, so that it can be seen.
import { fromHex, toHex } from '../../crypto/bytes.ts';
import type { FolderNode, HomeNode } from '../../crypto/node.ts';
import type { HomeContext } from './context.ts';
import { freeName } from '../../crypto/free-name.ts';
import type { Found } from './fsck.ts';
import { newFolder } from './moves.ts';
import { stamped } from './stamp.ts';

export type NodesById = ReadonlyMap<string, HomeNode>;
const LOST_AND_FOUND = 'Lost and found';

/** Why a node is not reached from the root, told of the node where the chain breaks. */
function placeFault(nodes: NodesById, root: string, node: HomeNode): 'node.orphan' | 'node.loop' | undefined {
  const parent = nodes.get(toHex(node.parent));
  // What was thrown away by itself outlasts its folder: brought back, it goes to the root.
  if (!parent && node.trashed !== undefined) return undefined;
  if (parent?.kind !== 'folder') return 'node.orphan';
  const seen = new Set<string>();
  for (let at: HomeNode | undefined = node; at && toHex(at.id) !== root; at = nodes.get(toHex(at.parent))) {
    const id = toHex(at.id);
    if (seen.has(id)) return 'node.loop';
    seen.add(id);
  }
  return undefined;
}

async function lostAndFound({ tree, homeId, random, ...home }: HomeContext): Promise<FolderNode> {
  const there = await tree.named(homeId, LOST_AND_FOUND);
  if (there?.kind === 'folder') return there;
  const names = new Set([...(await tree.folder(homeId)).nodes.values()].map(({ name }) => name));
  const folder = newFolder(home, { id: toHex(random(16)), parent: homeId, name: freeName(LOST_AND_FOUND, (name) => names.has(name)) });
  await tree.commit({ put: [folder] });
  return folder;
}

/** Brings one node to the root's folder for such; one mended cuts a loop for all in it. */
async function bringBack(home: HomeContext, id: string): Promise<boolean> {
  const { tree, clock, device } = home;
  const node = await tree.node(id);
  if (!node || node === 'damaged') return false;
  const folder = await lostAndFound(home);
  const names = new Set([...(await tree.folder(toHex(folder.id))).nodes.values()].map(({ name }) => name));
  const place = { ...node, parent: folder.id, from: node.parent, name: freeName(node.name, (name) => names.has(name)) };
  await tree.commit({ put: [stamped(place, 'place', { clock: clock.tick(), device })] });
  home.changed([toHex(folder.id)]);
  return true;
}

async function rename(home: HomeContext, id: string): Promise<boolean> {
  const { tree, clock, device } = home;
  const node = await tree.node(id);
  if (!node || node === 'damaged') return false;
  const names = new Set([...(await tree.folder(toHex(node.parent))).nodes.values()].map(({ name }) => name));
  await tree.commit({ put: [stamped({ ...node, name: freeName(node.name, (name) => names.has(name)) }, 'place', { clock: clock.tick(), device })] });
  return true;
}

/** A missing root is an orphan whose mending makes it anew. */
async function makeRoot({ tree, homeId, clock, device }: HomeContext): Promise<boolean> {
  const id = fromHex(homeId, 16);
  if (!id) return false;
  await tree.commit({ put: [{ kind: 'folder', id, parent: id, name: 'home', clock: clock.tick(), device }] });
  return true;
}

export function checkTree(home: HomeContext, nodes: NodesById): readonly Found[] {
  const { homeId } = home;
  const found: Found[] = [];
  if (!nodes.has(homeId)) found.push({ fault: 'node.orphan', id: homeId, mend: () => makeRoot(home) });
  const withRoot = nodes.has(homeId) ? nodes : new Map([...nodes, [homeId, { kind: 'folder', id: fromHex(homeId, 16) } as HomeNode]]);
  const taken = new Set<string>();
  const cut = new Set<string>();
  for (const [id, node] of nodes) {
    if (id === homeId) continue;
    const fault = cutOnce(cut, withRoot, node, placeFault(withRoot, homeId, node));
    if (fault) found.push({ fault, id, mend: () => bringBack(home, id) });
    const place = `${toHex(node.parent)}/${node.name}`;
    if (node.trashed === undefined && taken.has(place)) found.push({ fault: 'node.name_twice', id, mend: () => rename(home, id) });
    if (node.trashed === undefined) taken.add(place);
  }
  return found;
}

/** A loop is told once, by the first of its nodes: with that one brought back, the others hang below it. */
function cutOnce(cut: Set<string>, nodes: NodesById, node: HomeNode, fault: 'node.orphan' | 'node.loop' | undefined): typeof fault {
  if (fault !== 'node.loop') return fault;
  const chain = new Set<string>();
  for (let at: HomeNode | undefined = node; at && !chain.has(toHex(at.id)); at = nodes.get(toHex(at.parent))) {
    if (cut.has(toHex(at.id))) return undefined;
    chain.add(toHex(at.id));
  }
  chain.forEach((id) => cut.add(id));
  return fault;
}
