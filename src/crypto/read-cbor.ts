// Reads deterministic CBOR (RFC 8949, 4.2.1) and nothing else: integers, byte and text strings, arrays, maps with text keys,
// booleans and null, each in the one spelling that it has. Why not a library's decoder: docs/decisions/0006-read-cbor.md.
import type { Bytes } from './bytes.ts';

export type CborValue = number | string | boolean | null | Bytes | readonly CborValue[] | ReadonlyMap<string, CborValue>;

/** Not CBOR, or CBOR that is spelled in another way than the deterministic one. */
export class NotCanonical extends Error {}

const MAX_DEPTH = 16;
const SHORT_TEXT = 48;
/** The least argument that needs so many bytes; a smaller one has a shorter spelling. */
const LEAST: Readonly<Record<number, number>> = { 1: 24, 2: 0x100, 4: 0x1_0000, 8: 0x1_0000_0000 };

class Reader {
  #at = 0;
  #depth = 0;
  readonly #bytes: Uint8Array;
  #decoder: TextDecoder | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  whole(): CborValue {
    const value = this.#value();
    if (this.#at !== this.#bytes.length) throw new NotCanonical();
    return value;
  }

  #value(): CborValue {
    const initial = this.#byte();
    const argument = this.#argument(initial & 31);
    switch (initial >> 5) {
      case 0: return argument;
      case 1: return -1 - argument;
      case 2: return this.#string(argument);
      case 3: return this.#text(argument);
      case 4: return this.#nested(argument, () => this.#array(argument));
      case 5: return this.#nested(argument * 2, () => this.#map(argument));
      case 7: return simple(initial & 31);
      default: throw new NotCanonical();
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new NotCanonical();
    this.#at += 1;
    return byte;
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw new NotCanonical();
    const length = 1 << (info - 24);
    let argument = 0;
    for (let i = 0; i < length; i += 1) argument = argument * 256 + this.#byte();
    if (argument < (LEAST[length] ?? 0) || argument >= Number.MAX_SAFE_INTEGER) throw new NotCanonical();
    return argument;
  }

  #string(length: number): Bytes {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new NotCanonical();
    const string = this.#bytes.slice(this.#at, end);
    this.#at = end;
    return string;
  }

  #text(length: number): string {
    return (length <= SHORT_TEXT ? this.#shortAscii(length) : undefined) ?? this.#longer(length);
  }

  /** The decoder is made where it is needed first: few records need one. */
  #longer(length: number): string {
    this.#decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return this.#decoder.decode(this.#string(length));
  }

  /** Most keys and names are this: an engine's decoder costs more than they do. */
  #shortAscii(length: number): string | undefined {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new NotCanonical();
    let text = '';
    for (let at = this.#at; at < end; at += 1) {
      const byte = this.#bytes[at] ?? 0x80;
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    this.#at = end;
    return text;
  }

  /** `items` is checked against what is left, a byte each at least, before anything is made for them. */
  #nested<T>(items: number, read: () => T): T {
    if (items > this.#bytes.length - this.#at || this.#depth === MAX_DEPTH) throw new NotCanonical();
    this.#depth += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #array(count: number): readonly CborValue[] {
    const array: CborValue[] = [];
    for (let i = 0; i < count; i += 1) array.push(this.#value());
    return array;
  }

  #map(count: number): ReadonlyMap<string, CborValue> {
    const map = new Map<string, CborValue>();
    let [lastFrom, lastTo] = [0, 0];
    for (let i = 0; i < count; i += 1) {
      const from = this.#at;
      const key = this.#value();
      if (typeof key !== 'string' || (i > 0 && !this.#isAfter([lastFrom, lastTo], [from, this.#at]))) throw new NotCanonical();
      [lastFrom, lastTo] = [from, this.#at];
      map.set(key, this.#value());
    }
    return map;
  }

  /** Whether one encoded key comes after another, bytewise; the same key twice does not. */
  #isAfter([before, beforeEnd]: readonly [number, number], [from, to]: readonly [number, number]): boolean {
    for (let i = 0; before + i < beforeEnd && from + i < to; i += 1) {
      const difference = (this.#bytes[from + i] ?? 0) - (this.#bytes[before + i] ?? 0);
      if (difference !== 0) return difference > 0;
    }
    return to - from > beforeEnd - before;
  }
}

function simple(info: number): boolean | null {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  throw new NotCanonical();
}

/** Throws NotCanonical, or TypeError where a text is not UTF-8. Integers past 2⁵³ − 2 are refused: no format of ours has them. */
export function readCbor(bytes: Uint8Array): CborValue {
  return new Reader(bytes).whole();
}
