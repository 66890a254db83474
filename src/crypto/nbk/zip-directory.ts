// A ZIP's directory in packed buffers: a bundle of four million entries is hundreds of megabytes, not four million objects.
// Knows order, neighbours and lookup; zip-reader.ts fills it and bundles give its paths a meaning.
import { type Bytes, utf8 } from '../bytes.ts';
import { LOCAL_BYTES, type ZipEntry } from './zip-format.ts';

const FIRST_ENTRIES = 1024;
const decoder = new TextDecoder();

function grown<T extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(from: T, into: T): T {
  into.set(from as never);
  return into;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

export class ZipDirectory {
  count = 0;
  private names: Bytes = new Uint8Array(FIRST_ENTRIES * 64);
  private ends = new Uint32Array(FIRST_ENTRIES);
  private sizes = new Uint32Array(FIRST_ENTRIES);
  private crcs = new Uint32Array(FIRST_ENTRIES);
  private offsets = new Float64Array(FIRST_ENTRIES);

  private makeRoom(nameBytes: number): void {
    const used = this.ends[this.count - 1] ?? 0;
    if (used + nameBytes > this.names.length) this.names = grown(this.names, new Uint8Array(this.names.length * 2 + nameBytes));
    if (this.count < this.ends.length) return;
    const length = this.count * 2;
    this.ends = grown(this.ends, new Uint32Array(length));
    this.sizes = grown(this.sizes, new Uint32Array(length));
    this.crcs = grown(this.crcs, new Uint32Array(length));
    this.offsets = grown(this.offsets, new Float64Array(length));
  }

  /** False where `name` does not sort after the last one: unsorted or doubled. */
  add(name: Bytes, { size, crc, offset }: Omit<ZipEntry, 'path'>): boolean {
    if (this.count > 0 && compareBytes(this.name(this.count - 1), name) >= 0) return false;
    this.makeRoom(name.length);
    const start = this.ends[this.count - 1] ?? 0;
    this.names.set(name, start);
    this.ends[this.count] = start + name.length;
    this.sizes[this.count] = size;
    this.crcs[this.count] = crc;
    this.offsets[this.count] = offset;
    this.count += 1;
    return true;
  }

  private name(index: number): Bytes {
    return this.names.subarray(this.ends[index - 1] ?? 0, this.ends[index]);
  }

  path(index: number): string {
    return decoder.decode(this.name(index));
  }

  size(index: number): number {
    return this.sizes[index]!;
  }

  entry(index: number): ZipEntry {
    return { path: this.path(index), size: this.sizes[index]!, crc: this.crcs[index]!, offset: this.offsets[index]! };
  }

  /** Bytes of local header, name and content. */
  span(index: number): number {
    return LOCAL_BYTES + this.name(index).length + this.sizes[index]!;
  }

  /** Index of the entry called `path`, or -1. */
  find(path: string): number {
    const wanted = utf8(path);
    let [low, high] = [0, this.count - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compareBytes(this.name(middle), wanted);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The first index whose path is not before `prefix`. */
  firstFrom(prefix: string): number {
    const wanted = utf8(prefix);
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(this.name(middle), wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
