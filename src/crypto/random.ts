// Randomness is a parameter of everything here; this is the one real source.
import type { Bytes } from './bytes.ts';

/** `length` fresh random bytes. */
export type Random = (length: number) => Bytes;

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
