// Keys of apps: derived the same everywhere, good for what they are for alone, and nothing that was changed opens.
import { assert } from 'chai';
import fc from 'fast-check';
import { type Aead, createAead } from '../../src/crypto/aead.ts';
import { type AppKeyRoot, APP_KEY_VERSIONS, APP_SEAL_BYTES, appPublicKey, openAppKeyRoot, readAppSeal, sealAsApp, signAsApp, unsealAsApp } from '../../src/crypto/app-key.ts';
import { type Bytes, concat, fromHex, owned, toHex, utf8 } from '../../src/crypto/bytes.ts';
import { publicKeyOf, signBySeed } from '../../src/crypto/ed25519.ts';
import { type HomeKeys, importHomeKeys } from '../../src/crypto/home-keys.ts';
import { systemRandom } from '../../src/crypto/random.ts';
import { unwrap } from '../../src/result.ts';
import { vectorJson } from '../support/vectors.ts';

interface Vectors {
  readonly app: string; readonly id: string; readonly data: string; readonly aad: string;
  readonly versions: readonly { readonly version: number; readonly public_key: string; readonly signature: string; readonly sealed: string }[];
}

const hex = (text: string): Bytes => fromHex(text) ?? assert.fail('a vector is no hex');
const ID = hex('00112233445566778899aabbccddeeff');
const EMPTY = new Uint8Array(0);

/** By the engine's own Ed25519: another implementation than the one that signed. */
const verified = async (publicKey: Bytes, signature: Bytes, data: Bytes): Promise<boolean> =>
  crypto.subtle.verify('Ed25519', await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']), signature, data);

describe('keys of apps', () => {
  let aead: Aead;
  let keys: HomeKeys;
  let root: AppKeyRoot;
  const random = systemRandom;

  before(async () => {
    const home = await vectorJson<{ readonly mek: string; readonly home_id: string }>('securefs-v1.json');
    aead = await createAead();
    keys = await importHomeKeys(hex(home.home_id), hex(home.mek));
    root = await openAppKeyRoot(keys, 'https://apps.test/notes/nexus-app.json');
  });

  it('are those of an independent implementation', async () => {
    const vectors = await vectorJson<Vectors>('app-keys-v1.json');
    const [mine, data, aad] = [await openAppKeyRoot(keys, vectors.app), hex(vectors.data), hex(vectors.aad)];
    for (const { version, public_key, signature, sealed } of vectors.versions) {
      const name = { id: hex(vectors.id), version };
      assert.equal(toHex(await appPublicKey(mine, name)), public_key);
      assert.equal(toHex(await signAsApp(mine, name, data)), signature);
      const nonce = hex(sealed).slice(28, 52);
      assert.equal(toHex(await sealAsApp({ aead, random: () => nonce }, mine, name, { data, aad })), sealed);
      assert.deepEqual(unwrap(await unsealAsApp(aead, mine, { sealed: hex(sealed), aad })), data);
    }
  });

  it('sign as RFC 8032 has it (7.1, test 2)', async () => {
    const seed = hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
    assert.equal(toHex(await publicKeyOf(seed)), '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    assert.equal(toHex(await signBySeed(seed, hex('72'))), '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00');
    assert.equal(toHex(seed.slice(0, 4)), '4ccd089b', 'the seed is its owner’s to zero');
  });

  it('sign what an engine verifies; another version, app or id is another key', async () => {
    const data = random(60_000);
    const name = { id: ID, version: 3 };
    const signature = await signAsApp(root, name, data);
    assert.isTrue(await verified(await appPublicKey(root, name), signature, data));
    const other = await openAppKeyRoot(keys, 'https://apps.test/');
    const others = [await appPublicKey(root, { ...name, version: 4 }), await appPublicKey(other, name), await appPublicKey(root, { ...name, id: random(16) })];
    for (const publicKey of others) assert.isFalse(await verified(publicKey, signature, data));
    data[7]! ^= 1;
    assert.isFalse(await verified(await appPublicKey(root, name), signature, data));
  });

  it('open what they sealed, in every version, whatever it is', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.uint8Array({ maxLength: 1024 }), fc.integer({ min: 1, max: APP_KEY_VERSIONS }), async (content, beside, version) => {
      const [data, aad, name] = [owned(content), owned(beside), { id: random(16), version }];
      const sealed = await sealAsApp({ aead, random }, root, name, { data, aad });
      assert.lengthOf(sealed, data.length + APP_SEAL_BYTES);
      assert.deepEqual(unwrap(readAppSeal(sealed)), name);
      assert.deepEqual(unwrap(await unsealAsApp(aead, root, { sealed, aad })), data);
    }), { numRuns: 50 });
  });

  it('open nothing that was changed anywhere, cut, or bound to something else', async () => {
    const aad = utf8('row 7');
    const sealed = await sealAsApp({ aead, random }, root, { id: ID, version: 2 }, { data: utf8('content'), aad });
    const kindOf = async (bytes: Bytes, beside = aad, by = root): Promise<string> => {
      const opened = await unsealAsApp(aead, by, { sealed: bytes, aad: beside });
      return opened.ok ? 'opened' : opened.error.kind;
    };
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice();
      changed[at]! ^= 1;
      // 2 and 3 are both versions; 256 is none.
      const says = at < 4 || (at > 24 && at < 28) ? 'malformed' : at < 8 ? 'unsupported' : 'tampered';
      assert.equal(await kindOf(changed), says, `byte ${at}`);
    }
    assert.equal(await kindOf(sealed.slice(0, -1)), 'tampered');
    assert.equal(await kindOf(sealed.slice(0, APP_SEAL_BYTES - 1)), 'malformed');
    assert.equal(await kindOf(EMPTY), 'malformed');
    assert.equal(await kindOf(concat(sealed, new Uint8Array(1))), 'tampered');
    for (const beside of [EMPTY, utf8('row 8'), concat(aad, new Uint8Array(1))]) assert.equal(await kindOf(sealed, beside), 'tampered');
    assert.equal(await kindOf(sealed, aad, await openAppKeyRoot(keys, 'https://apps.test/')), 'tampered', 'another app');
    const zero = sealed.slice();
    zero.fill(0, 24, 28);
    assert.equal(await kindOf(zero), 'malformed', 'there is no version 0');
  });

  it('are not to be had under a name that is none', async () => {
    for (const name of [{ id: ID, version: 0 }, { id: ID, version: APP_KEY_VERSIONS + 1 }, { id: ID, version: 1.5 }, { id: ID.slice(1), version: 1 }]) {
      const refused = await signAsApp(root, name, EMPTY).then(() => 'signed', () => 'refused');
      assert.equal(refused, 'refused');
    }
  });
});
