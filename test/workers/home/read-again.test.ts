// What is read once and kept while a home is open: storage that fails at that moment costs one call, not all that come after it.
import { assert } from 'chai';
import { StorageError } from '../../../src/workers/store/database.ts';
import { command, newHome, type TestHome, value } from './test-home.ts';

/** A home opened anew, whose next read of these stores fails. */
async function failingOnce(home: TestHome, store: 'nodes' | 'snapshots'): Promise<TestHome> {
  const { db } = home.deps;
  let fails = false;
  const again = await home.again({
    ...db,
    read(stores, body) {
      const now = fails && (stores as readonly string[]).includes(store);
      fails &&= !now;
      return now ? Promise.reject(new StorageError('failed')) : db.read(stores, body);
    },
  });
  // What an earlier worker left is looked for first; a snapshot that was made has what it holds fast read again.
  await again.mounted.alone(() => Promise.resolve());
  again.mounted.pinsAdded();
  fails = true;
  return again;
}
const thrown = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (fault: unknown) => fault);

describe('what could not be read', () => {
  it('is read again by the next who looks for a name', async () => {
    const home = await newHome();
    await home.add({ 'a.txt': 'a' });
    const again = await failingOnce(home, 'nodes');
    assert.instanceOf(await thrown(Promise.resolve(again.surface.searchHome({ query: 'a' }))), StorageError);
    assert.lengthOf(value(await again.surface.searchHome({ query: 'a' })), 1);
  });

  it('is read again by the next who changes something', async () => {
    const again = await failingOnce(await newHome(), 'snapshots');
    const make = () => Promise.resolve(again.surface.createFolder({ ...command(), parent: again.root, name: 'made' }));
    assert.instanceOf(await thrown(make()), StorageError);
    value(await make());
    assert.deepEqual(await again.names(), ['made']);
  });
});
