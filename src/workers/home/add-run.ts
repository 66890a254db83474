// One add on its way: what it was asked, what it made, what it tells.
import type { Bytes } from '../../crypto/bytes.ts';
import type { Content, FileNode } from '../../crypto/node.ts';
import type { ClashChoice } from '../contract/home.ts';
import type { CommandId, NodeId } from '../contract/ids.ts';
import type { LongWorkRun } from '../contract/long-work.ts';
import type { AddedFile } from './add-paths.ts';

/** One file on its way: sealed, not yet live. */
export interface ReadyFile {
  readonly added: AddedFile;
  readonly folder: string;
  /** Of the node that is made, where nothing is there to be replaced. */
  readonly id: Bytes;
  readonly content: Content;
  readonly replaces?: FileNode;
}

export interface AddRun {
  readonly command: CommandId;
  readonly to: NodeId;
  readonly clash: ClashChoice;
  readonly work: LongWorkRun;
  /** Folder ids, in hex, by path under the target. */
  readonly folders: Map<string, string>;
  /** Ids of nodes that this run made. */
  readonly created: string[];
  readonly failed: { path: string; code: string }[];
  readonly counts: { added: number; replaced: number; skipped: number };
  progress: { doneBytes: number; totalBytes: number; doneItems: number; totalItems: number };
}

export function newRun(asked: Pick<AddRun, 'command' | 'to' | 'clash' | 'work'>): AddRun {
  return {
    ...asked, folders: new Map([['', asked.to]]), created: [], failed: [], counts: { added: 0, replaced: 0, skipped: 0 },
    progress: { doneBytes: 0, totalBytes: 0, doneItems: 0, totalItems: 0 },
  };
}

export function tellDone(run: AddRun, bytes: number, items = 1): void {
  run.progress = { ...run.progress, doneBytes: run.progress.doneBytes + bytes, doneItems: run.progress.doneItems + items };
  run.work.report({ phase: 'working', ...run.progress });
}
