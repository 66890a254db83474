// Which two words of a phrase are asked back. Pure; the die is a parameter.

/** Two different places in ascending order. */
export function pickTwo(words: number, die: (below: number) => number): readonly [number, number] {
  const first = die(words);
  const drawn = die(words - 1);
  const second = drawn >= first ? drawn + 1 : drawn;
  return first < second ? [first, second] : [second, first];
}
