import { assert } from 'chai';
import { countFailure, countSuccess, noAttempts, pinDisabled, waitMs } from '../../../src/workers/identity/lockout.ts';
import type { AttemptRow } from '../../../src/workers/store/system-schema.ts';

const MINUTE = 60_000;
const fail = (row: AttemptRow, times: number, now: number, kind: 'password' | 'pin' = 'password'): AttemptRow =>
  Array.from({ length: times }).reduce<AttemptRow>((before) => countFailure(before, now, kind), row);

describe('lockout', () => {
  it('lets four wrong secrets pass and waits 30 s after the fifth', () => {
    assert.equal(waitMs(fail(noAttempts('u1'), 4, 1000), 1000), 0);
    assert.equal(waitMs(fail(noAttempts('u1'), 5, 1000), 1000), 30_000);
  });

  it('forgets wrong secrets older than 15 minutes', () => {
    const old = fail(noAttempts('u1'), 4, 0);
    assert.equal(waitMs(countFailure(old, 15 * MINUTE, 'password'), 15 * MINUTE), 0);
  });

  it('doubles each wait, up to an hour', () => {
    let row = noAttempts('u1');
    let now = 0;
    const waits = Array.from({ length: 10 }, () => {
      row = fail(row, 5, now);
      const wait = waitMs(row, now);
      now += wait;
      return wait / 1000;
    });
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  it('is not shortened by a clock that was set back', () => {
    const row = fail(noAttempts('u1'), 5, 10 * MINUTE);
    assert.equal(waitMs(row, 0), 30_000);
    assert.equal(waitMs(row, 10 * MINUTE + 29_000), 1000);
  });

  it('starts anew after a right secret', () => {
    const row = countSuccess(fail(noAttempts('u1'), 9, 1000), 2000);
    assert.deepEqual(row, { ...noAttempts('u1'), latest: 2000 });
  });

  it('disables the PIN after five wrong ones, however long they took', () => {
    let row = noAttempts('u1');
    for (let i = 0; i < 5; i += 1) {
      assert.isFalse(pinDisabled(row));
      row = countFailure(row, i * 20 * MINUTE, 'pin');
    }
    assert.isTrue(pinDisabled(row));
    assert.isFalse(pinDisabled(countSuccess(row, 0)));
  });
});
