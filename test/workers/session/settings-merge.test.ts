// How the settings of several devices become one.
import { assert } from 'chai';
import fc from 'fast-check';
import type { GroupClock } from '../../../src/crypto/node.ts';
import { mergeSettings, sameSettings, type SharedSettings } from '../../../src/workers/session/settings-merge.ts';

const device = (first: number) => new Uint8Array(16).fill(first, 0, 1);
const chosen = (value: unknown, ms: number, { counter = 0, by = 1 } = {}) => {
  const clock: GroupClock = [ms, counter, device(by)];
  return { clock, stored: new Map<string, unknown>([['value', value], ['clock', [ms, counter]], ['device', clock[2]]]) };
};
const valuesOf = (settings: SharedSettings) => Object.fromEntries([...settings].map(([name, { stored }]) => [name, (stored as Map<string, unknown>).get('value')]).sort());

/** Few names, moments and devices, so that they often meet. */
const anySettings: fc.Arbitrary<SharedSettings> = fc.dictionary(
  fc.constantFrom('language', 'appearance', 'retention', 'later'),
  fc.tuple(fc.constantFrom('a', 'b', null, 7), fc.nat(2), fc.nat(2), fc.nat(2)).map(([value, ms, counter, by]) => chosen(value, ms, { counter, by })),
).map((settings) => new Map(Object.entries(settings)));

const assertSame = (a: SharedSettings, b: SharedSettings) => {
  assert.isTrue(sameSettings(a, b));
  assert.deepEqual(valuesOf(a), valuesOf(b));
};

describe('settings of several devices', () => {
  it('are by field what was chosen last', () => {
    const mine = new Map([['language', chosen('de', 5)], ['appearance', chosen('dark', 9)]]);
    const theirs = new Map([['language', chosen('en', 6)], ['appearance', chosen('light', 8)], ['filesView', chosen('grid', 1)]]);
    assert.deepEqual(valuesOf(mergeSettings(mine, theirs)), { appearance: 'dark', filesView: 'grid', language: 'en' });
  });

  it('of one moment are those of the later count, and then of the greater device', () => {
    const merge = (a: ReturnType<typeof chosen>, b: ReturnType<typeof chosen>) => valuesOf(mergeSettings(new Map([['x', a]]), new Map([['x', b]])));
    assert.deepEqual(merge(chosen('a', 5, { counter: 1, by: 1 }), chosen('b', 5, { counter: 0, by: 2 })), { x: 'a' });
    assert.deepEqual(merge(chosen('a', 5, { by: 2 }), chosen('b', 5, { by: 1 })), { x: 'a' });
    assert.deepEqual(merge(chosen('a', 5, { by: 1 }), chosen('b', 5, { by: 2 })), { x: 'b' });
  });

  it('merged with themselves are the same', () => {
    fc.assert(fc.property(anySettings, (a) => { assertSame(mergeSettings(a, a), a); }));
  });

  it('are the same whoever is merged with whom', () => {
    fc.assert(fc.property(anySettings, anySettings, (a, b) => { assertSame(mergeSettings(a, b), mergeSettings(b, a)); }), { numRuns: 500 });
  });

  it('are the same in whatever order they meet', () => {
    fc.assert(fc.property(anySettings, anySettings, anySettings, (a, b, c) => {
      assertSame(mergeSettings(mergeSettings(a, b), c), mergeSettings(a, mergeSettings(b, c)));
    }), { numRuns: 500 });
  });

  it('that differ in anything are not taken for the same', () => {
    const one = new Map([['x', chosen('a', 5)]]);
    assert.isFalse(sameSettings(one, new Map()));
    assert.isFalse(sameSettings(one, new Map([['y', chosen('a', 5)]])));
    assert.isFalse(sameSettings(one, new Map([['x', chosen('b', 5)]])));
    assert.isFalse(sameSettings(one, new Map([['x', chosen('a', 6)]])));
  });
});
