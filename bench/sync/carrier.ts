// What carries files from one device to another by way of a server: ours and its peers, each on fresh devices.
import { randomBytes } from 'node:crypto';
import type { Distance } from './distance.ts';

export interface FileToCarry {
  /** A folder and a name in it. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Carried {
  /** ms from the first byte that A sends until B has everything. */
  readonly took: number;
  /** HTTP requests of A, and of B. */
  readonly requests: readonly [number, number];
}

export interface Carrier {
  readonly name: string;
  carry(files: readonly FileToCarry[], distance: Distance): Promise<Carried>;
  stop(): Promise<void>;
}

const FOLDERS = 16;
const FILE_BYTES = 4096;

/** In sixteen folders: armadietto reads and writes a folder's list with every document in it. */
export const filesToCarry = (count: number): readonly FileToCarry[] =>
  Array.from({ length: count }, (_, at) => ({ path: `${(at % FOLDERS).toString(16)}/file-${at}.bin`, bytes: new Uint8Array(randomBytes(FILE_BYTES)) }));

/** Throws unless every file came whole. */
export async function checkAll(files: readonly FileToCarry[], read: (path: string) => Promise<Uint8Array | undefined>): Promise<void> {
  for (const { path, bytes } of files) {
    const there = await read(path);
    if (!there || Buffer.compare(bytes, there) !== 0) throw new Error(`${path} did not come whole`);
  }
}
