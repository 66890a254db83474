// Where nodes stand: the checks that every change of place shares, as answers.
import { toHex } from '../../crypto/bytes.ts';
import type { FileNode, FolderNode, HomeNode } from '../../crypto/node.ts';
import { nameFault } from '../../crypto/node-name.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Tree } from './tree.ts';

/** Moves on several devices can put one deep folder into another: no chain is longer than so many times what one person may make. */
const MERGED_DEPTHS = 8;

type Nodes = Pick<Tree, 'node'>;

export async function liveNode(tree: Nodes, id: string): Promise<Result<HomeNode, NexusError>> {
  const node = await tree.node(id);
  if (node === 'damaged') return err(nexusError('integrity.tampered', { detail: id }));
  return node ? ok(node) : err(nexusError('home.not_found', { detail: id }));
}

export async function folderNode(tree: Nodes, id: string): Promise<Result<FolderNode, NexusError>> {
  const node = await liveNode(tree, id);
  if (!node.ok) return node;
  return node.value.kind === 'folder' ? ok(node.value) : err(nexusError('home.not_a_folder', { detail: id }));
}

export async function fileNode(tree: Nodes, id: string): Promise<Result<FileNode, NexusError>> {
  const node = await liveNode(tree, id);
  if (!node.ok) return node;
  return node.value.kind === 'file' ? ok(node.value) : err(nexusError('home.not_a_file', { detail: id }));
}

/** From just under the root to the node itself. A chain that does not reach the root is damage. */
export async function ancestry(tree: Nodes, homeId: string, node: HomeNode): Promise<Result<readonly HomeNode[], NexusError>> {
  const chain: HomeNode[] = [];
  for (let at = node; toHex(at.id) !== homeId;) {
    chain.unshift(at);
    if (chain.length > LIMITS.folderDepth * MERGED_DEPTHS) return err(nexusError('integrity.tampered', { detail: toHex(node.id) }));
    const above = await liveNode(tree, toHex(at.parent));
    if (!above.ok) return above;
    at = above.value;
  }
  return ok(chain);
}

/** The folder that something new goes into, with how deep it lies: what goes into one in the trash, or below such, would be gone with it and seen by nobody. */
export async function openFolder(tree: Nodes, homeId: string, id: string): Promise<Result<{ readonly folder: FolderNode; readonly above: readonly HomeNode[] }, NexusError>> {
  const folder = await folderNode(tree, id);
  if (!folder.ok) return folder;
  const above = await ancestry(tree, homeId, folder.value);
  if (!above.ok) return above;
  return above.value.some(({ trashed }) => trashed !== undefined) ? err(nexusError('home.not_found', { detail: id })) : ok({ folder: folder.value, above: above.value });
}

export function checkName(name: string): Result<string, NexusError> {
  const normal = name.normalize('NFC');
  const fault = nameFault(normal);
  return fault ? err(nexusError('home.name_invalid', { detail: fault })) : ok(normal);
}
