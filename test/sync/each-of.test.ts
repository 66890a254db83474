// Several requests at once: no more than may be, none after a failure, and none left behind.
import { assert } from 'chai';
import { err, ok } from '../../src/result.ts';
import { AT_ONCE, eachOf } from '../../src/sync/each-of.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
const aWhile = async (): Promise<void> => { for (let turns = 0; turns < 20; turns += 1) await Promise.resolve(); };

describe('each of many requests', () => {
  it('is made once, in their order, so many at a time', async () => {
    let [underWay, most] = [0, 0];
    const made: number[] = [];
    assert.deepEqual(await eachOf(numbers(20), async (at) => {
      made.push(at);
      most = Math.max(most, underWay += 1);
      await aWhile();
      underWay -= 1;
      return ok();
    }), ok());
    assert.deepEqual(made, numbers(20));
    assert.equal(most, AT_ONCE);
  });

  it('is well where there is none', async () => {
    assert.deepEqual(await eachOf([], () => Promise.reject(new Error('of what?'))), ok());
  });

  it('is made one after another where it may not be otherwise, and never none', async () => {
    let made = 0;
    assert.deepEqual(await eachOf(numbers(3), () => {
      made += 1;
      return Promise.resolve(ok());
    }, () => 0), ok());
    assert.equal(made, 3);
  });

  it('ends with the first that fails, once those under way are through', async () => {
    let through = 0;
    assert.deepEqual(await eachOf(numbers(20), async (at) => {
      if (at === 2) return err('quota');
      await aWhile();
      through += 1;
      return at === 3 ? err('unreachable') : ok();
    }), err('quota'));
    assert.equal(through, AT_ONCE - 1);
  });

  it('tells what went wrong, though all was called off before', async () => {
    assert.deepEqual(await eachOf(numbers(2), async (at) => {
      if (at === 0) return err('aborted');
      await aWhile();
      return err('quota');
    }), err('quota'));
  });

  it('throws what one throws', async () => {
    const fault = new Error('a bug');
    const told = await eachOf(numbers(8), (at) => (at === 1 ? Promise.reject(fault) : aWhile().then(() => ok()))).catch((thrown: unknown) => thrown);
    assert.equal(told, fault);
  });
});
