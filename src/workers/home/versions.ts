// Earlier contents of a file: kept when content is replaced, brought back when asked for (docs/formats.md, "The tree").
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { encodeMap } from '../../crypto/canonical-cbor.ts';
import { extentId } from '../../crypto/extent.ts';
import { type Content, type ExtentRef, type FileNode, MAX_VERSIONS, nodeFields, type Version } from '../../crypto/node.ts';
import { err, ok } from '../../result.ts';
import { nexusError } from '../contract/errors.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { asExtentData } from '../store/extent-form.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';
import { collectExtents } from './collect.ts';
import type { HomeContext } from './context.ts';
import { fileNode } from './places.ts';
import { stamped } from './stamp.ts';
import { extentIdsOf } from './tree.ts';

const MOST_RECORD_BYTES = 64 * 1024;

type VersionContext = Pick<HomeContext, 'db' | 'aead' | 'keys' | 'codec' | 'clock' | 'device' | 'extentsAs'>;
type Also = (tx: WriteTransaction<HomeRows>) => Promise<void>;

const recordBytes = (node: FileNode): number => encodeMap(nodeFields(node)).length;

/** The node with as many of its versions as a record has room for; one always. */
export function fittedVersions(node: FileNode): FileNode {
  let fitted = { ...node, versions: node.versions.slice(0, MAX_VERSIONS) };
  while (fitted.versions.length > 1 && recordBytes(fitted) > MOST_RECORD_BYTES) fitted = { ...fitted, versions: fitted.versions.slice(0, -1) };
  return fitted;
}

/** Content as a version keeps it: what lay in the record becomes an extent first. */
async function asVersion(home: VersionContext, node: FileNode): Promise<{ version: Version; also: Also }> {
  const { fileId, size, modified, extents, inline, epoch } = node.content;
  const base = { fileId, size, modified, device: node.clocks?.content?.[2] ?? node.device, ...(epoch !== undefined && { epoch }) };
  if (!inline) return { version: { ...base, extents: extents ?? [] }, also: () => Promise.resolve() };
  const id = await extentId(inline);
  const idBytes = fromHex(id, 32);
  if (!idBytes) throw new Error('an extent is named by 64 hex digits');
  const ref: ExtentRef = [idBytes, size];
  const row = { id, size: inline.length, data: asExtentData(home.extentsAs, inline) };
  return { version: { ...base, extents: [ref] }, also: (tx) => tx.put('extents', row) };
}

export interface Replaced {
  readonly node: FileNode;
  /** Rows of the same transaction. */
  readonly also: Also;
  /** Extents, in hex, that the node no longer names. */
  readonly dropped: readonly string[];
}

/** `node` with `content`, its content so far first among the versions; the oldest go where there are too many. */
export async function withContent(home: VersionContext, node: FileNode, content: Content, changes: Partial<Pick<FileNode, 'mediaType'>> = {}): Promise<Replaced> {
  const { version, also } = await asVersion(home, node);
  const changed = stamped({ ...node, ...changes, content, versions: [version, ...node.versions] }, 'content', { clock: home.clock.tick(), device: home.device });
  const after = fittedVersions(changed);
  const named = new Set(extentIdsOf(after));
  return { node: after, also, dropped: extentIdsOf(node).filter((id) => !named.has(id)) };
}

export function createVersions(home: HomeContext): Pick<Served<HomeSurface>, 'restoreVersion'> {
  return {
    restoreVersion: ({ node: id, version: index }) => home.alone(async () => {
      const node = await fileNode(home.tree, id);
      if (!node.ok) return node;
      const version = node.value.versions[index];
      if (!version) return err(nexusError('home.not_found', { detail: 'version' }));
      const { device: _, ...content } = version;
      const others = { ...node.value, versions: node.value.versions.filter((one) => one !== version) };
      const replaced = await withContent(home, others, content);
      await home.tree.commit({ put: [replaced.node], also: replaced.also });
      await collectExtents(home, replaced.dropped);
      home.changed([toHex(node.value.parent)]);
      return ok();
    }),
  };
}
