import { assert } from 'chai';
import { type Bytes, concat, utf8 } from '../../../src/crypto/bytes.ts';
import { crc32 } from '../../../src/crypto/nbk/crc32.ts';
import { bytesAccess, type RandomAccess } from '../../../src/crypto/nbk/random-access.ts';
import { readDirectory } from '../../../src/crypto/nbk/zip-reader.ts';
import { centralHeader, endRecords, LOCAL_BYTES } from '../../../src/crypto/nbk/zip-format.ts';
import { type ReadyMember, writeZip, zipBytes } from '../../../src/crypto/nbk/zip-writer.ts';
import { unwrap } from '../../../src/result.ts';
import { collect } from '../../support/bundle-home.ts';
import { insecureSeededRandom } from '../../support/insecure-random.ts';

async function* ready(members: Iterable<{ path: string; bytes: Bytes }>): AsyncGenerator<ReadyMember> {
  for (const { path, bytes } of members) yield { path, size: bytes.length, crc: crc32(bytes), pieces: [bytes] };
}

function slowCrc(bytes: Bytes): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('CRC-32', () => {
  it('is the one that everyone has, at every length and alignment, whole or in parts', () => {
    assert.equal(crc32(utf8('123456789')), 0xcbf43926);
    assert.equal(crc32(new Uint8Array(0)), 0);
    const bytes = insecureSeededRandom(4)(200);
    for (let from = 0; from < 20; from += 1) {
      for (let to = from; to < 200; to += 7) {
        const part = bytes.subarray(from, to);
        assert.equal(crc32(part), slowCrc(part), `${from}..${to}`);
        assert.equal(crc32(part.subarray(5), crc32(part.subarray(0, 5))), slowCrc(part));
      }
    }
  });
});

describe('a ZIP of stored entries', () => {
  it('has the size that was said before, and every entry is found by its path', async () => {
    const members = Array.from({ length: 3000 }, (_, i) => ({ path: `n/${String(i).padStart(5, '0')}`, bytes: utf8(`content ${i}`) }));
    const bytes = await collect(writeZip(ready(members)));
    assert.equal(bytes.length, zipBytes(members.map((member) => ({ path: member.path, size: member.bytes.length }))));
    const directory = unwrap(await readDirectory(bytesAccess(bytes), () => undefined));
    assert.equal(directory.count, 3000);
    for (const { path, bytes: content } of members) {
      const { offset, size } = directory.entry(directory.find(path));
      const at = offset + LOCAL_BYTES + path.length;
      assert.deepEqual(bytes.slice(at, at + size), content);
    }
    assert.equal(directory.find('n/0000'), -1);
    assert.equal(directory.firstFrom('n/02'), 2000);
  });

  it('goes over to ZIP64 with 65 535 entries', async () => {
    const members = Array.from({ length: 65_535 }, (_, i) => ({ path: String(i).padStart(5, '0'), bytes: new Uint8Array(0) }));
    const bytes = await collect(writeZip(ready(members)));
    assert.equal(bytes.length, 65_535 * (30 + 46 + 10) + 56 + 20 + 22);
    assert.equal(unwrap(await readDirectory(bytesAccess(bytes), () => undefined)).count, 65_535);
    for (const at of [98, 90, 74, 70, 58, 50, 42, 41, 34, 26, 14]) {
      const changed = bytes.slice();
      changed[bytes.length - at]! ^= 1;
      assert.isFalse((await readDirectory(bytesAccess(changed), () => undefined)).ok, `byte ${at} from the end`);
    }
  });

  it('reads offsets past 4 GiB', async () => {
    const size = 3_000_000_000;
    const entries = ['a', 'b', 'c'].map((path, i) => ({ path, size, crc: 0, offset: i * (size + 31) }));
    const heads = concat(...entries.map(centralHeader));
    const offset = 3 * (size + 31);
    const tail = concat(heads, endRecords({ count: 3, offset, size: heads.length }));
    const source: RandomAccess = { size: offset + tail.length, read: async (at, length) => tail.slice(at - offset, at - offset + length) };
    const directory = unwrap(await readDirectory(source, () => undefined));
    assert.deepEqual([0, 1, 2].map((index) => directory.entry(index)), entries);
    assert.equal(heads.length, 3 * 47 + 12);
  });

  it('throws on an entry whose bytes are not what its size says', async () => {
    async function* lying(): AsyncGenerator<ReadyMember> {
      yield { path: 'a', size: 2, crc: 0, pieces: [utf8('a')] };
    }
    let thrown: unknown;
    await collect(writeZip(lying())).catch((error: unknown) => { thrown = error; });
    assert.instanceOf(thrown, RangeError);
  });
});
