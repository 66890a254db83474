// Mutates bundles and extents at random: whatever comes in, reading ends soon, stays within what the file holds, throws nothing,
// and gives out either what was sealed or a failure. The short form runs with the tests, the long one in test/soak.
import { assert } from 'chai';
import fc from 'fast-check';
import type { Aead } from '../../src/crypto/aead.ts';
import { type Bytes, concat, equal } from '../../src/crypto/bytes.ts';
import { checkExtent, openExtent, sealExtent } from '../../src/crypto/extent.ts';
import { openBundle, type OpenedBundle, openWithKeys } from '../../src/crypto/nbk/open-bundle.ts';
import type { RandomAccess } from '../../src/crypto/nbk/random-access.ts';
import { readFile } from '../../src/crypto/nbk/read-file.ts';
import { readTree } from '../../src/crypto/nbk/tree.ts';
import { verifyBundle } from '../../src/crypto/nbk/verify.ts';
import { unwrap } from '../../src/result.ts';
import { type TestBundle, TestHome } from './bundle-home.ts';
import { insecureSeededRandom } from './insecure-random.ts';

type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'double'; readonly at: number; readonly length: number }
  | { readonly kind: 'drop'; readonly at: number; readonly length: number }
  | { readonly kind: 'fill'; readonly at: number; readonly length: number; readonly byte: number }
  | { readonly kind: 'swap'; readonly at: number; readonly other: number; readonly length: number };

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const length = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 600 }));
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.integer({ min: 0, max: 7 }) }) },
  fc.record({ kind: fc.constant('cut' as const), at: place, length }),
  fc.record({ kind: fc.constant('double' as const), at: place, length }),
  fc.record({ kind: fc.constant('drop' as const), at: place, length }),
  fc.record({ kind: fc.constant('fill' as const), at: place, length, byte: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff) }),
  fc.record({ kind: fc.constant('swap' as const), at: place, other: place, length }),
);

function mutate(bytes: Bytes, change: Mutation): Bytes {
  const at = Math.floor(change.at * bytes.length);
  if (change.kind === 'cut') return bytes.slice(0, at);
  const made = bytes.slice();
  if (change.kind === 'flip') {
    if (made.length > 0) made[at]! ^= 1 << change.bit;
    return made;
  }
  if (change.kind === 'fill') return made.fill(change.byte, at, at + change.length);
  if (change.kind === 'drop') return concat(made.subarray(0, at), made.subarray(at + change.length));
  if (change.kind === 'double') return concat(made.subarray(0, at + change.length), made.subarray(at));
  const other = Math.floor(change.other * bytes.length);
  const span = Math.min(change.length, bytes.length - Math.max(at, other));
  made.set(bytes.subarray(other, other + span), at);
  made.set(bytes.subarray(at, at + span), other);
  return made;
}

/** Fails on any read outside the file, and on more reading than any honest bundle of this size needs. */
function guarded(bytes: Bytes): RandomAccess {
  let budget = bytes.length * 30 + 100_000;
  return { size: bytes.length, async read(offset, wanted) {
    assert.isTrue(Number.isSafeInteger(offset) && offset >= 0 && wanted >= 0 && offset + wanted <= bytes.length, `read ${offset}+${wanted}`);
    budget -= wanted;
    assert.isAtLeast(budget, 0, 'reads without end');
    return bytes.slice(offset, offset + wanted);
  } };
}

async function contentsOf(opened: OpenedBundle): Promise<Map<string, Bytes | undefined>> {
  const contents = new Map<string, Bytes | undefined>();
  for (const { id, kind, path } of unwrap(await readTree(opened)).entries) {
    if (kind === 'folder') continue;
    const pieces: Bytes[] = [];
    let whole = true;
    for await (const piece of readFile(opened, id)) {
      if (piece.ok) pieces.push(piece.value);
      else whole = false;
    }
    contents.set(path, whole ? concat(...pieces) : undefined);
  }
  return contents;
}

async function checkOne(aead: Aead, made: TestBundle, honest: ReadonlyMap<string, Bytes | undefined>, bytes: Bytes): Promise<void> {
  const bundle = await openBundle(guarded(bytes));
  if (!bundle.ok) return;
  const opened = await openWithKeys(bundle.value, aead, made.keys);
  if (!opened.ok) return;
  const report = unwrap(await verifyBundle(bundle.value, { depth: 'full', opened: opened.value }));
  assert.isTrue(!report.ok || equal(bytes, made.bytes), 'a changed bundle was found whole');
  for (const [path, content] of await contentsOf(opened.value)) {
    const sealed = honest.get(path.slice(path.lastIndexOf('/') + 1));
    if (content) assert.isTrue(sealed !== undefined && equal(content, sealed), `not what was sealed: ${path}`);
  }
}

export async function mutateBundles(aead: Aead, { runs, seed }: { readonly runs: number; readonly seed: number }): Promise<void> {
  const home = await new TestHome(aead, 5).open();
  const folder = home.folder('f');
  await home.file('inline', home.random(40), { parent: folder });
  await home.file('extent', home.random(200), { extent: true });
  const made = await home.bundle({ prefs: true });
  const whole = unwrap(await openWithKeys(unwrap(await openBundle(guarded(made.bytes))), aead, made.keys));
  const honest = new Map([...await contentsOf(whole)].map(([path, bytes]) => [path.slice(path.lastIndexOf('/') + 1), bytes]));
  await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (changes) => {
    await checkOne(aead, made, honest, changes.reduce(mutate, made.bytes));
  }), { numRuns: runs, seed });
}

export async function mutateExtents(aead: Aead, { runs, seed }: { readonly runs: number; readonly seed: number }): Promise<void> {
  const [key, fileId] = [new Uint8Array(32).fill(1), new Uint8Array(16).fill(2)];
  const random = insecureSeededRandom(9);
  const { bytes } = await sealExtent({ aead, random }, key, { fileId, index: 3, plaintext: random(500) });
  await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (changes) => {
    const changed = changes.reduce(mutate, bytes);
    const opened = await openExtent(aead, key, { fileId, index: 3, plaintextLength: 500 }, changed);
    assert.equal(opened.ok, equal(changed, bytes));
    assert.equal(checkExtent(aead, key, { fileId, index: 3, plaintextLength: 500 }, changed).ok, opened.ok);
  }), { numRuns: runs, seed });
}
