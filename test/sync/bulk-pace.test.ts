// How much content is under way at once follows how long pieces take.
import { assert } from 'chai';
import { type BulkPace, createPace } from '../../src/sync/bulk-pace.ts';
import { eachOf } from '../../src/sync/each-of.ts';
import { ok } from '../../src/result.ts';

const PIECE = 4 * 1024 * 1024;
const SMALL = 40_000;

describe('the pace of bulk', () => {
  let now: number;
  let pace: BulkPace;
  beforeEach(() => {
    now = 100_000;
    pace = createPace(() => now);
  });

  /** As many as may be begin together and end together, `through` ms later; how many those were. */
  async function lot(through: (beside: number) => number, bytes: number | undefined = PIECE): Promise<number> {
    const count = pace.atOnce();
    const ends: (() => void)[] = [];
    const all = Array.from({ length: count }, () => pace.timed(() => new Promise<void>((resolve) => { ends.push(resolve); }), () => bytes));
    now += through(count);
    for (const end of ends) end();
    await Promise.all(all);
    return count;
  }

  async function lots(times: number, through: (beside: number) => number, bytes?: number): Promise<readonly number[]> {
    const counts: number[] = [];
    for (let time = 0; time < times; time += 1) counts.push(await lot(through, bytes));
    return counts;
  }

  it('is little where nothing is known, and six pieces after four that took no time', async () => {
    assert.deepEqual(await lots(4, () => 100), [2, 4, 6, 6]);
  });

  it('is one piece where they share a narrow way, but for a try now and then', async () => {
    const counts = await lots(24, (beside) => 2_000 * beside);
    assert.equal(counts[0], 2);
    assert.equal(Math.max(...counts.slice(2)), 2);
    assert.isAtMost(counts.slice(3).filter((count) => count > 1).length, 3);
  });

  it('is as many as get through in two seconds where they share a wider one', async () => {
    const counts = await lots(30, (beside) => 600 * beside);
    assert.deepEqual([...new Set(counts.slice(4))].sort(), [3, 4]);
    assert.isAbove(counts.filter((count) => count === 3).length, 15);
  });

  it('is six where each takes long by itself, and none makes another late', async () => {
    const counts = await lots(12, () => 2_500);
    assert.deepEqual(counts.slice(-4), [6, 6, 6, 6]);
  });

  it('is six for small pieces whose answers come from far away', async () => {
    assert.equal((await lots(6, () => 1_200, SMALL)).at(-1), 6);
    assert.equal((await lots(12, () => 2_400, SMALL)).at(-1), 6);
  });

  it('knows large pieces from small ones', async () => {
    await lots(3, (beside) => 2_000 * beside);
    await lots(6, () => 100, SMALL);
    assert.equal(pace.atOnce(), 6);
    await lot((beside) => 2_000 * beside);
    assert.equal(pace.atOnce(), 1);
  });

  it('comes to six again where the way is wide again', async () => {
    await lots(4, (beside) => 2_000 * beside);
    assert.equal((await lots(16, () => 200)).at(-1), 6);
  });

  it('learns nothing from what did not come through, nor from a clock that was set back', async () => {
    assert.deepEqual(await lots(3, () => -60_000), [2, 2, 2]);
    const none = pace.timed(() => Promise.resolve(), () => undefined);
    now += 30_000;
    await none;
    await assertRejects(pace.timed(() => {
      now += 30_000;
      return Promise.reject(new Error('cut'));
    }, () => PIECE));
    assert.equal(pace.atOnce(), 2);
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
      }, () => PIECE);
      underWay -= 1;
      return ok();
    }, pace.atOnce);
    assert.equal(beside[0], 1);
    assert.equal(Math.max(...beside.slice(0, 3)), 2);
    assert.equal(Math.max(...beside.slice(0, 20)), 6);
    assert.equal(Math.min(...beside.slice(30)), 1);
  });
});

async function assertRejects(work: Promise<unknown>): Promise<void> {
  assert.isTrue(await work.then(() => false, () => true));
}
