import { assert } from 'chai';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import { type Bytes, concat, toHex, utf8 } from '../../../src/crypto/bytes.ts';
import { sha256 } from '../../../src/crypto/digest.ts';
import { canonicalJson, type Json, parseJson } from '../../../src/crypto/nbk/canonical-json.ts';
import { CHECKSUMS, EXTENTS, MANIFEST, NODES, SEAL } from '../../../src/crypto/nbk/entry-name.ts';
import { openBundle, openWithKeys } from '../../../src/crypto/nbk/open-bundle.ts';
import { bytesAccess, type RandomAccess } from '../../../src/crypto/nbk/random-access.ts';
import { verifyBundle } from '../../../src/crypto/nbk/verify.ts';
import { endRecords } from '../../../src/crypto/nbk/zip-format.ts';
import { unwrap } from '../../../src/result.ts';
import { smallHome, type TestBundle } from '../../support/bundle-home.ts';
import { type ForgedEntry, putTogether, takeApart } from '../../support/zip-forge.ts';

const reason = async (bytes: Bytes): Promise<string> => {
  const opened = await openBundle(bytesAccess(bytes));
  if (opened.ok) return 'opened';
  return 'what' in opened.error ? `${opened.error.kind} ${opened.error.what}` : opened.error.kind;
};

describe('a hostile or damaged bundle', () => {
  let aead: Aead;
  let made: TestBundle;
  let other: TestBundle;
  let entries: ForgedEntry[];

  before(async () => {
    aead = await createAead();
    made = await (await smallHome(aead)).bundle({ prefs: true });
    other = await (await smallHome(aead, 2)).bundle();
  });
  beforeEach(async () => { entries = await takeApart(made.bytes); });

  const find = (path: string): ForgedEntry => entries.find((entry) => entry.path.startsWith(path))!;
  /** The manifest with other fields and a right id. */
  const remade = async (fields: Record<string, Json>): Promise<void> => {
    const { id: _, ...rest } = { ...(parseJson(find(MANIFEST).bytes) as Record<string, Json>), ...fields };
    const id = `${String(rest.created)}-${toHex(await sha256(canonicalJson(rest))).slice(0, 12)}`;
    find(MANIFEST).bytes = canonicalJson({ ...rest, id });
  };

  it('is not made by taking one apart and putting it together', async () => {
    assert.deepEqual(putTogether(entries), made.bytes);
    assert.equal(await reason(made.bytes), 'opened');
  });

  it('is refused where it is some other file', async () => {
    for (const bytes of [new Uint8Array(0), utf8('PK'), utf8('x'.repeat(500)), putTogether([{ path: 'a.txt', bytes: utf8('a') }])]) {
      assert.match(await reason(bytes), /^(not_a_bundle|damaged zip\.path)/);
    }
    assert.equal(await reason(endRecords({ count: 0, offset: 0, size: 0 })), `not_a_bundle ${MANIFEST}`);
  });

  it('is refused cut at any length, with bytes before or after it, and doubled', async () => {
    for (let length = 1; length < made.bytes.length; length += 97) assert.notEqual(await reason(made.bytes.slice(0, length)), 'opened', `cut at ${length}`);
    for (const bytes of [concat(made.bytes, new Uint8Array(1)), concat(new Uint8Array(1), made.bytes), concat(made.bytes, made.bytes)]) {
      assert.notEqual(await reason(bytes), 'opened');
    }
  });

  it('is refused with compression, encryption, descriptors, comments, extras, times or modes', async () => {
    const edits: Record<string, (header: DataView) => void> = {
      'not_a_bundle zip.method': (view) => view.setUint16(10, 8, true),
      'not_a_bundle zip.flags': (view) => view.setUint16(8, 0x0801, true),
      'damaged zip.central': (view) => view.setUint16(12, 1, true),
    };
    for (const [expected, central] of Object.entries(edits)) {
      find(NODES).central = central;
      assert.equal(await reason(putTogether(entries)), expected);
    }
    for (const at of [4, 8, 32, 34, 36, 38]) {
      find(NODES).central = (view) => view.setUint16(at, view.getUint16(at, true) ^ 8, true);
      assert.match(await reason(putTogether(entries)), /zip/, `central field ${at}`);
    }
    delete find(NODES).central;
    assert.equal(await reason(putTogether(entries, (end) => end.setUint16(20, 1, true))), 'damaged zip.end');
  });

  it('is refused with entries doubled, swapped, unsorted, overlapping or unknown', async () => {
    const at = entries.findIndex(({ path }) => path.startsWith(NODES));
    assert.equal(await reason(putTogether(entries.toSpliced(at, 0, entries[at]!))), 'damaged zip.order');
    assert.equal(await reason(putTogether(entries.toSpliced(at, 2, entries[at + 1]!, entries[at]!))), 'damaged zip.order');
    find(NODES).central = (view) => view.setUint32(42, 0, true);
    assert.equal(await reason(putTogether(entries)), 'damaged zip.offset');
    for (const path of ['../escape.txt', '/etc/passwd', 'home/nodes/../x', 'home\\nodes', 'C:evil', 'home/nodes/', `${EXTENTS}${'A'.repeat(64)}`]) {
      const forged = [...(await takeApart(made.bytes)), { path, bytes: utf8('evil') }].sort((a, b) => (a.path < b.path ? -1 : 1));
      assert.equal(await reason(putTogether(forged)), 'damaged zip.path', path);
    }
  });

  it('is refused where sizes lie', async () => {
    for (const at of [20, 24]) {
      find(EXTENTS).central = (view) => view.setUint32(at, view.getUint32(at, true) + 1, true);
      assert.match(await reason(putTogether(entries)), /^damaged zip/);
    }
    find(EXTENTS).central = (view) => { view.setUint32(20, 5_000_000, true); view.setUint32(24, 5_000_000, true); };
    assert.equal(await reason(putTogether(entries)), 'too_large extent');
    find(EXTENTS).central = (view) => { view.setUint32(20, 0xffff_fffe, true); view.setUint32(24, 0xffff_fffe, true); };
    assert.equal(await reason(putTogether(entries)), 'too_large extent');
  });

  it('is refused where a directory is said to have ten million entries, before anything is read of it', async () => {
    const place = { count: 10_000_000, offset: 0, size: 10_000_000 * 46 };
    const end = endRecords(place);
    let read = 0;
    const size = place.size + end.length;
    const source: RandomAccess = { size, read: async (offset, length) => {
      read += length;
      const bytes = new Uint8Array(length);
      if (offset >= place.size) bytes.set(end.subarray(offset - place.size));
      return bytes;
    } };
    assert.deepEqual(await openBundle(source), { ok: false, error: { kind: 'too_large', what: 'zip.entries' } });
    assert.isBelow(read, 1000);
  });

  it('is refused where a count promises more than the file holds', async () => {
    assert.equal(await reason(putTogether(entries, (end) => { end.setUint16(8, 60_000, true); end.setUint16(10, 60_000, true); })), 'damaged zip.directory_place');
    const long = { path: `home/${'n'.repeat(600)}`, bytes: utf8('') };
    assert.equal(await reason(putTogether([long])), 'too_large zip.path');
  });

  it('names an entry whose local header is not what the directory says', async () => {
    const entry = find(EXTENTS);
    for (const at of [0, 4, 6, 8, 10, 14, 18, 22, 28]) {
      entry.local = (view) => view.setUint16(at, view.getUint16(at, true) ^ 1, true);
      const bundle = unwrap(await openBundle(bytesAccess(putTogether(entries))));
      const report = unwrap(await verifyBundle(bundle, { depth: 'quick' }));
      assert.deepEqual(report.damaged, [{ path: entry.path, entry: entry.path, what: 'local_header' }], `field ${at}`);
    }
  });

  it('is refused in another version or format, with a false id, or in another spelling', async () => {
    const whole = find(MANIFEST).bytes;
    for (const [fields, expected] of [
      [{ version: 2 }, 'unsupported version'], [{ format: 'zip' }, 'not_a_bundle format'], [{ mode: 'cloud' }, `damaged ${MANIFEST}`],
      [{ extra: 1 }, `damaged ${MANIFEST}`], [{ slots: [] }, `damaged ${MANIFEST}`], [{ home_id: 'x' }, `damaged ${MANIFEST}`],
      [{ sources: ['prefs', 'home'] }, `damaged ${MANIFEST}`], [{ sources: ['home'] }, 'damaged counts'], [{ bytes: 1 }, 'damaged counts'],
      [{ root: '0'.repeat(64) }, 'damaged root'], [{ mode: 'device' }, `damaged ${MANIFEST}`],
    ] as const) {
      find(MANIFEST).bytes = whole;
      await remade(fields as Record<string, Json>);
      assert.equal(await reason(putTogether(entries)), expected, JSON.stringify(fields));
    }
    const text = new TextDecoder().decode(whole);
    for (const spelled of [` ${text}`, text.replace('"version":1', '"version":1.0'), text.replace('{"bytes"', '{"bytes":0,"bytes"'), text.replace(/"id":"(\d+)-...../, '"id":"$1-00000')]) {
      find(MANIFEST).bytes = utf8(spelled);
      assert.equal(await reason(putTogether(entries)), `damaged ${MANIFEST}`);
    }
    find(MANIFEST).bytes = utf8('['.repeat(100_000));
    assert.equal(await reason(putTogether(entries)), `damaged ${MANIFEST}`);
  });

  it('is refused without seal, checksums or manifest, and with the seal of another', async () => {
    for (const path of [SEAL, CHECKSUMS, MANIFEST]) {
      assert.equal(await reason(putTogether(entries.filter((entry) => entry.path !== path))), `${path === MANIFEST ? 'not_a_bundle' : 'damaged'} ${path}`);
    }
    find(SEAL).bytes = (await takeApart(other.bytes)).find(({ path }) => path === SEAL)!.bytes;
    const bundle = unwrap(await openBundle(bytesAccess(putTogether(entries))));
    assert.isFalse((await openWithKeys(bundle, aead, made.keys)).ok);
  });

  it('is refused with two records swapped or an extent dropped, checksums made to agree', async () => {
    const agree = async (): Promise<void> => {
      const lines = entries.filter(({ path }) => path !== CHECKSUMS).map(async ({ path, bytes }) => `${toHex(await sha256(bytes))}  ${path}\n`);
      find(CHECKSUMS).bytes = utf8((await Promise.all(lines)).join(''));
    };
    const nodes = entries.filter(({ path }) => path.startsWith(NODES));
    [nodes[0]!.bytes, nodes[1]!.bytes] = [nodes[1]!.bytes, nodes[0]!.bytes];
    await agree();
    assert.match(await reason(putTogether(entries)), /^damaged (root|counts)/);
    entries = await takeApart(made.bytes);
    entries = entries.filter((entry) => entry !== find(EXTENTS));
    await agree();
    assert.equal(await reason(putTogether(entries)), 'damaged counts');
  });
});
