// To the trash and back, and gone for good. What lies in the trash keeps its place inside its record.
import { equal, toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { collectExtents } from './collect.ts';
import type { HomeContext } from './context.ts';
import { entryOf } from './entry.ts';
import { freeName } from '../../crypto/free-name.ts';
import { ancestry, liveNode } from './places.ts';
import { stamped } from './stamp.ts';
import { subtree } from './subtree.ts';
import { extentIdsOf } from './tree.ts';

type Trash = Pick<Served<HomeSurface>, 'listTrash' | 'trashNodes' | 'untrashNodes' | 'deleteNodes'>;

export function trashed(node: HomeNode, { clock, device, now }: Pick<HomeContext, 'clock' | 'device' | 'now'>): HomeNode {
  return stamped({ ...node, trashed: now() }, 'trash', { clock: clock.tick(), device });
}

/** Back at a place, which counts as a move where it is another than before. */
function untrashed(node: HomeNode, { parent, name }: Pick<HomeNode, 'parent' | 'name'>, { clock, device }: Pick<HomeContext, 'clock' | 'device'>): HomeNode {
  const { trashed: _, ...live } = node;
  const stamp = { clock: clock.tick(), device };
  const moved = !equal(parent, node.parent);
  const placed = moved || name !== node.name ? stamped({ ...live, parent, name, ...(moved && { from: node.parent }) } as HomeNode, 'place', stamp) : (live as HomeNode);
  return stamped(placed, 'trash', stamp);
}

export function createTrash(home: HomeContext): Trash {
  const { tree, arrival, homeId, alone, changed } = home;

  /** Nodes of the trash; ids that are no longer anywhere are done with already. */
  async function inTrash(ids: readonly string[]): Promise<Result<readonly HomeNode[], NexusError>> {
    const nodes: HomeNode[] = [];
    for (const id of new Set(ids)) {
      const node = await liveNode(tree, id);
      if (node.ok && node.value.trashed !== undefined) nodes.push(node.value);
      else if (!node.ok && node.error.code !== 'home.not_found') return node;
    }
    return ok(nodes);
  }

  /** Where a node goes back to: its parent, or the root where that is gone or lies in the trash itself; undefined where the way there may still come. */
  async function placeFor(node: HomeNode): Promise<HomeNode['parent'] | undefined> {
    const parent = await tree.node(toHex(node.parent));
    const above = parent && parent !== 'damaged' ? await ancestry(tree, homeId, parent) : undefined;
    const isUnknown = parent === undefined || (above?.ok === false && above.error.code === 'home.not_found');
    if (isUnknown && arrival.isArriving()) return undefined;
    const stands = above?.ok === true && parent !== 'damaged' && parent?.kind === 'folder' && above.value.every((one) => one.trashed === undefined);
    return stands ? node.parent : home.keys.homeId;
  }

  return {
    async listTrash() {
      const { nodes } = await tree.trash();
      return ok([...nodes.values()].map(entryOf).sort((a, b) => (b.trashed ?? 0) - (a.trashed ?? 0)));
    },

    trashNodes: ({ nodes: ids }) => alone(async () => {
      const put: HomeNode[] = [];
      const folders = new Set<string>();
      for (const id of ids) {
        const node = id === homeId ? err(nexusError('home.not_found')) : await liveNode(tree, id);
        if (!node.ok) return node;
        if (node.value.trashed !== undefined) continue;
        put.push(trashed(node.value, home));
        folders.add(toHex(node.value.parent));
      }
      await tree.commit({ put });
      changed(folders);
      return ok();
    }),

    untrashNodes: ({ nodes: ids }) => alone(async () => {
      const nodes = await inTrash(ids);
      if (!nodes.ok) return nodes;
      const taken = new Map<string, Set<string>>();
      const put: HomeNode[] = [];
      for (const node of nodes.value) {
        const to = await placeFor(node);
        if (!to) return err(nexusError('sync.arriving'));
        const parent = toHex(to);
        const names = taken.get(parent) ?? new Set([...(await tree.folder(parent)).nodes.values()].map(({ name }) => name));
        taken.set(parent, names);
        const name = freeName(node.name, (one) => names.has(one));
        names.add(name);
        put.push(untrashed(node, { parent: to, name }, home));
      }
      await tree.commit({ put });
      changed(taken.keys());
      return ok();
    }),

    deleteNodes: ({ nodes: ids }) => alone(async () => {
      const nodes = await inTrash(ids);
      if (!nodes.ok) return nodes;
      // What lies in a folder may still come, and would have no place.
      if (arrival.isArriving() && nodes.value.some(({ kind }) => kind === 'folder')) return err(nexusError('sync.arriving'));
      const gone: HomeNode[] = [];
      for (const top of nodes.value) for await (const { node } of subtree(tree, top)) gone.push(node);
      // What lies in a folder goes before it: no other device sees it without a place.
      await tree.commit({ remove: gone.map(({ id }) => toHex(id)).reverse() });
      await collectExtents(home, gone.flatMap(extentIdsOf));
      changed([homeId]);
      return ok();
    }),
  };
}
