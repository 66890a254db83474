// What is said of content that is at the server alone, before and after it. Pure.
import { msg, str } from '@lit/localize';
import type { ContentStatus, FreedSpace } from '../../workers/contract/sync.ts';
import { formatBytes, formatNumber } from '../format.ts';

/** What freeing space does and leaves. */
export function freeingWords({ all }: ContentStatus): string {
  const goes = msg('Your files stay listed. Their content goes from this device where the server has it, and comes back when you open a file and the server answers. Folders that you keep on this device, small files, backups and what waits to sync stay.');
  return all ? `${goes} ${msg('From then on only what you open or keep is on this device.')}` : goes;
}

function filesWords(files: number): string {
  if (files === 0) return '';
  return files === 1 ? msg('1 file stays listed and comes back when opened.') : msg(str`${formatNumber(files)} files stay listed and come back when opened.`);
}

function leftWords(left: number): string {
  if (left === 0) return '';
  return left === 1
    ? msg('1 piece of content stays, because the server does not have it, did not answer, or it was just changed.')
    : msg(str`${formatNumber(left)} pieces of content stay, because the server does not have them, did not answer, or they were just changed.`);
}

/** What came of it. */
export function freedWords({ bytes, extents, files, left }: FreedSpace): string {
  const freed = extents === 0 ? msg('Nothing was freed.') : msg(str`${formatBytes(bytes)} freed.`);
  return [freed, filesWords(files), leftWords(left)].filter((words) => words !== '').join(' ');
}
