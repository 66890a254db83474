// Chance and content that a seed gives again.
import { createCipheriv, createHash } from 'node:crypto';

export interface Seeded {
  /** A whole number from 0 up to `end`. */
  below(end: number): number;
  /** So many bytes that nobody can pack, others each time. */
  bytes(length: number): Buffer;
}

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function seeded(seed: number): Seeded {
  // A stream of its own for chance: how much content there is changes no moment.
  const stream = (what: string) => createCipheriv('aes-128-ctr', createHash('sha256').update(`${seed} ${what}`).digest().subarray(0, 16), Buffer.alloc(16));
  const [chance, content] = [stream('chance'), stream('content')];
  return {
    below: (end) => chance.update(Buffer.alloc(4)).readUInt32BE() % end,
    bytes: (length) => content.update(Buffer.alloc(length)),
  };
}
