// Nodes that the server has and that do not open here, since the home was opened: they are there, whatever they say.
import type { Database } from '../store/database.ts';
import type { HomeMetaRow, HomeRows } from '../store/home-schema.ts';
import type { Taken } from './take-remote.ts';

/** More are counted no further. */
const MOST_UNREADABLE = 1000;

export interface UnreadableNodes {
  readonly size: number;
  has(id: string): boolean;
  /** As an earlier worker knew them. */
  load(feed: HomeMetaRow | undefined): void;
  note(taken: Pick<Taken, 'unreadable' | 'readable'>): Promise<void>;
}

export function createUnreadableNodes(db: Database<HomeRows>): UnreadableNodes {
  const known = new Set<string>();
  return {
    get size() {
      return known.size;
    },
    has: (id) => known.has(id),
    load(feed) {
      for (const id of feed?.unreadable ?? []) known.add(id);
    },
    async note({ unreadable, readable }) {
      // Once there are more than are counted, some are unknown for as long as this home is open.
      if (known.size < MOST_UNREADABLE) for (const id of readable) known.delete(id);
      for (const id of unreadable) if (known.size < MOST_UNREADABLE) known.add(id);
      const said = (await db.read(['meta'], (tx) => tx.get('meta', 'feed')))?.unreadable ?? [];
      if (said.length === known.size && said.every((id) => known.has(id))) return;
      await db.write(['meta'], async (tx) => tx.put('meta', { ...(await tx.get('meta', 'feed')), key: 'feed', unreadable: [...known] }));
    },
  };
}
