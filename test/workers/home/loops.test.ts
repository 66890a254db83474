// Two folders that lie in each other, as moves on two devices leave them until places are mended: whatever a person does with them ends.
import { assert } from 'chai';
import { fromHex } from '../../../src/crypto/bytes.ts';
import type { NodeId } from '../../../src/workers/contract/ids.ts';
import { codeOf, command, newHome, type TestHome, value } from './test-home.ts';

describe('folders that lie in each other', () => {
  let home: TestHome;
  let [outer, inner] = ['', ''] as unknown as [NodeId, NodeId];

  beforeEach(async () => {
    home = await newHome();
    await home.add({ 'outer/inner/a.txt': 'a', 'elsewhere/b.txt': 'b' });
    outer = await home.find('outer');
    inner = await home.find('inner', outer);
    const node = await home.mounted.node(outer);
    if (!node || node === 'damaged') throw new Error('no node');
    await home.mounted.commit({ put: [{ ...node, parent: fromHex(inner, 16)! }] });
  });

  it('are moved to where they can be found, and out of each other', async () => {
    const to = await home.find('elsewhere');
    value(await home.surface.moveNodes({ ...command(), nodes: [outer], to, clash: 'keep_both' }));
    assert.deepEqual(await home.names(to), ['outer', 'b.txt']);
    assert.deepEqual(await home.names(outer), ['inner']);
  });

  it('take nothing up that is moved into them, since nobody would find it', async () => {
    assert.equal(codeOf(await home.surface.moveNodes({ ...command(), nodes: [await home.find('elsewhere')], to: inner, clash: 'keep_both' })), 'integrity.tampered');
  });

  it('are downloaded, each once', async () => {
    assert.equal(codeOf(await home.surface.openDownload({ nodes: [outer] })), 'ok');
  });

  it('are deleted for good, with all that lies in them', async () => {
    value(await home.surface.trashNodes({ ...command(), nodes: [outer] }));
    value(await home.surface.deleteNodes({ ...command(), nodes: [outer] }));
    for (const id of [outer, inner]) assert.isUndefined(await home.mounted.node(id));
    assert.deepEqual(await home.names(), ['elsewhere']);
  });
});
