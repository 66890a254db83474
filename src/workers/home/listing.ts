// What a folder shows, and how much the home holds.
import { toHex } from '../../crypto/bytes.ts';
import { ok } from '../../result.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { conflictMarks } from './conflict-marks.ts';
import type { HomeContext } from './context.ts';
import { inOrder, nodeIdOf } from './entry.ts';
import { markedEntries } from './marked-entries.ts';
import { ancestry, folderNode } from './places.ts';
import type { WantedExtents } from './wanted-extents.ts';

export function createListing(home: HomeContext, { looksAt }: Pick<WantedExtents, 'looksAt'>): Pick<Served<HomeSurface>, 'homeRoot' | 'listFolder' | 'homeUsage'> {
  const { tree, homeId } = home;
  return {
    homeRoot: () => Promise.resolve(ok(homeId)),

    async listFolder({ folder: id }) {
      const folder = await folderNode(tree, id);
      if (!folder.ok) return folder;
      const above = await ancestry(tree, homeId, folder.value);
      if (!above.ok) return above;
      home.shown.folder = id;
      looksAt(id);
      const { nodes, damaged } = await tree.folder(id);
      const shown = [...nodes.values()].filter((node) => toHex(node.id) !== homeId);
      return ok({
        folder: id,
        path: [{ id: homeId, name: '' }, ...above.value.map((node) => ({ id: nodeIdOf(toHex(node.id)), name: node.name }))],
        entries: inOrder(await markedEntries(home, shown, await conflictMarks(home, shown))),
        damaged: damaged.map((one) => ({ id: nodeIdOf(one), kind: 'damaged' as const })),
      });
    },

    async homeUsage() {
      const usage = { files: 0, folders: 0, bytes: 0, trashedBytes: 0 };
      for await (const node of tree.all()) {
        if (toHex(node.id) === homeId) continue;
        if (node.kind === 'folder') usage.folders += 1;
        else {
          usage.files += 1;
          usage.bytes += node.content.size;
          if (node.trashed !== undefined) usage.trashedBytes += node.content.size;
        }
      }
      return ok(usage);
    },
  };
}
