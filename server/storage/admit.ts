// Owns the one transaction by which objects change: the account's lock, the rows named, the decisions, what they leave.
import type { Insertable } from 'kysely';
import type { Tx } from '../rows/rows.ts';
import type { ObjectRow } from '../rows/schema.ts';
import { lockAccount, writeAccount } from './account-state.ts';
import { decide, type Effect, type Outcome, type Stored, type Write } from './decide.ts';
import type { Storage } from './storage.ts';

const keyOf = ({ collection, id }: { collection: string; id: string }): string => `${collection}/${id}`;

function idsByCollection(named: readonly { collection: string; id: string }[]): readonly (readonly [collection: string, ids: string[]])[] {
  return [...Map.groupBy(named, ({ collection }) => collection)].map(([collection, all]) => [collection, all.map(({ id }) => id)]);
}

async function loadStored(tx: Tx, account: string, writes: readonly Write[]): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>();
  for (const [collection, ids] of idsByCollection(writes)) {
    const rows = await tx.selectFrom('objects').select(['id', 'seq', 'deleted', 'size', 'sha256', 'blob'])
      .where('account', '=', account).where('collection', '=', collection).where('id', 'in', ids).execute();
    for (const { id, deleted, ...row } of rows) found.set(keyOf({ collection, id }), { ...row, deleted: deleted === 1 });
  }
  return found;
}

const COPIED = ['account', 'collection', 'id', 'size', 'sha256', 'inline', 'blob'] as const;

/** Copies what is about to be replaced; its bytes never leave the database. */
async function keepRevisions(tx: Tx, account: string, effects: readonly Effect[], at: number): Promise<void> {
  for (const [collection, ids] of idsByCollection(effects.filter(({ revision }) => revision).map(({ write }) => write))) {
    await tx.insertInto('revisions').columns([...COPIED, 'rev', 'replaced_at']).expression((eb) => eb.selectFrom('objects')
      .select(COPIED).select((e) => [e.ref('seq').$notNull().as('rev'), e.cast<number>(e.val(at), 'bigint').as('replaced_at')])
      .where('account', '=', account).where('collection', '=', collection).where('id', 'in', ids)).execute();
  }
}

function rowOf(account: string, { write, next }: Effect, at: number): Insertable<ObjectRow> {
  const inline = write.op === 'put' ? write.bytes.inline : null;
  return { account, collection: write.collection, id: write.id, seq: next.seq, deleted: next.deleted ? 1 : 0, at, size: next.size, sha256: next.sha256, inline, blob: next.blob };
}

async function writeObjects(tx: Tx, rows: readonly Insertable<ObjectRow>[]): Promise<void> {
  await tx.insertInto('objects').values(rows).onConflict((conflict) => conflict.columns(['account', 'collection', 'id']).doUpdateSet((eb) => ({
    seq: eb.ref('excluded.seq'), deleted: eb.ref('excluded.deleted'), at: eb.ref('excluded.at'), size: eb.ref('excluded.size'),
    sha256: eb.ref('excluded.sha256'), inline: eb.ref('excluded.inline'), blob: eb.ref('excluded.blob'),
  }))).execute();
}

/** Names blobs that no row names any more; the janitor drops them when nobody can still be reading them. */
export async function buryBlobs(tx: Tx, blobs: readonly (string | null)[], at: number): Promise<void> {
  const rows = blobs.filter((blob) => blob !== null).map((blob) => ({ blob, at }));
  if (rows.length > 0) await tx.insertInto('dead_blobs').values(rows).onConflict((conflict) => conflict.doNothing()).execute();
}

async function touch(tx: Tx, account: string, writes: readonly Write[], at: number): Promise<void> {
  for (const [collection, ids] of idsByCollection(writes)) {
    await tx.updateTable('objects').set({ at }).where('account', '=', account).where('collection', '=', collection).where('id', 'in', ids).execute();
  }
}

export const isKept = (outcome: Outcome): boolean => 'done' in outcome && outcome.done !== 'unchanged';

/** Drops the bytes of puts that came to nothing; if that fails too, the janitor finds them by their hour. */
async function dropUnkept({ blobs }: Storage, writes: readonly Write[], outcomes: readonly Outcome[]): Promise<void> {
  const names = writes.flatMap((write, index) => write.op === 'put' && !isKept(outcomes[index]!) ? write.bytes.blob ?? [] : []);
  if (names.length > 0) await blobs.drop(names).catch(() => undefined);
}

/**
 * Does each of `writes` (no object twice) or refuses it; the outcomes are in their order and, when told, durable. Where this
 * throws, rows may have been written all the same: their bytes are then left to the janitor, which asks the rows.
 */
export async function admit(storage: Storage, account: string, writes: readonly Write[]): Promise<readonly Outcome[]> {
  const outcomes = await decideAll(storage, account, writes);
  await dropUnkept(storage, writes, outcomes);
  return outcomes;
}

/** The transaction. */
async function decideAll({ rows, clock }: Storage, account: string, writes: readonly Write[]): Promise<readonly Outcome[]> {
  const at = clock();
  return rows.write(async (tx) => {
    let state = await lockAccount(rows, tx, account);
    const stored = await loadStored(tx, account, writes);
    const decisions = writes.map((write) => {
      const decision = decide(state, stored.get(keyOf(write)), write);
      state = decision.state;
      return decision;
    });
    const effects = decisions.flatMap(({ effect }) => effect ?? []);
    if (effects.length > 0) {
      await keepRevisions(tx, account, effects, at);
      await writeObjects(tx, effects.map((effect) => rowOf(account, effect, at)));
      await buryBlobs(tx, effects.flatMap(({ revision, former }) => revision ? [] : former?.blob ?? []), at);
      await writeAccount(tx, account, state);
    }
    await touch(tx, account, writes.filter((_, index) => decisions[index]!.touched), at);
    return decisions.map(({ outcome }) => outcome);
  });
}
