// Places of what was taken and is not mended yet: mending looks at all of it, and at whatever has the same name beside it,
// and opens none of it again.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { Tree } from './tree.ts';

/** More are not kept: of those, nodes are read again. */
const KEPT_PLACES = 250_000;
const WINDOW = 1000;

export interface Place {
  /** Hex. */
  readonly parent: string;
  readonly name: string;
  readonly live: boolean;
}

export interface PlaceIndex {
  /** As stored; undefined where it is not known. */
  of(id: string): Place | undefined;
  /** Whether all that lies in a folder is known, and no two of one name. */
  differs(folder: string): Promise<boolean>;
  /** Reads places that are not known. */
  learn(ids: readonly string[]): Promise<void>;
  taken(nodes: readonly HomeNode[]): void;
  /** Nodes that were written or removed. */
  changed(put: readonly HomeNode[], removed: readonly string[]): void;
  forget(): void;
}

export function createPlaceIndex(tree: Pick<Tree, 'several' | 'idsIn'>): PlaceIndex {
  const places = new Map<string, Place>();
  /** One text for all that lie in a folder. */
  const parents = new Map<string, string>();

  function keep(id: string, { parent, name, trashed }: HomeNode): void {
    const hex = toHex(parent);
    const same = parents.get(hex) ?? hex;
    parents.set(same, same);
    places.set(id, { parent: same, name, live: trashed === undefined });
  }

  function taken(nodes: readonly HomeNode[]): void {
    for (const node of nodes) if (places.size < KEPT_PLACES) keep(toHex(node.id), node);
  }

  return {
    of: (id) => places.get(id),
    taken,
    async differs(folder) {
      const ids = await tree.idsIn(folder);
      const names = new Set(ids.map((id) => places.get(id)?.name));
      return names.size === ids.length && !names.has(undefined);
    },
    async learn(ids) {
      const unknown = ids.filter((id) => !places.has(id));
      for (let at = 0; at < unknown.length && places.size < KEPT_PLACES; at += WINDOW) taken(await tree.several(unknown.slice(at, at + WINDOW)));
    },
    changed(put, removed) {
      for (const id of removed) places.delete(id);
      for (const node of put) {
        const id = toHex(node.id);
        if (places.has(id)) keep(id, node);
      }
    },
    forget() {
      places.clear();
      parents.clear();
    },
  };
}
