// Owns: the changes that Files asks for, with the way back where there is one. What to say of them is the surface's.
import type { ClashChoice, Entry } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { Client } from '../../workers/door/page/client.ts';

export type Change =
  | { readonly kind: 'folder'; readonly parent: NodeId; readonly name: string }
  | { readonly kind: 'rename'; readonly node: NodeId; readonly name: string }
  | { readonly kind: 'move'; readonly nodes: readonly NodeId[]; readonly to: NodeId; readonly clash: ClashChoice }
  | { readonly kind: 'trash'; readonly nodes: readonly NodeId[] }
  | { readonly kind: 'untrash'; readonly nodes: readonly NodeId[] }
  | { readonly kind: 'delete'; readonly nodes: readonly NodeId[] }
  | { readonly kind: 'keep'; readonly node: NodeId; readonly kept: boolean }
  | { readonly kind: 'version'; readonly node: NodeId; readonly version: number };

/** Makes the change; gives the entry that came to be, where one did. */
export async function makeChange({ call }: Client, change: Change): Promise<Answer<Entry | void>> {
  switch (change.kind) {
    case 'folder': return call.createFolder({ parent: change.parent, name: change.name });
    case 'rename': return call.renameNode({ node: change.node, name: change.name });
    case 'move': return call.moveNodes({ nodes: change.nodes, to: change.to, clash: change.clash });
    case 'trash': return call.trashNodes({ nodes: change.nodes });
    case 'untrash': return call.untrashNodes({ nodes: change.nodes });
    case 'delete': return call.deleteNodes({ nodes: change.nodes });
    case 'keep': return call.keepOnDevice({ node: change.node, kept: change.kept });
    case 'version': return call.restoreVersion({ node: change.node, version: change.version });
  }
}

/** `base`, or `base 2`, `base 3` … : the first that is not taken. Only a proposal; the authority decides. */
export function freeName(base: string, entries: readonly Entry[]): string {
  const taken = new Set(entries.map((entry) => entry.name.toLocaleLowerCase()));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base} ${number}`;
    if (!taken.has(name.toLocaleLowerCase())) return name;
  }
}

/** Where the extension begins, so that a rename selects what stands before it. */
export function stemLength(entry: Entry): number {
  const dot = entry.name.lastIndexOf('.');
  return entry.kind === 'folder' || dot <= 0 ? entry.name.length : dot;
}
