// Reads a Range header, and writes Content-Range (RFC 9110, 14.1 and 14.4). `end` is exclusive here, inclusive on the wire.
export interface AskedRange {
  readonly start: number;
  readonly end?: number;
}

const SINGLE = /^bytes=(\d{1,15})-(\d{0,15})$/;

/** One range from a start. Any other form may be ignored by a server, and is: the answer is then the whole. */
export function parseRange(header: string | null): AskedRange | undefined {
  const [, first, last] = SINGLE.exec(header?.trim() ?? '') ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  if (last === undefined || last === '') return { start };
  return Number(last) < start ? undefined : { start, end: Number(last) + 1 };
}

/** What is sent, of how much. */
export const contentRange = ({ start, end }: { readonly start: number; readonly end: number }, size: number): string =>
  `bytes ${start}-${end - 1}/${size}`;

/** Of a range that lies outside. */
export const outsideOf = (size: number | undefined): string => `bytes */${size ?? '*'}`;
