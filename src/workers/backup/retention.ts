// Which snapshots go: the newest N stay, within a soft and a hard number of bytes; the oldest goes first, ties by id. Pure.
import type { Retention } from '../contract/backup.ts';
import type { BundleId } from '../contract/ids.ts';

interface Kept {
  readonly id: BundleId;
  readonly created: number;
  readonly bytes: number;
}

/** Ids to be deleted, oldest first. One always stays: `hardBytes` is asked before a snapshot is made. `made` was made last, whatever a clock that was set back says of it. */
export function evicted(snapshots: readonly Kept[], { keep, softBytes, hardBytes }: Retention, made?: BundleId): readonly BundleId[] {
  const oldestFirst = [...snapshots].sort((a, b) => Number(a.id === made) - Number(b.id === made) || a.created - b.created || (a.id < b.id ? -1 : 1));
  const gone: BundleId[] = [];
  let bytes = oldestFirst.reduce((sum, one) => sum + one.bytes, 0);
  for (const [index, one] of oldestFirst.entries()) {
    const left = oldestFirst.length - index;
    if (left <= 1 || (left <= keep && bytes <= softBytes && bytes <= hardBytes)) break;
    gone.push(one.id);
    bytes -= one.bytes;
  }
  return gone;
}
