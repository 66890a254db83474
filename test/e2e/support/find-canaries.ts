// Looks for words and keys where none may be: as they are, and in each form in which they may pass through code unnoticed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, inflateRawSync } from 'node:zlib';

/** A name for the report, and what must not be there. */
export type Canary = readonly [name: string, bytes: Buffer];

export interface Place {
  readonly where: string;
  readonly bytes: Buffer;
}

/** A word or a sentence that is its own name. */
export const wordCanaries = (words: readonly string[]): readonly Canary[] => words.map((word) => [word, Buffer.from(word)]);

/** A whole number: in digits, and as eight bytes. */
export function numberCanary(number: bigint): readonly Canary[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return [...wordCanaries([String(number)]), [`${number} as bytes`, bytes]];
}

/** Every file under a folder that can be read. */
function* files(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (entry.isFile()) yield path;
  }
}

/** A process that has just ended may still be clearing up after itself. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** A file at a time: a browser's profile is large. */
export function* filesUnder(folder: string): Generator<Place> {
  for (const path of files(folder)) {
    yield { where: `the name of ${path.slice(folder.length)}`, bytes: Buffer.from(path.slice(folder.length)) };
    yield { where: path.slice(folder.length), bytes: contentOf(path) };
  }
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const percent = (bytes: Buffer): string => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** Base64 says the same bytes in three ways, by what comes before them; letters that neighbours have a part in are left out. */
function base64Forms(bytes: Buffer): readonly Buffer[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const own = text.slice(Math.ceil(before * 8 / 6), Math.floor((before + bytes.length) * 8 / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')].map((each) => Buffer.from(each));
  });
}

/** Every form of it that is looked for. */
export function formsOf([, bytes]: Canary): readonly Buffer[] {
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes);
  const hex = bytes.toString('hex');
  const forms = [bytes, ...base64Forms(bytes), ...[hex, hex.toUpperCase(), percent(bytes), [...bytes].join(',')].map((each) => Buffer.from(each)),
    ...isText ? [...[Buffer.from(text, 'utf16le'), utf16be(text)].flatMap((wide) => [wide, Buffer.from(wide.toString('hex'))]), Buffer.from(encodeURIComponent(text))] : []];
  return [...new Map(forms.map((form) => [form.toString('hex'), form])).values()];
}

const MOST_UNPACKED = 64_000_000;
/** How a packed stream begins, and how long its head is: gzip without a name, and zlib. */
const HEADS = [{ magic: [0x1f, 0x8b, 0x08, 0x00], length: 10 }, ...[0x01, 0x5e, 0x9c, 0xda].map((second) => ({ magic: [0x78, second], length: 2 }))].map(({ magic, length }) => ({ magic: Buffer.from(magic), length }));

/** What is packed in it anywhere. Checksums do not count, nor does what follows: a stream may lie in the midst of anything. */
function packedIn(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (const { magic, length } of HEADS) {
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      try {
        found.push(inflateRawSync(bytes.subarray(at + length), { maxOutputLength: MOST_UNPACKED, finishFlush: constants.Z_SYNC_FLUSH }));
      } catch {
        // Bytes that only begin like a packed stream.
      }
    }
  }
  return found;
}

/** Which canary is where, in whatever form. */
export function findCanaries(places: Iterable<Place>, canaries: readonly Canary[]): readonly string[] {
  const needles = canaries.map((canary) => ({ name: canary[0], forms: formsOf(canary) }));
  const found: string[] = [];
  for (const { where, bytes } of places) {
    for (const [at, each] of [bytes, ...packedIn(bytes)].entries()) {
      const here = needles.filter(({ forms }) => forms.some((form) => each.includes(form)));
      found.push(...here.map(({ name }) => `${name} in ${where}${at > 0 ? ', packed' : ''}`));
    }
  }
  return found;
}
