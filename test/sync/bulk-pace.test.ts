// How much content is under way at once follows how long pieces take.
import { assert } from 'chai';
import { type BulkPace, createPace } from '../../src/sync/bulk-pace.ts';
import { eachOf } from '../../src/sync/each-of.ts';
import { ok } from '../../src/result.ts';

describe('the pace of bulk', () => {
  let now: number;
  let pace: BulkPace;
  beforeEach(() => {
    now = 100_000;
    pace = createPace(() => now);
  });

  /** So many begin together and end together, after so long. */
  async function lot(count: number, ms: number): Promise<void> {
    const ends: (() => void)[] = [];
    const all = Array.from({ length: count }, () => pace.timed(() => new Promise<void>((resolve) => { ends.push(resolve); })));
    now += ms;
    for (const end of ends) end();
    await Promise.all(all);
  }

  it('is little where nothing is known, and six pieces after four that took no time', async () => {
    assert.equal(pace.atOnce(), 2);
    await lot(2, 100);
    await lot(2, 100);
    assert.equal(pace.atOnce(), 6);
  });

  it('is so many as get through in two seconds, and never none', async () => {
    await lot(6, 6_000);
    assert.isAtMost(pace.atOnce(), 2);
    await lot(pace.atOnce(), 60_000);
    assert.equal(pace.atOnce(), 1);
  });

  it('stays where it takes neither long nor little', async () => {
    await lot(6, 12_000);
    await lot(1, 1_900);
    assert.equal(pace.atOnce(), 1);
  });

  it('comes to six again where the way is fast again', async () => {
    await lot(6, 12_000);
    for (let times = 0; times < 10; times += 1) await lot(1, 200);
    assert.equal(pace.atOnce(), 6);
  });

  it('learns from a piece that fails, and nothing from a clock that was set back', async () => {
    await lot(1, -60_000);
    assert.equal(pace.atOnce(), 2);
    await assertRejects(pace.timed(() => {
      now += 30_000;
      return Promise.reject(new Error('cut'));
    }));
    assert.equal(pace.atOnce(), 1);
  });

  it('is kept by what is under way', async () => {
    let [underWay, took] = [0, 100];
    const beside: number[] = [];
    await eachOf(Array.from({ length: 40 }, (_, at) => at), async (at) => {
      if (at === 20) took = 4_000;
      beside.push(underWay += 1);
      await pace.timed(async () => {
        for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
        now += took;
      });
      underWay -= 1;
      return ok();
    }, pace.atOnce);
    assert.equal(beside[0], 1);
    assert.equal(Math.max(...beside.slice(0, 3)), 2);
    assert.equal(Math.max(...beside.slice(0, 20)), 6);
    assert.equal(Math.max(...beside.slice(32)), 1);
  });
});

async function assertRejects(work: Promise<unknown>): Promise<void> {
  assert.isTrue(await work.then(() => false, () => true));
}
