// What a measurement is and what it says: ours beside a named peer, on the same data, in one run.
import type { Engine } from './harness/engine-page.ts';

/** One line of the table and of `bench/results/<id>.json`. `ratio` is always ours / theirs. */
export interface Row {
  readonly id: string;
  readonly unit: string;
  readonly ours: number;
  readonly against: string;
  readonly theirs: number;
  readonly ratio: number;
  readonly target: number;
  /** The ratio is to stay at or under the target instead of reaching it. */
  readonly atMost?: true;
}

export interface Effort {
  /** Small data and one round: shows that the measurement runs, says nothing of speed. */
  readonly quick: boolean;
  readonly rounds: number;
}

export interface Measurement {
  readonly id: string;
  readonly engine?: Engine;
  /** A program of this machine that it needs. */
  readonly program?: string;
  run(effort: Effort): Promise<readonly Row[]>;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** A row whose ratio is to reach the target, or with `atMost` not to pass it. */
export function row(fields: Omit<Row, 'ratio'>): Row {
  return { ...fields, ours: rounded(fields.ours), theirs: rounded(fields.theirs), ratio: rounded(fields.ours / fields.theirs) };
}

export function reached({ ratio, target, atMost }: Row): boolean {
  return atMost ? ratio <= target : ratio >= target;
}
