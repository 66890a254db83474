// Writes a ZIP of stored entries as a stream; the caller gives them sorted. Holds one entry's pieces and the packed directory.
// docs/formats.md, "Bundles", fixes every byte; zip-format.ts spells them.
import { type Bytes, utf8 } from '../bytes.ts';
import { CENTRAL_BYTES, centralHeader, endRecords, LOCAL_BYTES, localHeader, U32_FULL, ZIP64_EXTRA_BYTES } from './zip-format.ts';

export interface ZipMember {
  readonly path: string;
  readonly size: number;
}

/** One entry ready to go out: its CRC is known before its first byte is written. */
export interface ReadyMember extends ZipMember {
  readonly crc: number;
  readonly pieces: Iterable<Bytes>;
}

const DIRECTORY_PIECE_BYTES = 1024 * 1024;

/** Bytes of the whole ZIP, from paths and sizes alone. */
export function zipBytes(members: Iterable<ZipMember>): number {
  let [count, offset, directory] = [0, 0, 0];
  for (const { path, size } of members) {
    const name = utf8(path).length;
    directory += CENTRAL_BYTES + name + (offset >= U32_FULL ? ZIP64_EXTRA_BYTES : 0);
    offset += LOCAL_BYTES + name + size;
    count += 1;
  }
  return offset + directory + endRecords({ count, offset, size: directory }).length;
}

/** The directory as it grows, in pieces of about a megabyte. */
class DirectoryPieces {
  readonly pieces: Bytes[] = [];
  size = 0;
  private piece = new Uint8Array(DIRECTORY_PIECE_BYTES);
  private used = 0;

  add(header: Bytes): void {
    if (this.used + header.length > this.piece.length) this.cut();
    this.piece.set(header, this.used);
    this.used += header.length;
    this.size += header.length;
  }

  cut(): void {
    if (this.used > 0) this.pieces.push(this.piece.subarray(0, this.used));
    this.piece = new Uint8Array(DIRECTORY_PIECE_BYTES);
    this.used = 0;
  }
}

/** The ZIP's bytes, piece by piece. Throws where an entry's pieces are not what its size says: that is the caller's bug. */
export async function* writeZip(members: AsyncIterable<ReadyMember>): AsyncGenerator<Bytes, void, undefined> {
  const directory = new DirectoryPieces();
  let [count, offset] = [0, 0];
  for await (const { path, size, crc, pieces } of members) {
    if (size >= U32_FULL) throw new RangeError('zip entry size');
    const local = localHeader({ path, size, crc });
    const localBytes = local.length;
    // Whoever takes a piece may hand its buffer over: nothing is read of it after.
    yield local;
    let left = size;
    for (const piece of pieces) {
      left -= piece.length;
      yield piece;
    }
    if (left !== 0) throw new RangeError('zip entry pieces');
    directory.add(centralHeader({ path, size, crc, offset }));
    offset += localBytes + size;
    count += 1;
  }
  directory.cut();
  yield* directory.pieces;
  yield endRecords({ count, offset, size: directory.size });
}
