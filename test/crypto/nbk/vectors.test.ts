import { assert } from 'chai';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import { type Bytes, concat, toHex } from '../../../src/crypto/bytes.ts';
import { sha256 } from '../../../src/crypto/digest.ts';
import type { BundleFailure } from '../../../src/crypto/nbk/bundle-failure.ts';
import { EXTENTS, NODES } from '../../../src/crypto/nbk/entry-name.ts';
import { type Bundle, openBundle, openWithSecret, readListed } from '../../../src/crypto/nbk/open-bundle.ts';
import { bytesAccess } from '../../../src/crypto/nbk/random-access.ts';
import { type BundlePlan, createBundle, streamBundle } from '../../../src/crypto/nbk/write-bundle.ts';
import { unwrap } from '../../../src/result.ts';
import { referenceBundle, referenceFacts, type ReferenceFacts, refusedBundles, secretOf } from '../../support/bundle-vectors.ts';

/** The plan that the bundle must have been made from. */
function planOf({ directory, digests, manifest, nodes, extents }: Bundle): BundlePlan {
  const entries = Array.from({ length: directory.count }, (_, index) => index);
  const within = (range: { from: number; to: number }) => entries.filter((index) => index >= range.from && index < range.to);
  return {
    homeId: manifest.homeId, mode: manifest.mode, slots: manifest.slots, created: manifest.created, sealed: [],
    nodes: within(nodes).map((index) => ({ id: directory.path(index).slice(NODES.length), digest: digests.of(index), size: directory.size(index) })),
    extents: within(extents).map((index) => ({ id: directory.path(index).slice(EXTENTS.length), size: directory.size(index) })),
  };
}

describe('the bundle of an independent implementation', () => {
  let aead: Aead;
  let bytes: Bytes;
  let facts: ReferenceFacts;
  let bundle: Bundle;

  before(async () => {
    aead = await createAead();
    [bytes, facts] = [await referenceBundle(), await referenceFacts()];
    bundle = unwrap(await openBundle(bytesAccess(bytes)));
  });

  it('opens by password and by phrase, and by nothing else', async () => {
    assert.equal(bundle.manifest.id, facts.id);
    assert.isTrue(bundle.checksumsHold);
    for (const text of [facts.password, facts.phrase]) assert.isTrue((await openWithSecret(bundle, aead, secretOf(text))).ok);
    const refused = await openWithSecret(bundle, aead, secretOf('correct horse nexus-shares'));
    assert.deepEqual(refused, { ok: false, error: { kind: 'wrong_secret' } });
  });

  it('comes out byte for byte when written again from its plan', async () => {
    const { keys } = unwrap(await openWithSecret(bundle, aead, secretOf(facts.phrase)));
    const plan = planOf(bundle);
    const shuffled = { ...plan, nodes: [...plan.nodes].reverse(), extents: [...plan.extents].reverse() };
    const head = await createBundle({ aead, random: () => bundle.seal.slice(0, 24), keys }, shuffled);
    assert.equal(head.bytes, bytes.length);
    const pieces: Bytes[] = [];
    for await (const piece of streamBundle(shuffled, head, (paths) => Promise.all(paths.map(async (path) => unwrap(await readListed(bundle, bundle.directory.find(path))))))) pieces.push(piece);
    assert.equal(toHex(await sha256(concat(...pieces))), facts.sha256);
  });

  it('is told from four that must be refused', async () => {
    const expected = new Map<string, BundleFailure>([
      ['forged-node', { kind: 'damaged', what: 'root' }],
      ['dropped-node', { kind: 'damaged', what: 'counts' }],
      ['remade-manifest', { kind: 'damaged', what: 'manifest.seal' }],
      ['path-escape', { kind: 'damaged', what: 'zip.path' }],
    ]);
    const refused = await refusedBundles();
    assert.sameMembers([...refused.keys()], [...expected.keys()]);
    for (const [name, made] of refused) {
      assert.equal(toHex(await sha256(made.bytes)), made.sha256, name);
      const opened = await openBundle(bytesAccess(made.bytes));
      const result = opened.ok ? await openWithSecret(opened.value, aead, secretOf(facts.phrase)) : opened;
      assert.deepEqual(result.ok ? 'accepted' : result.error, expected.get(name)!, name);
    }
  });
});
