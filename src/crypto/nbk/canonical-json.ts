// Canonical JSON (RFC 8785): keys by UTF-16 code units, no spaces, numbers and strings as ECMAScript spells them.
// Reading accepts only what writing would give again.
import { type Bytes, equal, fromUtf8, utf8 } from '../bytes.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function spell(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spell).join(',')}]`;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('no JSON number');
  if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('no Unicode text');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value as { readonly [key: string]: Json }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${spell(key)}:${spell(field)}`).join(',')}}`;
}

export function canonicalJson(value: Json): Bytes {
  return utf8(spell(value));
}

/** The value of any JSON, canonical or not; undefined where it is none. */
export function parseJson(bytes: Bytes): Json | undefined {
  const text = fromUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** True where `bytes` are the one spelling of `value`. */
export function isCanonical(value: Json, bytes: Bytes): boolean {
  try {
    return equal(canonicalJson(value), bytes);
  } catch {
    // A lone surrogate, or nesting past the stack: neither has a canonical spelling here.
    return false;
  }
}
