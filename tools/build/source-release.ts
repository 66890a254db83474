// Owns the name of a release: the version and a digest of everything that the build reads, so that one tree has one name.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files and folders, as paths relative to the root. */
interface Inputs {
  readonly pages: readonly string[];
  readonly others: readonly string[];
}

const jsonAt = (root: string, path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const listIn = (root: string) => jsonAt(root, 'tools/build/inputs.json') as Inputs;

/** The pages that are bundled. */
export const pagesOf = (root: string): readonly string[] => listIn(root).pages;

/** All that a build needs, the packages aside. */
export const inputsOf = (root: string): readonly string[] => {
  const { pages, others } = listIn(root);
  return [...others, ...pages];
};

/** Every file under a path, as paths relative to the root with `/`, in code-unit order. */
export function filesUnder(root: string, path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).sort().flatMap((name) => filesUnder(root, path === '' ? name : `${path}/${name}`));
}

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** `<version>+<12 hex digits>`. */
export function releaseOf(root: string): string {
  const { version } = jsonAt(root, 'package.json') as { version: string };
  const lines = inputsOf(root).flatMap((path) => filesUnder(root, path)).map((path) => `${sha256(readFileSync(join(root, path)))}  ${path}\n`);
  return `${version}+${sha256(lines.join('')).slice(0, 12)}`;
}
