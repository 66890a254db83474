import { assert } from 'chai';
import type { NodeId } from '../../../src/workers/contract/ids.ts';
import { NOTHING, rangeTo, retain, selectAll, selectOnly, toggle } from '../../../src/ui/files/selection.ts';

const ids = ['a', 'b', 'c', 'd', 'e'] as unknown as readonly NodeId[];
const id = (name: string): NodeId => name as NodeId;
const chosen = (selection: { readonly ids: ReadonlySet<NodeId> }): string => [...selection.ids].join('');

describe('a selection', () => {
  it('takes a range from the anchor in either direction, and keeps the anchor', () => {
    const down = rangeTo(selectOnly(id('b')), ids, id('d'));
    assert.equal(chosen(down), 'bcd');
    assert.equal(chosen(rangeTo(down, ids, id('a'))), 'ab');
  });

  it('starts a range at the top where nothing was chosen before', () => {
    assert.equal(chosen(rangeTo(NOTHING, ids, id('c'))), 'abc');
  });

  it('toggles one and leaves the others', () => {
    const both = toggle(selectOnly(id('a')), id('c'));
    assert.equal(chosen(both), 'ac');
    assert.equal(chosen(toggle(both, id('a'))), 'c');
  });

  it('lets go of what is gone and moves the focus to its neighbour', () => {
    const after = ids.filter((each) => each !== 'c');
    const kept = retain(toggle(selectOnly(id('b')), id('c')), ids, after);
    assert.equal(chosen(kept), 'b');
    assert.equal(kept.focus, id('d'));
  });

  it('has no focus left in an empty folder', () => {
    assert.isUndefined(retain(selectOnly(id('a')), ids, []).focus);
  });

  it('chooses all', () => {
    assert.equal(chosen(selectAll(NOTHING, ids)), 'abcde');
  });
});
