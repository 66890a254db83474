// A hint at how hard a password is to guess, from its length and variety. A hint alone: it refuses nothing.
export type Strength = 'too_short' | 'weak' | 'fair' | 'good' | 'strong';

const POOLS: readonly (readonly [RegExp, number])[] = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/, 33], [/[^\x20-\x7e]/, 100]];
const STEPS: readonly (readonly [number, Strength])[] = [[90, 'strong'], [65, 'good'], [45, 'fair'], [0, 'weak']];

/** A character that repeats or continues the one before it adds little. */
function weightOf(code: number, before: number | undefined): number {
  if (before === undefined) return 1;
  return Math.abs(code - before) <= 1 ? 0.25 : 1;
}

/** Bits that a guesser who knows our habits would still need, roughly. */
function guessBits(password: string): number {
  const codes = [...password].map((character) => character.codePointAt(0) ?? 0);
  const pool = POOLS.filter(([pattern]) => pattern.test(password)).reduce((sum, [, size]) => sum + size, 0);
  const weight = codes.reduce((sum, code, index) => sum + weightOf(code, codes[index - 1]), 0);
  const variety = new Set(codes).size / Math.max(1, codes.length);
  return weight * Math.log2(Math.max(2, pool)) * Math.min(1, 0.4 + variety);
}

export function strengthOf(password: string, minChars: number): Strength {
  if ([...password.normalize('NFKC')].length < minChars) return 'too_short';
  const bits = guessBits(password);
  return STEPS.find(([least]) => bits >= least)?.[1] ?? 'weak';
}
