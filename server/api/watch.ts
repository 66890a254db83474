// Owns who waits for an account to change. One question to the database serves every stream of this process, so that changes
// made by other processes are seen too.
import type { Rows } from '../rows/rows.ts';
import { lastNumbers } from '../storage/feed.ts';

/** How long a change made elsewhere may go unnoticed. */
const WATCH_MS = 500;

export interface Watch {
  /** Calls back when the account's last number rises; returns how to stop. */
  subscribe(who: Watcher, since: number, changed: (seq: number) => void): () => void;
  /** Looks at once: this process has just written. */
  nudge(): void;
  /** How many the same asker has. */
  watching(asker: string): number;
}

/** `asker` = the account itself, or one of its apps. */
export interface Watcher { readonly account: string; readonly asker: string }

interface Subscriber extends Watcher { seq: number; readonly changed: (seq: number) => void }

/** `every` calls back each so many ms until it is told to stop. */
export function createWatch(rows: Rows, every: (ms: number, look: () => void) => () => void): Watch {
  const subscribers = new Set<Subscriber>();
  let stop: (() => void) | undefined;
  let looking = false;
  let again = false;

  async function look(): Promise<void> {
    const numbers = await lastNumbers(rows, [...new Set([...subscribers].map(({ account }) => account))]);
    for (const subscriber of subscribers) {
      const seq = numbers.get(subscriber.account) ?? 0;
      if (seq <= subscriber.seq) continue;
      subscriber.seq = seq;
      subscriber.changed(seq);
    }
  }
  function nudge(): void {
    if (subscribers.size === 0) return;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    // A database that is away is asked again at the next beat.
    look().catch(() => undefined).finally(() => {
      looking = false;
      if (!again) return;
      again = false;
      nudge();
    });
  }
  return {
    subscribe({ account, asker }, since, changed) {
      const subscriber = { account, asker, seq: since, changed };
      subscribers.add(subscriber);
      stop ??= every(WATCH_MS, nudge);
      return () => {
        subscribers.delete(subscriber);
        if (subscribers.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    nudge,
    watching: (asker) => [...subscribers].filter((each) => each.asker === asker).length,
  };
}
