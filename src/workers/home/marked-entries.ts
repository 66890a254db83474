// Entries with what sync says of them, for everything that shows nodes in rows.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { ConflictCopy, Entry } from '../contract/home.ts';
import type { HomeContext } from './context.ts';
import { markedEntry } from './entry.ts';
import { keptMarks } from './kept-marks.ts';
import { syncMarks } from './sync-marks.ts';

/** In the order of the nodes; `conflicts` by node id. */
export async function markedEntries(home: HomeContext, nodes: readonly HomeNode[], conflicts: ReadonlyMap<string, ConflictCopy>): Promise<readonly Entry[]> {
  const [marks, keptMark] = [await syncMarks(home, nodes), keptMarks(home)];
  return Promise.all(nodes.map(async (node) => {
    const id = toHex(node.id);
    return markedEntry(node, { sync: marks.get(id), conflict: conflicts.get(id), kept: await keptMark(node) });
  }));
}
