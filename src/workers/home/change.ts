// A change of the tree: one transaction over nodes and what goes with them.
import type { HomeNode } from '../../crypto/node.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';

export interface Change {
  readonly put?: readonly HomeNode[];
  /** Ids, in hex. */
  readonly remove?: readonly string[];
  /** Part of the same transaction. */
  readonly also?: (tx: WriteTransaction<HomeRows>) => Promise<void>;
  readonly durability?: 'strict' | 'relaxed';
}
