// What a home should hold after all that was done to it: every path once, or as often as contents of it have to be kept beside each other.
import { digestOf } from './seeded.ts';

const COPY = / \(conflict, [0-9a-f]{6}, \d{4}-\d\d-\d\d\)/;

/** A conflict copy is called after the file that it is a copy of. */
const familyOf = (path: string): string => path.replace(COPY, '');

/** By family: how many there are. */
function counted(paths: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(familyOf(path), (counts.get(familyOf(path)) ?? 0) + 1);
  return counts;
}

export class Expected {
  /** Path → digests of all contents that it or a copy of it must have, and no other. */
  readonly #files = new Map<string, ReadonlySet<string>>();

  /** Several contents of one path: each of them was written where nobody knew of the others. */
  set(path: string, ...contents: readonly Uint8Array[]): void {
    this.#files.set(path, new Set(contents.map(digestOf)));
  }

  drop(path: string): void {
    this.#files.delete(path);
  }

  rename(from: (path: string) => boolean, to: (path: string) => string): void {
    for (const [path, digests] of [...this.#files]) {
      if (!from(path)) continue;
      this.#files.delete(path);
      this.#files.set(to(path), digests);
    }
  }

  get count(): number {
    return [...this.#files.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** What differs, by names alone. */
  faultsInNames(paths: readonly string[]): readonly string[] {
    const counts = counted(paths);
    const wrong = [...this.#files].filter(([path, { size }]) => counts.get(path) !== size).map(([path, { size }]) => `${path}: ${counts.get(path) ?? 0} instead of ${size}`);
    return [...wrong, ...[...counts.keys()].filter((path) => !this.#files.has(path)).map((path) => `${path}: should not be there`)];
  }

  /** What differs, by contents. */
  faultsInContent(digests: ReadonlyMap<string, string>): readonly string[] {
    const names = this.faultsInNames([...digests.keys()]);
    const found = new Map<string, Set<string>>();
    for (const [path, digest] of digests) found.set(familyOf(path), (found.get(familyOf(path)) ?? new Set()).add(digest));
    return [...names, ...[...this.#files].filter(([path, wanted]) => [...wanted].some((digest) => !found.get(path)?.has(digest))).map(([path]) => `${path}: a content is missing`)];
  }
}
