// Nodes that the server has and that do not open here, since the home was opened: they are there, whatever they say.
import type { HomeMetaRow } from '../store/home-schema.ts';

/** More are counted no further. */
const MOST_UNREADABLE = 1000;

export interface UnreadableNodes {
  readonly size: number;
  has(id: string): boolean;
  /** As they were known last, of what the home is linked to now. */
  load(feed: HomeMetaRow | undefined): void;
  /** Those that there will be once these are taken: to be written with them, so that none passes for gone. */
  after(taken: { readonly unreadable: readonly string[]; readonly readable: readonly string[] }): readonly string[];
  /** They are taken. */
  become(ids: readonly string[]): void;
}

export function createUnreadableNodes(): UnreadableNodes {
  let known = new Set<string>();
  return {
    get size() {
      return known.size;
    },
    has: (id) => known.has(id),
    load(feed) {
      known = new Set(feed?.unreadable);
    },
    after({ unreadable, readable }) {
      const next = new Set(known);
      // Once there are more than are counted, some are unknown for as long as this home is open.
      if (known.size < MOST_UNREADABLE) for (const id of readable) next.delete(id);
      for (const id of unreadable) if (next.size < MOST_UNREADABLE) next.add(id);
      return [...next];
    },
    become(ids) {
      known = new Set(ids);
    },
  };
}
