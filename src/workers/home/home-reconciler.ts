// The Reconciler of one open home: what the engine moves, put together from its parts (docs/sync.md).
import { toHex } from '../../crypto/bytes.ts';
import { extentId } from '../../crypto/extent.ts';
import { AT_ONCE } from '../../sync/each-of.ts';
import { wentBack } from '../../sync/feed-cursor.ts';
import type { Reconciler, RemoteRecord, Through } from '../../sync/reconciler.ts';
import { storedBody } from '../store/extent-form.ts';
import { objectName } from '../store/outbox/outbox.ts';
import type { Arrival } from './arrival.ts';
import { collectExtents } from './collect.ts';
import { storedExtent } from './content.ts';
import { type ContentHere, createContentHere } from './content-here.ts';
import type { HomeContext } from './context.ts';
import { comparableIn } from './here.ts';
import { createLetGo, type LetGo } from './let-go.ts';
import type { Link } from './link.ts';
import { mendPlaces } from './mend-places.ts';
import { gatherOutgoing, noteSent } from './outgoing.ts';
import { type ServerView, serverView, type TakenUpTo, takenUpTo } from './server-view.ts';
import { takeRemote } from './take-remote.ts';
import { createUnreadableNodes } from './unreadable-nodes.ts';
import type { WantedExtents } from './wanted-extents.ts';

export interface HomeSync extends Pick<Arrival, 'isPartial' | 'isArriving'> {
  readonly reconciler: Reconciler;
  readonly link: Link;
  /** Which content is to be here, and freeing space. */
  readonly content: ContentHere;
  /** What may be of no use at the server any more. */
  readonly letGo: LetGo;
  /** Undefined while what is here is not what is there. */
  takenUpTo(): Promise<TakenUpTo | undefined>;
  /** Looks at every row; undefined as above. */
  serverView(): Promise<ServerView | undefined>;
  /** The server had lost what it had, or was set back, and is not whole again yet. */
  isSetBack(): boolean;
  /** Nodes of the server that do not open with this home's keys, since it was opened. */
  unreadable(): number;
  /** Extents that are still to come, and such that wait to be sent. */
  toCome(): number;
  toGo(): number;
  /** How many extents the home names that are not on this device. */
  absent(): Promise<number>;
  /** Reads again what waits: the courier sent of it while this home was closed, or opening. */
  readAgain(): Promise<void>;
  /** Brings all that the home names, as far as it can be had now. */
  bringAll(signal: AbortSignal): Promise<void>;
}

/** Of what the server tells, that which this device did not write itself and may have to do something about. */
const newsOf = ({ db, idsHere }: HomeContext): Reconciler['news'] => async (changes) => {
  await idsHere.learn(changes.length);
  return db.read(['nodes', 'queued', 'meta'], async (tx) => {
    const { passed = [], unreadable = [] } = (await tx.get('meta', 'feed')) ?? {};
    const unknown = new Set([...passed, ...unreadable]);
    const news = await Promise.all(changes.map(async (change) => {
      const row = idsHere.mayHave(change.id) ? await tx.get('nodes', change.id) : undefined;
      if (!change.deleted) return row?.rev === change.rev ? [] : [change];
      return row || unknown.has(change.id) || (await tx.get('queued', objectName('nodes', change.id))) ? [change] : [];
    }));
    return news.flat();
  });
};

/** Until nothing is absent, or something does not come. */
const bringAllOf = (home: HomeContext, wanted: WantedExtents): HomeSync['bringAll'] => async (signal) => {
  const asked = new Set<string>();
  for (let ids = await wanted.nextAbsent(AT_ONCE); ids.length > 0 && !signal.aborted; ids = await wanted.nextAbsent(AT_ONCE)) {
    // What was fetched and is wanted still finds no room here.
    if (ids.some((id) => asked.has(id))) return;
    const { fetch } = home.remote;
    const found = fetch ? await Promise.all(ids.map(fetch)) : [undefined];
    if (found.includes(undefined)) return;
    ids.forEach((id) => asked.add(id));
  }
};

export function createHomeSync(home: HomeContext, link: Link, wanted: WantedExtents): HomeSync {
  const { db, tree, journal, arrival, alone, homeId, placeIndex, idsHere } = home;
  const touched = new Set<string>();
  const unreadable = createUnreadableNodes();
  let knowsFeed = false;
  const dropped = new Set<string>();
  /** How far this device was when the server did not know its numbers any more; `yes` where that had lost some of it. */
  let setBack: 'no' | 'yes' | { readonly cursor: string } = 'no';
  /** What an earlier worker had taken and not mended is not known any more: then all is looked at. */
  let knowsTouched = false;

  const feed = () => db.read(['meta'], (tx) => tx.get('meta', 'feed'));

  async function loadFeed(): Promise<void> {
    const said = await feed();
    unreadable.load(said);
    if (knowsFeed) return;
    knowsTouched = !said?.mending;
    knowsFeed = true;
  }

  async function take(records: readonly RemoteRecord[], through: Through | undefined): Promise<void> {
    await loadFeed();
    const taken = await takeRemote(home, records, { through, unreadable });
    for (const id of taken.touched) touched.add(id);
    for (const id of taken.dropped) dropped.add(id);
    for (const each of [wanted, placeIndex]) each.taken(taken.adopted);
  }

  async function mend(): Promise<void> {
    idsHere.forget();
    // All that the server has was taken: what waits now, it lacks.
    const said = await feed();
    if (typeof setBack === 'object') setBack = journal.waiting.size > 0 && said?.cursor !== undefined && wentBack(setBack.cursor, said.cursor) ? 'yes' : 'no';
    if (!said?.mending) return;
    await loadFeed();
    const passed = new Set(said.passed);
    const node = async (id: string) => (await tree.node(id)) ?? (unreadable.has(id) || passed.has(id) ? 'damaged' : undefined);
    const looked = knowsTouched ? [...touched] : await tree.everyId();
    await placeIndex.learn(looked);
    const put = await mendPlaces({ tree: { folder: tree.folder, node }, places: placeIndex, root: homeId }, looked);
    await tree.commit({
      put,
      also: async (tx) => {
        const { mending: _, partial: __, ...rest } = (await tx.get('meta', 'feed')) ?? { key: 'feed' as const };
        await tx.put('meta', rest);
      },
    });
    arrival.become(false);
    knowsTouched = true;
    touched.clear();
    placeIndex.forget();
    if (put.length > 0) home.changed(new Set(put.map(({ parent }) => toHex(parent))));
    await collectExtents(home, [...dropped]);
    dropped.clear();
  }

  return {
    link,
    content: createContentHere(home, link, wanted),
    letGo: createLetGo(home),
    takenUpTo: () => takenUpTo(db),
    serverView: () => serverView(db),
    isSetBack() {
      if (journal.waiting.size === 0) setBack = 'no';
      return setBack === 'yes';
    },
    unreadable: () => unreadable.size,
    toCome: wanted.count,
    toGo: () => journal.pieces.size,
    isPartial: arrival.isPartial,
    isArriving: arrival.isArriving,
    absent: wanted.absent,
    readAgain: journal.load,
    bringAll: bringAllOf(home, wanted),
    reconciler: {
      cursor: async () => (await feed())?.cursor,
      gone: async () => (await feed())?.gone,
      news: newsOf(home),
      comparable: (records) => comparableIn(home, records),
      take: (records, through) => alone(() => take(records, through)),
      mend: () => alone(mend),
      async restart(common) {
        knowsTouched = false;
        const cursor = (await feed())?.cursor;
        if (cursor !== undefined) setBack = { cursor };
        await link.restart(common);
        await link.finish();
      },
      finishLinking: link.finish,
      outgoing: (most) => gatherOutgoing(home, most),
      sent: (nodes, extents) => noteSent(home, nodes, extents),
      extent: (id) => storedBody(db, id).catch(() => undefined),
      async isIntact(id) {
        const bytes = await storedExtent(home, id).catch(() => undefined);
        return bytes !== undefined && (await extentId(bytes)) === id;
      },
      wanted: wanted.next,
      keep: wanted.keep,
      lacks: wanted.lacks,
      waiting: () => journal.waiting.size,
    },
  };
}
