// Where a bundle's bytes come from: a file on disk, a Blob, a buffer. And reading one front to back through a window.
import type { Bytes } from '../bytes.ts';

export interface RandomAccess {
  readonly size: number;
  /** Exactly `length` bytes; rejects where the medium fails. Called only within `size`. */
  read(offset: number, length: number): Promise<Bytes>;
}

export function bytesAccess(bytes: Bytes): RandomAccess {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

const WINDOW_BYTES = 1024 * 1024;

/** Small reads at rising offsets, a megabyte fetched at a time and never past `end`. */
export class WindowReader {
  private readonly source: RandomAccess;
  private readonly end: number;
  private window: Bytes = new Uint8Array(0);
  private start = 0;

  constructor(source: RandomAccess, end = source.size) {
    this.source = source;
    this.end = Math.min(end, source.size);
  }

  /** A view of `length` bytes, good until the next call; undefined where they pass the end. */
  async take(offset: number, length: number): Promise<Bytes | undefined> {
    if (offset + length > this.end) return undefined;
    if (offset < this.start || offset + length > this.start + this.window.length) {
      this.window = await this.source.read(offset, Math.min(Math.max(length, WINDOW_BYTES), this.end - offset));
      this.start = offset;
      if (this.window.length < length) throw new Error('a read came back short');
    }
    return this.window.subarray(offset - this.start, offset - this.start + length);
  }
}
