// The paths of an add, checked: which folders they need, which names they break.
import { nameFault } from '../../crypto/node-name.ts';
import type { AddItem } from '../contract/home.ts';
import { LIMITS } from '../contract/limits.ts';

export interface AddedFile {
  /** As it was given. */
  readonly given: string;
  /** One for each file, however many have the same path: the same ones when the add is sent again. */
  readonly key: string;
  /** Folder names from the target down. */
  readonly folders: readonly string[];
  readonly name: string;
  readonly file: File;
}

export interface AddPaths {
  readonly files: readonly AddedFile[];
  /** Every folder that is needed, parents first; each as its names. */
  readonly folders: readonly (readonly string[])[];
  readonly refused: readonly { readonly path: string; readonly rule: string }[];
}

/** The first rule that a path breaks. Names are compared in NFC, as they will be kept. */
function pathFault(names: readonly string[], depth: number): string | undefined {
  if (names.length === 0) return 'empty';
  if (depth + names.length > LIMITS.folderDepth) return 'too_deep';
  return names.map(nameFault).find((fault) => fault !== undefined);
}

/** `depth` is that of the folder they go into. */
export function addPaths(items: readonly AddItem[], depth: number): AddPaths {
  const files: AddedFile[] = [];
  const folders = new Map<string, readonly string[]>();
  const given = new Map<string, number>();
  const refused: { path: string; rule: string }[] = [];
  for (const { path, file } of items) {
    const names = path.replace(/\/$/, '').split('/').map((name) => name.normalize('NFC'));
    const fault = pathFault(names, depth);
    if (fault) {
      refused.push({ path, rule: fault });
      continue;
    }
    const above = file ? names.slice(0, -1) : names;
    for (let count = 1; count <= above.length; count += 1) folders.set(above.slice(0, count).join('/'), above.slice(0, count));
    if (!file) continue;
    const before = given.get(path) ?? 0;
    given.set(path, before + 1);
    // No name has a NUL.
    files.push({ given: path, key: before === 0 ? path : `${path}\0${before}`, folders: above, name: names.at(-1) ?? '', file });
  }
  return { files, folders: [...folders.values()].sort((a, b) => a.length - b.length), refused };
}
