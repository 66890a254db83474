import { assert } from 'chai';
import { TypeAhead } from '../../../src/ui/files/type-ahead.ts';

const list = ['Apples', 'Bread', 'banana.txt', 'Berlin', 'Zürich'];

describe('typing a name in the grid', () => {
  it('goes through what begins with a letter, around the end', () => {
    const ahead = new TypeAhead();
    assert.equal(ahead.find('b', 0, { list, current: 0 }), 1);
    assert.equal(ahead.find('b', 100, { list, current: 1 }), 2);
    assert.equal(ahead.find('b', 5000, { list, current: 3 }), 1);
  });

  it('takes letters typed quickly as the start of one name', () => {
    const ahead = new TypeAhead();
    ahead.find('b', 0, { list, current: 0 });
    assert.equal(ahead.find('e', 200, { list, current: 1 }), 3);
  });

  it('forgets after a while', () => {
    const ahead = new TypeAhead();
    ahead.find('b', 0, { list, current: 0 });
    assert.isFalse(ahead.active(1000));
    assert.equal(ahead.find('z', 1000, { list, current: 1 }), 4);
  });

  it('stays where nothing begins so', () => {
    assert.isUndefined(new TypeAhead().find('q', 0, { list, current: 0 }));
  });
});
