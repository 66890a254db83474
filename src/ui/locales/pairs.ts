// Turns hand-written pairs of English and German into what @lit/localize looks messages up in. `{0}` stands for the first value.
import { generateMsgId } from '@lit/localize/internal/id-generation.js';
import type { LocaleModule } from '@lit/localize/internal/types.js';

export type Pairs = Readonly<Record<string, string>>;
type Templates = LocaleModule['templates'];

const PLACE = /\{(\d)\}/;

/** Odd parts of the split are the numbers of values, even ones the text around them. */
function template(german: string): Templates[string] {
  const parts = german.split(PLACE);
  const strings = parts.filter((_, index) => index % 2 === 0);
  if (strings.length === 1) return german;
  const raw = Object.assign([...strings], { raw: strings });
  return { strTag: true, strings: raw, values: parts.filter((_, index) => index % 2 === 1).map(Number) };
}

/** The key by which a message is found: a hash of its English. */
function idOf(english: string): string {
  const strings = english.split(/\{\d\}/);
  return generateMsgId(strings.length === 1 ? english : strings, false);
}

export function templatesOf(...tables: readonly Pairs[]): Templates {
  return Object.fromEntries(tables.flatMap((table) => Object.entries(table)).map(([english, german]) => [idOf(english), template(german)]));
}
