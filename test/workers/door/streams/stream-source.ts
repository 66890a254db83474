// A source of known bytes, cut into pieces, that tells what was done with it.
import type { ByteRange, StreamSource } from '../../../../src/workers/contract/stream.ts';

export const bytesOf = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff);

export interface Told { readonly opened: (ByteRange | undefined)[]; finished: number; returned: number }

export function sourceOf(content: Uint8Array<ArrayBuffer>, extra: Partial<StreamSource> & { readonly piece?: number } = {}): StreamSource & { readonly told: Told; readonly returned: Promise<void> } {
  const { piece = 4, ...fields } = extra;
  const told: Told = { opened: [], finished: 0, returned: 0 };
  const { promise: returned, resolve: hasReturned } = Promise.withResolvers<void>();
  return {
    told, returned, mediaType: 'application/octet-stream', size: content.length, ranges: true,
    async *open(range) {
      told.opened.push(range);
      const { start, end } = range ?? { start: 0, end: content.length };
      try {
        for (let at = start; at < end; at += piece) yield content.slice(at, Math.min(end, at + piece));
      } finally {
        told.returned += 1;
        hasReturned();
      }
    },
    finished() { told.finished += 1; },
    ...fields,
  };
}
