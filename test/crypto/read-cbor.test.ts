import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { assert } from 'chai';
import fc from 'fast-check';
import { type Bytes, equal, fromHex, owned } from '../../src/crypto/bytes.ts';
import { NotCanonical, readCbor } from '../../src/crypto/read-cbor.ts';

const bytes = (hex: string): Bytes => fromHex(hex, hex.length / 2)!;
const encoded = (value: unknown): Bytes => owned(encode(value, rfc8949EncodeOptions));

/** What a decoder of all CBOR says of it: the value, where the deterministic encoding of that is the same bytes. */
function byRoundTrip(spelled: Bytes): unknown {
  try {
    const value: unknown = decode(spelled, { useMaps: true, strict: true, allowIndefinite: false, allowUndefined: false, allowNaN: false, allowInfinity: false, rejectDuplicateMapKeys: true });
    return equal(encoded(value), spelled) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of what the round trip lets through: numbers that no format of ours has. */
function isOurs(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value < Number.MAX_SAFE_INTEGER && value > Number.MIN_SAFE_INTEGER;
  if (Array.isArray(value)) return value.every(isOurs);
  if (value instanceof Map) return [...value].every(([key, inner]) => typeof key === 'string' && isOurs(inner));
  return value === null || typeof value === 'string' || typeof value === 'boolean' || value instanceof Uint8Array;
}

function read(spelled: Bytes): unknown {
  try {
    return readCbor(spelled);
  } catch (fault) {
    if (fault instanceof NotCanonical || fault instanceof TypeError) return undefined;
    throw fault;
  }
}

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 },
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), fc.nat(300), fc.boolean(), fc.constant(null), fc.string({ unit: 'binary', maxLength: 60 }), fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(fc.string({ maxLength: 30 }), tie('value')), { maxLength: 6 }).map((entries) => new Map(entries))),
}));

describe('deterministic CBOR', () => {
  it('is read as a decoder of all CBOR reads it', () => {
    fc.assert(fc.property(anyValue, (value) => {
      const spelled = encoded(value);
      assert.deepEqual(readCbor(spelled), byRoundTrip(spelled));
    }), { numRuns: 2000 });
  });

  it('is told from every other spelling as by encoding anew', () => {
    const changed = fc.tuple(anyValue, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 })).map(([value, changes]) => {
      const spelled = encoded(value);
      for (const [at, byte] of changes) spelled[at % spelled.length] = byte;
      return spelled;
    });
    fc.assert(fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 24 }).map((any) => owned(any))), (spelled) => {
      const expected = byRoundTrip(spelled);
      assert.deepEqual(read(spelled), isOurs(expected) ? expected : undefined);
    }), { numRuns: 20_000 });
  });

  for (const [what, hex] of Object.entries({
    'a longer integer than need be': '1817', 'a longer length than need be': '580100', 'an indefinite array': '9fff', 'keys out of order': 'a2616201616101', 'a key twice': 'a2616101616102',
    'a longer key first': 'a262616101616201', 'a key that is no text': 'a10101', 'a tag': 'c100', 'a float': 'f93c00', 'undefined': 'f7', 'text that is not UTF-8': '61ff', 'a surrogate': '63eda080',
    'something after it': '0000', 'nothing': '', 'an array that says more than there is': '9b000000ffffffffff', 'a string that says more than there is': '5affffffff', 'an integer past 2⁵³': '1b0020000000000001',
  })) it(`refuses ${what}`, () => { assert.isUndefined(read(bytes(hex))); });

  it('refuses arrays in arrays without end', () => {
    assert.isUndefined(read(new Uint8Array(100_000).fill(0x81)));
  });
});
