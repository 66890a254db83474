import { assert } from 'chai';
import { pickTwo } from '../../../src/ui/parts/word-check.ts';

describe('the two words asked back', () => {
  it('are two different ones in order, whatever the die says', () => {
    for (let first = 0; first < 24; first += 1) {
      for (let second = 0; second < 23; second += 1) {
        const rolls = [first, second];
        const [low, high] = pickTwo(24, () => rolls.shift() ?? 0);
        assert.isBelow(low, high);
        assert.isAtLeast(low, 0);
        assert.isBelow(high, 24);
      }
    }
  });
});
