// The approval of a device: what it commits to, what both derive, and the box for the MEK.
import { assert } from 'chai';
import { commitmentOf, digitsOf, openHandedHome, sealHandedHome, type Transcript, transcriptHash } from '../../src/crypto/enrolment.ts';
import { fromHex, toHex } from '../../src/crypto/bytes.ts';
import { encodeMap } from '../../src/crypto/canonical-cbor.ts';
import { newBoxKeys, sealToBox } from '../../src/crypto/hpke-box.ts';

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);
const TRANSCRIPT: Transcript = { account: filled(16, 1), homeId: filled(16, 2), publicKey: filled(32, 3), oldNonce: filled(32, 4), newNonce: filled(32, 5) };

/** Computed by Node's own digest from the formula in docs/formats.md. */
const COMMITMENT = '25ed7eb6a8fb718778aebaab05443003baba42ca0e8ab9d43ee5e7ec83c79042';
const HASH = '62bf2bf5f0368fca1be1e7b25ba8b7007d57c5f6db7b4dc067b4309e5f6bab41';
const DIGITS = '402786';

describe('the approval of a device', () => {
  it('commits to a key and a nonce, each byte of them', async () => {
    const commitment = toHex(await commitmentOf(filled(32, 3), filled(32, 5)));
    assert.equal(commitment, COMMITMENT);
    assert.notEqual(toHex(await commitmentOf(filled(32, 4), filled(32, 5))), commitment);
    assert.notEqual(toHex(await commitmentOf(filled(32, 3), filled(32, 6))), commitment);
  });

  it('has one transcript, that each part of it changes', async () => {
    const hash = toHex(await transcriptHash(TRANSCRIPT));
    assert.equal(hash, HASH);
    for (const part of Object.keys(TRANSCRIPT) as (keyof Transcript)[]) {
      const changed = TRANSCRIPT[part].slice();
      changed[changed.length - 1]! ^= 1;
      assert.notEqual(toHex(await transcriptHash({ ...TRANSCRIPT, [part]: changed })), hash, part);
    }
  });

  it('shows six digits, with zeros in front, by the first eight bytes', () => {
    assert.equal(digitsOf(fromHex(HASH, 32)!), DIGITS);
    assert.equal(digitsOf(filled(32, 0)), '000000');
    assert.equal(digitsOf(new Uint8Array([64, 66, 15, ...filled(29, 0)])), '000000', 'a million, low byte first');
    assert.equal(digitsOf(new Uint8Array([7, ...filled(7, 0), ...filled(24, 255)])), '000007');
  });

  it('gives a home to the one device, of this very transcript', async () => {
    const [keys, other] = [await newBoxKeys(), await newBoxKeys()];
    const hash = await transcriptHash({ ...TRANSCRIPT, publicKey: keys.publicKey });
    const handed = { mek: filled(32, 9), slots: [filled(100, 7)] };
    const box = await sealHandedHome(keys.publicKey, hash, handed);
    assert.deepEqual(await openHandedHome(keys, hash, box), handed);
    assert.isUndefined(await openHandedHome(other, hash, box));
    assert.isUndefined(await openHandedHome(keys, await transcriptHash(TRANSCRIPT), box));
    assert.isUndefined(await openHandedHome(keys, hash, new Uint8Array([0])), 'a refusal');
  });

  it('takes no box that holds anything else', async () => {
    const keys = await newBoxKeys();
    const hash = await transcriptHash({ ...TRANSCRIPT, publicKey: keys.publicKey });
    const [mek, slots] = [filled(32, 9), [filled(100, 7)]];
    const others = [filled(32, 9), encodeMap({ v: 2, mek, slots }), encodeMap({ v: 1, mek: filled(31, 9), slots }), encodeMap({ v: 1, mek, slots: Array.from({ length: 9 }, () => filled(1, 1)) }),
      encodeMap({ v: 1, mek, slots: ['slot'] }), encodeMap({ v: 1, mek, slots, more: 1 }), encodeMap({ v: 1, mek })];
    for (const plain of others) assert.isUndefined(await openHandedHome(keys, hash, await sealToBox(keys.publicKey, { info: hash, aad: new Uint8Array(0) }, plain)));
  });
});
