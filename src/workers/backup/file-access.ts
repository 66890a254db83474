// A bundle's file, read where it is asked for.
import type { RandomAccess } from '../../crypto/nbk/random-access.ts';

/** One read at a time: Firefox never ends two reads at once of a file that lies in a page's memory. */
export function fileAccess(file: Blob): RandomAccess {
  let reading: Promise<unknown> = Promise.resolve();
  return {
    size: file.size,
    read(offset, length) {
      const read = reading.then(async () => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()));
      reading = read.catch(() => undefined);
      return read;
    },
  };
}
