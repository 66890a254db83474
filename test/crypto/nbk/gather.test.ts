import { assert } from 'chai';
import fc from 'fast-check';
import { type Bytes, concat } from '../../../src/crypto/bytes.ts';
import { gather } from '../../../src/crypto/nbk/gather.ts';

const KIB = 1024;

describe('gathered pieces', () => {
  it('are the same bytes in fewer pieces, and large ones pass', async () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 200 * KIB })), { maxLength: 60 });
    await fc.assert(fc.asyncProperty(sizes, async (lengths) => {
      const pieces = lengths.map((length, index) => new Uint8Array(length).fill(index + 1));
      const gathered: Bytes[] = [];
      for await (const piece of gather((async function* all() { yield* pieces; })())) gathered.push(piece);
      assert.deepEqual(concat(...gathered), concat(...pieces));
      const small = gathered.filter(({ length }) => length < 64 * KIB);
      assert.isAtMost(small.length, pieces.filter(({ length }) => length >= 64 * KIB).length + 1);
      assert.isTrue(gathered.every(({ length }) => length < 320 * KIB));
    }), { numRuns: 60 });
  });
});
