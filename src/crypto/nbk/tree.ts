// The tree of a home from a bundle's node records (docs/formats.md, "The tree"): every record opened once, its content left where it is.
// What cannot stand in a tree keeps its place in the list with the reason, so that nothing disappears silently.
import { err, ok, type Result } from '../../result.ts';
import { fromHex, toHex } from '../bytes.ts';
import { domainKey } from '../home-keys.ts';
import type { HomeNode } from '../node.ts';
import { openNode } from '../node-record.ts';
import type { BundleFailure } from './bundle-failure.ts';
import { NODES } from './entry-name.ts';
import { batchesOf, readBatch } from './entry-reader.ts';
import { inOrder } from './in-order.ts';
import type { OpenedBundle } from './open-bundle.ts';

/** Why a node has no place: it is its own ancestor, its parent is missing or a file, a sibling has its name, or it lies too deep. */
export type TreeFault = 'loop' | 'orphan' | 'double' | 'too_deep';

export interface TreeEntry {
  /** Node ids in hex. */
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** From the root, `/` between names; of an orphan, a loop or a chain too deep it starts with `?` and a node's id. */
  readonly path: string;
  readonly size: number;
  readonly modified?: number;
  /** True too where a folder above is in the trash. */
  readonly trashed: boolean;
  readonly fault?: TreeFault;
}

export interface HomeTree {
  /** Without the root; parents before children, siblings by name. */
  readonly entries: readonly TreeEntry[];
  /** Entry names of records that do not open. */
  readonly damaged: readonly string[];
}

export interface TreeOptions {
  readonly signal?: AbortSignal;
  /** Told of every open node and the bytes of its record. */
  readonly onNode?: (node: HomeNode, recordBytes: number) => Promise<void>;
}

export const MAX_DEPTH = 256;
const IN_FLIGHT = 3;

type Seed = Omit<TreeEntry, 'path' | 'fault'> & { readonly double?: boolean };
type Place = Pick<TreeEntry, 'path' | 'trashed' | 'fault'> & { readonly depth: number };

function seedOf(node: HomeNode): Seed {
  const { kind, name, trashed } = node;
  const base = { id: toHex(node.id), parent: toHex(node.parent), name, trashed: trashed !== undefined };
  return node.kind === 'file' ? { ...base, kind, size: node.content.size, modified: node.content.modified } : { ...base, kind, size: 0 };
}

/** Marks all but the first id of live siblings with one name. */
function markDoubles(seeds: Map<string, Seed>): void {
  const taken = new Set<string>();
  for (const id of [...seeds.keys()].sort()) {
    const seed = seeds.get(id)!;
    const place = `${seed.parent}/${seed.name}`;
    if (seed.trashed) continue;
    if (taken.has(place)) seeds.set(id, { ...seed, double: true });
    taken.add(place);
  }
}

function placeUnder(seed: Seed, above: Place): Place {
  const depth = above.depth + 1;
  const tooDeep = depth > MAX_DEPTH;
  const fault = above.fault ?? (seed.double ? 'double' : tooDeep ? 'too_deep' : undefined);
  // A path that kept growing would cost the square of a chain's length.
  const folder = tooDeep ? `?${seed.parent}` : above.path;
  const path = folder === '' ? seed.name : `${folder}/${seed.name}`;
  return { path, depth, trashed: above.trashed || seed.trashed, ...(fault && { fault }) };
}

const lost = (parent: string, fault: TreeFault): Place => ({ path: `?${parent}`, depth: 0, trashed: false, fault });

/** Places one seed and every ancestor that has no place yet; climbs without recursion. */
function placeOf(start: Seed, seeds: ReadonlyMap<string, Seed>, places: Map<string, Place>): void {
  const climbed = [start];
  const under = new Set([start.id]);
  let above: Place | undefined;
  while (!above) {
    const { parent } = climbed.at(-1)!;
    const seed = seeds.get(parent);
    const placed = places.get(parent);
    // The root alone has a place and no seed.
    if (seed ? seed.kind === 'file' : !placed) above = lost(parent, 'orphan');
    else if (placed) above = placed;
    else if (under.has(parent)) above = lost(parent, 'loop');
    else {
      climbed.push(seed!);
      under.add(parent);
    }
  }
  for (const seed of climbed.reverse()) places.set(seed.id, above = placeUnder(seed, above));
}

/** Pre-order: `/` sorts before anything a name may hold. */
function inTreeOrder(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const keyed = entries.map((entry) => ({ key: `${entry.path.replaceAll('/', '\0')}\0\0${entry.id}`, entry }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry);
}

const entryOf = ({ id, parent, name, kind, size, modified }: Seed, { path, trashed, fault }: Place): TreeEntry =>
  ({ id, parent, name, kind, path, size, trashed, ...(modified !== undefined && { modified }), ...(fault && { fault }) });

/** Entries of these nodes; `homeId` is the root, present or not. */
export function treeOf(nodes: Iterable<HomeNode>, homeId: string): readonly TreeEntry[] {
  const seeds = new Map<string, Seed>();
  for (const node of nodes) if (toHex(node.id) !== homeId) seeds.set(toHex(node.id), seedOf(node));
  return placeSeeds(seeds, homeId);
}

function placeSeeds(seeds: Map<string, Seed>, homeId: string): readonly TreeEntry[] {
  markDoubles(seeds);
  const places = new Map<string, Place>([[homeId, { path: '', depth: 0, trashed: false }]]);
  for (const seed of seeds.values()) if (!places.has(seed.id)) placeOf(seed, seeds, places);
  return inTreeOrder([...seeds.values()].map((seed) => entryOf(seed, places.get(seed.id)!)));
}

/** Opens every node record. Damage is listed, never fatal. */
export async function readTree({ bundle, aead, keys }: OpenedBundle, { signal, onNode }: TreeOptions = {}): Promise<Result<HomeTree, BundleFailure>> {
  const key = await domainKey(keys, 'nodes');
  const seeds = new Map<string, Seed>();
  const damaged: string[] = [];
  for await (const batch of inOrder(batchesOf(bundle.directory, bundle.nodes), IN_FLIGHT, (range) => readBatch(bundle, range))) {
    if (signal?.aborted) return err({ kind: 'aborted' });
    for (const { index, path, bytes, digest, fault } of batch) {
      const id = fromHex(path.slice(NODES.length), 16)!;
      const holds = !fault && digest === bundle.digests.of(index);
      const node = holds ? openNode(aead, key, id, bytes) : undefined;
      if (!node?.ok) {
        damaged.push(path);
        continue;
      }
      await onNode?.(node.value, bytes.length);
      if (toHex(id) !== bundle.manifest.homeId) seeds.set(toHex(id), seedOf(node.value));
    }
  }
  return ok({ entries: placeSeeds(seeds, bundle.manifest.homeId), damaged });
}
