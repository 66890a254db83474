import { assert } from 'chai';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import type { Bytes } from '../../../src/crypto/bytes.ts';
import { EXTENTS, NODES } from '../../../src/crypto/nbk/entry-name.ts';
import { openBundle, type OpenedBundle, openWithKeys } from '../../../src/crypto/nbk/open-bundle.ts';
import { bytesAccess } from '../../../src/crypto/nbk/random-access.ts';
import { readFile } from '../../../src/crypto/nbk/read-file.ts';
import { readTree } from '../../../src/crypto/nbk/tree.ts';
import { verifyBundle, type VerifyDepth, type VerifyReport } from '../../../src/crypto/nbk/verify.ts';
import { unwrap } from '../../../src/result.ts';
import { smallHome, type TestBundle } from '../../support/bundle-home.ts';
import { insecureSeededRandom } from '../../support/insecure-random.ts';

describe('verifying a bundle', () => {
  let aead: Aead;
  let made: TestBundle;

  before(async () => {
    aead = await createAead();
    made = await (await smallHome(aead)).bundle({ prefs: true });
  });

  const open = async (bytes: Bytes): Promise<OpenedBundle> => unwrap(await openWithKeys(unwrap(await openBundle(bytesAccess(bytes))), aead, made.keys));
  const flipped = async (path: string, at: number): Promise<Bytes> => {
    const { bundle } = await open(made.bytes);
    const { offset } = bundle.directory.entry(bundle.directory.find(path));
    const bytes = made.bytes.slice();
    bytes[offset + 30 + path.length + at]! ^= 4;
    return bytes;
  };
  const verify = async (bytes: Bytes, depth: VerifyDepth, keys = true): Promise<VerifyReport> => {
    const opened = await open(bytes);
    const random = insecureSeededRandom(3);
    return unwrap(await verifyBundle(opened.bundle, { depth, percent: 100, random, ...(keys && { opened }) }));
  };
  const extentsOf = (): string[] => [...made.entries.keys()].filter((path) => path.startsWith(EXTENTS));

  for (const depth of ['quick', 'sample', 'full'] as const) {
    for (const keys of [true, false]) {
      it(`finds nothing in a whole one: ${depth}, ${keys ? 'with' : 'without'} keys`, async () => {
        const report = await verify(made.bytes, depth, keys);
        assert.deepEqual(report.damaged, []);
        assert.isTrue(report.ok);
        assert.equal(report.files, keys && depth !== 'quick' ? 3 : 0);
      });
    }
  }

  it('names the file that a flipped byte of an extent hurts, and the rest is read', async () => {
    for (const entry of extentsOf()) {
      const bytes = await flipped(entry, 80);
      const report = await verify(bytes, 'full');
      const big = made.entries.get(entry)!.length > 1000;
      const path = big ? 'docs/deep/chunks.bin' : 'alone.bin';
      assert.deepEqual(report.damaged, [{ path, entry, what: 'crc' }]);
      const opened = await open(bytes);
      for (const { id, kind, path: other } of unwrap(await readTree(opened)).entries) {
        if (kind === 'folder') continue;
        for await (const piece of readFile(opened, id)) assert.equal(piece.ok, other !== path, other);
      }
      assert.deepEqual((await verify(bytes, 'full', false)).damaged, [{ path: entry, entry, what: 'crc' }]);
    }
  });

  it('names a damaged record, and what lay under it', async () => {
    const { bundle } = await open(made.bytes);
    const docs = [...made.nodes].find(([, { name }]) => name === 'docs')![0];
    assert.isAbove(bundle.directory.find(NODES + docs), 0);
    const report = await verify(await flipped(NODES + docs, 100), 'full');
    assert.sameMembers(report.damaged.map(({ path, what }) => `${what} ${path}`), [
      `unreadable_node ${NODES}${docs}`, `no_place ?${docs}/inline.txt`, `no_place ?${docs}/deep`, `no_place ?${docs}/deep/chunks.bin`,
    ]);
  });

  it('reads everything where only the checksums file is damaged, and says so', async () => {
    const report = await verify(await flipped('checksums.sha256', 3), 'full');
    assert.sameDeepMembers([...report.damaged], [
      { path: 'checksums.sha256', entry: 'checksums.sha256', what: 'checksums' },
      { path: 'checksums.sha256', entry: 'checksums.sha256', what: 'crc' },
    ]);
  });

  it('finds a damaged local header by every depth', async () => {
    const entry = extentsOf()[0]!;
    const bytes = await flipped(entry, -entry.length - 5);
    for (const depth of ['quick', 'full'] as const) assert.equal((await verify(bytes, depth)).damaged[0]!.what, 'local_header', depth);
  });

  it('tells progress up to the end and stops when it is told to', async () => {
    const opened = await open(made.bytes);
    let last: readonly number[] = [];
    unwrap(await verifyBundle(opened.bundle, { depth: 'full', opened, onProgress: (...at) => { last = at; } }));
    assert.equal(last[0], last[1]);
    const stopped = await verifyBundle(opened.bundle, { depth: 'full', opened, signal: AbortSignal.abort() });
    assert.deepEqual(stopped, { ok: false, error: { kind: 'aborted' } });
  });
});
