// Seeded randomness: reproducible, insecure, for tests alone (xorshift32).
import type { Random } from '../../src/crypto/random.ts';

export function insecureSeededRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return (length) => Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}
