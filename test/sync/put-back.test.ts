// A server that was put back to an earlier state: what it lost comes again, whoever deleted what it still had.
import { assert } from 'chai';
import { err } from '../../src/result.ts';
import { deleteForGood, HOUR, openThree, round, roundOver, type Three, write } from './three.ts';

let { fleet, one, two, look, cloud, assertAllHave, assertAllEmpty } = {} as Three;

describe('what a server lost that was put back', () => {
  beforeEach(async () => { ({ fleet, one, two, look, cloud, assertAllHave, assertAllEmpty } = await openThree()); });

  /** A change that all but `two` know, and that the server forgets; `two` deletes what was before, by a clock that is ahead, and is the first to come. */
  async function loseAndDelete({ knows = true, again = false } = {}): Promise<void> {
    await write(one, 'before');
    await fleet.settle();
    two.skew = 2 * HOUR;
    await deleteForGood(two);
    const earlier = fleet.server.copy(fleet.server.generation);
    await write(one, 'changed since');
    await round(one);
    if (again) {
      fleet.server = fleet.server.copy();
      await look(one);
    }
    fleet.server = earlier.copy(fleet.server.generation + 1);
    if (!knows) fleet.server.lives.length = 0;
    goOn();
    await round(two);
  }

  /** Its numbers come to be higher than those that were lost. */
  function goOn(changes = 3): void {
    for (let number = 0; number < changes; number += 1) fleet.server.swap('settings', String(number), { body: new Uint8Array(1) });
  }

  it('outlives a deletion that did not know of it', async () => {
    await loseAndDelete();
    await assertAllHave('changed since');
  });

  it('outlives it where the server knows nothing of the life that it lost', async () => {
    await loseAndDelete({ knows: false });
    await assertAllHave('changed since');
  });

  it('outlives it where the server was put back twice before anything was sent over again, from one copy', async () => {
    await loseAndDelete({ again: true });
    await assertAllHave('changed since');
  });

  it('outlives it where the server was put back before that was sent over again, and that to a later state', async () => {
    await write(one, 'before');
    await fleet.settle();
    two.skew = 2 * HOUR;
    await deleteForGood(two);
    const earlier = fleet.server.copy(fleet.server.generation);
    await write(one, 'changed since');
    await round(one);
    fleet.server = earlier.copy(fleet.server.generation + 1);
    goOn();
    fleet.server = fleet.server.copy();
    await round(two);
    await assertAllHave('changed since');
  });

  it('outlives it where files were put back under the same life, and that went on, but not as far', async () => {
    await write(one, 'before');
    await fleet.settle();
    two.skew = 2 * HOUR;
    await deleteForGood(two);
    const earlier = fleet.server.copy(fleet.server.generation);
    await write(one, 'changed since');
    await round(one);
    goOn(20);
    await round(one);
    fleet.server = earlier;
    goOn(5);
    await round(two);
    await assertAllHave('changed since');
  });

  for (const [pages, when] of [[1, 'nothing'], [2, 'a page']] as const) {
    it(`outlives it where the server was put back once more when ${when} was taken of it, to an earlier state`, async () => {
      for (let number = 0; number < 10; number += 1) await one.home.add({ [`n${number}.txt`]: `${number}` });
      await write(one, 'before');
      await fleet.settle();
      two.skew = 2 * HOUR;
      await deleteForGood(two);
      const earlier = fleet.server.copy(fleet.server.generation);
      await write(one, 'changed since');
      await round(one);
      fleet.server = fleet.server.copy();
      const all = cloud();
      let asked = 0;
      assert.isFalse(await roundOver(one, { ...all, changes: (since) => ((asked += 1) > pages ? Promise.resolve(err('unreachable')) : all.changes(since)) }));
      fleet.server = earlier.copy(fleet.server.generation + 1);
      goOn(5);
      await round(two);
      await assertAllHave('changed since');
    });
  }

  it('comes back even where that was deleted meanwhile; what had been there stays deleted', async () => {
    await write(one, 'before');
    await fleet.settle();
    const earlier = fleet.server.copy();
    await one.home.add({ 'other.txt': 'lost' });
    await fleet.settle();
    fleet.server = earlier;
    fleet.now += HOUR;
    await deleteForGood(two);
    await deleteForGood(two, 'other.txt');
    await round(two);
    await fleet.settle();
    assert.deepEqual(await one.names(), ['other.txt']);
    await deleteForGood(two, 'other.txt');
    await assertAllEmpty();
  });
});
