import { assert } from 'chai';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import { type Bytes, concat, toHex, utf8 } from '../../../src/crypto/bytes.ts';
import { sha256 } from '../../../src/crypto/digest.ts';
import { openBundle, type OpenedBundle, openWithKeys, openWithSecret, readSealed } from '../../../src/crypto/nbk/open-bundle.ts';
import { bytesAccess, type RandomAccess } from '../../../src/crypto/nbk/random-access.ts';
import { readFile } from '../../../src/crypto/nbk/read-file.ts';
import { type Existing, planRestore } from '../../../src/crypto/nbk/restore-plan.ts';
import { readTree } from '../../../src/crypto/nbk/tree.ts';
import { unwrap } from '../../../src/result.ts';
import { collect, smallHome, TEST_PASSWORD } from '../../support/bundle-home.ts';
import { referenceBundle, referenceFacts, secretOf } from '../../support/bundle-vectors.ts';

async function* plaintext(opened: OpenedBundle, id: string): AsyncGenerator<Bytes> {
  for await (const piece of readFile(opened, id)) yield unwrap(piece);
}

describe('restoring from a bundle', () => {
  let aead: Aead;
  before(async () => { aead = await createAead(); });

  it('gives every file and folder of the independent implementation\'s bundle', async () => {
    const facts = await referenceFacts();
    const bundle = unwrap(await openBundle(bytesAccess(await referenceBundle())));
    const opened = unwrap(await openWithSecret(bundle, aead, secretOf(facts.password)));
    const tree = unwrap(await readTree(opened));
    assert.sameMembers(tree.entries.filter(({ kind }) => kind === 'folder').map(({ path }) => path), facts.folders as string[]);
    const files = tree.entries.filter(({ kind }) => kind === 'file');
    assert.sameMembers(files.map(({ path }) => path), Object.keys(facts.files));
    for (const { path, id } of files) {
      assert.equal(toHex(await sha256(await collect(plaintext(opened, id)))), facts.files[path], path);
    }
  });

  it('plans in a fixed order what would be created, replaced, kept and refused', async () => {
    const made = await (await smallHome(aead)).bundle();
    const opened = unwrap(await openWithKeys(unwrap(await openBundle(bytesAccess(made.bytes))), aead, made.keys));
    const tree = unwrap(await readTree(opened));
    const told = async (existing: Record<string, Existing>, extra = {}) => {
      const plan = await planRestore(tree, { existing: ({ path }) => existing[path] ?? 'absent', different: 'replace', ...extra });
      return { bytes: plan.bytes, lines: plan.lines.map(({ entry, fate, reason }) => [entry.path, fate, reason].filter(Boolean).join(' ')) };
    };
    assert.deepEqual(await told({ 'alone.bin': 'different', docs: 'equal', 'docs/inline.txt': 'equal' }), {
      bytes: 70_300, lines: ['alone.bin replace', 'docs keep', 'docs/deep create', 'docs/deep/chunks.bin create', 'docs/inline.txt keep'],
    });
    assert.deepEqual((await told({ docs: 'other_kind' })).lines, [
      'alone.bin create', 'docs refuse other_kind', 'docs/deep refuse other_kind', 'docs/deep/chunks.bin refuse other_kind', 'docs/inline.txt refuse other_kind',
    ]);
    assert.deepEqual(await told({}, { select: 'docs/deep' }), { bytes: 70_000, lines: ['docs create', 'docs/deep create', 'docs/deep/chunks.bin create'] });
  });

  it('reads one file without reading any other extent', async () => {
    const made = await (await smallHome(aead)).bundle();
    let read = 0;
    const whole = bytesAccess(made.bytes);
    const counted: RandomAccess = { size: whole.size, read: (offset, length) => { read += length; return whole.read(offset, length); } };
    const opened = unwrap(await openWithKeys(unwrap(await openBundle(counted)), aead, made.keys));
    const tree = unwrap(await readTree(opened));
    const inline = tree.entries.find(({ path }) => path === 'docs/inline.txt')!;
    read = 0;
    assert.deepEqual(await collect(plaintext(opened, inline.id)), utf8('inline'));
    assert.isBelow(read, 2000);
  });

  it('gives the sealed kinds that the bundle has', async () => {
    const made = await (await smallHome(aead)).bundle({ prefs: true });
    const opened = unwrap(await openWithKeys(unwrap(await openBundle(bytesAccess(made.bytes))), aead, made.keys));
    assert.equal(unwrap(await readSealed(opened, 'prefs'))?.get('theme'), 'dark');
    assert.isUndefined(unwrap(await readSealed(opened, 'audit')));
  });

  it('opens a device bundle with the device\'s key and nowhere else', async () => {
    const key = (fill: number) => crypto.subtle.importKey('raw', new Uint8Array(32).fill(fill), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const deviceKey = await key(1);
    const made = await (await smallHome(aead)).bundle({ deviceKey });
    const bundle = unwrap(await openBundle(bytesAccess(made.bytes)));
    assert.isTrue((await openWithSecret(bundle, aead, { ...secretOf(TEST_PASSWORD), deviceKey: async () => deviceKey })).ok);
    assert.deepEqual(await openWithSecret(bundle, aead, secretOf(TEST_PASSWORD)), { ok: false, error: { kind: 'device_mismatch' } });
    const wrong = await openWithSecret(bundle, aead, { ...secretOf('not it at all'), deviceKey: async () => deviceKey });
    assert.deepEqual(wrong, { ok: false, error: { kind: 'wrong_secret' } });
  });

  it('refuses keys of another home', async () => {
    const made = await (await smallHome(aead)).bundle();
    const other = await (await smallHome(aead, 2)).bundle();
    const opened = await openWithKeys(unwrap(await openBundle(bytesAccess(concat(made.bytes)))), aead, other.keys);
    assert.deepEqual(opened, { ok: false, error: { kind: 'damaged', what: 'manifest.seal' } });
  });
});
