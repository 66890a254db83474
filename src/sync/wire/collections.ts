// Owns the names of the collections of the storage API and of the ids in them (docs/cloud-api.md, "Objects").

/** Collections whose objects change, by compare-and-swap. `datasets` has one collection a name: `datasets/<name>`. */
export const MUTABLE = ['nodes', 'datasets', 'envelopes', 'devices', 'bundles'] as const;
/** Never changed: the id is the SHA-256 of the bytes. */
export const EXTENTS = 'extents';

export type Kind = (typeof MUTABLE)[number] | typeof EXTENTS;

/** What names extents: a change in one of these may have made an extent needed. */
export const NAMING: readonly Kind[] = ['nodes', 'datasets', 'bundles'];
/** Whatever is replaced or deleted here is kept for a while and can be brought back. */
export const REVISED: readonly Kind[] = ['nodes', 'datasets'];

/** The kinds of which there is one collection each. */
const SINGLE: readonly string[] = [...MUTABLE.filter((kind) => kind !== 'datasets'), EXTENTS];
const DATASET = /^datasets\/[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const OBJECT_ID = /^[0-9a-f]{32}$/;
const EXTENT_ID = /^[0-9a-f]{64}$/;

/** The kind of a collection's name; undefined for what is none. */
export function kindOf(collection: string): Kind | undefined {
  if (SINGLE.includes(collection)) return collection as Kind;
  return DATASET.test(collection) ? 'datasets' : undefined;
}

/** Whether `id` is well formed for a kind: 16 bytes, or 32 for extents, in lower-case hex. */
export function isIdOf(kind: Kind, id: string): boolean {
  return (kind === EXTENTS ? EXTENT_ID : OBJECT_ID).test(id);
}
