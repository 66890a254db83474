// Which content is to be brought here: what nodes name and this device does not have. Looked for once after a start, and
// kept up with what is taken afterwards. What files are now comes before what they were, and before the trash.
import { toHex } from '../../crypto/bytes.ts';
import { extentId } from '../../crypto/extent.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { StorageError } from '../store/database.ts';
import { asExtentData } from '../store/extent-form.ts';
import type { HomeContext } from './context.ts';
import { extentIdsOf } from './tree.ts';

export interface WantedExtents {
  /** Nodes that were taken or merged: what they name may not be here. */
  taken(nodes: readonly HomeNode[]): void;
  /** The next that are not here. Folders that look different by what was kept meanwhile are told. */
  next(most: number): Promise<readonly string[]>;
  keep(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<'kept' | 'wrong' | 'no_room'>;
  /** It cannot be had: it is not asked for again while this home is open. */
  lacks(id: string): void;
  count(): number;
  /** How many are not here, as far as nodes name them. */
  absent(): Promise<number>;
}

const WINDOW = 20_000;

const contentIds = (node: HomeNode): readonly string[] => (node.kind === 'file' && node.trashed === undefined ? (node.content.extents ?? []).map(([id]) => toHex(id)) : []);

export function createWantedExtents({ db, tree, extentsAs, changed }: Pick<HomeContext, 'db' | 'tree' | 'extentsAs' | 'changed'>): WantedExtents {
  /** Ids, each with the folder of its file: of contents, and of earlier ones. */
  const [first, later] = [new Map<string, string>(), new Map<string, string>()];
  const filled = new Set<string>();
  const lacking = new Set<string>();
  let looked = false;

  function want(node: HomeNode): void {
    const folder = toHex(node.parent);
    for (const id of contentIds(node)) first.set(id, folder);
    for (const id of extentIdsOf(node)) if (!first.has(id)) later.set(id, folder);
  }

  function* inTurn(): Generator<string> {
    yield* first.keys();
    yield* later.keys();
  }

  function forget(id: string): void {
    first.delete(id);
    later.delete(id);
  }

  /** Drops what is here, by keys in windows. */
  async function lookOnce(): Promise<void> {
    if (looked) return;
    looked = true;
    for await (const node of tree.all()) want(node);
    for (let after: string | undefined; ;) {
      const from = after;
      const keys = await db.read(['extents'], (tx) => tx.keys('extents', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
      keys.forEach(forget);
      if (keys.length < WINDOW) return;
      after = keys.at(-1);
    }
  }

  const isHere = (id: string) => db.read(['extents'], async (tx) => (await tx.keys('extents', { only: id })).length > 0);

  return {
    taken: (nodes) => nodes.forEach(want),
    async next(most) {
      await lookOnce();
      if (filled.size > 0) changed(filled);
      filled.clear();
      const found: string[] = [];
      for (const id of inTurn()) {
        if (found.length >= most) break;
        if (lacking.has(id) || (await isHere(id))) forget(id);
        else found.push(id);
      }
      return found;
    },
    async keep(id, bytes) {
      if ((await extentId(bytes)) !== id) return 'wrong';
      try {
        await db.write(['extents'], (tx) => tx.put('extents', { id, size: bytes.length, data: asExtentData(extentsAs, bytes) }));
      } catch (fault) {
        if (fault instanceof StorageError) return 'no_room';
        throw fault;
      }
      const folder = first.get(id) ?? later.get(id);
      if (folder !== undefined) filled.add(folder);
      forget(id);
      return 'kept';
    },
    lacks(id) {
      lacking.add(id);
      forget(id);
    },
    count: () => (looked ? first.size + later.size : 0),
    async absent() {
      await lookOnce();
      return first.size + later.size + lacking.size;
    },
  };
}
