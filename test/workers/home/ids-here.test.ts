// What is known to be here, and what is not: a node that is here is always looked for.
import { assert } from 'chai';
import { fromHex } from '../../../src/crypto/bytes.ts';
import type { HomeNode } from '../../../src/crypto/node.ts';
import { createIdsHere } from '../../../src/workers/home/ids-here.ts';

const [HERE, WRITTEN, NOWHERE] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string];
const written = { id: fromHex(WRITTEN, 16)! } as HomeNode;

function idsOf() {
  let reads = 0;
  let finish = (): void => undefined;
  const ids = createIdsHere({ everyId: () => new Promise((resolve) => {
    reads += 1;
    finish = () => resolve([HERE]);
  }) });
  return { ids, reads: () => reads, finish: () => finish(), mayHave: () => [HERE, WRITTEN, NOWHERE].map(ids.mayHave) };
}

describe('which nodes are here', () => {
  it('is read where much is new, and then all others are not', async () => {
    const { ids, finish, mayHave } = idsOf();
    const learning = ids.learn(1000);
    finish();
    await learning;
    assert.deepEqual(mayHave(), [true, false, false]);
    ids.changed([written]);
    assert.deepEqual(mayHave(), [true, true, false]);
  });

  it('is read once, and not for a few changes', async () => {
    const { ids, finish, reads, mayHave } = idsOf();
    await ids.learn(10);
    assert.equal(reads(), 0);
    assert.deepEqual(mayHave(), [true, true, true]);
    const learning = ids.learn(1000);
    finish();
    await learning;
    await ids.learn(1000);
    assert.equal(reads(), 1);
  });

  it('counts what is written while it is read, and says no to nothing before', async () => {
    const { ids, finish, mayHave } = idsOf();
    const learning = ids.learn(1000);
    ids.changed([written]);
    assert.deepEqual(mayHave(), [true, true, true]);
    finish();
    await learning;
    assert.deepEqual(mayHave(), [true, true, false]);
  });

  it('is forgotten, even while it is read', async () => {
    const { ids, finish, mayHave } = idsOf();
    const learning = ids.learn(1000);
    ids.forget();
    finish();
    await learning;
    assert.deepEqual(mayHave(), [true, true, true]);
  });
});
