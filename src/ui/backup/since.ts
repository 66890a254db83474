// Owns: how long ago something was, in days and words.
import { getLocale } from '../locales/localisation.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** "today", "yesterday", "12 days ago". A time that lies ahead counts as today: clocks are set back. */
export function daysAgo(at: number, now: number): string {
  const days = Math.max(0, Math.floor((now - at) / DAY_MS));
  return new Intl.RelativeTimeFormat(getLocale(), { numeric: 'auto' }).format(-days, 'day');
}
