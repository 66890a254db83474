// The second WebCrypto implementation as an oracle: what the formats stand on gives the same bytes in both.
import { Crypto } from '@peculiar/webcrypto';
import { assert } from 'chai';
import fc from 'fast-check';
import { type Bytes, utf8 } from '../../src/crypto/bytes.ts';
import { hkdf, hmacSha256, importHkdfKey, importHmacKey, recordDigests, sha256 } from '../../src/crypto/digest.ts';

const { subtle } = new Crypto();
const bytes = (constraints: fc.IntArrayConstraints) => fc.uint8Array(constraints).map((array): Bytes => new Uint8Array(array));
const agree = async (ours: Bytes, theirs: ArrayBuffer) => assert.deepEqual(ours, new Uint8Array(theirs));

describe('WebCrypto agrees with its second implementation', () => {
  it('on SHA-256', () => fc.assert(fc.asyncProperty(bytes({ maxLength: 300 }), async (data) =>
    agree(await sha256(data), await subtle.digest('SHA-256', data)))));

  it('on SHA-256 of records, small and larger', async () => {
    const digestOf = await recordDigests();
    for (const length of [0, 1, 55, 56, 64, 296, 4096, 4097, 70_000]) {
      const record = Uint8Array.from({ length }, (_, at) => at % 251);
      await agree(await digestOf(record), await subtle.digest('SHA-256', record));
    }
  });

  it('on HMAC', () => fc.assert(fc.asyncProperty(bytes({ minLength: 1, maxLength: 100 }), bytes({ maxLength: 100 }), async (raw, data) => {
    const key = await subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    await agree(await hmacSha256(await importHmacKey(raw), data), await subtle.sign('HMAC', key, data));
  })));

  it('on HKDF', () => fc.assert(fc.asyncProperty(bytes({ minLength: 32, maxLength: 32 }), bytes({ maxLength: 40 }), fc.string(), async (raw, salt, info) => {
    const key = await subtle.importKey('raw', raw, 'HKDF', false, ['deriveBits']);
    const theirs = await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info: utf8(info) }, key, 256);
    await agree(await hkdf(await importHkdfKey(raw), salt, info), theirs);
  })));
});
