// So many of one kind for each app within a time: what an app sets off again and again is not to crowd out others, nor what was noted.
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from './errors.ts';
import type { AppId } from './ids.ts';

/** Counts one more of an app; `grants.busy`, and not counted, where there were as many as may be. */
export type Pace = (appId: AppId) => Result<void, NexusError>;

export function createPace(clock: () => number, { most, withinMs }: { readonly most: number; readonly withinMs: number }): Pace {
  const times = new Map<AppId, readonly number[]>();
  return (appId) => {
    const now = clock();
    const recent = (times.get(appId) ?? []).filter((at) => now - at < withinMs);
    const [oldest = now] = recent;
    if (recent.length >= most) return err(nexusError('grants.busy', { retryAfterMs: oldest + withinMs - now }));
    times.set(appId, [...recent, now]);
    return ok();
  };
}
