import { assert } from 'chai';
import type { HomeRows } from '../../../src/workers/store/home-schema.ts';
import { bytes, command, type TestHome, value, workPort } from '../home/test-home.ts';

import { backupOver, bundleFile, homeWithSlot, MIB, open, snapshot, type World } from './backup-world.ts';

describe('a backup beside a home that changes', () => {
  let home: TestHome;
  let world: World;
  beforeEach(async () => {
    const made = await homeWithSlot();
    home = made.home;
    world = backupOver(home, made.slots);
    await home.add({ 'photos/big.bin': bytes(5 * MIB), 'note.txt': 'quiet' });
  });

  it('holds fast what changes that wait for their turn would take away', async () => {
    const photos = await home.find('photos');
    value(await snapshot(world));
    await home.add({ 'later.txt': 'new since then' });
    const making = snapshot(world);
    const changes = [home.surface.renameNode({ ...command(), node: photos, name: 'pictures' }), home.surface.deleteNodes({ ...command(), nodes: [await home.find('later.txt')] })];
    const card = value(await making);
    await Promise.all(changes);
    const file = await bundleFile(world, card.id);
    value(await open(world, { file }));
  });

  for (const [how, hurt] of Object.entries({
    'flipped bits': (row: HomeRows['extents']) => home.deps.db.write(['extents'], (tx) => tx.put('extents', { ...row, data: new ArrayBuffer(row.size) })),
    'a missing extent': (row: HomeRows['extents']) => home.deps.db.write(['extents'], (tx) => tx.remove('extents', row.id)),
  })) {
    it(`mends ${how} of a file that the home still names`, async () => {
      const file = await bundleFile(world, value(await snapshot(world)).id);
      const [row] = await home.deps.db.read(['extents'], (tx) => tx.list('extents'));
      await hurt(row!);
      const { restore } = value(await open(world, { file }));
      assert.deepInclude(value(await world.calls.applyRestore({ ...command(), restore, into: home.root, clash: 'skip', port: workPort() })), { created: 0, replaced: 1 });
      assert.deepEqual(await home.read(await home.find('big.bin', await home.find('photos'))), bytes(5 * MIB));
      assert.deepEqual(value(await home.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
    });
  }
});
