// The records of ZIP (APPNOTE 6.3.10) in the one form that bundles have; docs/formats.md, "Bundles", rules each field.
// Stored entries only, no data descriptors, no comments. An entry stays under 4 GiB, so ZIP64 means large offsets and many entries.
import { type Bytes, concat, utf8, viewOf } from '../bytes.ts';

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const ZIP64_EXTRA_BYTES = 12;
export const END_BYTES = 22;
export const LOCATOR_BYTES = 20;
export const END64_BYTES = 56;
export const U16_FULL = 0xffff;
export const U32_FULL = 0xffff_ffff;
export const SIGNATURE = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator: 0x07064b50 } as const;
export const VERSION = { plain: 20, zip64: 45, madeBy: 0x0314 } as const;
export const FLAGS = 0x0800;
export const DOS_TIME = 0;
/** 1980-01-01. */
export const DOS_DATE = 0x0021;
export const EXTERNAL = 0x81a40000;
export const ZIP64_EXTRA_ID = 1;

export interface ZipEntry {
  readonly path: string;
  readonly size: number;
  readonly crc: number;
  /** Of its local header. */
  readonly offset: number;
}

export interface DirectoryPlace {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

export function localHeader({ path, size, crc }: Omit<ZipEntry, 'offset'>): Bytes {
  const name = utf8(path);
  const head = new Uint8Array(LOCAL_BYTES);
  const view = viewOf(head);
  view.setUint32(0, SIGNATURE.local, true);
  view.setUint16(4, VERSION.plain, true);
  view.setUint16(6, FLAGS, true);
  view.setUint16(10, DOS_TIME, true);
  view.setUint16(12, DOS_DATE, true);
  view.setUint32(14, crc, true);
  view.setUint32(18, size, true);
  view.setUint32(22, size, true);
  view.setUint16(26, name.length, true);
  return concat(head, name);
}

function offsetExtra(offset: number): Bytes {
  const extra = new Uint8Array(ZIP64_EXTRA_BYTES);
  const view = viewOf(extra);
  view.setUint16(0, ZIP64_EXTRA_ID, true);
  view.setUint16(2, 8, true);
  view.setBigUint64(4, BigInt(offset), true);
  return extra;
}

export function centralHeader({ path, size, crc, offset }: ZipEntry): Bytes {
  const name = utf8(path);
  const far = offset >= U32_FULL;
  const extra = far ? offsetExtra(offset) : new Uint8Array(0);
  const head = new Uint8Array(CENTRAL_BYTES);
  const view = viewOf(head);
  view.setUint32(0, SIGNATURE.central, true);
  view.setUint16(4, VERSION.madeBy, true);
  view.setUint16(6, far ? VERSION.zip64 : VERSION.plain, true);
  view.setUint16(8, FLAGS, true);
  view.setUint16(12, DOS_TIME, true);
  view.setUint16(14, DOS_DATE, true);
  view.setUint32(16, crc, true);
  view.setUint32(20, size, true);
  view.setUint32(24, size, true);
  view.setUint16(28, name.length, true);
  view.setUint16(30, extra.length, true);
  view.setUint32(38, EXTERNAL, true);
  view.setUint32(42, far ? U32_FULL : offset, true);
  return concat(head, name, extra);
}

export const needsEnd64 = ({ count, offset, size }: DirectoryPlace): boolean =>
  count >= U16_FULL || offset >= U32_FULL || size >= U32_FULL;

function end64(place: DirectoryPlace): Bytes {
  const record = new Uint8Array(END64_BYTES + LOCATOR_BYTES);
  const view = viewOf(record);
  view.setUint32(0, SIGNATURE.end64, true);
  view.setBigUint64(4, BigInt(END64_BYTES - 12), true);
  view.setUint16(12, VERSION.madeBy, true);
  view.setUint16(14, VERSION.zip64, true);
  view.setBigUint64(24, BigInt(place.count), true);
  view.setBigUint64(32, BigInt(place.count), true);
  view.setBigUint64(40, BigInt(place.size), true);
  view.setBigUint64(48, BigInt(place.offset), true);
  view.setUint32(END64_BYTES, SIGNATURE.locator, true);
  view.setBigUint64(END64_BYTES + 8, BigInt(place.offset + place.size), true);
  view.setUint32(END64_BYTES + 16, 1, true);
  return record;
}

/** Everything after the directory. */
export function endRecords(place: DirectoryPlace): Bytes {
  const end = new Uint8Array(END_BYTES);
  const view = viewOf(end);
  view.setUint32(0, SIGNATURE.end, true);
  view.setUint16(8, Math.min(place.count, U16_FULL), true);
  view.setUint16(10, Math.min(place.count, U16_FULL), true);
  view.setUint32(12, Math.min(place.size, U32_FULL), true);
  view.setUint32(16, Math.min(place.offset, U32_FULL), true);
  return needsEnd64(place) ? concat(end64(place), end) : end;
}
