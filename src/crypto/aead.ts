// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03). The only module that knows which implementation runs:
// records go through libsodium at once, since importing a key costs more than sealing them; the chunks of an
// extent go through WebCrypto's own ChaCha20-Poly1305 where the engine has it. See docs/formats.md, "Cipher".
import { hchacha } from '@noble/ciphers/chacha.js';
import { type Bytes, concat, equal, release, u64, utf8, viewOf } from './bytes.ts';
import { createSodiumAead, loadSodium, type SodiumAead } from './sodium.ts';

export const KEY_BYTES = 32;
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;
export const NONCE_PREFIX_BYTES = 16;
const LITTLE_BYTES = 64 * 1024;

/** Seals and opens under nonces `prefix ‖ u64 counter`; the caller never repeats a counter when sealing. */
export interface ChunkCipher {
  /** Writes ciphertext ‖ tag into `into`, which is 16 bytes longer than `plaintext`. */
  seal(counter: bigint, chunk: Chunk): Promise<void>;
  /** Writes the plaintext into `into`, 16 bytes shorter than `bytes`, where the tag holds; gives whether it did. */
  open(counter: bigint, chunk: Chunk): Promise<boolean>;
}

export interface Chunk {
  /** Plaintext when sealing, ciphertext ‖ tag when opening. */
  readonly bytes: Bytes;
  readonly aad: Bytes;
  readonly into: Bytes;
}

export interface Aead {
  readonly engine: 'native' | 'wasm';
  /** ciphertext ‖ tag, for one small record. */
  seal(key: Bytes, nonce: Bytes, plaintext: Bytes, aad: Bytes): Bytes;
  /** The plaintext of one small record, or undefined where the tag does not hold. */
  open(key: Bytes, nonce: Bytes, sealed: Bytes, aad: Bytes): Bytes | undefined;
  /** `bytes` = how much there is: for little, importing a key into the engine costs more than it gains. */
  chunks(key: Bytes, noncePrefix: Bytes, bytes: number): Promise<ChunkCipher>;
  /** Tells of chunks whether their tags hold, and decrypts nothing: several times as fast as opening them. */
  tags(key: Bytes, noncePrefix: Bytes): TagChecker;
}

export type TagChecker = (counter: bigint, sealed: Bytes, aad: Bytes) => boolean;

const NATIVE = 'ChaCha20-Poly1305';

function words(bytes: Uint8Array): Uint32Array {
  const view = viewOf(bytes);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4, true));
}

/** HChaCha20(key, nonce[0..16]): the subkey that all chunks of one extent share. */
function chunkSubkey(key: Bytes, prefix: Bytes): Bytes {
  const sigma = words(utf8('expand 32-byte k'));
  const out = new Uint32Array(8);
  hchacha(sigma, words(key), words(prefix), out);
  const subkey = new Uint8Array(32);
  out.forEach((word, i) => viewOf(subkey).setUint32(i * 4, word, true));
  return subkey;
}

const chunkNonce = (counter: bigint): Bytes => concat(new Uint8Array(4), u64(counter));

function take(made: ArrayBuffer, into: Bytes): void {
  into.set(new Uint8Array(made));
  release(made);
}

async function nativeChunks(key: Bytes, prefix: Bytes): Promise<ChunkCipher> {
  const subkey = chunkSubkey(key, prefix);
  // lib.dom does not list the format 'raw-secret' yet (WICG "Modern Algorithms in the Web Cryptography API").
  const format = 'raw-secret' as 'raw';
  const imported = await crypto.subtle.importKey(format, subkey, NATIVE, false, ['encrypt', 'decrypt']);
  subkey.fill(0);
  const params = (counter: bigint, aad: Bytes) => ({ name: NATIVE, iv: chunkNonce(counter), additionalData: aad, tagLength: 128 });
  return {
    async seal(counter, { bytes, aad, into }) {
      take(await crypto.subtle.encrypt(params(counter, aad), imported, bytes), into);
    },
    async open(counter, { bytes, aad, into }) {
      if (bytes.length !== into.length + TAG_BYTES) return false;
      try {
        take(await crypto.subtle.decrypt(params(counter, aad), imported, bytes), into);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function wasmChunks(sodium: SodiumAead, key: Bytes, prefix: Bytes): ChunkCipher {
  const subkey = chunkSubkey(key, prefix);
  const input = (counter: bigint, aad: Bytes) => ({ key: subkey, nonce: chunkNonce(counter), aad });
  return {
    async seal(counter, { bytes, aad, into }) {
      sodium.seal('chacha20poly1305_ietf', input(counter, aad), bytes, into);
    },
    open: async (counter, { bytes, aad, into }) => sodium.open('chacha20poly1305_ietf', input(counter, aad), bytes, into),
  };
}

/** True only where the engine's own cipher exists and agrees with libsodium on a probe. */
async function nativeAgrees(sodium: SodiumAead): Promise<boolean> {
  const key = new Uint8Array(KEY_BYTES).fill(7);
  const prefix = new Uint8Array(NONCE_PREFIX_BYTES).fill(9);
  const [bytes, aad] = [utf8('probe'), utf8('aad')];
  const [native, wasm] = [new Uint8Array(bytes.length + TAG_BYTES), new Uint8Array(bytes.length + TAG_BYTES)];
  try {
    await (await nativeChunks(key, prefix)).seal(5n, { bytes, aad, into: native });
    await wasmChunks(sodium, key, prefix).seal(5n, { bytes, aad, into: wasm });
    return equal(native, wasm);
  } catch {
    return false;
  }
}

/** The AEAD of this realm. `prefer: 'wasm'` is for tests and measurements of the fallback. */
export async function createAead(prefer?: 'wasm'): Promise<Aead> {
  const sodium = createSodiumAead(await loadSodium());
  const native = prefer !== 'wasm' && (await nativeAgrees(sodium));
  return {
    engine: native ? 'native' : 'wasm',
    seal(key, nonce, plaintext, aad) {
      const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
      sodium.seal('xchacha20poly1305_ietf', { key, nonce, aad }, plaintext, sealed);
      return sealed;
    },
    open(key, nonce, sealed, aad) {
      if (sealed.length < TAG_BYTES) return undefined;
      const plaintext = new Uint8Array(sealed.length - TAG_BYTES);
      return sodium.open('xchacha20poly1305_ietf', { key, nonce, aad }, sealed, plaintext) ? plaintext : undefined;
    },
    tags(key, prefix) {
      const subkey = chunkSubkey(key, prefix);
      return (counter, sealed, aad) => sodium.holds('chacha20poly1305_ietf', { key: subkey, nonce: chunkNonce(counter), aad }, sealed);
    },
    chunks: async (key, prefix, bytes) => (native && bytes > LITTLE_BYTES ? nativeChunks(key, prefix) : wasmChunks(sodium, key, prefix)),
  };
}
