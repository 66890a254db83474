// Owns how deep JSON may be: asked of the text, before anything is built from it.
import { DEPTH } from './limits.ts';

/** Whether arrays and maps lie deeper in each other than the budget; text inside strings does not count. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (quoted) {
      if (char === '\\') at += 1;
      else quoted = char !== '"';
    } else if (char === '"') quoted = true;
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    if (depth > DEPTH) return true;
  }
  return false;
}
