import { assert } from 'chai';
import { mayMoveBulk, watchConnection } from '../../../src/workers/shell/connection.ts';

describe('a connection', () => {
  const said = { saveData: false, type: 'wifi' };
  const connection = Object.assign(new EventTarget(), said);
  const pretend = (change: Partial<typeof said>): void => {
    Object.assign(connection, change);
    connection.dispatchEvent(new Event('change'));
  };
  beforeEach(() => {
    Object.assign(connection, said);
    Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
  });
  afterEach(() => { delete (navigator as { connection?: unknown }).connection; });

  it('costs where it is mobile, and where data is to be saved', () => {
    assert.isTrue(mayMoveBulk());
    pretend({ type: 'cellular' });
    assert.isFalse(mayMoveBulk());
    pretend({ type: 'wifi', saveData: true });
    assert.isFalse(mayMoveBulk());
  });

  it('is told of where that changes, and not with each guess of its speed', () => {
    let heard = 0;
    watchConnection(() => { heard += 1; });
    for (const change of [{}, {}, { saveData: true }, {}, { type: 'cellular' }, { saveData: false }, { type: 'wifi' }, {}]) pretend(change);
    assert.equal(heard, 2);
  });

  it('that a browser says nothing of costs nothing', () => {
    Object.defineProperty(navigator, 'connection', { value: undefined, configurable: true });
    assert.isTrue(mayMoveBulk());
    assert.doesNotThrow(() => { watchConnection(() => undefined); });
  });
});
