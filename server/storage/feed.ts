// Owns the change feed of an account: every object but extents, once, under the number it last took.
import { type Result, err, ok } from '../../src/result.ts';
import type { Rows } from '../rows/rows.ts';
import { commonWith } from './lives.ts';

export interface Change { readonly seq: number; readonly collection: string; readonly id: string; readonly rev: string; readonly size: number; readonly deleted: boolean }

/** A page in the order of `seq`; `next` is the cursor after it. */
export interface ChangesPage { readonly generation: string; readonly next: string; readonly changes: readonly Change[]; readonly more: boolean }

/** A cursor is a generation and a number: numbers of another life of the server say nothing. */
const CURSOR = /^([0-9a-f]{16})\.(\d{1,15})$/;
const cursorOf = (generation: string, seq: number): string => `${generation}.${seq}`;

export interface FeedQuery {
  readonly account: string;
  /** `next` of an earlier page; undefined begins anew. */
  readonly since: string | undefined;
  readonly limit: number;
  /** An app sees its own collection alone. */
  readonly collection?: string | undefined;
}

/** The number after which to go on; an error for a cursor that no longer says all, or is of what this server does not know, as after it was set back. */
function seqOf(since: string | undefined, generation: string, { floor, last }: { readonly floor: number; readonly last: number }): Result<number, 'changes.cursor_gone' | 'request.malformed'> {
  if (since === undefined) return ok(0);
  const match = CURSOR.exec(since);
  if (!match) return err('request.malformed');
  const seq = Number(match[2]);
  return match[1] === generation && seq >= floor && seq <= last ? ok(seq) : err('changes.cursor_gone');
}

/** Up to which number the changes are those that whoever holds the cursor knew; undefined where that is not known. */
export async function commonWithCursor(rows: Rows, current: string, { account, since }: Pick<FeedQuery, 'account' | 'since'>): Promise<number | undefined> {
  const [, generation, seq] = CURSOR.exec(since ?? '') ?? [];
  return generation === undefined ? undefined : commonWith(rows, { account, generation, seq: Number(seq), current });
}

/** One page of what changed after a cursor. Gap-free: numbers are taken under the account's lock, so none is committed after a later one. */
export async function readChanges(rows: Rows, generation: string, query: FeedQuery): Promise<Result<ChangesPage, 'changes.cursor_gone' | 'request.malformed'>> {
  return rows.read(async (db) => {
    const { seq: last, floor_seq: floor } = await db.selectFrom('accounts').select(['seq', 'floor_seq']).where('id', '=', query.account).executeTakeFirstOrThrow();
    const after = seqOf(query.since, generation, { floor, last });
    if (!after.ok) return after;
    let page = db.selectFrom('objects').select(['seq', 'collection', 'id', 'size', 'deleted'])
      .where('account', '=', query.account).where('seq', '>', after.value).where('seq', '<=', last).orderBy('seq').limit(query.limit);
    if (query.collection !== undefined) page = page.where('collection', '=', query.collection);
    const found = await page.execute();
    const changes = found.map(({ seq, collection, id, size, deleted }) => ({ seq: seq ?? 0, collection, id, rev: String(seq), size, deleted: deleted === 1 }));
    const more = found.length === query.limit;
    // A full page ends at its last change; one that is not has seen everything up to the account's last number.
    const next = more ? changes.at(-1)!.seq : last;
    return ok({ generation, next: cursorOf(generation, next), changes, more });
  });
}

/** The last number of each of the accounts: what the event streams watch. */
export async function lastNumbers(rows: Rows, accounts: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = await rows.read((db) => db.selectFrom('accounts').select(['id', 'seq']).where('id', 'in', accounts).execute());
  return new Map(found.map(({ id, seq }) => [id, seq]));
}
