// Owns the lives of the server's feeds: a life has a generation, and ends where the server is put back to an earlier state.
import type { Rows, Tx } from '../rows/rows.ts';
import { readNote } from './server-notes.ts';
import type { Storage } from './storage.ts';

/** The note of the generation that ended, in a backup and until the server is started next. */
export const ENDED = 'ended-generation';

/** The life that feeds belong to: drawn once, and anew for a server that was put back; how far each feed had come in the one before is kept. */
export async function feedGeneration(rows: Rows, random: Storage['random']): Promise<string> {
  const known = await readNote(rows, 'generation');
  if (known !== undefined) return known;
  const drawn = Buffer.from(random(8)).toString('hex');
  await rows.write(async (tx) => {
    const { numInsertedOrUpdatedRows: inserted } = await tx.insertInto('server').values({ name: 'generation', value: drawn }).onConflict((conflict) => conflict.doNothing()).executeTakeFirstOrThrow();
    const ended = await tx.deleteFrom('server').where('name', '=', ENDED).returning('value').executeTakeFirst();
    if (!inserted || !ended) return;
    await tx.insertInto('lives').columns(['account', 'generation', 'seq'])
      .expression((from) => from.selectFrom('accounts').select(({ val }) => ['id', val(ended.value).as('generation'), 'seq'])).execute();
  });
  return (await readNote(rows, 'generation')) ?? drawn;
}

/** Feeds begin a new life when the server is started next; in the transaction of what makes that necessary. */
export async function endLife(tx: Tx): Promise<void> {
  const current = await tx.selectFrom('server').select('name').where('name', '=', 'generation').executeTakeFirst();
  if (!current) return;
  await tx.deleteFrom('server').where('name', '=', ENDED).execute();
  await tx.updateTable('server').set({ name: ENDED }).where('name', '=', 'generation').execute();
}

/** How far somebody came in a life of an account's feed; `current` is the life that it has now. */
export interface FeedPoint { readonly account: string; readonly generation: string; readonly seq: number; readonly current: string }

/**
 * Up to which number an account's changes are those that whoever came to `seq` in a life knew; undefined where that is not
 * known: nothing is of that life, or it is this one and never came so far, so that files were put back under it.
 */
export async function commonWith(rows: Rows, { account, generation, seq, current }: FeedPoint): Promise<number | undefined> {
  return rows.read(async (db) => {
    const life = generation === current
      ? db.selectFrom('accounts').select('seq').where('id', '=', account).where('seq', '>=', seq)
      // Lives that came after began where this one ended, or later.
      : db.selectFrom('lives').select('seq').where('account', '=', account).where('generation', '=', generation);
    return (await life.executeTakeFirst())?.seq;
  });
}
