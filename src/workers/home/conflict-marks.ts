// Which files of a listing are conflict copies, and of what beside them. A name alone proves nothing: it must say who wrote the
// file and when, and the id must be the one that a copy of that very neighbour has.
import { equal, toHex } from '../../crypto/bytes.ts';
import type { FileNode, GroupClock, HomeNode } from '../../crypto/node.ts';
import type { ConflictCopy } from '../contract/home.ts';
import { copyId, copyName, copyStem, deviceCode, writtenAt } from './conflict-copy.ts';
import type { HomeContext } from './context.ts';
import { clocksOf } from './group-clocks.ts';

interface Candidate {
  readonly file: FileNode;
  readonly written: GroupClock;
  /** What its name begins with. */
  readonly stem: string;
}

type ByStem = ReadonlyMap<string, readonly FileNode[]>;

function candidateOf(file: FileNode): readonly Candidate[] {
  const written = clocksOf(file).content;
  const stem = copyStem(file.name, written);
  return stem === undefined ? [] : [{ file, written, stem }];
}

/** Whether its name says that it is one; what lies beside it tells. */
export const mayBeCopy = (node: HomeNode): boolean => node.kind === 'file' && candidateOf(node).length > 0;

/** Files by what names of their copies begin with; long names are cut there. */
function byStem(files: readonly FileNode[], written: GroupClock): ByStem {
  const found = new Map<string, FileNode[]>();
  for (const file of files) {
    const stem = copyStem(copyName(file.name, written), written)!;
    const alike = found.get(stem);
    if (alike) alike.push(file);
    else found.set(stem, [file]);
  }
  return found;
}

async function originalOf({ file, written, stem }: Candidate, files: ByStem): Promise<FileNode | undefined> {
  for (const one of files.get(stem) ?? []) if (equal(await copyId(one.id, written), file.id)) return one;
  return undefined;
}

/** By node id, of what lies in one folder. */
export async function conflictMarks({ device, devices }: Pick<HomeContext, 'device' | 'devices'>, nodes: Iterable<HomeNode>): Promise<ReadonlyMap<string, ConflictCopy>> {
  const files = [...nodes].filter((node) => node.kind === 'file');
  const marks = new Map<string, ConflictCopy>();
  /** By device and day: there are few, whatever the folder holds. */
  const known = new Map<string, ByStem>();
  for (const candidate of files.flatMap(candidateOf)) {
    const { file, written } = candidate;
    const mark = copyName('', written);
    const stems = known.get(mark) ?? byStem(files, written);
    known.set(mark, stems);
    const original = await originalOf(candidate, stems);
    if (!original) continue;
    const name = devices.names.get(toHex(written[2]));
    marks.set(toHex(file.id), { beside: original.name, at: writtenAt(written), code: deviceCode(written[2]), ...(name !== undefined && { device: name }), ...(equal(written[2], device) && { here: true }) });
  }
  return marks;
}
