// Mending places comes to the same whether places are known from what was taken or every node is read.
import { assert } from 'chai';
import fc from 'fast-check';
import { toHex } from '../../../src/crypto/bytes.ts';
import type { HomeNode } from '../../../src/crypto/node.ts';
import { mendPlaces } from '../../../src/workers/home/mend-places.ts';
import { createPlaceIndex, type PlaceIndex } from '../../../src/workers/home/place-index.ts';

const idOf = (number: number) => new Uint8Array(16).fill(number);
const ROOT = 200;
const GONE = 201;
const hex = (number: number) => toHex(idOf(number));

interface Spec { readonly folder: boolean; readonly parent: number; readonly name: string; readonly trashed: boolean; readonly from: number; readonly ms: number }

const parent = fc.oneof({ weight: 3, arbitrary: fc.nat(9) }, { weight: 3, arbitrary: fc.constant(ROOT) }, { weight: 1, arbitrary: fc.constant(GONE) });
const specs: fc.Arbitrary<readonly Spec[]> = fc.array(fc.record({
  folder: fc.boolean(), parent, name: fc.constantFrom('a', 'b', 'c', 'd'), trashed: fc.integer({ max: 5 }).map((one) => one === 0), from: parent, ms: fc.nat(20),
}), { maxLength: 10 });

function nodeOf({ folder, parent: at, name, trashed, from, ms }: Spec, number: number): HomeNode {
  const base = { id: idOf(number), parent: idOf(at), name, clock: [ms, 0] as const, device: idOf(210), from: idOf(from), ...(trashed && { trashed: 1 }) };
  const content = { fileId: idOf(211), size: 0, modified: 1, extents: [] };
  return folder ? { ...base, kind: 'folder' } : { ...base, kind: 'file', mediaType: 'text/plain', versions: [], content };
}

function treeOf(all: readonly Spec[]) {
  const nodes = new Map(all.map((spec, number) => [hex(number), nodeOf(spec, number)]));
  const root: HomeNode = { kind: 'folder', id: idOf(ROOT), parent: idOf(ROOT), name: 'home', clock: [1, 0], device: idOf(210) };
  const reads: string[] = [];
  const childrenOf = (folder: string) => [...nodes].filter(([, node]) => toHex(node.parent) === folder && node.trashed === undefined);
  return {
    nodes, reads,
    node: async (id: string) => {
      reads.push(id);
      return id === hex(ROOT) ? root : nodes.get(id);
    },
    folder: async (id: string) => {
      reads.push(id);
      return { nodes: new Map(childrenOf(id)), damaged: [] };
    },
    several: async (ids: readonly string[]) => ids.flatMap((id) => nodes.get(id) ?? []),
    idsIn: async (id: string) => childrenOf(id).map(([child]) => child),
  };
}

const NOTHING_KNOWN: Pick<PlaceIndex, 'of' | 'differs'> = { of: () => undefined, differs: async () => false };

describe('mending places', () => {
  it('comes to the same by places that are known, by some of them, and by reading everything', () => fc.assert(fc.asyncProperty(specs, fc.nat(10), async (all, known) => {
    const tree = treeOf(all);
    const touched = [...tree.nodes.keys()];
    const read = await mendPlaces({ tree, places: NOTHING_KNOWN, root: hex(ROOT) }, touched);
    for (const count of [known, all.length]) {
      const places = createPlaceIndex(tree);
      places.taken([...tree.nodes.values()].slice(0, count));
      assert.deepEqual(await mendPlaces({ tree, places, root: hex(ROOT) }, touched), read);
    }
  }), { numRuns: 300 }));

  it('leaves what lies in the root where that did not come', async () => {
    const tree = treeOf([{ folder: true, parent: ROOT, name: 'a', trashed: false, from: ROOT, ms: 1 }, { folder: false, parent: 0, name: 'b', trashed: false, from: ROOT, ms: 1 }]);
    const withoutRoot = { ...tree, node: async (id: string) => tree.nodes.get(id) };
    assert.deepEqual(await mendPlaces({ tree: withoutRoot, places: NOTHING_KNOWN, root: hex(ROOT) }, tree.nodes.keys()), []);
  });

  it('reads neither nodes nor folders again where all is known and nothing is to be mended', async () => {
    const file = (at: number, name: string): Spec => ({ folder: false, parent: at, name, trashed: false, from: ROOT, ms: 1 });
    const tree = treeOf([{ ...file(ROOT, 'a'), folder: true }, file(0, 'a'), file(0, 'b'), file(0, 'c'), file(ROOT, 'b')]);
    const places = createPlaceIndex(tree);
    await places.learn([...tree.nodes.keys()]);
    assert.isEmpty(await mendPlaces({ tree, places, root: hex(ROOT) }, tree.nodes.keys()));
    assert.deepEqual(new Set(tree.reads), new Set([hex(0), hex(1)]), 'one way up from each folder');
  });

  it('goes by the place that a node was written to, not by the one that was taken', async () => {
    const file = (name: string): Spec => ({ folder: false, parent: ROOT, name, trashed: false, from: ROOT, ms: 1 });
    const tree = treeOf([file('a'), file('b')]);
    const places = createPlaceIndex(tree);
    places.taken([...tree.nodes.values()]);
    const renamed = { ...tree.nodes.get(hex(1))!, name: 'a' };
    tree.nodes.set(hex(1), renamed);
    places.changed([renamed], []);
    const [mended, ...rest] = await mendPlaces({ tree, places, root: hex(ROOT) }, tree.nodes.keys());
    assert.equal(mended?.name, 'a (2)');
    assert.isEmpty(rest);
    places.changed([], [hex(0)]);
    assert.isUndefined(places.of(hex(0)));
  });
});
