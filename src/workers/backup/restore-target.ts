// What stands where a restore goes: looked up path by path in the open home, for the dry run and for the work itself.
import { equal, toHex } from '../../crypto/bytes.ts';
import type { OpenedBundle } from '../../crypto/nbk/open-bundle.ts';
import { readNode } from '../../crypto/nbk/read-file.ts';
import { type Existing, planRestore, type RestorePlan } from '../../crypto/nbk/restore-plan.ts';
import type { TreeEntry } from '../../crypto/nbk/tree.ts';
import type { Content, HomeNode } from '../../crypto/node.ts';
import type { ClashChoice } from '../contract/home.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { OpenRestore } from './opened-bundles.ts';

export interface RestoreTarget {
  /** The node that stands at a bundle's path. */
  at(path: string): Promise<HomeNode | undefined>;
}

/** Paths are relative to `folder`, and looked up once. */
export function targetIn(home: MountedHome, folder: string): RestoreTarget {
  const folders = new Map<string, Promise<ReadonlyMap<string, HomeNode>>>();

  const childrenOf = async (path: string): Promise<ReadonlyMap<string, HomeNode>> => {
    const node = path === '' ? undefined : await at(path);
    if (path !== '' && node?.kind !== 'folder') return new Map();
    const children = await home.children(node ? toHex(node.id) : folder);
    return new Map(children.map((child) => [child.name, child]));
  };

  const at = async (path: string): Promise<HomeNode | undefined> => {
    const cut = path.lastIndexOf('/');
    const above = path.slice(0, Math.max(0, cut));
    const children = folders.get(above) ?? childrenOf(above);
    folders.set(above, children);
    return (await children).get(path.slice(cut + 1));
  };

  return { at };
}

/** The same bytes, by reference: the same extents, or the same sealed content in the record. */
export function sameReferences(a: Content, b: Content): boolean {
  if (a.size !== b.size || !equal(a.fileId, b.fileId)) return false;
  if (a.inline || b.inline) return a.inline !== undefined && b.inline !== undefined && equal(a.inline, b.inline);
  return (a.extents ?? []).length === (b.extents ?? []).length
    && (a.extents ?? []).every(([id], index) => equal(id, b.extents?.[index]?.[0] ?? new Uint8Array(0)));
}

/** Equal only where it can be told without opening content: files of another home always differ. */
async function existingFor(opened: OpenedBundle, home: MountedHome, entry: TreeEntry, there: HomeNode | undefined): Promise<Existing> {
  if (!there) return 'absent';
  if (there.kind !== entry.kind) return 'other_kind';
  if (there.kind === 'folder') return 'equal';
  if (!equal(opened.keys.homeId, home.homeId)) return 'different';
  const node = await readNode(opened, entry.id);
  return node.ok && node.value.kind === 'file' && sameReferences(node.value.content, there.content) ? 'equal' : 'different';
}

export interface PlanOptions {
  /** Absent: a new home, where everything is created. */
  readonly into?: { readonly home: MountedHome; readonly target: RestoreTarget };
  readonly path?: string;
  readonly clash: ClashChoice;
}

/** What a restore would do, in a fixed order. A file that is kept beside another one is created. */
export function planFor({ opened, tree }: OpenRestore, { into, path, clash }: PlanOptions): Promise<RestorePlan> {
  const existing = async (entry: TreeEntry): Promise<Existing> => {
    if (!into) return 'absent';
    const found = await existingFor(opened, into.home, entry, await into.target.at(entry.path));
    return found === 'different' && clash === 'keep_both' ? 'absent' : found;
  };
  return planRestore(tree, { existing, different: clash === 'replace' ? 'replace' : 'keep', ...(path !== undefined && { select: path }) });
}

