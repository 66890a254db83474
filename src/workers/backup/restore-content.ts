// Content of a bundle into a home. Of the same home extents keep their names and bytes; of another one they are opened and
// sealed anew under a new file id. What does not hold is never written.
import { type Bytes, concat, equal, fromHex, toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { checkExtent, sealExtent, sealExtentBytes } from '../../crypto/extent.ts';
import { EXTENT_PLAINTEXT_BYTES } from '../../crypto/extent-header.ts';
import { fileKey, newFileKey } from '../../crypto/home-keys.ts';
import { extentPath } from '../../crypto/nbk/entry-name.ts';
import { inOrder } from '../../crypto/nbk/in-order.ts';
import { type OpenedBundle, readListed } from '../../crypto/nbk/open-bundle.ts';
import { contentKey, readContent } from '../../crypto/nbk/read-file.ts';
import { type Content, type ExtentRef, MAX_INLINE_BYTES } from '../../crypto/node.ts';
import type { Random } from '../../crypto/random.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { asExtentData, extentData } from '../store/extent-form.ts';

const IN_FLIGHT = 3;

export interface Restoring {
  readonly opened: OpenedBundle;
  readonly home: MountedHome;
  readonly random: Random;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

type Contents = Pick<Content, 'fileId' | 'size' | 'epoch' | 'extents' | 'inline'>;

/** What is there already is written over: it has the same name, but may be hurt. It is some node's, and so is not staged. */
async function put({ home, command }: Restoring, { id, bytes }: { readonly id: string; readonly bytes: Bytes }): Promise<void> {
  await home.db.write(['extents', 'staging'], async (tx) => {
    const there = (await tx.keys('extents', { only: id })).length > 0;
    if (!there) await tx.put('staging', { key: `${command}/${id}` });
    await tx.put('extents', { id, size: bytes.length, data: asExtentData(home.extentsAs, bytes) });
  });
}

/** Copies the extents of one content by their names, each checked to its last tag; false where one does not hold. */
export async function copyExtents(restoring: Restoring, { fileId, epoch, extents = [] }: Contents): Promise<boolean> {
  const { opened, signal, onBytes } = restoring;
  const key = await contentKey(opened, { fileId, ...(epoch !== undefined && { epoch }) });
  if (!key.ok) return false;
  const copies = inOrder([...extents.entries()], IN_FLIGHT, async ([index, [id, plaintextLength]]) => {
    signal.throwIfAborted();
    const at = opened.bundle.directory.find(extentPath(toHex(id)));
    const bytes = at < 0 ? undefined : await readListed(opened.bundle, at);
    if (!bytes?.ok || !checkExtent(opened.aead, key.value, { fileId, index, plaintextLength }, bytes.value).ok) return false;
    await put(restoring, { id: toHex(id), bytes: bytes.value });
    onBytes(plaintextLength);
    return true;
  });
  let whole = true;
  for await (const held of copies) whole &&= held;
  return whole;
}

/** Brings back the extents of a content that the home has by the same names, where one is missing or hurt; gives whether it did. */
export async function mendContent(restoring: Restoring, content: Contents): Promise<boolean> {
  for (const [id] of content.extents ?? []) {
    const row = await restoring.home.db.read(['extents'], (tx) => tx.get('extents', toHex(id)));
    const stored = row && (await extentData(row.data).catch(() => undefined));
    if (!stored || !equal(await sha256(stored), id)) return copyExtents(restoring, content);
  }
  return false;
}

async function sealAnew(restoring: Restoring, content: Content, fileId: Bytes): Promise<Content | undefined> {
  const { opened, home, random, signal, onBytes } = restoring;
  const deps = { aead: home.aead, random };
  const { key, epoch } = await newFileKey(home.keys, fileId);
  const extents: ExtentRef[] = [];
  let index = 0;
  for await (const piece of readContent(opened, content)) {
    signal.throwIfAborted();
    if (!piece.ok) return undefined;
    if (content.size <= MAX_INLINE_BYTES) {
      const inline = await sealExtentBytes(deps, key, { fileId, index: 0, plaintext: piece.value });
      onBytes(piece.value.length);
      return { fileId, size: content.size, modified: content.modified, inline, ...epoch };
    }
    const { id, bytes } = await sealExtent(deps, key, { fileId, index, plaintext: piece.value });
    await put(restoring, { id, bytes });
    extents.push([fromHex(id, 32) ?? new Uint8Array(32), piece.value.length]);
    onBytes(piece.value.length);
    index += 1;
  }
  return index === Math.ceil(content.size / EXTENT_PLAINTEXT_BYTES) ? { fileId, size: content.size, modified: content.modified, extents, ...epoch } : undefined;
}

async function inlineHolds({ opened }: Restoring, content: Content): Promise<boolean> {
  const pieces: Bytes[] = [];
  for await (const piece of readContent(opened, content)) {
    if (!piece.ok) return false;
    pieces.push(piece.value);
  }
  return concat(...pieces).length === content.size;
}

/** The content as the home keeps it, staged and not yet live; undefined where it does not hold. */
export async function restoreContent(restoring: Restoring, content: Content): Promise<Content | undefined> {
  const { opened, home, random, onBytes } = restoring;
  // A bundle may be of a later epoch than this device has come to, or of another renewal of the same home.
  const [theirs, ours] = [await fileKey(opened.keys, content.fileId, content.epoch), await fileKey(home.keys, content.fileId, content.epoch)];
  if (!equal(opened.keys.homeId, home.homeId) || !theirs || !ours || !equal(theirs, ours)) return sealAnew(restoring, content, random(16));
  if (!content.inline) return (await copyExtents(restoring, content)) ? content : undefined;
  onBytes(content.size);
  return (await inlineHolds(restoring, content)) ? content : undefined;
}
