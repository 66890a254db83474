// Which digest each entry of a bundle must have: from checksums.sha256 where its root is the manifest's, else from the entries
// themselves. So a damaged checksums file costs nothing, and a consistent forgery of it gains nothing.
import { type Bytes, fromHex, fromUtf8, toHex } from '../bytes.ts';
import { type Checked, checksumLine, checksumPieces, digestOfPieces, lineBytes } from './checksums.ts';
import { CHECKSUMS, EXTENTS, MANIFEST, SEAL } from './entry-name.ts';
import { batchesOf, type IndexRange, readBatch, without, type ZipFile } from './entry-reader.ts';
import { WindowReader } from './random-access.ts';
import type { ZipDirectory } from './zip-directory.ts';
import { LOCAL_BYTES } from './zip-format.ts';
import { localAgrees } from './zip-reader.ts';

const DIGEST_BYTES = 32;
const isOwn = (path: string): boolean => path === CHECKSUMS || path === MANIFEST || path === SEAL;

/** Digests by index, packed; an extent's is its name and is not kept again. */
export class ListedDigests {
  private readonly packed: Bytes;
  private readonly directory: ZipDirectory;
  private readonly extents: IndexRange;

  constructor(directory: ZipDirectory, extents: IndexRange) {
    this.directory = directory;
    this.extents = extents;
    this.packed = new Uint8Array((directory.count - (extents.to - extents.from)) * DIGEST_BYTES);
  }

  private isExtent(index: number): boolean {
    return index >= this.extents.from && index < this.extents.to;
  }

  private at(index: number): number {
    return (index < this.extents.from ? index : index - (this.extents.to - this.extents.from)) * DIGEST_BYTES;
  }

  set(index: number, digest: string): void {
    const bytes = fromHex(digest, DIGEST_BYTES);
    if (bytes && !this.isExtent(index)) this.packed.set(bytes, this.at(index));
  }

  of(index: number): string {
    if (this.isExtent(index)) return this.directory.path(index).slice(EXTENTS.length);
    return toHex(this.packed.subarray(this.at(index), this.at(index) + DIGEST_BYTES));
  }
}

const LINE = /^([0-9a-f]{64}) {2}(.+)\n$/;

/** The lines of checksums.sha256 beside the directory's entries; stops where one is not what it must be. */
async function* linesOf({ source, directory }: ZipFile): AsyncGenerator<Checked & { index: number }, boolean, undefined> {
  const own = directory.entry(directory.find(CHECKSUMS));
  let at = own.offset + LOCAL_BYTES + CHECKSUMS.length;
  const window = new WindowReader(source, at + own.size);
  const header = await source.read(own.offset, at - own.offset);
  if (!localAgrees(own, header)) return false;
  for (let index = 0; index < directory.count; index += 1) {
    const path = directory.path(index);
    if (path === CHECKSUMS) continue;
    const bytes = await window.take(at, lineBytes(path));
    const line = LINE.exec((bytes && fromUtf8(bytes)) ?? '');
    if (line?.[2] !== path) return false;
    const digest = line[1]!;
    if (path.startsWith(EXTENTS) && digest !== path.slice(EXTENTS.length)) return false;
    at += lineBytes(path);
    yield { index, path, digest };
  }
  return at === own.offset + LOCAL_BYTES + CHECKSUMS.length + own.size;
}

export interface Heads {
  readonly manifest: string;
  readonly seal: string;
}

/** The root of the listed lines, and the digests into `into`; undefined where the file is not of the right shape. */
export async function listedRoot(file: ZipFile, heads: Heads, into: ListedDigests): Promise<string | undefined> {
  let whole = true;
  const pieces = async function* (): AsyncGenerator<Bytes, void, undefined> {
    const lines = linesOf(file);
    let batch: Checked[] = [];
    for (let next = await lines.next(); ; next = await lines.next()) {
      if (next.done) {
        whole &&= next.value;
        break;
      }
      const { index, path, digest } = next.value;
      into.set(index, digest);
      if (path === MANIFEST) whole &&= digest === heads.manifest;
      else if (path === SEAL) whole &&= digest === heads.seal;
      else batch.push({ path, digest });
      if (batch.length === 4096) {
        yield* checksumPieces(batch);
        batch = [];
      }
    }
    yield* checksumPieces(batch);
  };
  const root = await digestOfPieces(pieces());
  return whole ? root : undefined;
}

/** The root that the entries have by themselves: extents by their names, all others by their bytes. */
export async function actualRoot(file: ZipFile, extents: IndexRange, into: ListedDigests): Promise<string> {
  const { directory } = file;
  const encoder = new TextEncoder();
  const pieces = async function* (): AsyncGenerator<Bytes, void, undefined> {
    const ranges = [...without({ from: 0, to: extents.from }, directory.find(CHECKSUMS)), extents, { from: extents.to, to: directory.count }];
    for (const range of ranges) {
      if (range === extents) {
        yield* checksumPieces(extentLines(file, extents));
        continue;
      }
      for (const batch of batchesOf(directory, range)) {
        for (const { index, path, digest } of await readBatch(file, batch)) {
          into.set(index, digest);
          if (!isOwn(path)) yield encoder.encode(checksumLine({ path, digest }));
        }
      }
    }
  };
  return digestOfPieces(pieces());
}

function* extentLines({ directory }: ZipFile, { from, to }: IndexRange): Generator<Checked, void, undefined> {
  for (let index = from; index < to; index += 1) {
    const path = directory.path(index);
    yield { path, digest: path.slice(EXTENTS.length) };
  }
}
