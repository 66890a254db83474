// How far the server's changes were taken: numbers of one life of the server never go back here, whoever takes beside whom.
import type { Through } from '../../sync/reconciler.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeMetaRow, HomeRows } from '../store/home-schema.ts';

type Feed = Partial<Pick<HomeMetaRow, 'cursor' | 'newest'>>;

/** `<generation>.<number>`, apart. */
function positionOf(cursor: string): readonly [generation: string, seq: number] {
  const [generation, seq] = cursor.split('.');
  return [generation ?? '', Number(seq)];
}

/** Whether `cursor` is of another life than `before`, or of an earlier time of the same. */
export function wentBack(before: string, cursor: string): boolean {
  const [[life, seq], [now, at]] = [positionOf(before), positionOf(cursor)];
  return life !== now || at < seq;
}

/** Where both stand: the later of two in one life, and the newer where the lives differ. */
export function furthest({ cursor, newest }: Feed, through: Through | undefined): Feed {
  if (!through) return { ...(cursor !== undefined && { cursor }), ...(newest !== undefined && { newest }) };
  const isSameLife = cursor !== undefined && positionOf(cursor)[0] === positionOf(through.cursor)[0];
  if (!isSameLife) return through;
  const most = Math.max(newest ?? 0, through.newest ?? 0);
  return { cursor: wentBack(cursor, through.cursor) ? cursor : through.cursor, ...(most > 0 && { newest: most }) };
}

/** Notes the highest revision of what was taken or sent. */
export async function noteHighest(tx: WriteTransaction<HomeRows>, revs: readonly string[]): Promise<void> {
  const feed = await tx.get('meta', 'feed');
  const highest = revs.reduce((most, rev) => Math.max(most, Number(rev)), feed?.highest ?? 0);
  if (highest > (feed?.highest ?? 0)) await tx.put('meta', { ...feed, key: 'feed', highest });
}
