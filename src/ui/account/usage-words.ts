// What an account keeps, by kind and in plain words, the largest first. Pure.
import { msg } from '@lit/localize';
import type { AccountUsage } from '../../workers/contract/account.ts';

export interface UsagePart {
  readonly name: string;
  readonly bytes: number;
}

/** The server's kinds, by what people know them as; one that this release does not know is among the last. */
const PARTS: readonly (readonly [kinds: readonly string[], name: () => string])[] = [
  [['extents'], () => msg('Contents of files and backups')],
  [['nodes'], () => msg('Names and places')],
  [['bundles'], () => msg('Lists of backups')],
  [['datasets'], () => msg('Settings and data of apps')],
  [['revisions'], () => msg('Replaced or deleted in the last 30 days')],
];

/** Only what there is. */
export function usageParts({ kinds }: Pick<AccountUsage, 'kinds'>): readonly UsagePart[] {
  const sum = (which: (kind: string) => boolean): number => kinds.filter(({ kind }) => which(kind)).reduce((all, { bytes }) => all + bytes, 0);
  const known = new Set(PARTS.flatMap(([names]) => names));
  const parts = [...PARTS.map(([names, name]) => ({ name: name(), bytes: sum((kind) => names.includes(kind)) })), { name: msg('Devices and keys'), bytes: sum((kind) => !known.has(kind)) }];
  return parts.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}
