// One file of an add made ready: sealed and staged, or told why not.
import type { Bytes } from '../../crypto/bytes.ts';
import { type FileNode, MAX_FILE_BYTES } from '../../crypto/node.ts';
import { addContent, FileFailed, sameContent } from './add-content.ts';
import type { AddedFile } from './add-paths.ts';
import { type AddRun, type ReadyFile, tellDone } from './add-run.ts';
import { targetOf } from './add-targets.ts';
import type { HomeContext } from './context.ts';

/** The file that will be replaced is the same already. */
function unchanged(run: AddRun, bytes: number, items: number): undefined {
  run.counts.replaced += 1;
  tellDone(run, bytes, items);
}

function failed(run: AddRun, { given, file }: AddedFile, code: string): undefined {
  run.failed.push({ path: given, code });
  tellDone(run, file.size);
}

async function sealed(home: HomeContext, run: AddRun, { added, target }: { readonly added: AddedFile; readonly target: Omit<ReadyFile, 'added' | 'content'> }): Promise<ReadyFile | undefined> {
  const { file } = added;
  const before: FileNode | undefined = target.replaces;
  if (before && (await sameContent(home, before.content, file))) return unchanged(run, file.size, 1);
  const content = await addContent(home, {
    file, command: run.command, signal: run.work.signal, fileId: before?.content.fileId ?? home.random(16),
    onBytes: (bytes) => tellDone(run, bytes, 0), ...(before && { before: before.content }),
  });
  if (before && content.extents && (await sameContent(home, before.content, file, content))) return unchanged(run, 0, 1);
  tellDone(run, 0);
  return { added, content, ...target };
}

/** Undefined where there is nothing to make live: skipped, failed, or the same as before. */
export async function prepareFile(home: HomeContext, run: AddRun, asked: { readonly added: AddedFile; readonly id: Bytes; readonly made: boolean }): Promise<ReadyFile | undefined> {
  const { added } = asked;
  const { file } = added;
  if (file.size > MAX_FILE_BYTES) return failed(run, added, 'home.file_too_large');
  const target = await targetOf(home, run, asked);
  if (target === 'no_folder') return failed(run, added, 'home.name_taken');
  if (target === 'skip') {
    run.counts.skipped += 1;
    tellDone(run, file.size);
    return undefined;
  }
  try {
    return await sealed(home, run, { added, target });
  } catch (fault) {
    if (!(fault instanceof FileFailed)) throw fault;
    return failed(run, added, fault.code);
  }
}
