// Several requests under way at once, and no more than so many.
import { err, ok, type Result } from '../result.ts';
import type { CloudFailure } from './cloud.ts';

/** Requests under way at once. */
export const AT_ONCE = 6;

/** Runs `work` over all, as many at a time as `atOnce` says by then; begins none after a failure. What went wrong tells more than that all was called off. */
export async function eachOf<T>(all: readonly T[], work: (item: T) => Promise<Result<void, CloudFailure>>, atOnce = (): number => AT_ONCE): Promise<Result<void, CloudFailure>> {
  const rest = [...all];
  const underWay = new Set<Promise<void>>();
  let failed: CloudFailure | undefined;
  const begin = (item: T): void => {
    const one = work(item).then((done) => { if (!done.ok && (failed ?? 'aborted') === 'aborted') failed = done.error; }).finally(() => underWay.delete(one));
    underWay.add(one);
  };
  for (;;) {
    while (rest.length > 0 && failed === undefined && underWay.size < Math.max(1, atOnce())) begin(rest.shift()!);
    if (underWay.size === 0) return failed === undefined ? ok() : err(failed);
    await Promise.race(underWay);
  }
}
