// New folders, new names, new places. A rename touches no content: only the node's record is sealed anew.
import { fromHex, toHex } from '../../crypto/bytes.ts';
import type { FolderNode, HomeNode } from '../../crypto/node.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { ClashChoice } from '../contract/home.ts';
import { LIMITS } from '../contract/limits.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import type { HomeContext } from './context.ts';
import { entryOf } from './entry.ts';
import { freeName } from '../../crypto/free-name.ts';
import { checkName, liveNode, openFolder } from './places.ts';
import { heightOf } from './subtree.ts';
import { stamped } from './stamp.ts';
import { trashed } from './trash.ts';

export function newFolder({ clock, device }: Pick<HomeContext, 'clock' | 'device'>, { id, parent, name }: { readonly id: string; readonly parent: string; readonly name: string }): FolderNode {
  const [idBytes, parentBytes] = [fromHex(id, 16), fromHex(parent, 16)];
  if (!idBytes || !parentBytes) throw new Error('ids are 32 hex digits');
  return { kind: 'folder', id: idBytes, parent: parentBytes, name, clock: clock.tick(), device };
}

type Moves = Pick<Served<HomeSurface>, 'createFolder' | 'renameNode' | 'moveNodes'>;

export function createMoves(home: HomeContext): Moves {
  const { tree, homeId, clock, device, changed, alone } = home;
  const stamp = () => ({ clock: clock.tick(), device });

  /** What a move of `node` into the folder `to` gives: changed nodes, or why not. */
  async function moved(node: HomeNode, to: FolderNode, { clash, depth, names }: { readonly clash: ClashChoice; readonly depth: number; readonly names: Map<string, HomeNode> }): Promise<Result<readonly HomeNode[], NexusError>> {
    const target = toHex(to.id);
    if (toHex(node.parent) === target && node.trashed === undefined) return ok([]);
    if (depth + (await heightOf(tree, node)) > LIMITS.folderDepth) return err(nexusError('home.too_deep'));
    const there = names.get(node.name);
    if (there && clash === 'skip') return ok([]);
    const replaces = there && clash === 'replace' && there.kind === 'file' && node.kind === 'file';
    const name = there && !replaces ? freeName(node.name, (one) => names.has(one)) : node.name;
    const place = stamped({ ...node, parent: to.id, from: node.parent, name }, 'place', stamp());
    names.set(name, place);
    return ok(replaces ? [trashed(there, home), place] : [place]);
  }

  /** A folder cannot go into itself or below. */
  function refuseLoop({ folder, above }: { readonly folder: FolderNode; readonly above: readonly HomeNode[] }, nodes: readonly HomeNode[]): Result<number, NexusError> {
    const path = new Set([...above.map(({ id }) => toHex(id)), toHex(folder.id)]);
    return nodes.some((node) => path.has(toHex(node.id))) ? err(nexusError('home.loop')) : ok(above.length);
  }

  return {
    createFolder: ({ command, parent, name: text }) => alone(async () => {
      const name = checkName(text);
      if (!name.ok) return name;
      const folder = await openFolder(tree, homeId, parent);
      if (!folder.ok) return folder;
      const before = await tree.node(command);
      if (before && before !== 'damaged') return ok(entryOf(before));
      if (await tree.named(parent, name.value)) return err(nexusError('home.name_taken'));
      if (folder.value.above.length >= LIMITS.folderDepth) return err(nexusError('home.too_deep'));
      const node = newFolder(home, { id: command, parent, name: name.value });
      await tree.commit({ put: [node] });
      changed([parent]);
      return ok(entryOf(node));
    }),

    renameNode: ({ node: id, name: text }) => alone(async () => {
      const name = checkName(text);
      if (!name.ok) return name;
      const node = await liveNode(tree, id);
      if (!node.ok) return node;
      if (id === homeId) return err(nexusError('home.not_found'));
      if (node.value.name === name.value) return ok();
      const parent = toHex(node.value.parent);
      if (node.value.trashed === undefined && (await tree.named(parent, name.value))) return err(nexusError('home.name_taken'));
      await tree.commit({ put: [stamped({ ...node.value, name: name.value }, 'place', stamp())] });
      changed([parent]);
      return ok();
    }),

    moveNodes: ({ nodes: ids, to, clash }) => alone(async () => {
      const target = await openFolder(tree, homeId, to);
      if (!target.ok) return target;
      const nodes: HomeNode[] = [];
      for (const id of new Set(ids)) {
        const node = id === homeId ? err(nexusError('home.loop')) : await liveNode(tree, id);
        if (!node.ok) return node;
        nodes.push(node.value);
      }
      const depth = refuseLoop(target.value, nodes);
      if (!depth.ok) return depth;
      const names = new Map([...(await tree.folder(to)).nodes.values()].map((node) => [node.name, node]));
      const put: HomeNode[] = [];
      for (const node of nodes) {
        const change = await moved(node, target.value.folder, { clash, depth: depth.value, names });
        if (!change.ok) return change;
        put.push(...change.value);
      }
      await tree.commit({ put });
      changed([to, ...nodes.map(({ parent }) => toHex(parent))]);
      return ok();
    }),
  };
}
