// Which nodes are here at all, in memory while much is taken at once: what is not here is not looked for.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { Tree } from './tree.ts';

/** Below so many changes they are looked for one by one. */
const MANY_CHANGES = 500;

export interface IdsHere {
  /** Reads all ids, where so many changes are worth it. */
  learn(changes: number): Promise<void>;
  /** False only of a node that is not here. */
  mayHave(id: string): boolean;
  /** Nodes that were written. */
  changed(put: readonly HomeNode[]): void;
  forget(): void;
}

export function createIdsHere(tree: Pick<Tree, 'everyId'>): IdsHere {
  /** What is written while all are read is in it too. */
  let ids: Set<string> | undefined;
  let isWhole = false;

  return {
    async learn(changes) {
      if (ids || changes < MANY_CHANGES) return;
      const found = new Set<string>();
      ids = found;
      for (const id of await tree.everyId()) found.add(id);
      isWhole = ids === found;
    },
    mayHave: (id) => !isWhole || ids!.has(id),
    changed(put) {
      for (const node of put) ids?.add(toHex(node.id));
    },
    forget() {
      ids = undefined;
      isWhole = false;
    },
  };
}
