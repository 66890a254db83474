// Puts a Brotli and a gzip copy beside each file that gets smaller by it; the server sends whichever a browser takes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { filesUnder } from './source-release.ts';

const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest|txt)$/;
const SMALLEST = 1024;

const brotli = (bytes: Uint8Array) => brotliCompressSync(bytes, {
  params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
});

export function compressFiles(dist: string): void {
  for (const path of filesUnder(dist, '').filter((name) => COMPRESSIBLE.test(name))) {
    const bytes = readFileSync(join(dist, path));
    if (bytes.length < SMALLEST) continue;
    for (const [extension, packed] of [['br', brotli(bytes)], ['gz', gzipSync(bytes, { level: 9 })]] as const) {
      if (packed.length < bytes.length) writeFileSync(join(dist, `${path}.${extension}`), packed);
    }
  }
}
