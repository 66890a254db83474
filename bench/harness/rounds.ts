// Sides take turns, and every other round in reverse, so that a slow minute of the machine hits them alike.

export type Samples<S extends string> = Readonly<Record<S, readonly number[]>>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError('the median of nothing');
  return (low + high) / 2;
}

/** Runs each side once a round; gives what each said, in the order of rounds. */
export async function inTurns<S extends string>(rounds: number, sides: Readonly<Record<S, () => Promise<number>>>): Promise<Samples<S>> {
  const names = Object.keys(sides) as S[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<S, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) samples[name].push(await sides[name]());
  }
  return samples;
}
