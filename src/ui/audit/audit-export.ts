// The log as a file of a person's own: comma-separated values (RFC 4180), newest first. Pure.
import type { AuditEntry } from '../../workers/contract/audit.ts';

/** Browsers may spill larger pieces of plaintext to disk. */
const MOST_BYTES = 1024 * 1024;
const HEAD = 'number,at,actor,what,result,about';

const cell = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const line = ({ number, at, actor, what, result, about = '' }: AuditEntry): string => [String(number), new Date(at).toISOString(), actor, what, result, about].map(cell).join(',');

/** As many of the newest as fit into a mebibyte. */
export function csvOf(entries: readonly AuditEntry[]): string {
  const lines = [HEAD];
  let bytes = HEAD.length + 2;
  for (const entry of entries) {
    const next = line(entry);
    bytes += next.length + 2;
    if (bytes > MOST_BYTES) break;
    lines.push(next);
  }
  return `${lines.join('\r\n')}\r\n`;
}
