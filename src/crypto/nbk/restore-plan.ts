// What a restore would do, line by line in a fixed order, before anything is written (docs/formats.md, "Bundles": "Restore").
// Pure: the caller says what exists where it restores to, and later applies the lines all or nothing.
import type { HomeTree, TreeEntry, TreeFault } from './tree.ts';

export type RestoreFate = 'create' | 'replace' | 'keep' | 'refuse';
/** Why a line is refused: no place in the tree, or something of another kind stands there. */
export type RefuseReason = TreeFault | 'other_kind';

export interface RestoreLine {
  readonly entry: TreeEntry;
  readonly fate: RestoreFate;
  readonly reason?: RefuseReason;
}

export interface RestorePlan {
  readonly lines: readonly RestoreLine[];
  readonly counts: Readonly<Record<RestoreFate, number>>;
  /** Of the files to be created or replaced. */
  readonly bytes: number;
  /** Entry names of records that do not open: what they were cannot be said. */
  readonly damaged: readonly string[];
}

/** What stands at an entry's place now. */
export type Existing = 'absent' | 'equal' | 'different' | 'other_kind';

export interface RestoreOptions {
  readonly existing: (entry: TreeEntry) => Existing | Promise<Existing>;
  /** What to do with a file that differs. */
  readonly different: 'replace' | 'keep';
  /** Only this path, what is under it, and the folders above it. */
  readonly select?: string;
  /** With what lies in the trash. */
  readonly trashed?: boolean;
}

/** True for the path itself, what is under it, and the folders that lead to it. */
export function selects(select: string, { path, kind }: TreeEntry): boolean {
  return path === select || path.startsWith(`${select}/`) || (kind === 'folder' && select.startsWith(`${path}/`));
}

async function lineOf(entry: TreeEntry, { existing, different }: RestoreOptions): Promise<RestoreLine> {
  if (entry.fault) return { entry, fate: 'refuse', reason: entry.fault };
  const found = await existing(entry);
  if (found === 'other_kind') return { entry, fate: 'refuse', reason: 'other_kind' };
  if (found === 'absent') return { entry, fate: 'create' };
  return { entry, fate: found === 'equal' || entry.kind === 'folder' ? 'keep' : different };
}

/** What is under a refused line cannot be placed either. */
function underRefused(entry: TreeEntry, refused: RestoreLine | undefined): boolean {
  return refused !== undefined && entry.path.startsWith(`${refused.entry.path}/`);
}

export async function planRestore(tree: HomeTree, options: RestoreOptions): Promise<RestorePlan> {
  const lines: RestoreLine[] = [];
  const counts = { create: 0, replace: 0, keep: 0, refuse: 0 };
  let bytes = 0;
  let refused: RestoreLine | undefined;
  for (const entry of tree.entries) {
    if (entry.trashed && !options.trashed) continue;
    if (options.select !== undefined && !selects(options.select, entry)) continue;
    const line: RestoreLine = underRefused(entry, refused) && !entry.fault
      ? { entry, fate: 'refuse', reason: 'other_kind' } : await lineOf(entry, options);
    if (line.reason === 'other_kind' && !underRefused(entry, refused)) refused = line;
    if (line.fate === 'create' || line.fate === 'replace') bytes += entry.size;
    counts[line.fate] += 1;
    lines.push(line);
  }
  return { lines, counts, bytes, damaged: tree.damaged };
}
