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

  describe('and a restore that comes to nothing', () => {
    let extents: readonly string[];
    const here = () => home.deps.db.read(['extents'], (tx) => tx.keys('extents'));

    /** `meanwhile` is what happens before it breaks off. */
    async function restored(file: File, meanwhile: () => Promise<unknown>): Promise<void> {
      const { restore } = value(await open(world, { file }));
      Object.assign(home.mounted, { commit: () => meanwhile().then(() => Promise.reject(new Error('no room'))) });
      const told = await world.calls.applyRestore({ ...command(), restore, into: home.root, clash: 'skip', port: workPort() }).then(() => 'done', ({ message }: Error) => message);
      assert.equal(told, 'no room');
    }

    beforeEach(async () => { extents = await here(); });

    it('takes nothing away that what is being brought found here', async () => {
      const { id } = value(await snapshot(world));
      const file = await bundleFile(world, id);
      value(await world.calls.deleteSnapshot({ ...command(), id }));
      const photos = await home.find('photos');
      value(await home.surface.trashNodes({ ...command(), nodes: [photos] }));
      value(await home.surface.deleteNodes({ ...command(), nodes: [photos] }));
      assert.deepEqual(await here(), []);
      const [found] = extents;
      await restored(file, () => home.deps.db.write(['staging'], (tx) => tx.put('staging', { key: `brought/${found!}` })));
      assert.deepEqual(await here(), [found]);
      assert.deepEqual(await home.deps.db.read(['staging'], (tx) => tx.keys('staging')), [`brought/${found!}`]);
    });

    it('leaves content that a file of a synced home names to be brought, as it was', async () => {
      const { sync, db } = home.mounted;
      const file = await bundleFile(world, value(await snapshot(world)).id);
      await sync.link.begin('account');
      await db.write(['extents'], async (tx) => { for (const id of extents) await tx.remove('extents', id); });
      const wanted = async () => [...await sync.reconciler.wanted(6)].sort();
      assert.deepEqual(await wanted(), extents);
      await restored(file, async () => assert.deepEqual(await wanted(), [], 'it is here'));
      assert.deepEqual(await here(), []);
      assert.deepEqual(await wanted(), extents);
    });
  });
});
