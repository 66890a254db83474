// One file's bytes into the home: small content goes into its node's record, larger content is cut, sealed and staged
// extent by extent, so that memory stays bounded; the transaction that makes the node live is the caller's.
import { type Bytes, equal, fromHex, release, toHex } from '../../crypto/bytes.ts';
import { type ExtentContent, openExtent, sealExtent, sealExtentBytes } from '../../crypto/extent.ts';
import { EXTENT_PLAINTEXT_BYTES } from '../../crypto/extent-header.ts';
import { newFileKey } from '../../crypto/home-keys.ts';
import { inOrder } from '../../crypto/nbk/in-order.ts';
import { type Content, type ExtentRef, MAX_INLINE_BYTES } from '../../crypto/node.ts';
import { asExtentData } from '../store/extent-form.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';
import type { HomeContext } from './context.ts';
import { ContentAbsent, ContentTampered, readPieces, readWhole, storedExtent } from './content.ts';

/** Extents under way at once: reading, sealing and storing overlap. */
const IN_FLIGHT = 3;

export type FileFault = 'home.file_unreadable' | 'home.file_changed';

/** The file could not be read as it was given. */
export class FileFailed extends Error {
  readonly code: FileFault;

  constructor(code: FileFault) {
    super(code);
    this.name = 'FileFailed';
    this.code = code;
  }
}

type AddContext = Pick<HomeContext, 'db' | 'aead' | 'keys' | 'random' | 'extentsAs' | 'remote' | 'journal'>;

export interface ContentSource {
  readonly file: Blob & { readonly lastModified: number };
  readonly fileId: Bytes;
  /** Its content so far: extents whose plaintext is the same are kept. */
  readonly before?: Content;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

async function readSlice(file: Blob, from: number, to: number): Promise<Bytes> {
  try {
    // Making a slice asks the browser's own process and waits: a small file, read whole, does without.
    const part = from === 0 && to === file.size ? file : file.slice(from, to);
    const bytes = new Uint8Array(await part.arrayBuffer());
    if (bytes.length === to - from) return bytes;
  } catch {
    throw new FileFailed('home.file_unreadable');
  }
  throw new FileFailed('home.file_changed');
}

async function inlineContent(home: AddContext, { file, fileId, onBytes }: ContentSource): Promise<Content> {
  const plaintext = await readSlice(file, 0, file.size);
  const { key, epoch } = await newFileKey(home.keys, fileId);
  const inline = await sealExtentBytes(home, key, { fileId, index: 0, plaintext });
  onBytes(plaintext.length);
  return { fileId, size: file.size, modified: modifiedOf(file), inline, ...epoch };
}

export const modifiedOf = ({ lastModified }: { readonly lastModified: number }): number => Math.max(0, Math.trunc(lastModified));

/** The extent of the earlier content, where it holds this very plaintext: opened to be compared, for nothing that tells of content is stored. */
async function keptFromBefore(home: AddContext, key: Bytes, { fileId, index, plaintext }: ExtentContent, before: ExtentRef | undefined): Promise<ExtentRef | undefined> {
  if (before?.[1] !== plaintext.length) return undefined;
  const sealed = await storedExtent(home, toHex(before[0]));
  const opened = sealed && (await openExtent(home.aead, key, { fileId, index, plaintextLength: plaintext.length }, sealed));
  return opened?.ok && equal(opened.value, plaintext) ? before : undefined;
}

async function stagedContent(home: AddContext, source: ContentSource): Promise<Content> {
  const { file, fileId, command, signal, onBytes } = source;
  const { key, epoch } = await newFileKey(home.keys, fileId);
  // A content is of one epoch: after a renewal of keys nothing of it is kept.
  const before = source.before?.epoch === epoch.epoch ? source.before : undefined;
  const indexes = Array.from({ length: Math.ceil(file.size / EXTENT_PLAINTEXT_BYTES) }, (_, index) => index);

  // One read at a time: Firefox never ends two reads at once of a file that lies in a page's memory.
  let reading: Promise<unknown> = Promise.resolve();
  const readInTurn = (from: number, to: number): Promise<Bytes> => {
    const read = reading.then(() => readSlice(file, from, to));
    reading = read.catch(() => undefined);
    return read;
  };

  async function stage(index: number): Promise<ExtentRef> {
    signal.throwIfAborted();
    const from = index * EXTENT_PLAINTEXT_BYTES;
    const plaintext = await readInTurn(from, Math.min(file.size, from + EXTENT_PLAINTEXT_BYTES));
    const kept = await keptFromBefore(home, key, { fileId, index, plaintext }, before?.extents?.[index]);
    if (!kept) return store(index, plaintext);
    onBytes(plaintext.length);
    return kept;
  }

  async function store(index: number, plaintext: Bytes): Promise<ExtentRef> {
    const { id, bytes } = await sealExtent(home, key, { fileId, index, plaintext });
    const { length } = plaintext;
    release(plaintext.buffer);
    signal.throwIfAborted();
    await home.db.write(['extents', 'staging'], async (tx) => {
      await tx.put('staging', { key: `${command}/${id}` });
      await tx.put('extents', { id, size: bytes.length, data: asExtentData(home.extentsAs, bytes) });
    });
    release(bytes.buffer);
    onBytes(length);
    const idBytes = fromHex(id, 32);
    if (!idBytes) throw new Error('an extent is named by 64 hex digits');
    return [idBytes, length];
  }

  const extents: ExtentRef[] = [];
  for await (const ref of inOrder(indexes, IN_FLIGHT, stage)) extents.push(ref);
  return { fileId, size: file.size, modified: modifiedOf(file), extents, ...epoch };
}

/** Throws FileFailed, the signal's reason, or StorageError; what it had staged is then the caller's to give back. */
export function addContent(home: AddContext, source: ContentSource): Promise<Content> {
  return source.file.size <= MAX_INLINE_BYTES ? inlineContent(home, source) : stagedContent(home, source);
}

/** Compared piece by piece: what was sealed under another key tells nothing by its name. */
async function samePieces(home: AddContext, before: Content, file: Blob): Promise<boolean> {
  let at = 0;
  for await (const piece of readPieces(home, before)) {
    if (!equal(piece, await readSlice(file, at, at + piece.length))) return false;
    at += piece.length;
  }
  return at === file.size;
}

/** What is not here or does not hold is not the same as anything: it may be replaced. */
async function ifReadable(compare: () => Promise<boolean>): Promise<boolean> {
  try {
    return await compare();
  } catch (fault) {
    if (fault instanceof ContentAbsent || fault instanceof ContentTampered) return false;
    throw fault;
  }
}

/** True where nothing would change: the same bytes, by kept extents or by comparing what is inline. */
export async function sameContent(home: AddContext, before: Content, file: Blob, after?: Content): Promise<boolean> {
  if (before.size !== file.size) return false;
  if (after && after.epoch !== before.epoch) return ifReadable(() => samePieces(home, before, file));
  if (after?.extents) return after.extents.every(([id], index) => equal(id, before.extents?.[index]?.[0] ?? new Uint8Array(0)));
  if (!before.inline) return false;
  return ifReadable(async () => equal(await readWhole(home, before), await readSlice(file, 0, file.size)));
}

/** Makes staged extents live: their staging rows go with the transaction that writes the node. */
export async function unstage(tx: WriteTransaction<HomeRows>, command: string, content: Content): Promise<void> {
  for (const [id] of content.extents ?? []) await tx.remove('staging', `${command}/${toHex(id)}`);
}

/** Gives back what a command staged and did not make live: everything, or of one content alone. */
export async function dropStaged({ db }: Pick<HomeContext, 'db'>, command: string, content?: Content): Promise<void> {
  const staged = await db.read(['staging'], (tx) => tx.keys('staging', { prefix: `${command}/` }));
  const own = content && new Set((content.extents ?? []).map(([id]) => `${command}/${toHex(id)}`));
  const keys = own ? staged.filter((key) => own.has(key)) : staged;
  await db.write(['staging', 'extents'], async (tx) => {
    for (const key of keys) {
      await tx.remove('extents', key.slice(command.length + 1));
      await tx.remove('staging', key);
    }
  });
}
