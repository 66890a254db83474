// Several requests under way at once, and no more than so many.
import { err, ok, type Result } from '../result.ts';
import type { CloudFailure } from './cloud.ts';

/** Requests under way at once. */
export const AT_ONCE = 6;

/** Runs `work` over all, AT_ONCE at a time; stops at the first failure. */
export async function eachOf<T>(all: readonly T[], work: (item: T) => Promise<Result<void, CloudFailure>>): Promise<Result<void, CloudFailure>> {
  const rest = [...all];
  let failed: CloudFailure | undefined;
  const lane = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined && failed === undefined; item = rest.shift()) {
      const done = await work(item);
      if (!done.ok) failed ??= done.error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, lane));
  return failed === undefined ? ok() : err(failed);
}
