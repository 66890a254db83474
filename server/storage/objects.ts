// Owns how one object's bytes come in and go out. Few bytes lie in the row; more go to the blob store first, under a name of
// their own, and count only when a row names them.
import { createHash } from 'node:crypto';
import { pipeline, Readable, Transform } from 'node:stream';
import { EXTENTS, type Kind } from '../../src/sync/wire/collections.ts';
import { type Result, err, ok } from '../../src/result.ts';
import { blobName, type ByteRange } from '../blobs/blobs.ts';
import { admit } from './admit.ts';
import { type Bytes, type Condition, type Outcome, revOf } from './decide.ts';
import type { Storage } from './storage.ts';

/** Bodies up to this size lie in the row: one flush keeps many of them, and no store of blobs likes small ones. */
export const INLINE_BYTES = 64 * 1024;

export interface ObjectName { readonly kind: Kind; readonly collection: string; readonly id: string }

async function collect(body: Readable, size: number): Promise<Uint8Array> {
  const whole = Buffer.alloc(size);
  let filled = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    if (filled + piece.byteLength > size) throw new Error('the body is longer than was told');
    filled += piece.copy(whole, filled);
  }
  if (filled !== size) throw new Error('the body is shorter than was told');
  return whole;
}

/** The bytes of a body that is in memory. */
export function inlineBytes(body: Uint8Array): Bytes {
  return { size: body.byteLength, sha256: createHash('sha256').update(body).digest('hex'), inline: body, blob: null };
}

/** Keeps bytes in the blob store on their way through the hash. */
async function storeBlob({ blobs, clock, random }: Storage, body: Readable, size: number): Promise<Bytes> {
  const hash = createHash('sha256');
  const blob = blobName(clock(), random(16));
  const hashed = new Transform({ transform(piece: Buffer, _, done) { hash.update(piece); done(null, piece); } });
  // A failure ends both ends; `put` is what tells it.
  pipeline(body, hashed, () => undefined);
  await blobs.put(blob, hashed, size);
  return { size, sha256: hash.digest('hex'), inline: null, blob };
}

/** Bytes that are in memory, kept where their number says. */
export async function storeBytes(storage: Storage, body: Uint8Array): Promise<Bytes> {
  return body.byteLength <= INLINE_BYTES ? inlineBytes(body) : storeBlob(storage, Readable.from([Buffer.from(body)]), body.byteLength);
}

export type PutRefusal = 'extent.mismatch';

/** Takes a body of `size` bytes and admits it under a name. Throws where the body breaks off. */
export async function putObject(storage: Storage, account: string, name: ObjectName, put: { condition: Condition; body: Readable; size: number }): Promise<Result<Outcome, PutRefusal>> {
  const bytes = put.size <= INLINE_BYTES ? inlineBytes(await collect(put.body, put.size)) : await storeBlob(storage, put.body, put.size);
  if (name.kind === EXTENTS && bytes.sha256 !== name.id) {
    if (bytes.blob !== null) await storage.blobs.drop([bytes.blob]).catch(() => undefined);
    return err('extent.mismatch');
  }
  const [outcome] = await admit(storage, account, [{ op: 'put', ...name, condition: put.condition, bytes }]);
  return ok(outcome!);
}

export interface ObjectHead { readonly rev: string; readonly size: number; readonly inline: Uint8Array | null; readonly blob: string | null }

/** What there is under names of one collection, by their ids. Rows bring what lies in them: whoever asks bounds how many. */
export async function findObjects({ rows }: Storage, account: string, { kind, collection, ids }: Omit<ObjectName, 'id'> & { readonly ids: readonly string[] }): Promise<ReadonlyMap<string, ObjectHead>> {
  const found = await rows.read((db) => db.selectFrom('objects').select(['id', 'seq', 'size', 'sha256', 'inline', 'blob', 'deleted'])
    .where('account', '=', account).where('collection', '=', collection).where('id', 'in', ids).execute());
  return new Map(found.filter(({ deleted }) => deleted !== 1).map((row) => [row.id, { rev: revOf(kind, { ...row, deleted: false }), size: row.size, inline: row.inline, blob: row.blob }]));
}

/** What there is under a name; undefined where there is nothing or it was deleted. */
export const findObject = async (storage: Storage, account: string, { id, ...within }: ObjectName): Promise<ObjectHead | undefined> =>
  (await findObjects(storage, account, { ...within, ids: [id] })).get(id);

/** The bytes of an object, whole or a part. Throws where a row names bytes that are not there. */
export async function openObject({ blobs }: Storage, { inline, blob }: ObjectHead, range?: ByteRange): Promise<Uint8Array | Readable> {
  if (blob === null) {
    const bytes = inline ?? new Uint8Array();
    return range ? bytes.subarray(range.start, range.end + 1) : bytes;
  }
  const body = await blobs.get(blob, range);
  if (!body) throw new Error(`the bytes of a row are not there: ${blob}`);
  return body;
}
