// Writes release.json: every file of a release with its SHA-256, and one digest that stands for them all.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, sha256 } from './source-release.ts';

export interface ReleaseFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `digest` is the SHA-256 of `<sha256>  <path>\n` for each file in order, as `sha256sum` writes it. */
export interface Release {
  readonly release: string;
  readonly digest: string;
  readonly files: readonly ReleaseFile[];
}

export function writeRelease(dist: string, release: string): Release {
  const files = filesUnder(dist, '').filter((path) => path !== 'release.json').map((path) => {
    const bytes = readFileSync(join(dist, path));
    return { path, bytes: bytes.length, sha256: sha256(bytes) };
  });
  const digest = sha256(files.map((file) => `${file.sha256}  ${file.path}\n`).join(''));
  const written = { release, digest, files };
  writeFileSync(join(dist, 'release.json'), `${JSON.stringify(written, null, 1)}\n`);
  return written;
}
