// From nodes to what pages see.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { ConflictCopy, Entry } from '../contract/home.ts';
import { type NodeId, parseNodeId } from '../contract/ids.ts';
import type { KeptMark } from './kept-marks.ts';
import type { SyncMark } from './sync-marks.ts';

export function nodeIdOf(hex: string): NodeId {
  const id = parseNodeId(hex);
  if (!id) throw new Error('a node is named by 32 hex digits');
  return id;
}

export const idOf = (node: HomeNode): NodeId => nodeIdOf(toHex(node.id));
export const parentOf = (node: HomeNode): NodeId => nodeIdOf(toHex(node.parent));

export function entryOf(node: HomeNode): Entry {
  const base = { id: idOf(node), name: node.name, parent: parentOf(node), ...(node.trashed !== undefined && { trashed: node.trashed }) };
  if (node.kind === 'folder') return { ...base, kind: 'folder' };
  const { content: { size, modified }, mediaType, versions } = node;
  const earlier = versions.map((version) => ({ size: version.size, modified: version.modified }));
  return { ...base, kind: 'file', size, modified, mediaType, versions: versions.length, ...(earlier.length > 0 && { earlier }) };
}

/** The entry of a node in a home that may be synced. */
export function markedEntry(node: HomeNode, { sync, kept, conflict }: { readonly sync: SyncMark | undefined; readonly kept: KeptMark | undefined; readonly conflict: ConflictCopy | undefined }): Entry {
  const entry = entryOf(node);
  if (entry.kind === 'folder') return kept ? { ...entry, kept } : entry;
  return { ...entry, ...(sync && { sync }), ...(conflict && { conflict }) };
}

const collator = new Intl.Collator('und', { numeric: true });

/** Folders first, then by name as people order names. */
export function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}
