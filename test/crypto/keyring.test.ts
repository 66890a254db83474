// The keyring: keys of earlier epochs under the newest, and what follows from what.
import { assert } from 'chai';
import { type Aead, createAead } from '../../src/crypto/aead.ts';
import { concat, u32 } from '../../src/crypto/bytes.ts';
import { domainKey, epochOf, everyEpoch, fileKey, importHomeKeys, keysAt, newFileKey, sharedDatasetKey } from '../../src/crypto/home-keys.ts';
import { epochIn, follows, MOST_EPOCHS, renewKeyring, withKeyring } from '../../src/crypto/keyring.ts';
import { insecureSeededRandom } from '../support/insecure-random.ts';

const random = insecureSeededRandom(7);
const homeId = random(16);
const meks = [random(32), random(32), random(32)];
const keysOf = (mek: Uint8Array<ArrayBuffer>) => importHomeKeys(homeId, mek.slice());

describe('a keyring', () => {
  async function renewed(times: number) {
    const aead = await createAead();
    let keyring: Uint8Array<ArrayBuffer> | undefined;
    for (let at = 0; at < times; at += 1) keyring = await renewKeyring({ aead, random }, await keysOf(meks[at + 1]!), { mek: meks[at]!, keyring });
    return { aead, keyring: keyring! };
  }

  it('gives the keys of every epoch, by the newest alone', async () => {
    const { aead, keyring } = await renewed(2);
    assert.equal(epochIn(keyring), 2);
    const keys = (await withKeyring(aead, await keysOf(meks[2]!), keyring))!;
    assert.equal(epochOf(keys), 2);
    assert.lengthOf(everyEpoch(keys), 3);
    for (const [epoch, mek] of meks.entries()) {
      const bare = await keysOf(mek);
      assert.deepEqual(await fileKey(keys, homeId, epoch), await fileKey(bare, homeId));
      assert.deepEqual(await domainKey(keysAt(keys, epoch)!, 'nodes'), await domainKey(bare, 'nodes'));
    }
    assert.isUndefined(await fileKey(keys, homeId, 3));
    assert.isUndefined(await withKeyring(aead, await keysOf(meks[1]!), keyring));
  });

  it('leaves what stays on the device under the first key, and gives what leaves it the newest', async () => {
    const { aead, keyring } = await renewed(2);
    const keys = (await withKeyring(aead, await keysOf(meks[2]!), keyring))!;
    const [first, newest] = [await keysOf(meks[0]!), await keysOf(meks[2]!)];
    for (const domain of ['index', 'prefs', 'grants', 'audit', 'custody', 'base', 'link', 'choice'] as const) assert.deepEqual(await domainKey(keys, domain), await domainKey(first, domain), domain);
    for (const domain of ['nodes', 'bundle', 'envelope', 'keyring', 'checkpoint'] as const) assert.deepEqual(await domainKey(keys, domain), await domainKey(newest, domain), domain);
    assert.deepEqual(await sharedDatasetKey(keys, 'home'), await sharedDatasetKey(newest, 'home'));
    assert.deepEqual(await newFileKey(keys, homeId), { key: (await fileKey(newest, homeId))!, epoch: { epoch: 2 } });
    assert.deepEqual((await newFileKey(first, homeId)).epoch, {});
  });

  it('is refused where it was cut, changed, of another home, or says another epoch than it is of', async () => {
    const { aead, keyring } = await renewed(2);
    const newest = await keysOf(meks[2]!);
    const flipped = keyring.slice();
    flipped[40]! ^= 1;
    for (const bad of [keyring.slice(0, -1), flipped, concat(u32(1), keyring.slice(4)), concat(u32(0), keyring.slice(4)), concat(u32(MOST_EPOCHS + 1), keyring.slice(4)), new Uint8Array(3), new Uint8Array(20_000)]) {
      assert.isUndefined(await withKeyring(aead, newest, bad));
    }
    assert.isUndefined(await withKeyring(aead, { ...newest, homeId: random(16) }, keyring));
    assert.isUndefined(await renewKeyring({ aead, random }, await keysOf(random(32)), { mek: meks[0]!, keyring }), 'what was before must open');
  });

  it('leaves no bytes of a key in memory that it opened, sealed or handed on', async () => {
    const { aead, keyring } = await renewed(2);
    const newest = await keysOf(meks[2]!);
    const held: Uint8Array[] = [];
    const watched: Aead = {
      ...aead,
      seal(key, nonce, plaintext, aad) {
        held.push(key, plaintext);
        return aead.seal(key, nonce, plaintext, aad);
      },
      open(key, nonce, sealed, aad) {
        const plaintext = aead.open(key, nonce, sealed, aad);
        held.push(key, plaintext ?? key);
        return plaintext;
      },
    };
    const { importKey } = crypto.subtle;
    Object.assign(crypto.subtle, { importKey: (...args: Parameters<typeof importKey>) => {
      if (args[1] instanceof Uint8Array) held.push(args[1]);
      return importKey.apply(crypto.subtle, args);
    } });
    try {
      await withKeyring(watched, newest, keyring);
      await follows(watched, newest, keyring, { mek: meks[0]!.slice() });
      await renewKeyring({ aead: watched, random }, newest, { mek: meks[2]!.slice(), keyring });
    } finally {
      Object.assign(crypto.subtle, { importKey });
    }
    assert.isAbove(held.length, 8);
    for (const [at, bytes] of held.entries()) assert.isTrue(bytes.every((byte) => byte === 0), `${at}`);
  });

  it('tells whether a newer key follows from the one at hand', async () => {
    const [one, two] = [await renewed(1), await renewed(2)];
    const newest = await keysOf(meks[2]!);
    assert.isTrue(await follows(two.aead, newest, two.keyring, { mek: meks[1]!, keyring: one.keyring }));
    assert.isTrue(await follows(two.aead, newest, two.keyring, { mek: meks[0]! }));
    assert.isFalse(await follows(two.aead, newest, two.keyring, { mek: meks[1]! }), 'at another place');
    assert.isFalse(await follows(two.aead, newest, two.keyring, { mek: random(32) }));
    assert.isFalse(await follows(two.aead, await keysOf(random(32)), two.keyring, { mek: meks[0]! }));
  });
});
