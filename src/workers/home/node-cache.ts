// Nodes in memory: each by its id, and the folders that were listed whole. What was used longest ago makes room.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { TRASH } from './node-codec.ts';

/** Nodes that are kept at most, but for one folder that is larger. */
const KEPT_NODES = 60_000;
const MARGIN = 1.1;

export interface Folder {
  readonly nodes: ReadonlyMap<string, HomeNode>;
  /** Ids of rows that do not open. */
  readonly damaged: readonly string[];
}

/** A node with the digest of the record that it was opened from, or sealed to. */
export interface KeptNode {
  readonly node: HomeNode;
  readonly digest: string;
}

interface Listed {
  readonly ids: Set<string>;
  /** Ids by name; two only where fsck has something to mend. */
  readonly names: Map<string, Set<string>>;
  readonly damaged: readonly string[];
}

export interface NodeCache {
  node(id: string): HomeNode | undefined;
  kept(id: string): KeptNode | undefined;
  folder(id: string): Folder | undefined;
  /** Whether a folder is listed here whole. */
  lists(folder: string): boolean;
  /** The child of this name in a listed folder. */
  named(folder: string, name: string): HomeNode | undefined;
  keep(kept: KeptNode): void;
  /** A folder as it was read whole. */
  keepFolder(id: string, nodes: readonly KeptNode[], damaged: readonly string[]): void;
  /** A node that was written: it is in the listing of its new place, and no longer in that of its old one. */
  written(kept: KeptNode): void;
  removed(id: string): void;
  clear(): void;
}

const homeOf = (node: HomeNode): string => (node.trashed === undefined ? toHex(node.parent) : TRASH);

/** `root` is its own parent: it is in no listing. */
export function createNodeCache(root: string): NodeCache {
  const nodes = new Map<string, KeptNode>();
  const folders = new Map<string, Listed>();
  let most = KEPT_NODES;

  function makeRoom(drop: () => void): void {
    if (nodes.size <= most) return;
    drop();
    // One folder may have more than are kept: it is not looked through for each that comes.
    most = Math.max(KEPT_NODES, Math.ceil(nodes.size * MARGIN));
  }

  function dropUnlisted(): void {
    const listed = new Set([...folders.values()].flatMap(({ ids }) => [...ids]));
    for (const id of nodes.keys()) if (!listed.has(id)) nodes.delete(id);
  }

  function dropUnused(): void {
    dropUnlisted();
    for (const [folder, { ids }] of folders) {
      if (nodes.size <= KEPT_NODES || folders.size === 1) return;
      ids.forEach((id) => nodes.delete(id));
      folders.delete(folder);
    }
  }

  function unlist(node: HomeNode): void {
    const [id, listed] = [toHex(node.id), folders.get(homeOf(node))];
    listed?.ids.delete(id);
    const same = listed?.names.get(node.name);
    same?.delete(id);
    if (same?.size === 0) listed?.names.delete(node.name);
  }

  function list(node: HomeNode, listed: Listed | undefined): void {
    const id = toHex(node.id);
    listed?.ids.add(id);
    const same = listed?.names.get(node.name);
    if (same) same.add(id);
    else listed?.names.set(node.name, new Set([id]));
  }

  function removed(id: string): void {
    const kept = nodes.get(id);
    if (!kept) return;
    nodes.delete(id);
    unlist(kept.node);
  }

  return {
    removed,
    node: (id) => nodes.get(id)?.node,
    kept: (id) => nodes.get(id),
    folder(id) {
      const listed = folders.get(id);
      if (!listed) return undefined;
      folders.delete(id);
      folders.set(id, listed);
      const found = [...listed.ids].flatMap((one) => {
        const kept = nodes.get(one);
        return kept ? [[one, kept.node] as const] : [];
      });
      return { nodes: new Map(found), damaged: listed.damaged };
    },
    lists: (folder) => folders.has(folder),
    named(folder, name) {
      const [id] = folders.get(folder)?.names.get(name) ?? [];
      return id === undefined ? undefined : nodes.get(id)?.node;
    },
    keep(kept) {
      nodes.set(toHex(kept.node.id), kept);
      // Who looks at one node may do so while another asks a listed folder for a name.
      makeRoom(dropUnlisted);
    },
    keepFolder(id, read, damaged) {
      const listed: Listed = { ids: new Set(), names: new Map(), damaged };
      for (const kept of read) {
        nodes.set(toHex(kept.node.id), kept);
        list(kept.node, listed);
      }
      folders.set(id, listed);
      makeRoom(dropUnused);
    },
    written(kept) {
      const { node } = kept;
      const id = toHex(node.id);
      removed(id);
      nodes.set(id, kept);
      if (id !== root) list(node, folders.get(homeOf(node)));
      makeRoom(dropUnused);
    },
    clear() {
      nodes.clear();
      folders.clear();
      most = KEPT_NODES;
    },
  };
}
