// Which folders of a listing stay on this device; nothing is said where all content does, or the home was never linked.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { FolderEntry } from '../contract/home.ts';
import { keptFolders } from './content-choice.ts';
import type { HomeContext } from './context.ts';

export type KeptMark = NonNullable<FolderEntry['kept']>;

/** Gives the mark of a live folder. */
export function keptMarks({ tree, choices, journal }: Pick<HomeContext, 'tree' | 'choices' | 'journal'>): (node: HomeNode) => Promise<KeptMark | undefined> {
  const choice = choices.current();
  const isKept = keptFolders(tree, choice);
  return async (node) => {
    if (node.kind !== 'folder' || choice.all || !journal.linked) return undefined;
    if (choice.kept.has(toHex(node.id))) return 'chosen';
    return (await isKept(toHex(node.parent))) ? 'within' : 'no';
  };
}
