// After a renewal of keys: every record that an earlier key sealed is sealed by the newest, and queued for the account, window by
// window. A worker that ends meanwhile, or finds no room, goes on where it was (docs/sync.md, "Renewing keys").
import type { HomeNode } from '../../crypto/node.ts';
import { StorageError } from '../store/database.ts';
import type { NodeRow } from '../store/home-schema.ts';
import { objectName, withOutbox } from '../store/outbox/outbox.ts';
import type { HomeContext } from './context.ts';

const WINDOW = 500;

type Resealing = Pick<HomeContext, 'db' | 'codec' | 'journal' | 'pins' | 'closing'>;

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
  return [{ before, node, row: { ...row, ...(before.rev !== undefined && { rev: before.rev }), ...(before.former !== undefined && { former: before.former }), ...(before.apart && { apart: true }) } }];
}

/** What the server has is what was here before: what waits already goes as it was going to. */
async function write({ db, journal, pins }: Resealing, window: readonly Resealed[], after: string | undefined): Promise<void> {
  const pinned = await pins();
  const { linked } = journal;
  await db.write(['nodes', 'records', 'meta', ...journal.stores()], async (tx) => {
    for (const { before, row } of window) {
      if (pinned.records.has(before.digest)) await tx.put('records', { digest: before.digest, record: before.record });
      await tx.put('nodes', row);
    }
    if (linked) await withOutbox(tx, async (outbox) => {
      for (const { row, node } of window) {
        const name = objectName('nodes', row.id);
        const queued = await outbox.row(name);
        if (queued?.held) await outbox.queue({ name, op: queued.op, ...(queued.baseRev !== undefined && { baseRev: queued.baseRev }), ...(queued.base && { base: queued.base }), ...(queued.changed && { changed: true }), late: true });
        else if (!queued) await outbox.queue({ name, op: 'put', late: true, ...(row.rev !== undefined && { baseRev: row.rev, base: journal.sealBase(node) }) });
      }
    });
    if (after === undefined) await tx.remove('meta', 'reseal');
    else await tx.put('meta', { key: 'reseal', after });
  }, { durability: 'strict' });
  if (linked) for (const { row } of window) journal.waiting.add(row.id);
}

/** The next window; true once none is left. */
async function resealWindow(home: Resealing): Promise<boolean> {
  const { db } = home;
  const from = (await db.read(['meta'], (tx) => tx.get('meta', 'reseal')))?.after;
  if (from === undefined) return true;
  const rows = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: WINDOW, ...(from !== '' && { after: from }) }));
  const window = (await Promise.all(rows.map((row) => resealed(home, row)))).flat();
  const after = rows.length < WINDOW ? undefined : rows.at(-1)?.id;
  await write(home, window, after);
  return after === undefined;
}

/** True once nothing here is of an earlier key; false where there is no room for that now: called again, it goes on where it was. `inTurn` lets nothing else change the home. */
export async function resealRecords(home: Resealing, inTurn: HomeContext['alone']): Promise<boolean> {
  if (!home.codec.earlierHere) return true;
  try {
    for (let isDone = false; !isDone;) {
      if (home.closing.aborted) return false;
      isDone = await inTurn(() => resealWindow(home));
    }
    return true;
  } catch (fault) {
    if (fault instanceof StorageError && fault.fault === 'quota') return false;
    throw fault;
  }
}
