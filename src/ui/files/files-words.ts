// Owns: what Files says after a change, and where there is a way back. Words alone.
import { msg, str } from '@lit/localize';
import type { Crumb, Entry, FileEntry } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import { formatNumber } from '../format.ts';

export interface Said {
  readonly text: string;
  /** What "Undo" takes back out of the trash. */
  readonly undo?: readonly NodeId[];
  readonly bad?: boolean;
}

export function trashedWords(chosen: readonly Entry[]): Said {
  const text = chosen.length === 1 ? msg(str`“${chosen[0]?.name ?? ''}” is in the trash.`) : msg(str`${formatNumber(chosen.length)} items are in the trash.`);
  return { text, undo: chosen.map((entry) => entry.id) };
}

export const backWords = (count: number): Said =>
  ({ text: count === 1 ? msg('1 item is back where it was.') : msg(str`${formatNumber(count)} items are back where they were.`) });

export const deletedWords = (count: number): Said =>
  ({ text: count === 1 ? msg('1 item was deleted for good.') : msg(str`${formatNumber(count)} items were deleted for good.`) });

export const movedWords = (count: number): Said =>
  ({ text: count === 1 ? msg('1 item was moved.') : msg(str`${formatNumber(count)} items were moved.`) });

export const versionWords = (entry: FileEntry): Said =>
  ({ text: msg(str`“${entry.name}” holds its earlier content again. The other one is kept among the versions.`) });

export const keptWords = ({ name }: Entry, kept: boolean): Said => ({
  text: kept ? msg(str`“${name}” stays on this device. What is missing comes by itself.`) : msg(str`“${name}” may be only online. What is here stays until you free up space.`),
});

export const damagedWords = (count: number): string =>
  msg(str`${formatNumber(count)} entries here are damaged and cannot be shown. The rest is whole. Check your home in Settings, or restore from a backup.`);

/** Where each search hit lies, in one line. */
export function pathWords(paths: ReadonlyMap<NodeId, readonly Crumb[]>): ReadonlyMap<NodeId, string> {
  const text = (path: readonly Crumb[]): string => path.map((crumb) => (crumb.name === '' ? msg('Files') : crumb.name)).join(' › ');
  return new Map([...paths].map(([id, path]) => [id, text(path)]));
}
