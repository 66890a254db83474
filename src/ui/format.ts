// Dates, sizes and durations in the person's language. Intl alone; nothing is spelled here.
import { getLocale } from './locales/localisation.ts';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** 1536 → "1.5 kB": powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const digits = power === 0 ? 0 : 1;
  return new Intl.NumberFormat(getLocale(), { style: 'unit', unit: UNITS[power] ?? 'byte', unitDisplay: power === 0 ? 'long' : 'short', maximumFractionDigits: digits }).format(bytes / 1000 ** power);
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(getLocale()).format(value);
}

const inUnit = (value: number, unit: 'second' | 'minute' | 'hour'): string => new Intl.NumberFormat(getLocale(), { style: 'unit', unit, unitDisplay: 'long' }).format(value);

/** A length of time in its largest fitting unit: "40 sec", "3 min", "2 hr". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 90) return inUnit(seconds, 'second');
  return seconds < 5400 ? inUnit(Math.round(seconds / 60), 'minute') : inUnit(Math.round(seconds / 3600), 'hour');
}

/** A length of time that somebody chooses: in whole hours, or else in minutes. */
export function formatSpan(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes % 60 === 0 ? inUnit(minutes / 60, 'hour') : inUnit(minutes, 'minute');
}

export function formatDateTime(at: number): string {
  return new Intl.DateTimeFormat(getLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

export function formatDate(at: number): string {
  return new Intl.DateTimeFormat(getLocale(), { dateStyle: 'full' }).format(at);
}

export function formatClock(at: number): string {
  return new Intl.DateTimeFormat(getLocale(), { timeStyle: 'short' }).format(at);
}
