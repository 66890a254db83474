// What this device knows the server to have, in few bytes: two devices that took the same changes say the same, unless the server
// tells them apart (docs/sync.md, "Checkpoints").
import { type Bytes, concat, fromHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { positionOf } from '../../sync/feed-cursor.ts';
import type { Database } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';
import { NODES_PREFIX } from './journal.ts';

/** Up to which change everything was taken. */
export interface TakenUpTo {
  /** Of the server's life that numbers changes. */
  readonly generation: string;
  readonly seq: number;
  /** The newest change of a node among those; 0 for none. */
  readonly newest: number;
}

export interface ServerView extends TakenUpTo {
  readonly nodes: number;
  /** 32 bytes: SHA-256 of the SHA-256 of each 2 000 of `id (16) ‖ SHA-256 of the record (32)`, sorted by id. */
  readonly set: Bytes;
}

const WINDOW = 2_000;

/** Undefined while something waits to be sent or mended, or does not open: then what is here is not what is there. */
export async function takenUpTo(db: Database<HomeRows>): Promise<TakenUpTo | undefined> {
  return db.read(['meta', 'queued'], async (tx) => {
    const feed = await tx.get('meta', 'feed');
    const waits = (await tx.keys('queued', { prefix: NODES_PREFIX, limit: 1 })).length > 0;
    const unknown = [...feed?.unreadable ?? [], ...feed?.passed ?? []];
    if (!feed?.cursor || feed.mending || feed.linking !== undefined || waits || unknown.length > 0) return undefined;
    return { ...positionOf(feed.cursor), newest: feed.newest ?? 0 };
  });
}

/** Whether rows are of no later change than was taken in order. */
const isInOrder = (db: Database<HomeRows>, { seq }: TakenUpTo): Promise<boolean> => db.read(['meta'], async (tx) => ((await tx.get('meta', 'feed'))?.highest ?? 0) <= seq);

/** Undefined as above, where something was sent or taken that was not met in order yet, and where something changes meanwhile. */
export async function serverView(db: Database<HomeRows>): Promise<ServerView | undefined> {
  const before = await takenUpTo(db);
  if (!before || !(await isInOrder(db, before))) return undefined;
  const sums: Bytes[] = [];
  let nodes = 0;
  for (let after: string | undefined, more = true; more;) {
    const from = after;
    const rows = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
    if (rows.some(({ rev }) => rev === undefined)) return undefined;
    if (rows.length > 0) sums.push(await sha256(concat(...rows.flatMap(({ id, digest }) => [fromHex(id, 16)!, fromHex(digest, 32)!]))));
    nodes += rows.length;
    more = rows.length === WINDOW;
    after = rows.at(-1)?.id;
  }
  const since = await takenUpTo(db);
  return since?.generation === before.generation && since.newest === before.newest && (await isInOrder(db, before)) ? { ...before, nodes, set: await sha256(concat(...sums)) } : undefined;
}
