import { assert } from 'chai';
import * as fc from 'fast-check';
import { rowsOf, stepOf, topToShow, windowOf } from '../../../src/ui/files/grid-window.ts';

const view = { top: 0, height: 400 };
const list = { count: 10_000, columns: 1, rowHeight: 40 };
const tiles = { count: 10, columns: 4, rowHeight: 100 };

describe('the window on a long grid', () => {
  it('draws what is in sight and little more, wherever it is scrolled to', () => {
    fc.assert(fc.property(fc.integer({ min: -500, max: 500_000 }), (top) => {
      const { first, end } = windowOf(list, { top, height: 400 });
      return first >= 0 && end <= rowsOf(list) && first <= end && end - first <= 27;
    }));
  });

  it('covers every row in sight', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 399_600 }), (top) => {
      const { first, end } = windowOf(list, { top, height: 400 });
      return first * 40 <= top && end * 40 >= top + 400;
    }));
  });

  it('scrolls no further than it must to show an entry', () => {
    assert.equal(topToShow(list, { top: 800, height: 400 }, 25), 800);
    assert.equal(topToShow(list, { top: 800, height: 400 }, 3), 120);
    assert.equal(topToShow(list, { top: 0, height: 400 }, 10), 40);
  });
});

describe('keys in the grid', () => {
  it('go by rows and columns and stop at the edges', () => {
    assert.equal(stepOf('ArrowDown', 0, tiles, view), 4);
    assert.equal(stepOf('ArrowRight', 3, tiles, view), 4);
    assert.equal(stepOf('ArrowUp', 2, tiles, view), 2);
    assert.equal(stepOf('ArrowLeft', 0, tiles, view), 0);
    assert.equal(stepOf('Home', 7, tiles, view), 0);
    assert.equal(stepOf('End', 0, tiles, view), 9);
  });

  it('reach the end of a last row that is not full', () => {
    assert.equal(stepOf('ArrowDown', 7, tiles, view), 9);
    assert.equal(stepOf('ArrowDown', 9, tiles, view), 9);
  });

  it('leave left and right alone in a list', () => {
    assert.isUndefined(stepOf('ArrowRight', 0, list, view));
  });

  it('never leave the grid', () => {
    const keys = fc.constantFrom('ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End');
    fc.assert(fc.property(keys, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 }), fc.nat(), (key, count, columns, start) => {
      const index = stepOf(key, start % count, { count, columns, rowHeight: 40 }, view);
      return index === undefined || (index >= 0 && index < count);
    }));
  });
});
