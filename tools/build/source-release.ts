// Owns the name of a release: the version and a digest of everything that the build reads, so that one tree has one name.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const INPUTS = ['src', 'sdk', 'examples', 'public', 'tools/build', 'server/content-policy.ts', 'index.html', 'selftest.html', 'callback.html', 'connect.html', 'vite.config.ts', 'package-lock.json'];

/** Every file under a path, as paths relative to the root with `/`, in code-unit order. */
export function filesUnder(root: string, path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).sort().flatMap((name) => filesUnder(root, path === '' ? name : `${path}/${name}`));
}

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** Every file that the build reads. */
export const inputsOf = (root: string) => INPUTS.flatMap((path) => filesUnder(root, path));

/** `<version>+<12 hex digits>`. */
export function releaseOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const lines = inputsOf(root).map((path) => `${sha256(readFileSync(join(root, path)))}  ${path}\n`);
  return `${version}+${sha256(lines.join('')).slice(0, 12)}`;
}
