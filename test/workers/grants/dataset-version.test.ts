// How two versions of a value become one by field: whatever the order, every device comes to the same; nothing written last is lost.
import { assert } from 'chai';
import type { GroupClock } from '../../../src/crypto/node.ts';
import { APP_LIMITS } from '../../../src/workers/contract/app-protocol.ts';
import { bytesOf, fieldsAt, fieldsOf, latestOf, mergeVersions, sameVersion, valueOf, type Version, wholeAt, withFields } from '../../../src/workers/grants/dataset-version.ts';

const device = (digit: number): Uint8Array<ArrayBuffer> => new Uint8Array(16).fill(digit);
const at = (ms: number, by = 1): GroupClock => [ms, 0, device(by)];
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const json = (value: object): Uint8Array<ArrayBuffer> => utf8(JSON.stringify(value));
const fields = (value: object): ReadonlyMap<string, string> => fieldsOf(json(value))!;
const read = (version: Version): unknown => {
  const value = valueOf(version);
  return value && (JSON.parse(new TextDecoder().decode(value)) as unknown);
};

describe('a value by field', () => {
  const begun = fieldsAt(at(1), fields({ a: 1, b: 1, c: 1 }));

  it('becomes what each device wrote last of each field', () => {
    const one = withFields(begun, fields({ a: 2, b: 1, c: 1 }), at(5, 1));
    const two = withFields(begun, fields({ a: 1, b: 3, c: 1, d: 4 }), at(4, 2));
    for (const merged of [mergeVersions(one, two), mergeVersions(two, one)]) assert.deepEqual(read(merged), { a: 2, b: 3, c: 1, d: 4 });
  });

  it('becomes what was written last where both wrote one, and the greater device at one moment', () => {
    const one = withFields(begun, fields({ a: 2, b: 1, c: 1 }), at(5, 1));
    const two = withFields(begun, fields({ a: 3, b: 1, c: 1 }), at(5, 2));
    assert.deepEqual(read(mergeVersions(one, two)), { a: 3, b: 1, c: 1 });
    assert.deepEqual(read(mergeVersions(withFields(begun, fields({ a: 9, b: 1, c: 1 }), at(6, 1)), two)), { a: 9, b: 1, c: 1 });
  });

  it('loses a field that was removed last, and keeps one that was written after that', () => {
    const removed = withFields(begun, fields({ b: 1, c: 1 }), at(5));
    assert.deepEqual(read(mergeVersions(removed, begun)), { b: 1, c: 1 });
    assert.deepEqual(read(mergeVersions(removed, withFields(begun, fields({ a: 7, b: 1, c: 1 }), at(6, 2)))), { a: 7, b: 1, c: 1 });
  });

  it('is the same one of two that are too large together, though both know of what was written last', () => {
    const large = 'n'.repeat(APP_LIMITS.datasetValueBytes * 0.6);
    const last = fieldsAt(at(5, 3), fields({ last: 1 }));
    const [one, two] = [{ a: large }, { b: large }].map((each, index) => mergeVersions(withFields(begun, fields({ b: 1, c: 1, ...each }), at(3, index)), { ...last, clock: begun.clock }));
    assert.deepEqual(read(mergeVersions(one!, two!)), read(mergeVersions(two!, one!)));
  });

  it('is gone where it was deleted last; what was written after that comes back, and nothing older', () => {
    const gone = wholeAt(at(5), undefined);
    assert.isUndefined(read(mergeVersions(withFields(begun, fields({ a: 2, b: 1, c: 1 }), at(4, 2)), gone)));
    assert.deepEqual(read(mergeVersions(withFields(begun, fields({ a: 2, b: 1, c: 1 }), at(6, 2)), gone)), { a: 2 });
  });

  it('gives way to bytes that were written last, and they to it', () => {
    const whole = wholeAt(at(5), utf8('bytes'));
    assert.deepEqual(valueOf(mergeVersions(begun, whole)), utf8('bytes'));
    assert.deepEqual(read(mergeVersions(whole, fieldsAt(at(6, 2), fields({ x: 1 })))), { x: 1 });
  });

  it('is the one that was written last where both together would be too much', () => {
    const many = (prefix: string): object => Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${prefix}${index}`, 1]));
    const [one, two] = [withFields(begun, fields({ a: 1, b: 1, c: 1, ...many('x') }), at(5, 1)), withFields(begun, fields({ a: 1, b: 1, c: 1, ...many('y') }), at(6, 2))];
    for (const merged of [mergeVersions(one, two), mergeVersions(two, one)]) assert.isTrue(sameVersion(merged, two));
    const long = 'z'.repeat(700_000);
    const [big, bigger] = [withFields(begun, fields({ p: long }), at(5, 1)), withFields(begun, fields({ q: long }), at(4, 2))];
    assert.deepEqual(Object.keys(read(mergeVersions(big, bigger)) as object), ['p']);
  });

  it('remembers of removed fields as many as there may be', () => {
    const all = (ms: number): Version => fieldsAt(at(ms), fields(Object.fromEntries(Array.from({ length: APP_LIMITS.datasetFields }, (_, index) => [`${ms}-${index}`, 1]))));
    let version = all(10);
    for (let times = 11; times < 14; times += 1) version = withFields(version, fields(Object.fromEntries(Array.from({ length: APP_LIMITS.datasetFields }, (_, index) => [`${times}-${index}`, 1]))), at(times));
    assert.equal(version.fields.size, 2 * APP_LIMITS.datasetFields);
    assert.isAtMost(mergeVersions(version, all(9)).fields.size, 2 * APP_LIMITS.datasetFields);
  });

  it('comes to the same in every order', () => {
    let state = 7;
    const below = (most: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 16) % most;
    };
    const some = (): object => Object.fromEntries(['a', 'b', 'c', '__proto__'].filter(() => below(2) === 0).map((name) => [name, below(3)]));
    const made = (): Version => {
      const clock = (): GroupClock => [1 + below(6), below(2), device(1 + below(3))];
      const kind = below(4);
      if (kind === 0) return wholeAt(clock(), undefined);
      if (kind === 1) return wholeAt(clock(), utf8(String(below(3))));
      const first = fieldsAt(clock(), fields(some()));
      return kind === 2 ? first : withFields(first, fields(some()), [latestOf(first)[0] + below(4), 9, device(1 + below(3))]);
    };
    for (let times = 0; times < 3000; times += 1) {
      const [a, b, c] = [made(), made(), made()];
      assert.isTrue(sameVersion(mergeVersions(a, a), a), 'idempotent');
      assert.isTrue(sameVersion(mergeVersions(a, b), mergeVersions(b, a)), 'commutative');
      // In any order of meeting, and met once more, as devices do: all alike.
      const [left, right] = [mergeVersions(mergeVersions(a, b), c), mergeVersions(a, mergeVersions(b, c))];
      const [one, two] = [mergeVersions(left, right), mergeVersions(right, left)];
      assert.isTrue(sameVersion(one, two) && sameVersion(mergeVersions(one, left), one) && sameVersion(mergeVersions(one, right), one), 'convergent');
    }
  });

  it('is told by what it holds: only an object, not too deep, not of too many fields', () => {
    for (const text of ['[]', '1', 'null', '"a"', '{', '{"a":}', `{"a":${'['.repeat(17)}${']'.repeat(17)}}`]) assert.isUndefined(fieldsOf(utf8(text)), text);
    assert.isUndefined(fieldsOf(new Uint8Array([0x7b, 0xff, 0x7d])));
    assert.isUndefined(fieldsOf(json(Object.fromEntries(Array.from({ length: APP_LIMITS.datasetFields + 1 }, (_, index) => [index, 1])))));
    assert.deepEqual(bytesOf(fields({ b: [1, { c: 'é' }], a: null })), utf8('{"a":null,"b":[1,{"c":"é"}]}'));
  });
});
