// CRC-32 of ZIP (ISO 3309, reflected 0xEDB88320), sixteen bytes a step. It finds accidents; SHA-256 and tags find the rest.
import type { Bytes } from '../bytes.ts';

const SLICES = 16;

function makeTables(): Uint32Array {
  const tables = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    tables[byte] = value;
  }
  for (let at = 256; at < tables.length; at += 1) {
    const before = tables[at - 256]!;
    tables[at] = (before >>> 8) ^ tables[before & 0xff]!;
  }
  return tables;
}

const T = makeTables();

function stepWords(words: Uint32Array, from: number): number {
  let crc = from;
  for (let i = 0; i + 4 <= words.length; i += 4) {
    const a = words[i]! ^ crc;
    const b = words[i + 1]!;
    const c = words[i + 2]!;
    const d = words[i + 3]!;
    crc = T[3840 + (a & 255)]! ^ T[3584 + ((a >>> 8) & 255)]! ^ T[3328 + ((a >>> 16) & 255)]! ^ T[3072 + (a >>> 24)]!
      ^ T[2816 + (b & 255)]! ^ T[2560 + ((b >>> 8) & 255)]! ^ T[2304 + ((b >>> 16) & 255)]! ^ T[2048 + (b >>> 24)]!
      ^ T[1792 + (c & 255)]! ^ T[1536 + ((c >>> 8) & 255)]! ^ T[1280 + ((c >>> 16) & 255)]! ^ T[1024 + (c >>> 24)]!
      ^ T[768 + (d & 255)]! ^ T[512 + ((d >>> 8) & 255)]! ^ T[256 + ((d >>> 16) & 255)]! ^ T[d >>> 24]!;
  }
  return crc;
}

function stepBytes(bytes: Uint8Array, from: number): number {
  let crc = from;
  for (const byte of bytes) crc = (crc >>> 8) ^ T[(crc ^ byte) & 0xff]!;
  return crc;
}

/** Of `bytes` after what gave `before`; words are read as they lie in memory, little-endian on every engine there is. */
export function crc32(bytes: Bytes, before = 0): number {
  const head = Math.min(bytes.length, (4 - (bytes.byteOffset & 3)) & 3);
  const steps = Math.floor((bytes.length - head) / SLICES);
  let crc = stepBytes(bytes.subarray(0, head), ~before);
  if (steps > 0) crc = stepWords(new Uint32Array(bytes.buffer, bytes.byteOffset + head, steps * 4), crc);
  return ~stepBytes(bytes.subarray(head + steps * SLICES), crc) >>> 0;
}
