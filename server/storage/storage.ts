// Owns what every part of the storage is handed: rows, blobs, a clock and a die.
import type { Blobs } from '../blobs/blobs.ts';
import type { Rows } from '../rows/rows.ts';

export interface Storage {
  readonly rows: Rows;
  readonly blobs: Blobs;
  /** ms since 1970. */
  readonly clock: () => number;
  /** So many random bytes. */
  readonly random: (length: number) => Uint8Array;
}
