// Which files an extent belongs to, by the home's own nodes: how damage gets the paths that it hurts, and how a missing extent shows.
import { ok, type Result } from '../../result.ts';
import { type Bytes, toHex } from '../bytes.ts';
import { openExtent } from '../extent.ts';
import { extentBytes } from '../extent-header.ts';
import type { Content, FileNode } from '../node.ts';
import type { BundleFailure } from './bundle-failure.ts';
import { extentPath, nodePath } from './entry-name.ts';
import type { OpenedBundle } from './open-bundle.ts';
import { contentKey } from './read-file.ts';
import { type HomeTree, readTree } from './tree.ts';

export interface ExtentOwner {
  /** Ids in hex. */
  readonly node: string;
  readonly fileId: string;
  readonly index: number;
  readonly plaintextLength: number;
  readonly epoch: number;
}

export interface NodeDamage {
  readonly entry: string;
  readonly what: 'missing' | 'tag' | 'unreadable_node' | 'no_place' | 'epoch';
  readonly paths: readonly string[];
}

export interface Ownership {
  readonly opened: OpenedBundle;
  readonly tree: HomeTree;
  /** By the extent's index in the directory; a version that shares an extent owns it once more. */
  readonly owners: ReadonlyMap<number, readonly ExtentOwner[]>;
  readonly files: number;
  readonly damaged: readonly NodeDamage[];
  pathOf(node: string): string;
}

interface Gathered {
  readonly owners: Map<number, ExtentOwner[]>;
  /** Node and entry name of extents that are not there, or not of the length the node says. */
  readonly missing: { readonly node: string; readonly entry: string }[];
  readonly inline: { readonly node: string; readonly what: 'tag' | 'epoch' }[];
  files: number;
}

function gather({ bundle }: OpenedBundle, file: FileNode, into: Gathered): void {
  const node = toHex(file.id);
  into.files += 1;
  for (const { fileId, extents, epoch = 0 } of [file.content, ...file.versions]) {
    for (const [index, [id, plaintextLength]] of (extents ?? []).entries()) {
      const entry = extentPath(toHex(id));
      const at = bundle.directory.find(entry);
      if (at < 0 || bundle.directory.size(at) !== extentBytes(plaintextLength)) {
        into.missing.push({ node, entry });
        continue;
      }
      const owners = into.owners.get(at) ?? [];
      owners.push({ node, fileId: toHex(fileId), index, plaintextLength, epoch });
      into.owners.set(at, owners);
    }
  }
}

/** What is wrong with content that lies inside the record. */
async function inlineFault(opened: OpenedBundle, { fileId, size, epoch }: Content, inline: Bytes): Promise<'tag' | 'epoch' | undefined> {
  const key = await contentKey(opened, { fileId, ...(epoch !== undefined && { epoch }) });
  if (!key.ok) return 'epoch';
  const plaintext = await openExtent(opened.aead, key.value, { fileId, index: 0, plaintextLength: size }, inline);
  return plaintext.ok ? undefined : 'tag';
}

/** Opens every node; `onRecord` is told the bytes of each. */
export async function ownersOf(
  opened: OpenedBundle, { signal, onRecord }: { readonly signal?: AbortSignal; readonly onRecord?: (bytes: number) => void } = {},
): Promise<Result<Ownership, BundleFailure>> {
  const gathered: Gathered = { owners: new Map(), missing: [], inline: [], files: 0 };
  const tree = await readTree(opened, {
    ...(signal && { signal }),
    async onNode(node, bytes) {
      onRecord?.(bytes);
      if (node.kind === 'folder') return;
      gather(opened, node, gathered);
      const what = node.content.inline && (await inlineFault(opened, node.content, node.content.inline));
      if (what) gathered.inline.push({ node: toHex(node.id), what });
    },
  });
  if (!tree.ok) return tree;
  const paths = new Map(tree.value.entries.map(({ id, path }) => [id, path]));
  const pathOf = (node: string): string => paths.get(node) ?? nodePath(node);
  const damaged: NodeDamage[] = tree.value.damaged.map((entry) => ({ entry, what: 'unreadable_node', paths: [entry] }));
  for (const { node, entry } of gathered.missing) damaged.push({ entry, what: 'missing', paths: [pathOf(node)] });
  for (const { node, what } of gathered.inline) damaged.push({ entry: nodePath(node), what, paths: [pathOf(node)] });
  for (const { id, path, fault } of tree.value.entries) if (fault) damaged.push({ entry: nodePath(id), what: 'no_place', paths: [path] });
  return ok({ opened, tree: tree.value, owners: gathered.owners, files: gathered.files, damaged, pathOf });
}
