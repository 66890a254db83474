// What each app did with what it was given: the newest few, alike ones in a row counted as one; written a moment after, and when the
// home closes.
import type { AccessEntry } from '../contract/grants.ts';
import type { AppId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';
import type { AppShelf } from './app-shelf.ts';

export interface AccessLog {
  note(appId: AppId, entry: Omit<AccessEntry, 'at' | 'count'>): void;
  /** Newest first. */
  read(appId: AppId): Promise<readonly AccessEntry[]>;
  forget(appId: AppId): void;
  /** Writes what was not written yet. */
  flush(): Promise<void>;
}

export interface AccessLogDeps {
  readonly shelf: AppShelf;
  readonly clock: () => number;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly broken: (fault: unknown) => void;
}

const alike = (a: AccessEntry, b: Pick<AccessEntry, 'call' | 'result' | 'path'>) => a.call === b.call && a.result === b.result && a.path === b.path;

export function createAccessLog({ shelf, clock, after, broken }: AccessLogDeps): AccessLog {
  /** Oldest first. */
  const held = new Map<AppId, Promise<AccessEntry[]>>();
  const unwritten = new Set<AppId>();
  let timer: (() => void) | undefined;

  function of(appId: AppId): Promise<AccessEntry[]> {
    // A log that cannot be read begins anew, and keeps no app from its work.
    const known = held.get(appId) ?? shelf.log(appId).then((entries) => [...entries], (fault: unknown) => {
      broken(fault);
      return [];
    });
    held.set(appId, known);
    return known;
  }

  async function flush(): Promise<void> {
    timer?.();
    timer = undefined;
    for (const appId of [...unwritten]) {
      unwritten.delete(appId);
      await shelf.keepLog(appId, await of(appId));
    }
  }

  return {
    flush,
    note(appId, { bytes, ...entry }) {
      const at = clock();
      held.set(appId, of(appId).then((entries) => {
        const last = entries.at(-1);
        if (last && alike(last, entry)) entries.splice(-1, 1, { ...last, at, count: last.count + 1, bytes: last.bytes + bytes });
        else entries.push({ at, count: 1, bytes, ...entry });
        return entries.slice(-GRANTS.accessLog);
      }));
      unwritten.add(appId);
      timer ??= after(GRANTS.accessLogMs, () => void flush().catch(broken));
    },
    read: async (appId) => [...await of(appId)].reverse(),
    forget(appId) {
      held.delete(appId);
      unwritten.delete(appId);
    },
  };
}
