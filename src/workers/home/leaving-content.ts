// Content on its way out: a preview as bytes, a file or a ZIP as a stream. No more than LIMITS.previewBytes of plaintext
// is ever handed over at once.
import { predictLength, makeZip } from 'client-zip';
import { type Bytes, concat } from '../../crypto/bytes.ts';
import type { Content, FileNode, HomeNode, Version } from '../../crypto/node.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ByteRange, StreamSource } from '../contract/stream.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { ContentAbsent, ContentTampered, firstAbsent, readPieces } from './content.ts';
import type { HomeContext } from './context.ts';
import { freeName } from '../../crypto/free-name.ts';
import { fileNode, liveNode } from './places.ts';
import { subtree } from './subtree.ts';

type Leaving = Pick<Served<HomeSurface>, 'previewFile' | 'openDownload' | 'openMedia'>;

/** A download that would break off is not begun. */
const NOT_HERE = nexusError('sync.not_here');

interface ZipEntry {
  readonly name: string;
  readonly node: HomeNode;
}

async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Bytes, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value as Bytes;
    }
  } finally {
    await reader.cancel();
  }
}

export function createLeavingContent(home: HomeContext): Leaving {
  const { tree, desk } = home;

  /** What does not hold is told to pages too, since the browser says no more than that a download broke. */
  async function* pieces(content: Content | Version, range?: ByteRange): AsyncGenerator<Bytes, void, undefined> {
    try {
      yield* readPieces(home, content, range);
    } catch (fault) {
      if (fault instanceof ContentTampered) home.announce({ type: 'home.tampered' });
      throw fault;
    }
  }

  const fileSource = (node: FileNode, saveAs?: string): StreamSource => ({
    mediaType: node.mediaType, size: node.content.size, ranges: saveAs === undefined, ...(saveAs !== undefined && { saveAs }),
    open: (range) => pieces(node.content, range),
  });

  /** Everything under these nodes, by its path in the archive; names that clash at the top are told apart. */
  async function zipEntries(nodes: readonly HomeNode[]): Promise<readonly ZipEntry[]> {
    const entries: ZipEntry[] = [];
    const taken = new Set<string>();
    for (const top of nodes) {
      const name = freeName(top.name, (one) => taken.has(one));
      taken.add(name);
      for await (const { node, path } of subtree(tree, top, name)) entries.push({ node, name: node.kind === 'folder' ? `${path}/` : path });
    }
    return entries;
  }

  function zipSource(entries: readonly ZipEntry[], saveAs: string): StreamSource {
    const sizes = entries.map(({ name, node }) => (node.kind === 'file' ? { name, size: node.content.size } : { name }));
    const members = entries.map(({ name, node }) => (node.kind === 'file'
      ? { name, lastModified: new Date(node.content.modified), size: node.content.size, input: pieces(node.content) }
      : { name }));
    return {
      mediaType: 'application/zip', saveAs, ranges: false, size: Number(predictLength(sizes)),
      open: () => piecesOf(makeZip(members)),
    };
  }

  async function downloadOf(ids: readonly string[]): Promise<Result<StreamSource, NexusError>> {
    const nodes: HomeNode[] = [];
    for (const id of ids) {
      const node = await liveNode(tree, id);
      if (!node.ok) return node;
      nodes.push(node.value);
    }
    const [first] = nodes;
    if (!first) return err(nexusError('home.not_found'));
    if (nodes.length === 1 && first.kind === 'file') return (await firstAbsent(home, [first.content])) ? err(NOT_HERE) : ok(fileSource(first, first.name));
    const entries = await zipEntries(nodes);
    if (await firstAbsent(home, entries.flatMap(({ node }) => (node.kind === 'file' ? node.content : [])))) return err(NOT_HERE);
    return ok(zipSource(entries, `${nodes.length === 1 ? first.name : 'Nexus'}.zip`));
  }

  return {
    async previewFile({ node: id, version }) {
      const node = await fileNode(tree, id);
      if (!node.ok) return node;
      const content = version === undefined ? node.value.content : node.value.versions[version];
      if (!content) return err(nexusError('home.not_found', { detail: 'version' }));
      const end = Math.min(content.size, LIMITS.previewBytes);
      const read: Bytes[] = [];
      try {
        for await (const piece of pieces(content, { start: 0, end })) read.push(piece);
      } catch (fault) {
        if (fault instanceof ContentAbsent) return err(NOT_HERE);
        if (!(fault instanceof ContentTampered)) throw fault;
        return err(nexusError('integrity.tampered', { detail: id }));
      }
      return ok({ bytes: concat(...read), mediaType: node.value.mediaType, truncated: end < content.size });
    },
    async openDownload({ nodes }) {
      const source = await downloadOf(nodes);
      return source.ok ? ok(desk.offer(source.value)) : source;
    },
    async openMedia({ node: id }) {
      const node = await fileNode(tree, id);
      if (!node.ok) return node;
      return (await firstAbsent(home, [node.value.content])) ? err(NOT_HERE) : ok(desk.offer(fileSource(node.value)));
    },
  };
}
