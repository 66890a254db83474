// After a renewal of keys: every record that an earlier key sealed is sealed by the newest, and queued for the account, window by
// window. A worker that ends meanwhile goes on where it was (docs/sync.md, "Renewing keys").
import type { HomeNode } from '../../crypto/node.ts';
import type { NodeRow } from '../store/home-schema.ts';
import { objectName, withOutbox } from '../store/outbox/outbox.ts';
import type { HomeContext } from './context.ts';

const WINDOW = 500;

type Resealing = Pick<HomeContext, 'db' | 'codec' | 'journal' | 'pins'>;

interface Resealed {
  readonly before: NodeRow;
  readonly row: NodeRow;
  readonly node: HomeNode;
}

/** A record that no key opens stays as it is. */
async function resealed({ codec }: Resealing, before: NodeRow): Promise<readonly Resealed[]> {
  const node = codec.openEarlier(before);
  if (!node) return [];
  const row = await codec.seal(node);
  return [{ before, node, row: { ...row, ...(before.rev !== undefined && { rev: before.rev }) } }];
}

/** What the server has is what was here before: what waits already goes as it was going to. */
async function write({ db, journal, pins }: Resealing, window: readonly Resealed[], after: string | undefined): Promise<void> {
  const pinned = await pins();
  const stores = journal.stores();
  await db.write(['nodes', 'records', 'meta', ...stores], async (tx) => {
    for (const { before, row } of window) {
      if (pinned.records.has(before.digest)) await tx.put('records', { digest: before.digest, record: before.record });
      await tx.put('nodes', row);
    }
    if (stores.length > 0) await withOutbox(tx, async (outbox) => {
      for (const { row, node } of window) {
        const name = objectName('nodes', row.id);
        const queued = await outbox.row(name);
        if (queued?.held) await outbox.queue({ name, op: queued.op, ...(queued.baseRev !== undefined && { baseRev: queued.baseRev }), ...(queued.base && { base: queued.base }), late: true });
        else if (!queued) await outbox.queue({ name, op: 'put', late: true, ...(row.rev !== undefined && { baseRev: row.rev, base: journal.sealBase(node) }) });
      }
    });
    if (after === undefined) await tx.remove('meta', 'reseal');
    else await tx.put('meta', { key: 'reseal', after });
  }, { durability: 'strict' });
}

/** Nothing where no keys were renewed. */
export async function resealRecords(home: Resealing): Promise<void> {
  const { db, journal } = home;
  const begun = await db.read(['meta'], (tx) => tx.get('meta', 'reseal'));
  for (let after = begun?.after; after !== undefined;) {
    const from = after;
    const rows = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: WINDOW, ...(from !== '' && { after: from }) }));
    const window = (await Promise.all(rows.map((row) => resealed(home, row)))).flat();
    after = rows.length < WINDOW ? undefined : rows.at(-1)?.id;
    await write(home, window, after);
  }
  if (begun && journal.linked) await journal.load();
}
