// How many files there are, and how large they are, in words. Pure.
import { msg, str } from '@lit/localize';
import { formatBytes, formatNumber } from '../format.ts';

/** "1 file, 12 kB". */
export const filesWords = (files: number, bytes: number): string => (files === 1 ? msg(str`1 file, ${formatBytes(bytes)}`) : msg(str`${formatNumber(files)} files, ${formatBytes(bytes)}`));
