import { assert } from 'chai';
import { type Aead, createAead } from '../../src/crypto/aead.ts';
import { secretBytes } from '../../src/crypto/argon2id.ts';
import { type Bytes, fromHex, toHex } from '../../src/crypto/bytes.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import { extentId, openExtent, sealExtent } from '../../src/crypto/extent.ts';
import { EXTENT_PLAINTEXT_BYTES } from '../../src/crypto/extent-header.ts';
import { domainKey, type Domain, fileKey, type HomeKeys, importHomeKeys } from '../../src/crypto/home-keys.ts';
import { entropyOf, phraseOf } from '../../src/crypto/recovery-phrase.ts';
import { encodeSlot, openSlot, slotFromText, slotToText } from '../../src/crypto/slot.ts';
import { unwrap } from '../../src/result.ts';
import { vectorBytes, vectorJson } from '../support/vectors.ts';

interface Vectors {
  mek: string; home_id: string; password: string; phrase: string;
  domain_keys: Record<Domain, string>; slots: string[];
  files: { file_id: string; size: number; plaintext?: string; subkey: string;
    extents: { id: string; plaintext_length: number; header: string; bytes?: string }[] }[];
}

const hex = (text: string): Bytes => {
  const bytes = fromHex(text);
  if (!bytes) throw new Error('a vector is no hex');
  return bytes;
};

for (const prefer of [undefined, 'wasm'] as const) {
  describe(`vectors of an independent implementation, ${prefer ?? 'this engine\'s own'} cipher`, () => {
    let aead: Aead;
    let vectors: Vectors;
    let keys: HomeKeys;

    before(async () => {
      aead = await createAead(prefer);
      vectors = await vectorJson<Vectors>('securefs-v1.json');
      keys = await importHomeKeys(hex(vectors.home_id), hex(vectors.mek));
    });

    it('derives the same domain keys', async () => {
      for (const [domain, key] of Object.entries(vectors.domain_keys)) {
        assert.equal(toHex(await domainKey(keys, domain as Domain)), key, domain);
      }
    });

    it('opens the password slot and the recovery slot', async () => {
      const [password, recovery] = vectors.slots.map((text) => unwrap(slotFromText(text)));
      assert.equal(toHex(unwrap(await openSlot(aead, password!, { kind: 'password', secret: secretBytes(vectors.password) }))), vectors.mek);
      const entropy = entropyOf(vectors.phrase);
      assert.isDefined(entropy);
      assert.equal(phraseOf(entropy), vectors.phrase);
      assert.equal(toHex(unwrap(await openSlot(aead, recovery!, { kind: 'recovery', entropy }))), vectors.mek);
    });

    it('spells a slot with the same bytes', () => {
      for (const text of vectors.slots) {
        const slot = unwrap(slotFromText(text));
        assert.equal(slotToText(slot), text);
        assert.isAtMost(encodeSlot(slot).length, 1024);
      }
    });

    it('derives file subkeys, opens every extent given whole, and seals the same bytes again', async () => {
      for (const file of vectors.files) {
        const key = (await fileKey(keys, hex(file.file_id)))!;
        assert.equal(toHex(key), file.subkey);
        for (const [index, extent] of file.extents.entries()) {
          if (!extent.bytes) continue;
          const place = { fileId: hex(file.file_id), index, plaintextLength: extent.plaintext_length };
          const bytes = hex(extent.bytes);
          assert.equal(await extentId(bytes), extent.id);
          const plaintext = unwrap(await openExtent(aead, key, place, bytes));
          if (file.plaintext !== undefined) assert.equal(toHex(plaintext), file.plaintext);
          const again = await sealExtent({ aead, random: () => hex(extent.header).slice(32, 48) }, key, { ...place, plaintext });
          assert.equal(again.id, extent.id);
        }
      }
    });

    it('opens and reseals a file one byte longer than a chunk', async () => {
      const file = vectors.files.find(({ size }) => size === 65537)!;
      const [bytes, plain] = [await vectorBytes('file-65537.extent0'), await vectorBytes('file-65537.plain')];
      const key = (await fileKey(keys, hex(file.file_id)))!;
      const place = { fileId: hex(file.file_id), index: 0, plaintextLength: 65537 };
      assert.deepEqual(unwrap(await openExtent(aead, key, place, bytes)), plain);
      const again = await sealExtent({ aead, random: () => bytes.slice(32, 48) }, key, { ...place, plaintext: plain });
      assert.equal(again.id, file.extents[0]!.id);
      assert.equal(toHex(await sha256(again.bytes)), again.id);
    });

    it('refuses the right bytes in the wrong place', async () => {
      const file = vectors.files.find(({ size }) => size === 65537)!;
      const bytes = await vectorBytes('file-65537.extent0');
      const key = (await fileKey(keys, hex(file.file_id)))!;
      const fileId = hex(file.file_id);
      for (const place of [
        { fileId, index: 1, plaintextLength: 65537 },
        { fileId, index: 0, plaintextLength: EXTENT_PLAINTEXT_BYTES },
        { fileId: new Uint8Array(16), index: 0, plaintextLength: 65537 },
      ]) {
        const opened = await openExtent(aead, key, place, bytes);
        assert.isFalse(opened.ok);
      }
    });
  });
}
