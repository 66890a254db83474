// Owns what the server asks of a store of bytes. Two implementations: folder.ts (one machine) and s3.ts. Blobs are written
// once under a name nobody else takes, and never changed; which of them count, the rows alone decide.
import type { Readable } from 'node:stream';

/** `YYYYMMDDHH/<32 hex>`: the hour it was begun, so that what no row came to name is found without listing everything. */
export type BlobName = string;

/** Inclusive byte positions, inside the blob. */
export interface ByteRange { readonly start: number; readonly end: number }

export type WritePiece = (piece: Uint8Array) => Promise<void>;

export interface Blobs {
  /** Keeps `size` bytes; resolves when they are on stable storage. A body of another length is a failure; its pieces are the store's, and may be gone afterwards. */
  put(name: BlobName, body: Readable, size: number): Promise<void>;
  /** The bytes, whole or a part; undefined where there are none. */
  get(name: BlobName, range?: ByteRange): Promise<Readable | undefined>;
  /** Hands a part over piece by piece; a piece may be used until its `write` resolved, and not after. False where there is no such blob. */
  copy(name: BlobName, range: ByteRange, write: WritePiece): Promise<boolean>;
  /** Drops them; those that are not there are no failure. */
  drop(names: readonly BlobName[]): Promise<void>;
  /** Every blob of one hour (`YYYYMMDDHH`), or of all; in no order. */
  list(hour?: string): AsyncIterable<{ readonly name: BlobName; readonly size: number }>;
  /** Fails where the store cannot be reached. */
  probe(): Promise<void>;
  close(): void;
}

/** The hour of a time in ms, as blob names begin with it (UTC). */
export function hourOf(time: number): string {
  return new Date(time).toISOString().slice(0, 13).replaceAll(/[-T]/g, '');
}

/** A name for a blob begun at `time`; `random` gives 16 bytes. */
export function blobName(time: number, random: Uint8Array): BlobName {
  return `${hourOf(time)}/${Buffer.from(random).toString('hex')}`;
}

/** What `blobName` makes and nothing else: a name is also a path. */
export const isBlobName = (text: string): boolean => /^\d{10}\/[0-9a-f]{32}$/.test(text);
export const isHour = (text: string): boolean => /^\d{10}$/.test(text);
