// The outbox as the courier sees it: sealed rows by their numbers. Nothing here knows what they say.
import type { CarriedNode, CourierOutbox } from '../../../sync/courier/courier-outbox.ts';
import { positionOf } from '../../../sync/feed-cursor.ts';
import type { Database, WriteTransaction } from '../database.ts';
import { storedBody } from '../extent-form.ts';
import type { HomeRows, OutboxRow } from '../home-schema.ts';
import { objectName, OUTBOX_STORES, withOutbox } from './outbox.ts';

const EXTENTS = objectName('extents', '');
const NODES = objectName('nodes', '');
const WINDOW = 512;

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
const isNode = ({ name, op, held }: OutboxRow): boolean => op === 'put' && held === undefined && name.startsWith(NODES);

/** What is queued of it next is queued over what the server has now. */
async function noteSent(tx: WriteTransaction<HomeRows>, { id, record }: CarriedNode, rev: string): Promise<void> {
  const name = objectName('nodes', id);
  await withOutbox(tx, async (outbox) => {
    const [row, waiting] = [await tx.get('nodes', id), await outbox.row(name)];
    if (row) await tx.put('nodes', { ...row, rev });
    if (!waiting) return;
    const { number: _, base, ...queued } = waiting;
    if (row && queued.op === 'put' && sameBytes(row.record, record)) await outbox.remove(name);
    // A change is over what was sent, which is no base that can be sealed here; what a deletion knew, it goes on knowing.
    else await outbox.queue({ ...queued, baseRev: rev, ...(queued.op === 'put' ? { changed: true } : base && { base }) });
  });
}

export function courierOutbox(db: Pick<Database<HomeRows>, 'read' | 'write'>): CourierOutbox {
  const rows = (after: string | undefined) => db.read(['outbox'], (tx) => tx.list('outbox', { limit: WINDOW, ...(after !== undefined && { after }) }));

  /** In order, from after a number, until `body` has enough. */
  async function eachRow(after: string | undefined, body: (row: OutboxRow) => Promise<boolean>): Promise<void> {
    for (let from = after; ;) {
      const window = await rows(from);
      for (const row of window) if (!(await body(row))) return;
      if (window.length < WINDOW) return;
      from = window.at(-1)?.number;
    }
  }

  const feed = () => db.read(['meta'], (tx) => tx.get('meta', 'feed'));

  async function nodes(most: { readonly nodes: number; readonly bytes: number }, after: string | undefined): Promise<readonly CarriedNode[]> {
    const found: CarriedNode[] = [];
    // While a home is being linked, what a node names may not be queued yet.
    if ((await feed())?.linking !== undefined) return found;
    let bytes = 0;
    await eachRow(after, async (row) => {
      if (row.late) return false;
      if (!isNode(row)) return true;
      const id = row.name.slice(NODES.length);
      const node = await db.read(['nodes'], (tx) => tx.get('nodes', id));
      if (!node) return true;
      if (found.length >= most.nodes || (bytes > 0 && bytes + node.record.length > most.bytes)) return false;
      bytes += node.record.length;
      found.push({ number: row.number, id, record: node.record, ...(row.baseRev !== undefined && { baseRev: row.baseRev }) });
      return true;
    });
    return found;
  }

  return {
    nodes,
    async extents(most, after) {
      const found: { number: string; id: string }[] = [];
      await eachRow(after, ({ number, name }) => {
        if (name.startsWith(EXTENTS)) found.push({ number, id: name.slice(EXTENTS.length) });
        return Promise.resolve(found.length < most);
      });
      return found;
    },
    extent: (id) => storedBody(db, id),
    async life() {
      const cursor = (await feed())?.cursor;
      return cursor === undefined ? undefined : positionOf(cursor).generation;
    },
    sent: (sent) => db.write(['nodes', ...OUTBOX_STORES], async (tx) => {
      for (const { node, rev } of sent) await noteSent(tx, node, rev);
    }),
    async extentsCarried(through) {
      const carried: string[] = [];
      await eachRow(undefined, ({ number, name }) => {
        if (name.startsWith(EXTENTS) && number <= through) carried.push(name);
        return Promise.resolve(number <= through);
      });
      await db.write([...OUTBOX_STORES], (tx) => withOutbox(tx, async (outbox) => {
        // One that was queued again meanwhile has another number, and stays.
        for (const name of carried) if (((await outbox.row(name))?.number ?? '') <= through) await outbox.remove(name);
      }));
    },
    async waits() {
      let waits = false;
      await eachRow(undefined, (row) => {
        waits = row.name.startsWith(NODES);
        return Promise.resolve(!waits);
      });
      return waits;
    },
  };
}
