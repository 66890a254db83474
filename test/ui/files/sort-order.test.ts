import { assert } from 'chai';
import type { Entry } from '../../../src/workers/contract/home.ts';
import { BY_NAME, inOrder, pressed } from '../../../src/ui/files/sort-order.ts';

const entry = (name: string, size?: number): Entry => ({
  name, id: name, parent: 'p', ...(size === undefined ? { kind: 'folder' } : { kind: 'file', size, modified: 100 - size, mediaType: '', versions: 0 }),
}) as unknown as Entry;
const entries = [entry('A'), entry('B'), entry('a.txt', 5), entry('b.txt', 9), entry('c.txt', 1)];
const names = (list: readonly Entry[]): string => list.map((each) => each.name).join(' ');

describe('the order of a listing', () => {
  it('by name is the order it came in, backwards with folders still first', () => {
    assert.strictEqual(inOrder(entries, BY_NAME), entries);
    assert.equal(names(inOrder(entries, { by: 'name', down: true })), 'B A c.txt b.txt a.txt');
  });

  it('by size and by date keeps folders first', () => {
    assert.equal(names(inOrder(entries, { by: 'size', down: true })), 'A B b.txt a.txt c.txt');
    assert.equal(names(inOrder(entries, { by: 'modified', down: true })), 'A B c.txt a.txt b.txt');
  });

  it('turns round when the same head is pressed again', () => {
    assert.deepEqual(pressed(BY_NAME, 'size'), { by: 'size', down: true });
    assert.deepEqual(pressed(BY_NAME, 'name'), { by: 'name', down: true });
  });
});
