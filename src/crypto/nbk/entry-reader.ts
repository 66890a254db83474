// Reads entries of an open ZIP: one alone, or runs of neighbours with one read a run, since a node is hundreds of bytes.
// An entry holds where its local header, CRC-32 and SHA-256 do; what its content means is for others.
import { type Bytes, toHex, utf8 } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import { crc32 } from './crc32.ts';
import type { RandomAccess } from './random-access.ts';
import type { ZipDirectory } from './zip-directory.ts';
import { LOCAL_BYTES } from './zip-format.ts';
import { localAgrees } from './zip-reader.ts';

/** Entries that lie in no ZIP, as those of a snapshot: read by their paths. */
export interface EntriesAtRest {
  /** In the order of `paths`; undefined where one is missing. */
  read(paths: readonly string[]): Promise<readonly (Bytes | undefined)[]>;
  /** Whether it is there in its size, without reading it. */
  has(path: string, size: number): Promise<boolean>;
}

export interface ZipFile {
  readonly source: RandomAccess;
  readonly directory: ZipDirectory;
  /** Where the directory's entries are read from instead of `source`. */
  readonly atRest?: EntriesAtRest;
}

export interface ReadEntry {
  readonly index: number;
  readonly path: string;
  readonly bytes: Bytes;
  /** Hex SHA-256 of `bytes`. */
  readonly digest: string;
  /** The first thing about its place in the ZIP that does not hold. */
  readonly fault?: 'local_header' | 'crc' | 'missing';
}

export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_ENTRIES = 4096;

/** Cuts a range into runs to be read at once: about 4 MiB each, never less than one entry. */
export function* batchesOf(directory: ZipDirectory, { from, to }: IndexRange): Generator<IndexRange, void, undefined> {
  let [start, bytes] = [from, 0];
  for (let index = from; index < to; index += 1) {
    const span = directory.span(index);
    if (index > start && (bytes + span > BATCH_BYTES || index - start >= BATCH_ENTRIES)) {
      yield { from: start, to: index };
      [start, bytes] = [index, 0];
    }
    bytes += span;
  }
  if (start < to) yield { from: start, to };
}

async function entryFrom(directory: ZipDirectory, index: number, span: Bytes): Promise<ReadEntry> {
  const entry = directory.entry(index);
  const head = LOCAL_BYTES + utf8(entry.path).length;
  const bytes = span.subarray(head);
  const digest = toHex(await sha256(bytes));
  const read = { index, path: entry.path, bytes, digest };
  if (!localAgrees(entry, span.subarray(0, head))) return { ...read, fault: 'local_header' };
  return crc32(bytes) === entry.crc ? read : { ...read, fault: 'crc' };
}

async function entriesAtRest({ read }: EntriesAtRest, directory: ZipDirectory, { from, to }: IndexRange): Promise<readonly ReadEntry[]> {
  const paths = Array.from({ length: to - from }, (_, i) => directory.path(from + i));
  const found = await read(paths);
  return Promise.all(paths.map(async (path, i): Promise<ReadEntry> => {
    const bytes = found[i];
    if (!bytes) return { index: from + i, path, bytes: new Uint8Array(0), digest: '', fault: 'missing' };
    return { index: from + i, path, bytes, digest: toHex(await sha256(bytes)) };
  }));
}

/** The entries of one run, in order. */
export async function readBatch({ source, directory, atRest }: ZipFile, { from, to }: IndexRange): Promise<readonly ReadEntry[]> {
  if (atRest) return entriesAtRest(atRest, directory, { from, to });
  const start = directory.entry(from).offset;
  let length = 0;
  for (let index = from; index < to; index += 1) length += directory.span(index);
  const run = await source.read(start, length);
  if (run.length !== length) throw new Error('a read came back short');
  let at = 0;
  return Promise.all(Array.from({ length: to - from }, (_, i) => {
    const span = directory.span(from + i);
    at += span;
    return entryFrom(directory, from + i, run.subarray(at - span, at));
  }));
}

/** The range in two, without one entry of it. */
export const without = ({ from, to }: IndexRange, index: number): readonly IndexRange[] =>
  [{ from, to: Math.min(Math.max(index, from), to) }, { from: Math.min(Math.max(index + 1, from), to), to }];

/** The first thing about a long entry's place that does not hold; its content is never in memory at once. */
export async function placeFault({ source, directory }: ZipFile, index: number): Promise<ReadEntry['fault']> {
  const entry = directory.entry(index);
  const head = LOCAL_BYTES + utf8(entry.path).length;
  if (!localAgrees(entry, await source.read(entry.offset, head))) return 'local_header';
  let crc = 0;
  for (let at = 0; at < entry.size; at += BATCH_BYTES) {
    crc = crc32(await source.read(entry.offset + head + at, Math.min(BATCH_BYTES, entry.size - at)), crc);
  }
  return crc === entry.crc ? undefined : 'crc';
}

export async function readEntry(file: ZipFile, index: number): Promise<ReadEntry> {
  const [entry] = await readBatch(file, { from: index, to: index + 1 });
  return entry!;
}
