// Gives back the space of what nothing names: no node, no snapshot, no staging row. Ids are gathered first, in windows;
// extents are named by content, so one may have several owners.
import type { HomeRows } from '../store/home-schema.ts';
import type { WriteTransaction } from '../store/database.ts';
import { objectName, OUTBOX_STORES, withOutbox } from '../store/outbox/outbox.ts';
import type { HomeContext } from './context.ts';
import { extentIdsOf } from './tree.ts';

const BATCH = 256;
const WINDOW = 20_000;
/** Where fsck keeps records that do not open: their content may still be wanted. */
export const QUARANTINE = 'quarantine/';

type CollectContext = Pick<HomeContext, 'db' | 'tree' | 'pins'>;
type SendingContext = CollectContext & Pick<HomeContext, 'journal'>;

async function inBatches(ids: readonly string[], body: (batch: readonly string[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < ids.length; from += BATCH) await body(ids.slice(from, from + BATCH));
}

/** Ids of extents that are on their way to a node. */
export const stagedIds = async (tx: Pick<WriteTransaction<HomeRows>, 'keys'>): Promise<Set<string>> =>
  new Set((await tx.keys('staging')).map((key) => key.slice(key.indexOf('/') + 1)));

/** Removes those of `ids` that no node names any more, and they wait no longer to be sent. A node that does not open may name them: then all stay. */
export async function collectExtents({ db, tree, pins, journal }: SendingContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const candidates = new Set(ids);
  const pinned = await pins();
  for (const id of pinned.extents) candidates.delete(id);
  for await (const node of tree.all(() => candidates.clear())) for (const id of extentIdsOf(node)) candidates.delete(id);
  await inBatches([...candidates], (batch) => db.write(['extents', 'staging', ...(journal.linked ? OUTBOX_STORES : [])], async (tx) => {
    const staged = await stagedIds(tx);
    const gone = batch.filter((id) => !staged.has(id));
    for (const id of gone) await tx.remove('extents', id);
    if (journal.linked) await withOutbox(tx, (outbox) => Promise.all(gone.map((id) => outbox.remove(objectName('extents', id)))));
    return gone;
  }).then((gone) => { for (const id of gone) journal.pieces.delete(id); }));
}

export async function everyKey(db: CollectContext['db'], store: 'extents' | 'records'): Promise<Set<string>> {
  const all = new Set<string>();
  for (let after: string | undefined; ;) {
    const from = after;
    const keys = await db.read([store], (tx) => tx.keys(store, { limit: WINDOW, ...(from !== undefined && { after: from }) }));
    keys.forEach((key) => all.add(key));
    if (keys.length < WINDOW) return all;
    after = keys.at(-1);
  }
}

export interface Orphans {
  readonly extents: readonly string[];
  readonly records: readonly string[];
}

/**
 * What nothing names. Keys are gathered before names, so that whatever is written meanwhile is none; to be called where
 * no node is committed meanwhile. Extents that a damaged node may name are none either.
 */
export async function findOrphans({ db, tree, pins }: CollectContext): Promise<Orphans> {
  const [extents, records] = [await everyKey(db, 'extents'), await everyKey(db, 'records')];
  const pinned = await pins();
  let damaged = (await db.read(['sealed'], (tx) => tx.keys('sealed', { prefix: QUARANTINE, limit: 1 }))).length > 0;
  pinned.extents.forEach((id) => extents.delete(id));
  pinned.records.forEach((digest) => records.delete(digest));
  for await (const node of tree.all(() => { damaged = true; })) for (const id of extentIdsOf(node)) extents.delete(id);
  return { extents: damaged ? [] : [...extents], records: [...records] };
}

/** What is staged stays: it is on its way to a node. */
export async function removeOrphans({ db }: Pick<CollectContext, 'db'>, { extents, records }: Orphans): Promise<void> {
  await inBatches(extents, (batch) => db.write(['extents', 'staging'], async (tx) => {
    const staged = await stagedIds(tx);
    for (const id of batch) if (!staged.has(id)) await tx.remove('extents', id);
  }));
  await inBatches(records, (batch) => db.write(['records'], async (tx) => {
    for (const digest of batch) await tx.remove('records', digest);
  }));
}
