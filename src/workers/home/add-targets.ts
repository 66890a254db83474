// Where the files of an add go: folders are made, names are looked up. A new node's id follows from command and path, so
// what an earlier worker had made is known again.
import { concat, type Bytes, toHex, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { AddedFile } from './add-paths.ts';
import type { AddRun, ReadyFile } from './add-run.ts';
import type { HomeContext } from './context.ts';
import { newFolder } from './moves.ts';

const FOLDER_BATCH = 500;

async function derivedId(command: string, path: string): Promise<Bytes> {
  return (await sha256(concat(utf8(command), utf8(path)))).slice(0, 16);
}

/** Makes the folders that are missing. One whose name a file has takes its files down with it. */
export async function makeFolders(home: HomeContext, run: AddRun, paths: readonly (readonly string[])[]): Promise<void> {
  const { command, to } = run;
  const { tree, changed } = home;
  const fresh: HomeNode[] = [];
  const freshIds = new Set<string>();
  for (const names of paths) {
    const path = names.join('/');
    const parent = run.folders.get(names.slice(0, -1).join('/'));
    const name = names.at(-1) ?? '';
    if (parent === undefined) continue;
    const there = freshIds.has(parent) ? undefined : await tree.named(parent, name);
    if (there?.kind === 'folder') run.folders.set(path, toHex(there.id));
    else if (!there) {
      const node = newFolder(home, { id: toHex(await derivedId(command, `${path}/`)), parent, name });
      fresh.push(node);
      run.folders.set(path, toHex(node.id));
      freshIds.add(toHex(node.id));
    }
  }
  for (let from = 0; from < fresh.length; from += FOLDER_BATCH) {
    const batch = fresh.slice(from, from + FOLDER_BATCH);
    await tree.commit({ put: batch });
    run.created.push(...batch.map(({ id }) => toHex(id)));
  }
  if (fresh.length > 0) changed([to, ...fresh.map(({ parent }) => toHex(parent))]);
}

/** The ids that these files get where they are new, and which of them an earlier worker had made already. */
export async function idsFor({ tree }: Pick<HomeContext, 'tree'>, run: AddRun, files: readonly AddedFile[]): Promise<{ ids: ReadonlyMap<AddedFile, Bytes>; made: ReadonlySet<string> }> {
  const ids = new Map(await Promise.all(files.map(async (added) => [added, await derivedId(run.command, added.key)] as const)));
  return { ids, made: await tree.present([...ids.values()].map(toHex)) };
}

/** Where a file goes: a fresh node, an earlier one whose content it replaces, or nowhere. */
export async function targetOf({ tree }: Pick<HomeContext, 'tree'>, run: AddRun, { added, id, made }: { readonly added: AddedFile; readonly id: Bytes; readonly made: boolean }): Promise<Pick<ReadyFile, 'folder' | 'id' | 'replaces'> | 'skip' | 'no_folder'> {
  const folder = run.folders.get(added.folders.join('/'));
  if (folder === undefined) return 'no_folder';
  if (made) return 'skip';
  const there = await tree.named(folder, added.name);
  if (there && run.clash === 'skip') return 'skip';
  if (there?.kind === 'file' && run.clash === 'replace') return { folder, id, replaces: there };
  return { folder, id };
}
