// Sealing the same bytes in memory, by us and by each peer at its defaults. `named` is ours with the id (SHA-256) of each extent,
// which the home stores it under and which no peer makes.
import type Sodium from 'libsodium-wrappers-sumo';
import { createAead } from '../../../src/crypto/aead.ts';
import type { Bytes } from '../../../src/crypto/bytes.ts';
import { sealExtent, sealExtentBytes } from '../../../src/crypto/extent.ts';
import { EXTENT_PLAINTEXT_BYTES } from '../../../src/crypto/extent-header.ts';
import { inOrder } from '../../../src/crypto/nbk/in-order.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { randomBytes } from './data.ts';

export type Sealer = 'ours' | 'named' | 'libsodium' | 'age' | 'openpgp';
type Seal = (plaintext: Bytes) => Promise<unknown>;

/** Two extents under way: while one is hashed the next is sealed. */
const EXTENTS_IN_FLIGHT = 2;
const SECRETSTREAM_PIECE_BYTES = 64 * 1024;

async function extents(seal: typeof sealExtent | typeof sealExtentBytes): Promise<Seal> {
  const aead = await createAead();
  const [key, fileId] = [randomBytes(32), randomBytes(16)];
  return async (plaintext) => {
    const count = Math.ceil(plaintext.length / EXTENT_PLAINTEXT_BYTES);
    const sealed = inOrder(Array(count).keys(), EXTENTS_IN_FLIGHT, (index): Promise<unknown> => {
      const piece = plaintext.subarray(index * EXTENT_PLAINTEXT_BYTES, (index + 1) * EXTENT_PLAINTEXT_BYTES);
      return seal({ aead, random: systemRandom }, key, { fileId, index, plaintext: piece });
    });
    return Array.fromAsync(sealed);
  };
}

async function libsodium(): Promise<Seal> {
  const { default: sodium } = await import('libsodium-wrappers-sumo') as { default: typeof Sodium };
  await sodium.ready;
  const key = randomBytes(32);
  return async (plaintext) => {
    const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
    const sealed = [header];
    for (let offset = 0; offset < plaintext.length; offset += SECRETSTREAM_PIECE_BYTES) {
      const last = offset + SECRETSTREAM_PIECE_BYTES >= plaintext.length;
      const tag = last ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
      sealed.push(sodium.crypto_secretstream_xchacha20poly1305_push(state, plaintext.subarray(offset, offset + SECRETSTREAM_PIECE_BYTES), null, tag));
    }
    return sealed;
  };
}

async function age(): Promise<Seal> {
  const { Encrypter, generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(await generateX25519Identity()));
  return (plaintext) => encrypter.encrypt(plaintext);
}

async function openpgp(): Promise<Seal> {
  const { createMessage, encrypt, generateKey } = await import('openpgp');
  const { publicKey } = await generateKey({ userIDs: [{ name: 'bench' }], format: 'object' });
  return async (plaintext) => encrypt({ message: await createMessage({ binary: plaintext }), encryptionKeys: publicKey, format: 'binary' });
}

const SEALERS: Readonly<Record<Sealer, () => Promise<Seal>>> = { ours: () => extents(sealExtentBytes), named: () => extents(sealExtent), libsodium, age, openpgp };
const WARM_UP_BYTES = 8 * 1024 * 1024;

const ready = new Map<Sealer, Seal>();
let data: Bytes = new Uint8Array(0);

export const sealTasks = {
  /** Makes the data and warms every sealer up on a little of it. */
  async prepareSeal(bytes: number, sealers: readonly Sealer[]): Promise<void> {
    data = randomBytes(bytes);
    for (const name of sealers) {
      const seal = await SEALERS[name]();
      await seal(data.subarray(0, WARM_UP_BYTES));
      ready.set(name, seal);
    }
  },

  /** Milliseconds for all of it. */
  async seal(name: Sealer): Promise<number> {
    const seal = ready.get(name);
    if (!seal) throw new Error(`${name} is not ready`);
    const started = performance.now();
    await seal(data);
    return performance.now() - started;
  },
};
