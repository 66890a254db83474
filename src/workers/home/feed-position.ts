// How far the server's changes were taken: numbers of one life of the server never go back here, whoever takes beside whom.
import { positionOf, wentBack } from '../../sync/feed-cursor.ts';
import type { Through } from '../../sync/reconciler.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeMetaRow, HomeRows } from '../store/home-schema.ts';

type Feed = Partial<Pick<HomeMetaRow, 'cursor' | 'newest'>>;

/** Where both stand: the later of two in one life, and the newer where the lives differ. */
export function furthest({ cursor, newest }: Feed, through: Through | undefined): Feed {
  if (!through) return { ...(cursor !== undefined && { cursor }), ...(newest !== undefined && { newest }) };
  if (cursor === undefined || positionOf(cursor).generation !== positionOf(through.cursor).generation) return through;
  const most = Math.max(newest ?? 0, through.newest ?? 0);
  return { cursor: wentBack(cursor, through.cursor) ? cursor : through.cursor, ...(most > 0 && { newest: most }) };
}

/** Notes the highest revision of what was taken or sent. */
export async function noteHighest(tx: WriteTransaction<HomeRows>, revs: readonly string[]): Promise<void> {
  const feed = await tx.get('meta', 'feed');
  const highest = revs.reduce((most, rev) => Math.max(most, Number(rev)), feed?.highest ?? 0);
  if (highest > (feed?.highest ?? 0)) await tx.put('meta', { ...feed, key: 'feed', highest });
}
