// What is here of what the server has, before that is taken: rows, what waits of them, and what they are compared with.
import type { RemoteRecord } from '../../sync/reconciler.ts';
import type { ReadTransaction } from '../store/database.ts';
import type { HomeRows, NodeRow, OutboxRow } from '../store/home-schema.ts';
import { objectName } from '../store/outbox/outbox.ts';
import type { HomeContext } from './context.ts';
import { NODES_PREFIX } from './journal.ts';
import { comparedExtents } from './kinship.ts';
import { isContested } from './merge.ts';

/** What is here of an object. */
export interface Here {
  readonly row: NodeRow | undefined;
  readonly queued: OutboxRow | undefined;
}

type Tx = ReadTransaction<HomeRows>;

/** As many names of what waits cost less than asking for each of a portion. */
const FEW = 256;

/** Those of the ids that wait to be sent; asked for one by one only where much waits. */
async function waitingOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, OutboxRow>> {
  const names = await tx.keys('queued', { prefix: NODES_PREFIX, limit: FEW + 1 });
  const waiting = new Set(names);
  const asked = names.length > FEW ? ids : ids.filter((id) => waiting.has(objectName('nodes', id)));
  const found = await Promise.all(asked.map(async (id) => {
    const at = await tx.get('queued', objectName('nodes', id));
    const row = at && (await tx.get('outbox', at.number));
    return row ? [[id, row] as const] : [];
  }));
  return new Map(found.flat());
}

export async function readHere({ db, idsHere }: Pick<HomeContext, 'db' | 'idsHere'>, ids: readonly string[]): Promise<ReadonlyMap<string, Here>> {
  return db.read(['nodes', 'queued', 'outbox'], async (tx) => {
    const [waiting, rows] = await Promise.all([waitingOf(tx, ids), Promise.all(ids.map(async (id) => (idsHere.mayHave(id) ? tx.get('nodes', id) : undefined)))]);
    return new Map(ids.map((id, at) => [id, { row: rows[at], queued: waiting.get(id) }] as const));
  });
}

/** Rows of nodes that were changed here and not sent: nothing else is compared. */
async function readChanged({ db }: Pick<HomeContext, 'db'>, ids: readonly string[]): Promise<ReadonlyMap<string, Here>> {
  return db.read(['nodes', 'queued', 'outbox'], async (tx) => {
    const waiting = await waitingOf(tx, ids);
    return new Map(await Promise.all([...waiting].map(async ([id, queued]) => [id, { row: await tx.get('nodes', id), queued }] as const)));
  });
}

/** Extents that are not here and are needed to tell contents apart when these are taken. */
export async function comparableIn(home: HomeContext, records: readonly RemoteRecord[]): Promise<readonly string[]> {
  const changed = await readChanged(home, records.map(({ id }) => id));
  const named = new Set<string>();
  for (const { id, record } of records) {
    const { row, queued } = changed.get(id) ?? {};
    const local = row && record && home.codec.open(row);
    const remote = local?.kind === 'file' && record ? home.codec.open({ id, record }) : undefined;
    if (local?.kind !== 'file' || remote?.kind !== 'file') continue;
    const base = queued?.base && home.journal.openBase(local.id, queued.base);
    if (isContested({ local, remote, base })) for (const extent of comparedExtents(local.content, remote.content)) named.add(extent);
  }
  if (named.size === 0) return [];
  return home.db.read(['extents'], async (tx) => (await Promise.all([...named].map(async (id) => ((await tx.keys('extents', { only: id })).length > 0 ? [] : [id])))).flat());
}
