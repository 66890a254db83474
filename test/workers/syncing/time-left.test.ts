// How long sync still takes, by what was moved in the last half minute.
import { assert } from 'chai';
import type { SyncState } from '../../../src/workers/contract/sync.ts';
import { createTimeLeft } from '../../../src/workers/syncing/time-left.ts';

describe('the time that is left', () => {
  let heard: ReturnType<typeof createTimeLeft>;
  const seen = (seconds: number, left: number, state: SyncState = 'working') => heard({ at: 1_000_000 + seconds * 1000, left, state });

  beforeEach(() => { heard = createTimeLeft(); });

  it('is not told before two pieces were moved and two seconds have passed', () => {
    assert.isUndefined(seen(0, 20));
    assert.isUndefined(seen(1, 10));
    assert.isUndefined(seen(1.9, 10));
    assert.equal(seen(2, 10), 2000);
    heard = createTimeLeft();
    seen(0, 20);
    assert.isUndefined(seen(9, 19));
    assert.equal(seen(10, 18), 90_000);
  });

  it('goes by the last half minute alone', () => {
    for (let second = 0; second <= 60; second += 1) seen(second, 1000 - second);
    assert.equal(seen(61, 939), 939_000);
    // Ten times as fast from here on: once the slow half minute has passed, that is all that counts.
    for (let second = 62; second <= 92; second += 1) seen(second, 939 - 10 * (second - 61));
    assert.equal(seen(92, 629), 62_900);
  });

  it('goes by all there is where less than that has been seen, and by two sights that lie farther apart', () => {
    seen(0, 100);
    assert.equal(seen(20, 60), 30_000);
    assert.equal(seen(120, 50), 500_000);
  });

  it('takes what is added for more to do, not for a step back', () => {
    seen(0, 10);
    seen(5, 5);
    assert.equal(seen(5, 105), 105_000);
    assert.equal(seen(10, 100), 100_000);
  });

  it('begins anew after all was moved, while nothing moves, and with a clock that was set back', () => {
    for (const interrupt of [() => seen(4, 0), () => seen(4, 8, 'paused'), () => seen(4, 8, 'unreachable'), () => seen(4, 8, 'metered'), () => seen(-3600, 8)]) {
      heard = createTimeLeft();
      seen(0, 10);
      assert.isDefined(seen(2, 8));
      assert.isUndefined(interrupt());
      assert.isUndefined(seen(6, 8));
      assert.isUndefined(seen(9, 7));
      assert.isDefined(seen(10, 6));
    }
  });

  it('is told between two rounds too, while something waits', () => {
    seen(0, 10);
    assert.equal(seen(4, 6, 'synced'), 6000);
  });
});
