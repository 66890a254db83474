// The account's events: numbered, told in order, and the last of them kept for who comes late.
import { ACCOUNT } from '../contract/limits.ts';
import type { AccountEvent } from '../contract/account.ts';

export interface EventLog {
  readonly number: number;
  publish(event: Omit<AccountEvent, 'number'>): void;
  /** What came after `number`; undefined where some of it is no longer kept, or was never told. */
  after(number: number): readonly AccountEvent[] | undefined;
}

export function createEventLog(tell: (event: AccountEvent) => void): EventLog {
  const kept: AccountEvent[] = [];
  let number = 0;

  return {
    get number() { return number; },
    publish(event) {
      number += 1;
      const numbered = { ...event, number };
      kept.push(numbered);
      if (kept.length > ACCOUNT.eventsKept) kept.shift();
      tell(numbered);
    },
    after(asked) {
      const missed = number - asked;
      if (missed < 0 || missed > kept.length) return undefined;
      return missed === 0 ? [] : kept.slice(-missed);
    },
  };
}
