// Takes a bundle's ZIP apart and puts it together again with one thing wrong: for tests of what must be refused.
import { type Bytes, concat, viewOf } from '../../src/crypto/bytes.ts';
import { crc32 } from '../../src/crypto/nbk/crc32.ts';
import { bytesAccess } from '../../src/crypto/nbk/random-access.ts';
import { centralHeader, endRecords, LOCAL_BYTES, localHeader } from '../../src/crypto/nbk/zip-format.ts';
import { readDirectory } from '../../src/crypto/nbk/zip-reader.ts';
import { unwrap } from '../../src/result.ts';

export interface ForgedEntry {
  path: string;
  bytes: Bytes;
  local?: (header: DataView) => void;
  central?: (header: DataView) => void;
}

export async function takeApart(bytes: Bytes): Promise<ForgedEntry[]> {
  const directory = unwrap(await readDirectory(bytesAccess(bytes), () => undefined));
  return Array.from({ length: directory.count }, (_, index) => {
    const { path, offset, size } = directory.entry(index);
    const from = offset + LOCAL_BYTES + path.length;
    return { path, bytes: bytes.slice(from, from + size) };
  });
}

/** A ZIP of these entries in this order; `end` edits the last record. */
export function putTogether(entries: readonly ForgedEntry[], end?: (record: DataView) => void): Bytes {
  const [parts, heads]: [Bytes[], Bytes[]] = [[], []];
  let offset = 0;
  for (const { path, bytes, local, central } of entries) {
    const entry = { path, size: bytes.length, crc: crc32(bytes), offset };
    const [head, directory] = [localHeader(entry), centralHeader(entry)];
    local?.(viewOf(head));
    central?.(viewOf(directory));
    parts.push(head, bytes);
    heads.push(directory);
    offset += head.length + bytes.length;
  }
  const size = heads.reduce((sum, head) => sum + head.length, 0);
  const last = endRecords({ count: entries.length, offset, size });
  end?.(viewOf(last.subarray(last.length - 22)));
  return concat(...parts, ...heads, last);
}
