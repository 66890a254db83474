// checksums.sha256 and the root over its lines (docs/formats.md, "Bundles"). A line's place follows from the paths before it,
// so one digest is read without the rest, and a bundle's four million lines never stand in memory at once.
import { type Bytes, toHex, utf8 } from '../bytes.ts';
import { loadSodium } from '../sodium.ts';

const DIGEST_CHARS = 64;
const PIECE_BYTES = 1024 * 1024;

export interface Checked {
  readonly path: string;
  /** Lower-case hex SHA-256. */
  readonly digest: string;
}

export const lineBytes = (path: string): number => DIGEST_CHARS + 2 + utf8(path).length + 1;
export const checksumLine = ({ path, digest }: Checked): string => `${digest}  ${path}\n`;

/** The lines as bytes, about a megabyte a piece. */
export function* checksumPieces(lines: Iterable<Checked>): Generator<Bytes, void, undefined> {
  let text = '';
  for (const line of lines) {
    text += checksumLine(line);
    if (text.length < PIECE_BYTES) continue;
    yield utf8(text);
    text = '';
  }
  if (text !== '') yield utf8(text);
}

/** Hex SHA-256 over pieces: WebCrypto has no streaming digest. */
export async function digestOfPieces(pieces: Iterable<Bytes> | AsyncIterable<Bytes>): Promise<string> {
  const sodium = await loadSodium();
  const state = sodium.crypto_hash_sha256_init();
  for await (const piece of pieces) sodium.crypto_hash_sha256_update(state, piece);
  return toHex(sodium.crypto_hash_sha256_final(state));
}
