// Owns how HTML is written: everything put into a template is escaped, unless it came out of one.

export class Html {
  readonly text: string;
  constructor(text: string) { this.text = text; }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!);

type Piece = Html | string | number | false | undefined | readonly Piece[];

function written(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (piece === false || piece === undefined) return '';
  return typeof piece === 'object' ? piece.map(written).join('') : escaped(String(piece));
}

/** A template whose pieces are escaped; lists are joined, `false` and `undefined` leave nothing. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.reduce((text, part, index) => text + written(pieces[index - 1]) + part));
}
