// A change of the tree: one transaction over nodes and what goes with them.
import type { Bytes } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';

export interface Adopted {
  readonly node: HomeNode;
  readonly record: Bytes;
  readonly rev: string;
}

export interface Change {
  readonly put?: readonly HomeNode[];
  /** Nodes as the server has them: their records are kept as they are, and nothing of them is queued. */
  readonly adopt?: readonly Adopted[];
  /** Ids, in hex, of what the server has no more: as `remove`, and nothing is queued. */
  readonly drop?: readonly string[];
  /** Ids, in hex. */
  readonly remove?: readonly string[];
  /** Part of the same transaction. */
  readonly also?: (tx: WriteTransaction<HomeRows>) => Promise<void>;
  readonly durability?: 'strict' | 'relaxed';
}
