// Which content is to be brought here: what nodes name and this device does not have. Looked for once after a start, and
// kept up with what is taken afterwards.
import { toHex } from '../../crypto/bytes.ts';
import { extentId } from '../../crypto/extent.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { asExtentData } from '../store/extent-form.ts';
import type { HomeContext } from './context.ts';

export interface WantedExtents {
  /** Nodes that were taken: what they name may not be here. */
  taken(nodes: readonly HomeNode[]): void;
  /** The next that are not here, newest files first; removed from here once they are kept or lacking. */
  next(most: number): Promise<readonly string[]>;
  /** Throws where the bytes are not those that the id names. Folders that look different now are told with the next `next`. */
  keep(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  lacks(id: string): void;
  count(): number;
}

const contentIds = (node: HomeNode): readonly string[] => (node.kind === 'file' && node.trashed === undefined ? (node.content.extents ?? []).map(([id]) => toHex(id)) : []);

export function createWantedExtents({ db, tree, extentsAs, changed }: Pick<HomeContext, 'db' | 'tree' | 'extentsAs' | 'changed'>): WantedExtents {
  /** Ids, each with the folder of its file. */
  const wanted = new Map<string, string>();
  const filled = new Set<string>();
  const lacking = new Set<string>();
  let looked = false;

  const want = (node: HomeNode): void => { for (const id of contentIds(node)) wanted.set(id, toHex(node.parent)); };

  async function lookOnce(): Promise<void> {
    if (looked) return;
    looked = true;
    for await (const node of tree.all()) want(node);
  }


  const isHere = (id: string) => db.read(['extents'], async (tx) => (await tx.keys('extents', { only: id })).length > 0);

  return {
    taken(nodes) {
      nodes.forEach(want);
    },
    async next(most) {
      await lookOnce();
      if (filled.size > 0) changed(filled);
      filled.clear();
      const found: string[] = [];
      for (const id of wanted.keys()) {
        if (found.length >= most) break;
        if (lacking.has(id) || (await isHere(id))) wanted.delete(id);
        else found.push(id);
      }
      return found;
    },
    async keep(id, bytes) {
      if ((await extentId(bytes)) !== id) throw new Error('an extent is not what its name says');
      await db.write(['extents'], (tx) => tx.put('extents', { id, size: bytes.length, data: asExtentData(extentsAs, bytes) }));
      const folder = wanted.get(id);
      if (folder !== undefined) filled.add(folder);
      wanted.delete(id);
    },
    lacks(id) {
      lacking.add(id);
      wanted.delete(id);
    },
    count: () => wanted.size,
  };
}
