// The plaintext of one file of an opened bundle, extent by extent, a few ahead: nothing else of the bundle is read.
// A piece is handed out only after its digest, its place and every tag held.
import { err, ok, type Result } from '../../result.ts';
import { type Bytes, fromHex, toHex } from '../bytes.ts';
import { openExtent } from '../extent.ts';
import { domainKey, fileKey } from '../home-keys.ts';
import type { Content, HomeNode } from '../node.ts';
import { openNode } from '../node-record.ts';
import { type BundleFailure, bundleFailure, damaged } from './bundle-failure.ts';
import { extentPath, nodePath } from './entry-name.ts';
import { inOrder } from './in-order.ts';
import { type OpenedBundle, readListed } from './open-bundle.ts';

const IN_FLIGHT = 3;

/** The key of a content's file; `unsupported` where its epoch is not one of the bundle's. */
export async function contentKey({ keys }: Pick<OpenedBundle, 'keys'>, { fileId, epoch }: Pick<Content, 'fileId' | 'epoch'>): Promise<Result<Bytes, BundleFailure>> {
  const key = await fileKey(keys, fileId, epoch);
  return key ? ok(key) : err({ kind: 'unsupported', what: 'epoch' });
}

/** The open node with this id (hex). */
export async function readNode({ bundle, aead, keys }: OpenedBundle, id: string): Promise<Result<HomeNode, BundleFailure>> {
  const index = bundle.directory.find(nodePath(id));
  const nodeId = fromHex(id, 16);
  if (index < 0 || !nodeId) return err(damaged(nodePath(id)));
  const record = await readListed(bundle, index);
  if (!record.ok) return record;
  const node = openNode(aead, await domainKey(keys, 'nodes'), nodeId, record.value);
  return node.ok ? node : err(bundleFailure(node.error));
}

/** The pieces of a node's content, or of one of its versions; the first failure is the last thing yielded. */
export async function* readContent(opened: OpenedBundle, content: Omit<Content, 'modified'>): AsyncGenerator<Result<Bytes, BundleFailure>, void, undefined> {
  const { bundle, aead } = opened;
  const { fileId, inline } = content;
  const key = await contentKey(opened, content);
  if (!key.ok) {
    yield key;
    return;
  }
  const refs = inline ? [{ index: 0, plaintextLength: content.size, id: '' }]
    : (content.extents ?? []).map(([id, plaintextLength], index) => ({ index, plaintextLength, id: toHex(id) }));
  const pieces = inOrder(refs, IN_FLIGHT, async ({ id, ...place }): Promise<Result<Bytes, BundleFailure>> => {
    const path = extentPath(id);
    const at = inline ? -1 : bundle.directory.find(path);
    if (!inline && at < 0) return err(damaged(path));
    const sealed = inline ? ok(inline) : await readListed(bundle, at);
    if (!sealed.ok) return sealed;
    const plaintext = await openExtent(aead, key.value, { ...place, fileId }, sealed.value);
    return plaintext.ok ? plaintext : err(bundleFailure(plaintext.error));
  });
  for await (const piece of pieces) {
    yield piece;
    if (!piece.ok) return;
  }
}

/** The pieces of the file with this node id (hex). */
export async function* readFile(opened: OpenedBundle, id: string): AsyncGenerator<Result<Bytes, BundleFailure>, void, undefined> {
  const node = await readNode(opened, id);
  if (!node.ok) yield node;
  else if (node.value.kind === 'folder') yield err(damaged(nodePath(id)));
  else yield* readContent(opened, node.value.content);
}
