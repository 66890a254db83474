// What waits to be sent: named in the transaction of the change itself, so that neither is ever there without the other
// (docs/sync.md, "Outbox"). Rows hold names and revisions, never bytes.
import type { WriteTransaction } from '../database.ts';
import type { HomeRows, OutboxRow } from '../home-schema.ts';

/** What a transaction must name to change the outbox. */
export const OUTBOX_STORES = ['outbox', 'queued'] as const;

type Tx = WriteTransaction<HomeRows>;
export type Queued = Pick<OutboxRow, 'name' | 'op' | 'baseRev' | 'base' | 'knew' | 'changed' | 'held' | 'late'>;

/** The outbox within one transaction. Calls may be made beside each other: those about one name follow each other. */
export interface Outbox {
  row(name: string): Promise<OutboxRow | undefined>;
  /** Queues an object, or changes what is queued of it: it keeps its place. */
  queue(what: Queued): Promise<void>;
  /** Queues an object behind everything, wherever it stood. */
  queueLast(what: Queued): Promise<void>;
  remove(name: string): Promise<void>;
}

const NUMBER_DIGITS = 12;

/** Names of objects, `<collection>/<id>`. */
export const objectName = (collection: string, id: string): string => `${collection}/${id}`;

/** The id in a name, where it is of this collection. */
export const idIn = (collection: string, name: string): string | undefined => (name.startsWith(`${collection}/`) ? name.slice(collection.length + 1) : undefined);

/** Does what is about one name in the order in which it was asked for. */
function inTurnByName() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = last.get(name);
    const turn = before ? before.then(work) : work();
    last.set(name, turn);
    return turn;
  };
}

function outboxOver(tx: Tx, take: () => string): Outbox {
  const inTurn = inTurnByName();

  async function row(name: string): Promise<OutboxRow | undefined> {
    const at = await tx.get('queued', name);
    return at && tx.get('outbox', at.number);
  }
  async function put(what: Queued, number: string): Promise<void> {
    await tx.put('outbox', { ...what, number });
    await tx.put('queued', { name: what.name, number });
  }
  async function remove(name: string): Promise<void> {
    const at = await tx.get('queued', name);
    if (!at) return;
    await tx.remove('outbox', at.number);
    await tx.remove('queued', name);
  }
  return {
    row: (name) => inTurn(name, () => row(name)),
    remove: (name) => inTurn(name, () => remove(name)),
    queue: (what) => inTurn(what.name, async () => put(what, (await tx.get('queued', what.name))?.number ?? take())),
    queueLast: (what) => inTurn(what.name, async () => {
      await remove(what.name);
      await put(what, take());
    }),
  };
}

/** Works on the outbox within a transaction over OUTBOX_STORES; numbers go on where the last transaction left them. */
export async function withOutbox<T>(tx: Tx, body: (outbox: Outbox) => Promise<T>): Promise<T> {
  const first = (await tx.get('meta', 'outbox'))?.next ?? 0;
  let next = first;
  const value = await body(outboxOver(tx, () => String(next++).padStart(NUMBER_DIGITS, '0')));
  if (next > first) await tx.put('meta', { key: 'outbox', next });
  return value;
}
