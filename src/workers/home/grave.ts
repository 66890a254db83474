// What the server is given of a node that was deleted for good: a record that only this home's keys can make, so that no server can
// delete anything by itself (docs/sync.md, "Deletions"; decision 0015). It is a node that lies in itself, which no other does.
import { type Bytes, equal } from '../../crypto/bytes.ts';
import type { Clock, FolderNode, HomeNode } from '../../crypto/node.ts';

const NAME = 'deleted';

/** `clock` is when it was deleted. */
export const graveOf = (id: Bytes, { clock, device, now }: { readonly clock: Clock; readonly device: Bytes; readonly now: number }): FolderNode =>
  ({ kind: 'folder', id, parent: id, name: NAME, trashed: now, clock, device });

/** The root lies in itself too, and is never in the trash. */
export const isGrave = (node: HomeNode): boolean => node.trashed !== undefined && equal(node.id, node.parent);
