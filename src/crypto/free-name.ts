// A name that is free in a folder: "name (2).ext", within the bytes that a name may have.
import { utf8 } from './bytes.ts';
import { MAX_NAME_BYTES } from './node-name.ts';

/** The stem cut so that the whole fits, never in the middle of a character. */
function fitted(stem: string, rest: string): string {
  const chars = [...stem];
  while (chars.length > 1 && utf8(chars.join('') + rest).length > MAX_NAME_BYTES) chars.pop();
  return (chars.join('') + rest).normalize('NFC');
}

/** "name" and `mark`, and then the extension. */
export function besideName(name: string, mark: string): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 && name.length - dot <= 16 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return fitted(stem, mark + extension);
}

export function freeName(name: string, taken: (name: string) => boolean): string {
  if (!taken(name)) return name;
  for (let count = 2; ; count += 1) {
    const candidate = besideName(name, ` (${count})`);
    if (!taken(candidate)) return candidate;
  }
}
