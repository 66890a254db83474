// What an add would meet: how much it is, which names are there already, which paths no home can hold. Writes nothing.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { ok } from '../../result.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { addPaths } from './add-paths.ts';
import type { HomeContext } from './context.ts';
import { openFolder } from './places.ts';

const EXAMPLES = 5;

export function createAddPlan({ tree, homeId }: Pick<HomeContext, 'tree' | 'homeId'>): Served<HomeSurface>['planAdd'] {
  /** Children by name, by folder path; undefined where no such folder is there yet. */
  function lookup(to: string): (path: string) => Promise<ReadonlyMap<string, HomeNode> | undefined> {
    const known = new Map<string, Promise<ReadonlyMap<string, HomeNode> | undefined>>();
    const byName = async (id: string) => new Map([...(await tree.folder(id)).nodes.values()].map((node) => [node.name, node]));
    const read = async (path: string): Promise<ReadonlyMap<string, HomeNode> | undefined> => {
      if (path === '') return byName(to);
      const cut = path.lastIndexOf('/');
      const node = (await find(path.slice(0, Math.max(0, cut))))?.get(path.slice(cut + 1));
      return node?.kind === 'folder' ? byName(toHex(node.id)) : undefined;
    };
    const find = (path: string) => {
      const found = known.get(path) ?? read(path);
      known.set(path, found);
      return found;
    };
    return find;
  }

  return async ({ to, items }) => {
    const target = await openFolder(tree, homeId, to);
    if (!target.ok) return target;
    const { files, refused } = addPaths(items, target.value.above.length);
    const children = lookup(to);
    const clashes: string[] = [];
    for (const { folders, name } of files) {
      const there = await children(folders.join('/'));
      if (there?.has(name)) clashes.push([...folders, name].join('/'));
    }
    return ok({
      files: files.length, bytes: files.reduce((sum, { file }) => sum + file.size, 0),
      clashes: clashes.length, examples: clashes.slice(0, EXAMPLES), refused,
    });
  };
}
