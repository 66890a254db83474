// The plaintext of a file, in order, piece by piece, a few extents ahead. Nothing of a chunk leaves before its tag held.
import { type Bytes, concat, toHex } from '../../crypto/bytes.ts';
import { openExtent } from '../../crypto/extent.ts';
import { EXTENT_PLAINTEXT_BYTES } from '../../crypto/extent-header.ts';
import { fileKey } from '../../crypto/home-keys.ts';
import { inOrder } from '../../crypto/nbk/in-order.ts';
import type { Content, Version } from '../../crypto/node.ts';
import type { ByteRange } from '../contract/stream.ts';
import { storedBytes } from '../store/extent-form.ts';
import type { HomeContext } from './context.ts';

const IN_FLIGHT = 4;

/** Content that is not what was sealed; `extent` is its id, or empty for content inside the record. */
export class ContentTampered extends Error {
  readonly extent: string;

  constructor(extent: string) {
    super('content does not hold');
    this.name = 'ContentTampered';
    this.extent = extent;
  }
}

/** Content that is not on this device, and cannot be brought here now. */
export class ContentAbsent extends Error {
  constructor() {
    super('content is not here');
    this.name = 'ContentAbsent';
  }
}

type ReadContext = Pick<HomeContext, 'db' | 'aead' | 'keys' | 'remote' | 'journal'>;
type Readable = Pick<Content, 'fileId' | 'size' | 'inline' | 'epoch'> & { readonly extents?: Content['extents'] | Version['extents'] };

interface Place {
  readonly index: number;
  readonly plaintextLength: number;
  readonly id: string;
  readonly inline?: Bytes;
}

function placesOf({ size, inline, extents = [] }: Readable, { start, end }: ByteRange): readonly Place[] {
  const all = inline ? [{ index: 0, plaintextLength: size, id: '', inline }]
    : extents.map(([id, plaintextLength], index) => ({ index, plaintextLength, id: toHex(id) }));
  const first = Math.floor(start / EXTENT_PLAINTEXT_BYTES);
  return all.slice(first, Math.max(first + 1, Math.ceil(end / EXTENT_PLAINTEXT_BYTES)));
}

/** The bytes of an extent as they lie at rest; undefined where it is missing. */
export const storedExtent = ({ db }: Pick<HomeContext, 'db'>, id: string): Promise<Bytes | undefined> => storedBytes(db, id);

/** Throws ContentTampered where a piece does not hold or is missing, ContentAbsent where it is at the server alone. */
export async function* readPieces(home: ReadContext, content: Readable, range: ByteRange = { start: 0, end: content.size }): AsyncGenerator<Bytes, void, undefined> {
  const { aead, keys } = home;
  const key = await fileKey(keys, content.fileId, content.epoch);
  if (!key) throw new ContentTampered('');
  const pieces = inOrder(placesOf(content, range), IN_FLIGHT, async ({ index, plaintextLength, id, inline }) => {
    const sealed = inline ?? (await storedExtent(home, id)) ?? (await home.remote.fetch?.(id));
    if (!sealed && home.journal.wasLinked) throw new ContentAbsent();
    const plaintext = sealed && (await openExtent(aead, key, { fileId: content.fileId, index, plaintextLength }, sealed));
    if (!plaintext?.ok) throw new ContentTampered(id);
    const at = index * EXTENT_PLAINTEXT_BYTES;
    return plaintext.value.subarray(Math.max(0, range.start - at), Math.min(plaintextLength, range.end - at));
  });
  for await (const piece of pieces) if (piece.length > 0) yield piece;
}

/** The whole of a content that is known to be small. */
export async function readWhole(home: ReadContext, content: Readable): Promise<Bytes> {
  const pieces: Bytes[] = [];
  for await (const piece of readPieces(home, content)) pieces.push(piece);
  return concat(...pieces);
}

/** The first extent of these contents that is neither here nor to be had now: a download that began would break off there, or later. */
export async function firstAbsent(home: ReadContext, contents: readonly Readable[]): Promise<string | undefined> {
  if (!home.journal.wasLinked) return undefined;
  for (const { extents = [] } of contents) {
    for (const [id] of extents) {
      const stored = await home.db.read(['extents'], (tx) => tx.keys('extents', { only: toHex(id) }));
      // Whether the server answers is found out by the first that is not here.
      if (stored.length === 0) return (await home.remote.fetch?.(toHex(id))) ? undefined : toHex(id);
    }
  }
  return undefined;
}
