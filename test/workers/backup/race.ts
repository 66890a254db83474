// What one device does between any two requests of another.
import { assert } from 'chai';
import type { AccountDevice } from './account-world.ts';

export interface Race {
  /** Makes the same beginning again. */
  readonly begin: () => Promise<unknown>;
  /** What `first` does. */
  readonly work: () => Promise<unknown>;
  /** What happens in the midst of it. */
  readonly then: () => Promise<unknown>;
  /** What has to hold after each. */
  readonly whole: () => Promise<unknown>;
}

const MOST_REQUESTS = 40;

/** Before the nth request of `first`, `then` is done whole; from the same beginning for each n. */
export async function race(first: AccountDevice, { begin, work, then, whole }: Race): Promise<void> {
  let happened = true;
  for (let nth = 1; happened; nth += 1) {
    await begin();
    let count = 0;
    happened = false;
    first.before = async () => {
      count += 1;
      if (count !== nth) return;
      happened = true;
      first.before = () => Promise.resolve();
      await then();
    };
    await work();
    first.before = () => Promise.resolve();
    await whole();
    assert.isBelow(nth, MOST_REQUESTS);
  }
}
