// Nodes in memory: the folder in use stays, however large it is, and what was used longest ago makes room.
import { assert } from 'chai';
import { fromHex, toHex } from '../../../src/crypto/bytes.ts';
import type { FolderNode } from '../../../src/crypto/node.ts';
import { createNodeCache, type KeptNode } from '../../../src/workers/home/node-cache.ts';

const idOf = (number: number): string => number.toString(16).padStart(32, '0');
const LARGE = 70_000;

/** As many nodes of one folder, numbered from its own number on. */
const childrenOf = (folder: number, count: number): KeptNode[] => Array.from({ length: count }, (_, at) => ({
  node: { kind: 'folder', id: fromHex(idOf(folder + 1 + at), 16)!, parent: fromHex(idOf(folder), 16)!, name: `${at}` } as FolderNode, digest: '',
}));

describe('nodes in memory', () => {
  const [first, second] = [1_000_000, 2_000_000];

  it('keep one folder that is larger than all that is kept, and what is written into it', () => {
    const cache = createNodeCache(idOf(0));
    cache.keepFolder(idOf(first), childrenOf(first, LARGE), []);
    for (const kept of childrenOf(first, LARGE + 10).slice(LARGE)) cache.written(kept);
    assert.equal(cache.folder(idOf(first))?.nodes.size, LARGE + 10);
  });

  it('drop it for the next', () => {
    const cache = createNodeCache(idOf(0));
    for (const folder of [first, second]) cache.keepFolder(idOf(folder), childrenOf(folder, LARGE), []);
    assert.isFalse(cache.lists(idOf(first)));
    assert.isUndefined(cache.node(idOf(first + 1)));
    assert.equal(cache.folder(idOf(second))?.nodes.size, LARGE);
  });

  it('drop what no listed folder has, once there is much of it', () => {
    const cache = createNodeCache(idOf(0));
    cache.keepFolder(idOf(second), childrenOf(second, 10), []);
    for (const kept of childrenOf(first, LARGE)) cache.written(kept);
    assert.isUndefined(cache.node(idOf(first + 1)));
    assert.isDefined(cache.node(idOf(first + LARGE)));
    assert.equal(cache.folder(idOf(second))?.nodes.size, 10);
  });

  it('are no more of those that were looked at one by one', () => {
    const cache = createNodeCache(idOf(0));
    const looked = childrenOf(first, 2 * LARGE);
    looked.forEach(cache.keep);
    assert.isBelow(looked.filter(({ node }) => cache.node(toHex(node.id))).length, LARGE);
  });
});
