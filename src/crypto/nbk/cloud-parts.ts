// Node records of a bundle as an account keeps them: packed into parts that are named by their content, so that what did not
// change since the last bundle is there already (docs/formats.md, "Bundles in an account").
import { type Bytes, concat, fromHex, toHex, u32, viewOf } from '../bytes.ts';
import { MAX_RECORD_BYTES } from '../node-record.ts';

/** About this much goes into one part; which records do follows from their ids alone, so that one change moves no other. */
const USUAL_PART_BYTES = 1024 * 1024;
/** A part is no longer, but for one record. */
const MOST_PART_BYTES = 4 * 1024 * 1024;
const MOST_GROUPS = 4096;
const HEAD_BYTES = 20;

export interface PartMember {
  /** Hex. */
  readonly id: string;
  /** Of the record. */
  readonly size: number;
}

/** How many leading bits of an id say to which group it belongs. */
function groupBits(members: readonly PartMember[]): number {
  const bytes = members.reduce((sum, { size }) => sum + size + HEAD_BYTES, 0);
  return Math.ceil(Math.log2(Math.min(Math.max(bytes / USUAL_PART_BYTES, 1), MOST_GROUPS)));
}

/** Ids by part, in order. `members` are sorted by id. */
export function planParts(members: readonly PartMember[]): readonly (readonly string[])[] {
  const bits = groupBits(members);
  const parts: string[][] = [];
  let [group, bytes] = [-1, 0];
  for (const { id, size } of members) {
    const own = Number.parseInt(id.slice(0, 4), 16) >> (16 - bits);
    if (own !== group || bytes + size + HEAD_BYTES > MOST_PART_BYTES) {
      parts.push([]);
      [group, bytes] = [own, 0];
    }
    parts.at(-1)!.push(id);
    bytes += size + HEAD_BYTES;
  }
  return parts;
}

/** `node id(16) ‖ u32 length ‖ record`, one after the other. */
export function packPart(records: readonly { readonly id: string; readonly record: Bytes }[]): Bytes {
  return concat(...records.flatMap(({ id, record }) => {
    const idBytes = fromHex(id, 16);
    if (!idBytes) throw new Error('a node is named by 32 hex digits');
    return [idBytes, u32(record.length), record];
  }));
}

/** Undefined where the bytes are no such part. */
export function unpackPart(part: Bytes): readonly { readonly id: string; readonly record: Bytes }[] | undefined {
  const view = viewOf(part);
  const records: { id: string; record: Bytes }[] = [];
  for (let at = 0; at < part.length;) {
    if (at + HEAD_BYTES > part.length) return undefined;
    const [id, length] = [toHex(part.subarray(at, at + 16)), view.getUint32(at + 16, true)];
    at += HEAD_BYTES;
    if (length > MAX_RECORD_BYTES || at + length > part.length) return undefined;
    records.push({ id, record: part.slice(at, at + length) });
    at += length;
  }
  return records;
}
