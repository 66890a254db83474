import { assert } from 'chai';
import { type Bytes, toHex } from '../../../src/crypto/bytes.ts';
import { MAX_DEPTH, treeOf } from '../../../src/crypto/nbk/tree.ts';
import type { HomeNode } from '../../../src/crypto/node.ts';

const idOf = (n: number): Bytes => {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(12, n);
  return id;
};
const hex = (n: number): string => toHex(idOf(n));
const base = { clock: [1, 0] as const, device: idOf(9) };
const folder = (n: number, parent: number, name: string, trashed?: number): HomeNode =>
  ({ ...base, id: idOf(n), parent: idOf(parent), kind: 'folder', name, ...(trashed !== undefined && { trashed }) });
const file = (n: number, parent: number, name: string): HomeNode =>
  ({ ...base, id: idOf(n), parent: idOf(parent), kind: 'file', name, mediaType: '', versions: [], content: { fileId: idOf(n), size: 1, modified: 2 } });
const told = (nodes: readonly HomeNode[]): string[] =>
  treeOf(nodes, hex(1)).map(({ path, fault, trashed }) => [path, fault, trashed && 'trashed'].filter(Boolean).join(' '));

describe('the tree of a bundle', () => {
  it('lists parents before children and siblings by name, whatever the order of nodes', () => {
    const nodes = [file(5, 2, 'b'), folder(2, 1, 'x'), file(3, 1, 'x y'), folder(1, 1, 'home'), file(4, 2, 'a'), file(6, 1, 'Z')];
    assert.deepEqual(told(nodes), ['Z', 'x', 'x/a', 'x/b', 'x y']);
    assert.deepEqual(told([...nodes].reverse()), ['Z', 'x', 'x/a', 'x/b', 'x y']);
  });

  it('marks loops, orphans, children of files and doubles, and what is under them', () => {
    assert.sameMembers(told([folder(2, 3, 'a'), folder(3, 2, 'b'), file(4, 3, 'c')]).map((line) => line.split(' ')[1]!), ['loop', 'loop', 'loop']);
    assert.deepEqual(told([folder(2, 2, 'self')]), [`?${hex(2)}/self loop`]);
    assert.deepEqual(told([file(2, 7, 'a'), folder(3, 8, 'f'), file(4, 3, 'g')]), [`?${hex(7)}/a orphan`, `?${hex(8)}/f orphan`, `?${hex(8)}/f/g orphan`]);
    assert.deepEqual(told([file(2, 1, 'a'), file(3, 2, 'b')]), [`?${hex(2)}/b orphan`, 'a']);
    assert.deepEqual(told([folder(3, 1, 'a'), folder(2, 1, 'a'), file(4, 3, 'c'), file(5, 2, 'c')]), ['a', 'a double', 'a/c double', 'a/c']);
  });

  it('inherits the trash, and lets a trashed name be used again', () => {
    assert.deepEqual(told([folder(2, 1, 'a', 5), file(3, 2, 'b'), file(4, 1, 'a')]), ['a trashed', 'a', 'a/b trashed']);
  });

  it('stops at a depth that no home has, without recursion', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => folder(i + 2, i + 1, 'd'));
    const tree = treeOf([...nodes].reverse(), hex(1));
    assert.equal(tree.filter(({ fault }) => fault === 'too_deep').length, 20_000 - MAX_DEPTH);
  });
});
