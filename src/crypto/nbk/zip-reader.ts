// Finds and checks the directory of a ZIP of the strict kind that bundles are (docs/formats.md, "Bundles"): every field has one
// allowed value, entries lie gapless from byte 0 to the directory, and nothing follows. Caps come before allocation.
import { err, ok, type Result } from '../../result.ts';
import { type Bytes, equal, fromUtf8, viewOf } from '../bytes.ts';
import { type BundleFailure, damaged, notABundle } from './bundle-failure.ts';
import { type RandomAccess, WindowReader } from './random-access.ts';
import { ZipDirectory } from './zip-directory.ts';
import {
  CENTRAL_BYTES, type DirectoryPlace, DOS_DATE, DOS_TIME, END64_BYTES, END_BYTES, EXTERNAL, FLAGS, LOCAL_BYTES, localHeader, LOCATOR_BYTES,
  SIGNATURE, U16_FULL, U32_FULL, VERSION, ZIP64_EXTRA_BYTES, ZIP64_EXTRA_ID, type ZipEntry,
} from './zip-format.ts';

export const MAX_ENTRIES = 4_000_000;
export const MAX_PATH_BYTES = 512;

/** Why a bundle may not have an entry of this path and size, or undefined. */
export type EntryRule = (path: string, size: number) => BundleFailure | undefined;

const tooLarge = (what: string): BundleFailure => ({ kind: 'too_large', what });

function parseEnd64(tail: Bytes, at: number, size: number): DirectoryPlace | undefined {
  const locator = viewOf(tail.subarray(at - LOCATOR_BYTES, at));
  const record = tail.subarray(at - LOCATOR_BYTES - END64_BYTES, at - LOCATOR_BYTES);
  if (record.length !== END64_BYTES) return undefined;
  const view = viewOf(record);
  const recordAt = size - END_BYTES - LOCATOR_BYTES - END64_BYTES;
  const whole = view.getUint32(0, true) === SIGNATURE.end64 && view.getBigUint64(4, true) === BigInt(END64_BYTES - 12)
    && view.getUint16(14, true) === VERSION.zip64 && view.getUint32(16, true) === 0 && view.getUint32(20, true) === 0
    && locator.getUint32(4, true) === 0 && locator.getUint32(16, true) === 1 && locator.getBigUint64(8, true) === BigInt(recordAt)
    && view.getBigUint64(24, true) === view.getBigUint64(32, true);
  if (!whole) return undefined;
  return { count: Number(view.getBigUint64(32, true)), size: Number(view.getBigUint64(40, true)), offset: Number(view.getBigUint64(48, true)) };
}

const fits = (short: number, long: number, full: number): boolean => short === long || short === full;

/** Where the directory lies, by the records at the very end. */
async function findDirectory(source: RandomAccess): Promise<Result<DirectoryPlace, BundleFailure>> {
  const tailBytes = Math.min(source.size, END_BYTES + LOCATOR_BYTES + END64_BYTES);
  const tail = await source.read(source.size - tailBytes, tailBytes);
  const at = tail.length - END_BYTES;
  if (at < 0) return err(notABundle('zip.end'));
  const view = viewOf(tail.subarray(at));
  if (view.getUint32(0, true) !== SIGNATURE.end) {
    const start = viewOf(await source.read(0, 4)).getUint32(0, true);
    return err(start === SIGNATURE.local ? damaged('zip.end') : notABundle('zip.end'));
  }
  if (view.getUint16(20, true) !== 0 || view.getUint32(4, true) !== 0) return err(damaged('zip.end'));
  const short = { count: view.getUint16(10, true), size: view.getUint32(12, true), offset: view.getUint32(16, true) };
  if (view.getUint16(8, true) !== short.count) return err(damaged('zip.end'));
  const far = at >= LOCATOR_BYTES && viewOf(tail).getUint32(at - LOCATOR_BYTES, true) === SIGNATURE.locator;
  const place = far ? parseEnd64(tail, at, source.size) : short;
  if (!place) return err(damaged('zip.end64'));
  const agree = fits(short.count, place.count, U16_FULL) && fits(short.size, place.size, U32_FULL) && fits(short.offset, place.offset, U32_FULL);
  const after = source.size - END_BYTES - (far ? END64_BYTES + LOCATOR_BYTES : 0);
  if (!agree || place.offset + place.size !== after) return err(damaged('zip.directory_place'));
  if (place.count > MAX_ENTRIES) return err(tooLarge('zip.entries'));
  return place.count * CENTRAL_BYTES > place.size ? err(damaged('zip.directory_place')) : ok(place);
}

/** Why the fields of a central header that have one allowed value do not hold, or undefined. */
function fixedFieldFault(view: DataView): BundleFailure | undefined {
  if (view.getUint32(0, true) !== SIGNATURE.central) return damaged('zip.central');
  if (view.getUint16(8, true) !== FLAGS) return notABundle('zip.flags');
  if (view.getUint16(10, true) !== 0) return notABundle('zip.method');
  const sizes = view.getUint32(20, true) === view.getUint32(24, true);
  const fixed = view.getUint16(4, true) === VERSION.madeBy && view.getUint16(12, true) === DOS_TIME && view.getUint16(14, true) === DOS_DATE
    && view.getUint16(32, true) === 0 && view.getUint32(34, true) === 0 && view.getUint32(38, true) === EXTERNAL;
  return sizes && fixed ? undefined : damaged('zip.central');
}

/** The offset, from its own field or the one extra that may stand. */
function offsetOf(view: DataView, extra: Bytes): number | undefined {
  const short = view.getUint32(42, true);
  const needed = view.getUint16(6, true);
  if (extra.length === 0) return needed === VERSION.plain && short !== U32_FULL ? short : undefined;
  const field = viewOf(extra);
  const whole = extra.length === ZIP64_EXTRA_BYTES && field.getUint16(0, true) === ZIP64_EXTRA_ID && field.getUint16(2, true) === 8;
  return whole && short === U32_FULL && needed === VERSION.zip64 ? Number(field.getBigUint64(4, true)) : undefined;
}

interface Walk {
  readonly directory: ZipDirectory;
  readonly rule: EntryRule;
  /** Where the next central header and the next entry must begin. */
  at: number;
  entryAt: number;
}

async function readCentral(window: WindowReader, walk: Walk): Promise<BundleFailure | undefined> {
  const head = await window.take(walk.at, CENTRAL_BYTES);
  if (!head) return damaged('zip.central');
  const view = viewOf(head);
  const fault = fixedFieldFault(view);
  if (fault) return fault;
  const [nameBytes, extraBytes] = [view.getUint16(28, true), view.getUint16(30, true)];
  const [crc, size] = [view.getUint32(16, true), view.getUint32(20, true)];
  if (nameBytes > MAX_PATH_BYTES) return tooLarge('zip.path');
  if (size >= U32_FULL) return tooLarge('zip.entry');
  const whole = await window.take(walk.at, CENTRAL_BYTES + nameBytes + extraBytes);
  if (!whole) return damaged('zip.central');
  const name = whole.subarray(CENTRAL_BYTES, CENTRAL_BYTES + nameBytes);
  const offset = offsetOf(viewOf(whole), whole.subarray(CENTRAL_BYTES + nameBytes));
  if (offset !== walk.entryAt) return damaged('zip.offset');
  const path = fromUtf8(name);
  const refused = path === undefined ? damaged('zip.path') : walk.rule(path, size);
  if (refused) return refused;
  if (!walk.directory.add(name, { size, crc, offset })) return damaged('zip.order');
  walk.at += whole.length;
  walk.entryAt += LOCAL_BYTES + nameBytes + size;
  return undefined;
}

/** The directory, every entry of which passed `rule` and lies where it must. */
export async function readDirectory(source: RandomAccess, rule: EntryRule): Promise<Result<ZipDirectory, BundleFailure>> {
  const found = await findDirectory(source);
  if (!found.ok) return found;
  const { count, offset, size } = found.value;
  const window = new WindowReader(source, offset + size);
  const walk: Walk = { directory: new ZipDirectory(), rule, at: offset, entryAt: 0 };
  for (let index = 0; index < count; index += 1) {
    const fault = await readCentral(window, walk);
    if (fault) return err(fault);
  }
  if (walk.at !== offset + size || walk.entryAt !== offset) return err(damaged('zip.directory_place'));
  return ok(walk.directory);
}

/** True where the local header before an entry's content says what the directory says. */
export function localAgrees(entry: ZipEntry, head: Bytes): boolean {
  const expected = localHeader(entry);
  if (head.length !== expected.length) return false;
  const needed = viewOf(head).getUint16(4, true);
  // A writer may ask for 45 in both headers of an entry past 4 GiB; the directory alone has to.
  if (needed === VERSION.zip64 && entry.offset >= U32_FULL) viewOf(expected).setUint16(4, VERSION.zip64, true);
  return equal(head, expected);
}
