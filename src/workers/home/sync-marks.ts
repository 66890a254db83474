// Which files of a listing wait to be sent, and which have their content at the server alone.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { FileEntry } from '../contract/home.ts';
import type { HomeContext } from './context.ts';

export type SyncMark = NonNullable<FileEntry['sync']>;

/** By node id; none in a home that is not linked. */
export async function syncMarks({ db, journal }: Pick<HomeContext, 'db' | 'journal'>, nodes: Iterable<HomeNode>): Promise<ReadonlyMap<string, SyncMark>> {
  const marks = new Map<string, SyncMark>();
  if (!journal.wasLinked) return marks;
  const files = [...nodes].flatMap((node) => (node.kind === 'file' ? [node] : []));
  await db.read(['extents'], async (tx) => {
    const isHere = async (id: string) => (await tx.keys('extents', { only: id })).length > 0;
    await Promise.all(files.map(async ({ id, content: { extents = [] } }) => {
      const here = await Promise.all(extents.map(([extent]) => isHere(toHex(extent))));
      if (here.includes(false)) marks.set(toHex(id), 'online');
    }));
  });
  for (const { id } of files) if (journal.waiting.has(toHex(id))) marks.set(toHex(id), 'waiting');
  return marks;
}
