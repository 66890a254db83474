// The long form of test/crypto/nbk/mutations.test.ts: `node test/soak/mutations.ts [count] [seed]`, half bundles, half extents.
import { createAead } from '../../src/crypto/aead.ts';
import { mutateBundles, mutateExtents } from '../support/mutations.ts';

const [count = 100_000, seed = Date.now() % 0x7fff_ffff] = process.argv.slice(2).map(Number);
if (!Number.isSafeInteger(count) || count < 2) throw new Error('count is a whole number from 2 up');
const aead = await createAead();
const runs = Math.floor(count / 2);
await mutateBundles(aead, { runs, seed });
await mutateExtents(aead, { runs: count - runs, seed });
console.log(`${count} mutations, seed ${seed}: none accepted, none crashed`);
