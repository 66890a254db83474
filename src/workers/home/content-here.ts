// What a person decides of content on this device: all of it here or not, which folders are kept, and freeing space.
import { toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { NodeId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ContentChoice } from './content-choice.ts';
import type { HomeContext } from './context.ts';
import { createFreeSpace, type FreeSpace } from './free-space.ts';
import type { Link } from './link.ts';
import { folderNode } from './places.ts';
import type { WantedExtents } from './wanted-extents.ts';

export interface ContentHere extends FreeSpace {
  choice(): ContentChoice;
  /** All content is to be here, or what is opened and what is kept. */
  chooseAll(all: boolean): Promise<void>;
  /** Content moves on connections that cost too, or not. */
  chooseConnection(any: boolean): Promise<void>;
  /** Whether all that lies in a folder stays here, whatever else is chosen. */
  keep(folder: NodeId, kept: boolean): Promise<Result<void, NexusError>>;
}

export function createContentHere(home: HomeContext, link: Link, wanted: WantedExtents): ContentHere {
  const { tree, choices, alone, changed, homeId } = home;
  const space = createFreeSpace(home, link);

  async function choose(next: ContentChoice, folders: readonly string[]): Promise<void> {
    await choices.change(next);
    wanted.lookAgain();
    changed(folders);
  }

  return {
    ...space,
    choice: choices.current,
    // What is kept and what is not is marked everywhere.
    chooseAll: (all) => alone(() => choose({ ...choices.current(), all }, [homeId])),
    chooseConnection: (anyConnection) => alone(() => choices.change({ ...choices.current(), anyConnection })),
    keep: (id, isKept) => alone(async () => {
      const folder = await folderNode(tree, id);
      if (!folder.ok && isKept) return folder;
      const before = choices.current();
      const kept = new Set(await tree.present([...before.kept]));
      if (isKept) kept.add(id);
      else kept.delete(id);
      if (kept.size > LIMITS.keptFolders) return err(nexusError('sync.too_many_kept'));
      await choose({ ...before, kept }, folder.ok ? [id, toHex(folder.value.parent)] : [id]);
      return ok();
    }),
    async tell(dropped) {
      if (dropped.size > 0) wanted.lookAgain();
      return space.tell(dropped);
    },
  };
}
