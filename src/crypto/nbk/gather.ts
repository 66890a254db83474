// Small pieces of a stream joined to larger ones: each piece that leaves costs its receiver a message and a write.
import { type Bytes, concat } from '../bytes.ts';

const LARGE_BYTES = 64 * 1024;
const GATHERED_BYTES = 256 * 1024;

/** The same bytes in the same order; a large piece goes through as it is. */
export async function* gather(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes, void, undefined> {
  let held: Bytes[] = [];
  let bytes = 0;
  const joined = (): Bytes => {
    const whole = concat(...held);
    [held, bytes] = [[], 0];
    return whole;
  };
  for await (const piece of pieces) {
    if (piece.length < LARGE_BYTES) {
      held.push(piece);
      bytes += piece.length;
      if (bytes >= GATHERED_BYTES) yield joined();
      continue;
    }
    if (bytes > 0) yield joined();
    yield piece;
  }
  if (bytes > 0) yield joined();
}
