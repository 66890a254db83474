// Owns: the order of a listing. By name it is the authority's own order, so that a long list is never sorted here by words.
import type { Entry } from '../../workers/contract/home.ts';

export type SortKey = 'name' | 'modified' | 'size';

export interface SortOrder {
  readonly by: SortKey;
  readonly down: boolean;
}

export const BY_NAME: SortOrder = { by: 'name', down: false };

const numberOf = (entry: Entry, by: 'modified' | 'size'): number => (entry.kind === 'file' ? entry[by] : 0);

/** `entries` come folders first and by name; folders stay first whatever the order. */
export function inOrder(entries: readonly Entry[], order: SortOrder): readonly Entry[] {
  const { by, down } = order;
  if (by === 'name' && !down) return entries;
  const folders = entries.filter((entry) => entry.kind === 'folder');
  const files = entries.filter((entry) => entry.kind === 'file');
  if (by === 'name') return [...folders.reverse(), ...files.reverse()];
  const sign = down ? -1 : 1;
  return [...folders, ...files.sort((a, b) => sign * (numberOf(a, by) - numberOf(b, by)))];
}

/** What pressing a column's head makes of the order. Dates and sizes begin with the newest and the largest. */
export const pressed = (order: SortOrder, by: SortKey): SortOrder =>
  (order.by === by ? { by, down: !order.down } : { by, down: by !== 'name' });
