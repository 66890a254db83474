// Argon2id (RFC 9106) by libsodium: bounds first, memory failures told apart from wrong secrets.
import { err, ok, type Result } from '../result.ts';
import { type Bytes, utf8 } from './bytes.ts';
import type { CryptoFailure } from './failure.ts';
import { loadSodium } from './sodium.ts';

/** `m` in KiB; `p` is 1 in version 1 of the format. */
export interface Argon2idParams {
  readonly m: number;
  readonly t: number;
  readonly p: number;
  readonly salt: Bytes;
}

export const ARGON2ID_DEFAULT = { m: 64 * 1024, t: 3, p: 1 } as const;
export const ARGON2ID_SALT_BYTES = 16;
const BOUNDS = { m: [8 * 1024, 1024 * 1024], t: [1, 16], p: [1, 1] } as const;

const within = (value: number, [low, high]: readonly [number, number]): boolean =>
  Number.isInteger(value) && value >= low && value <= high;

export function withinBounds({ m, t, p, salt }: Argon2idParams): boolean {
  return within(m, BOUNDS.m) && within(t, BOUNDS.t) && within(p, BOUNDS.p) && salt.length === ARGON2ID_SALT_BYTES;
}

/** True for parameters below today's default: the slot is made anew at the next successful login. */
export function belowDefault({ m, t }: Argon2idParams): boolean {
  return m < ARGON2ID_DEFAULT.m || t < ARGON2ID_DEFAULT.t;
}

/** NFKC, then UTF-8: the bytes of a secret that a person types. */
export function secretBytes(secret: string): Bytes {
  return utf8(secret.normalize('NFKC'));
}

/** 32 bytes from a secret's bytes. */
export async function argon2id(secret: Bytes, params: Argon2idParams): Promise<Result<Bytes, CryptoFailure>> {
  if (!withinBounds(params)) return err({ kind: 'kdf_bounds' });
  const sodium = await loadSodium();
  try {
    const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13;
    return ok(sodium.crypto_pwhash(32, secret, params.salt, params.t, params.m * 1024, algorithm) as Bytes);
  } catch {
    // Its inputs are all checked above: what is left to fail is memory.
    return err({ kind: 'out_of_memory' });
  }
}
