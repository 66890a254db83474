// Ed25519 (RFC 8032) from a seed, by libsodium: the same in every engine. It works on memory that is zeroed before it is given back.
import { type Bytes, owned } from './bytes.ts';
import { loadSodium } from './sodium.ts';

const SEED_BYTES = 32;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const SECRET_KEY_BYTES = 64;

/** The part of the compiled library's own surface that is used here; lengths of 64 bits go in halves. */
interface Compiled {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _crypto_sign_ed25519_seed_keypair(publicAt: number, secretAt: number, seedAt: number): number;
  _crypto_sign_ed25519_detached(signatureAt: number, lengthAt: null, dataAt: number, low: number, high: number, secretAt: number): number;
}

/** Both halves of a seed, somewhere in the library's memory, with `room` behind them; all of it is zeroed afterwards. */
async function withPair<T>(seed: Bytes, room: number, work: (compiled: Compiled, at: { readonly pub: number; readonly secret: number; readonly free: number }) => T): Promise<T> {
  if (seed.length !== SEED_BYTES) throw new RangeError('a seed has 32 bytes');
  const { libsodium: compiled } = (await loadSodium()) as unknown as { readonly libsodium: Compiled };
  const bytes = SEED_BYTES + PUBLIC_KEY_BYTES + SECRET_KEY_BYTES + room;
  const base = compiled._malloc(bytes);
  if (base === 0) throw new RangeError('no memory for signing');
  try {
    const [pub, secret] = [base + SEED_BYTES, base + SEED_BYTES + PUBLIC_KEY_BYTES];
    compiled.HEAPU8.set(seed, base);
    if (compiled._crypto_sign_ed25519_seed_keypair(pub, secret, base) !== 0) throw new RangeError('no key pair');
    return work(compiled, { pub, secret, free: secret + SECRET_KEY_BYTES });
  } finally {
    compiled.HEAPU8.fill(0, base, base + bytes);
    compiled._free(base);
  }
}

/** The 32 public bytes of a seed of 32. */
export function publicKeyOf(seed: Bytes): Promise<Bytes> {
  return withPair(seed, 0, ({ HEAPU8 }, { pub }) => owned(HEAPU8.subarray(pub, pub + PUBLIC_KEY_BYTES)));
}

/** 64 bytes that whoever has the public key can check `data` by. */
export function signBySeed(seed: Bytes, data: Bytes): Promise<Bytes> {
  return withPair(seed, SIGNATURE_BYTES + data.length, (compiled, { secret, free }) => {
    const dataAt = free + SIGNATURE_BYTES;
    compiled.HEAPU8.set(data, dataAt);
    if (compiled._crypto_sign_ed25519_detached(free, null, dataAt, data.length, 0, secret) !== 0) throw new RangeError('not signed');
    return owned(compiled.HEAPU8.subarray(free, free + SIGNATURE_BYTES));
  });
}
