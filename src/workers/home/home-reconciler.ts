// The Reconciler of one open home: what the engine moves, put together from its parts (docs/sync.md).
import { toHex } from '../../crypto/bytes.ts';
import type { Reconciler, RemoteRecord } from '../../sync/reconciler.ts';
import { objectName } from '../store/outbox/outbox.ts';
import { collectExtents } from './collect.ts';
import { storedExtent } from './content.ts';
import type { HomeContext } from './context.ts';
import type { Link } from './link.ts';
import { mendPlaces } from './mend-places.ts';
import { gatherOutgoing, noteSent } from './outgoing.ts';
import { takeRemote } from './take-remote.ts';
import type { WantedExtents } from './wanted-extents.ts';

export interface HomeSync {
  readonly reconciler: Reconciler;
  readonly link: Link;
  /** Nodes of the server that do not open with this home's keys, since it was opened. */
  unreadable(): number;
  /** Extents that are still to come. */
  toCome(): number;
}

export function createHomeSync(home: HomeContext, link: Link, wanted: WantedExtents): HomeSync {
  const { db, tree, journal, alone, homeId } = home;
  const touched = new Set<string>();
  const dropped = new Set<string>();
  let unreadable = 0;
  /** What an earlier worker had taken is not known any more: then all is looked at. */
  let knowsTouched = false;

  const feed = () => db.read(['meta'], (tx) => tx.get('meta', 'feed'));

  async function everything(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for await (const node of tree.all()) ids.add(toHex(node.id));
    return ids;
  }

  async function take(records: readonly RemoteRecord[], cursor: string | undefined): Promise<void> {
    const taken = await takeRemote(home, records, cursor);
    for (const id of taken.touched) touched.add(id);
    for (const id of taken.dropped) dropped.add(id);
    wanted.taken(taken.adopted);
    unreadable += taken.unreadable;
  }

  async function mend(): Promise<void> {
    if (!(await feed())?.mending) return;
    const put = await mendPlaces(tree, homeId, knowsTouched ? touched : await everything());
    await tree.commit({
      put,
      also: async (tx) => {
        const { mending: _, ...rest } = (await tx.get('meta', 'feed')) ?? { key: 'feed' as const };
        await tx.put('meta', rest);
      },
    });
    knowsTouched = true;
    touched.clear();
    if (put.length > 0) home.changed(new Set(put.map(({ parent }) => toHex(parent))));
    await collectExtents(home, [...dropped]);
    dropped.clear();
  }

  return {
    link,
    unreadable: () => unreadable,
    toCome: wanted.count,
    reconciler: {
      cursor: async () => (await feed())?.cursor,
      news: (changes) => db.read(['nodes', 'queued'], async (tx) => {
        const news = await Promise.all(changes.map(async (change) => {
          const row = await tx.get('nodes', change.id);
          if (!change.deleted) return row?.rev === change.rev ? [] : [change];
          return row || (await tx.get('queued', objectName('nodes', change.id))) ? [change] : [];
        }));
        return news.flat();
      }),
      take: (records, cursor) => alone(() => take(records, cursor)),
      mend: () => alone(mend),
      async restart() {
        knowsTouched = false;
        await link.restart();
        await link.finish();
      },
      finishLinking: link.finish,
      outgoing: (most) => gatherOutgoing(home, most),
      sent: (nodes, extents) => noteSent(home, nodes, extents),
      extent: (id) => storedExtent(home, id),
      wanted: wanted.next,
      keep: wanted.keep,
      lacks: wanted.lacks,
      waiting: () => journal.waiting.size,
    },
  };
}
