import { createAead } from '../../../src/crypto/aead.ts';
import { mutateBundles, mutateExtents } from '../../support/mutations.ts';

describe('mutated bundles and extents', () => {
  it('are refused or found, never accepted, and crash nothing: bundles', async () => {
    await mutateBundles(await createAead(), { runs: 300, seed: 20_261 });
  });

  it('are refused or found, never accepted, and crash nothing: extents', async () => {
    await mutateExtents(await createAead(), { runs: 300, seed: 20_262 });
  });
});
