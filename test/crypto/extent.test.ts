import { assert } from 'chai';
import fc from 'fast-check';
import { type Aead, createAead } from '../../src/crypto/aead.ts';
import { checkExtent, openExtent, sealExtent } from '../../src/crypto/extent.ts';
import { unwrap } from '../../src/result.ts';
import { insecureSeededRandom } from '../support/insecure-random.ts';

const key = new Uint8Array(32).fill(3);
const fileId = new Uint8Array(16).fill(4);

describe('extents', () => {
  let aead: Aead;
  before(async () => {
    aead = await createAead();
  });

  it('give back what was sealed, whatever its length', async () => {
    const lengths = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(65535, 65536, 65537, 131072, 200_000));
    await fc.assert(fc.asyncProperty(lengths, fc.integer(), async (length, seed) => {
      const random = insecureSeededRandom(seed);
      const plaintext = random(length);
      const sealed = await sealExtent({ aead, random }, key, { fileId, index: 7, plaintext });
      const opened = unwrap(await openExtent(aead, key, { fileId, index: 7, plaintextLength: length }, sealed.bytes));
      assert.deepEqual(opened, plaintext);
      assert.isTrue(checkExtent(aead, key, { fileId, index: 7, plaintextLength: length }, sealed.bytes).ok);
    }), { numRuns: 40 });
  });

  it('refuse every single flipped bit, every cut and every tail', async () => {
    const random = insecureSeededRandom(11);
    const plaintext = random(100);
    const { bytes } = await sealExtent({ aead, random }, key, { fileId, index: 0, plaintext });
    const place = { fileId, index: 0, plaintextLength: 100 };
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      assert.isFalse((await openExtent(aead, key, place, flipped)).ok, `bit ${bit}`);
      assert.isFalse(checkExtent(aead, key, place, flipped).ok, `bit ${bit}, by tags alone`);
    }
    for (let length = 0; length < bytes.length; length += 1) {
      assert.isFalse((await openExtent(aead, key, place, bytes.slice(0, length))).ok, `cut at ${length}`);
      assert.isFalse(checkExtent(aead, key, place, bytes.slice(0, length)).ok, `cut at ${length}, by tags alone`);
    }
    assert.isFalse((await openExtent(aead, key, place, new Uint8Array([...bytes, 0]))).ok);
  });
});
