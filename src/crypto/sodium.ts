// libsodium's WebAssembly, loaded the first time that somebody needs it, and its AEADs worked on one stretch of its own memory:
// its JavaScript wrappers allocate, copy and free anew for each call, which costs a small record more than sealing it.
import type Sodium from 'libsodium-wrappers-sumo';
import type { Bytes } from './bytes.ts';

export type SodiumModule = typeof Sodium;

/** The part of the compiled library's own surface that is used here; lengths of 64 bits go in halves. */
interface Compiled {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _crypto_hash_sha256(into: number, from: number, lengthLow: number, lengthHigh: number): number;
  readonly [call: `_crypto_aead_${string}`]: ((...args: readonly (number | null)[]) => number) | undefined;
}

const compiledOf = (sodium: SodiumModule): Compiled => (sodium as unknown as { readonly libsodium: Compiled }).libsodium;

let loading: Promise<SodiumModule> | undefined;

export function loadSodium(): Promise<SodiumModule> {
  loading ??= import('libsodium-wrappers-sumo').then(async ({ default: sodium }) => {
    await sodium.ready;
    return sodium;
  });
  return loading;
}

/** Length of the nonce, by construction. */
const NONCE_BYTES = { chacha20poly1305_ietf: 12, xchacha20poly1305_ietf: 24 } as const;
export type SodiumVariant = keyof typeof NONCE_BYTES;

export interface SealingInput {
  readonly key: Bytes;
  readonly nonce: Bytes;
  readonly aad: Bytes;
}

export interface SodiumAead {
  /** Writes ciphertext ‖ tag into `into`, which is 16 bytes longer than `plaintext`. */
  seal(variant: SodiumVariant, input: SealingInput, plaintext: Bytes, into: Bytes): void;
  /** Writes the plaintext into `into`, 16 bytes shorter than `sealed`, where the tag holds; gives whether it did. */
  open(variant: SodiumVariant, input: SealingInput, sealed: Bytes, into: Bytes): boolean;
  /** Whether the tag holds; nothing is decrypted. */
  holds(variant: SodiumVariant, input: SealingInput, sealed: Bytes): boolean;
}

const TAG_BYTES = 16;
const KEY_ROOM = 32;
const NONCE_ROOM = 32;
const AAD_ROOM = 2048;
const FIRST_ROOM = 64 * 1024 + TAG_BYTES;

/** Calls are synchronous, so that one stretch is enough: key, nonce, associated data, what comes in, what goes out. */
export function createSodiumAead(sodium: SodiumModule): SodiumAead {
  const compiled = compiledOf(sodium);
  let room = FIRST_ROOM;
  let base = allocate(room);

  function allocate(bytes: number): number {
    const at = compiled._malloc(KEY_ROOM + NONCE_ROOM + AAD_ROOM + 2 * bytes);
    if (at === 0) throw new RangeError('no memory for sealing');
    return at;
  }

  function reserve(bytes: number): void {
    if (bytes <= room) return;
    const larger = allocate(bytes);
    compiled._free(base);
    [base, room] = [larger, bytes];
  }

  function run(variant: SodiumVariant, way: 'encrypt' | 'decrypt', { key, nonce, aad, bytes, into }: SealingInput & { readonly bytes: Bytes; readonly into?: Bytes }): boolean {
    if (key.length !== KEY_ROOM || nonce.length !== NONCE_BYTES[variant] || aad.length > AAD_ROOM) throw new RangeError('not the shape of a sealing');
    reserve(Math.max(bytes.length, into?.length ?? 0));
    const [nonceAt, aadAt] = [base + KEY_ROOM, base + KEY_ROOM + NONCE_ROOM];
    const inAt = aadAt + AAD_ROOM;
    // Without a place for the plaintext, libsodium checks the tag and is done.
    const outAt = into ? inAt + room : null;
    const memory = compiled.HEAPU8;
    memory.set(key, base);
    memory.set(nonce, nonceAt);
    memory.set(aad, aadAt);
    memory.set(bytes, inAt);
    const args = way === 'encrypt'
      ? [outAt, null, inAt, bytes.length, 0, aadAt, aad.length, 0, null, nonceAt, base]
      : [outAt, null, null, inAt, bytes.length, 0, aadAt, aad.length, 0, nonceAt, base];
    const held = compiled[`_crypto_aead_${variant}_${way}`]?.(...args) === 0;
    if (held && into && outAt !== null) into.set(compiled.HEAPU8.subarray(outAt, outAt + into.length));
    memory.fill(0, base, base + KEY_ROOM);
    return held;
  }

  return {
    seal(variant, input, plaintext, into) {
      if (into.length !== plaintext.length + TAG_BYTES || !run(variant, 'encrypt', { ...input, bytes: plaintext, into })) throw new RangeError('not sealed');
    },
    open(variant, input, sealed, into) {
      return sealed.length === into.length + TAG_BYTES && run(variant, 'decrypt', { ...input, bytes: sealed, into });
    },
    holds: (variant, input, sealed) => sealed.length >= TAG_BYTES && run(variant, 'decrypt', { ...input, bytes: sealed }),
  };
}

const DIGEST_BYTES = 32;

/** SHA-256 of up to `room` bytes at once, on one stretch as well. */
export function createSodiumSha256(sodium: SodiumModule, room: number): (bytes: Bytes) => Bytes {
  const compiled = compiledOf(sodium);
  const at = compiled._malloc(DIGEST_BYTES + room);
  if (at === 0) throw new RangeError('no memory for hashing');
  return (bytes) => {
    if (bytes.length > room) throw new RangeError('more than there is room for');
    compiled.HEAPU8.set(bytes, at + DIGEST_BYTES);
    compiled._crypto_hash_sha256(at, at + DIGEST_BYTES, bytes.length, 0);
    return compiled.HEAPU8.slice(at, at + DIGEST_BYTES);
  };
}
