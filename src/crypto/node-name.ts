// What a file or folder may be called (docs/formats.md, "The tree").
import { utf8 } from './bytes.ts';

export type NameFault = 'empty' | 'dots' | 'too_long' | 'nul' | 'slash' | 'not_nfc' | 'not_unicode';

export const MAX_NAME_BYTES = 255;

/** The first rule that `name` breaks, or undefined. */
export function nameFault(name: string): NameFault | undefined {
  if (name === '') return 'empty';
  if (name === '.' || name === '..') return 'dots';
  if (name.includes('\0')) return 'nul';
  if (name.includes('/')) return 'slash';
  if (!name.isWellFormed()) return 'not_unicode';
  if (name.normalize('NFC') !== name) return 'not_nfc';
  // No character of UTF-16 takes more than three bytes of UTF-8.
  return name.length * 3 > MAX_NAME_BYTES && utf8(name).length > MAX_NAME_BYTES ? 'too_long' : undefined;
}
