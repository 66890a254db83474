// fsck, first part: every node row by itself. A record that does not open is put aside, never destroyed.
import { toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { NodeRow } from '../store/home-schema.ts';
import { QUARANTINE } from './collect.ts';
import type { HomeContext } from './context.ts';
import type { Found } from './fsck.ts';

const WINDOW = 2000;

async function* nodeRows({ db }: Pick<HomeContext, 'db'>): AsyncGenerator<NodeRow, void, undefined> {
  for (let after: string | undefined; ;) {
    const from = after;
    const rows = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
    yield* rows;
    if (rows.length < WINDOW) return;
    after = rows.at(-1)?.id;
  }
}

/** Checks tag, digest and record of each row; gives every node that opens to `onNode`. */
export async function checkRows(home: HomeContext, onNode: (node: HomeNode) => void): Promise<readonly Found[]> {
  const { db, codec } = home;
  const found: Found[] = [];
  const rewrite = (row: NodeRow) => () => db.write(['nodes'], (tx) => tx.put('nodes', row)).then(() => true);
  for await (const row of nodeRows(home)) {
    const node = codec.openHere(row);
    if (!node) {
      found.push({ fault: 'node.unreadable', id: row.id, mend: () => putAside(home, row) });
      continue;
    }
    onNode(node);
    const right = { ...row, tag: await codec.tagFor(node), digest: toHex(await sha256(row.record)) };
    if (right.tag !== row.tag) found.push({ fault: 'node.tag', id: row.id, mend: rewrite(right) });
    if (right.digest !== row.digest) found.push({ fault: 'node.digest', id: row.id, mend: rewrite(right) });
  }
  return found;
}

/** Where the home is synced, the server is asked for everything again, and with it for this one. */
async function putAside({ db, journal }: HomeContext, row: NodeRow): Promise<boolean> {
  await db.write(['nodes', 'sealed', 'meta'], async (tx) => {
    await tx.put('sealed', { key: `${QUARANTINE}${row.id}`, bytes: row.record });
    await tx.remove('nodes', row.id);
    const feed = await tx.get('meta', 'feed');
    if (!journal.linked || !feed) return;
    const { cursor: _, ...rest } = feed;
    await tx.put('meta', { ...rest, unreadable: [...(feed.unreadable ?? []), row.id] });
  }, { durability: 'strict' });
  return true;
}
