import { assert } from 'chai';
import { evicted } from '../../../src/workers/backup/retention.ts';
import type { Retention } from '../../../src/workers/contract/backup.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';

const snapshot = (id: string, created: number, bytes = 10) => ({ id: id as BundleId, created, bytes });
const gone = (...args: [readonly ReturnType<typeof snapshot>[], Retention, BundleId?]): readonly string[] => evicted(...args);
const ROOMY = { keep: 100, softBytes: 1e9, hardBytes: 1e9 };

describe('retention', () => {
  const three = [snapshot('b', 2), snapshot('c', 3), snapshot('a', 1)];

  it('keeps everything within its bounds', () => assert.deepEqual(gone(three, ROOMY), []));
  it('lets the oldest go past the number', () => assert.deepEqual(gone(three, { ...ROOMY, keep: 1 }), ['a', 'b']));
  it('lets the oldest go past the soft limit, but never the last', () => {
    assert.deepEqual(gone(three, { ...ROOMY, softBytes: 20 }), ['a']);
    assert.deepEqual(gone(three, { ...ROOMY, softBytes: 0 }), ['a', 'b']);
  });
  it('holds the hard limit as well', () => assert.deepEqual(gone(three, { ...ROOMY, hardBytes: 15 }), ['a', 'b']));
  it('keeps the one that was made last, whatever its time says', () => assert.deepEqual(gone(three, { ...ROOMY, keep: 2 }, 'a' as BundleId), ['b']));
  it('breaks ties by id', () => assert.deepEqual(gone([snapshot('y', 1), snapshot('x', 1)], { ...ROOMY, keep: 1 }), ['x']));
});
