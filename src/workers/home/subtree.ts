// A node and all that lies under it. Each comes once: moves on two devices can put two folders into each other, until places are mended.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { Tree } from './tree.ts';

export interface Below {
  readonly node: HomeNode;
  /** Names from the top down, joined by slashes. */
  readonly path: string;
  /** 1 for the top. */
  readonly depth: number;
}

type Folders = Pick<Tree, 'folder'>;

/** From the top down, which is called `path`. */
export async function* subtree({ folder }: Folders, top: HomeNode, path = top.name): AsyncGenerator<Below, void, undefined> {
  const found = new Map<string, Below>([[toHex(top.id), { node: top, path, depth: 1 }]]);
  // It grows as it is gone through.
  for (const one of found.values()) {
    yield one;
    if (one.node.kind !== 'folder') continue;
    for (const [id, node] of (await folder(toHex(one.node.id))).nodes) if (!found.has(id)) found.set(id, { node, path: `${one.path}/${node.name}`, depth: one.depth + 1 });
  }
}

/** How many nodes lie in each other from one down, itself counted; for the depth of a move. */
export async function heightOf(tree: Folders, node: HomeNode): Promise<number> {
  let height = 0;
  for await (const { depth } of subtree(tree, node)) height = depth;
  return height;
}
