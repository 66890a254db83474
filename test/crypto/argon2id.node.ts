// In Node alone: it takes all the memory that libsodium's WebAssembly may have, which a page might not survive.
import { assert } from 'chai';
import { argon2id, ARGON2ID_DEFAULT } from '../../src/crypto/argon2id.ts';
import { utf8 } from '../../src/crypto/bytes.ts';
import { loadSodium } from '../../src/crypto/sodium.ts';

const BLOCK_BYTES = 32 * 1024 * 1024;
const params = { ...ARGON2ID_DEFAULT, t: 1, salt: new Uint8Array(16) };

describe('Argon2id without memory', () => {
  it('says that memory is short, not that the secret is wrong, and works once there is some again', async () => {
    const { libsodium } = (await loadSodium()) as unknown as { libsodium: { _malloc(bytes: number): number; _free(at: number): void } };
    const held: number[] = [];
    for (let at = libsodium._malloc(BLOCK_BYTES); at !== 0; at = libsodium._malloc(BLOCK_BYTES)) held.push(at);
    try {
      assert.deepEqual(await argon2id(utf8('a password'), params), { ok: false, error: { kind: 'out_of_memory' } });
    } finally {
      held.forEach((at) => libsodium._free(at));
    }
    assert.isTrue((await argon2id(utf8('a password'), params)).ok);
  });
});
