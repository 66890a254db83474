// Backups and a renewal of keys: what was made before it opens by what opens the home today, and nothing is made in the midst of it.
import { assert } from 'chai';
import { importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { renewKeyring } from '../../../src/crypto/keyring.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';
import { openKeyring } from '../../../src/workers/home/keyring-row.ts';
import { whereRoom } from '../../support/memory-database.ts';
import { codeOf, type TestHome, testHomeOver, value } from '../home/test-home.ts';
import { backupOver, bundleFile, homeWithSlot, open, snapshot, type World } from './backup-world.ts';

const TODAY = 'what opens it today';

describe('backups of a home whose keys were renewed', () => {
  let isRoom: boolean;
  let world: World;
  let home: TestHome;
  let before: BundleId;
  let file: File;

  beforeEach(async () => {
    isRoom = true;
    const made = await homeWithSlot();
    await made.home.add({ 'note.txt': 'quiet', 'letters/a.txt': 'dear Bob' });
    const earlier = backupOver(made.home, made.slots);
    before = value(await snapshot(earlier)).id;
    file = await bundleFile(earlier, before);
    const { homeId, aead } = made.home.mounted;
    const keys = await importHomeKeys(homeId, systemRandom(32));
    await made.home.mounted.keyring.keepNext((await renewKeyring({ aead, random: systemRandom }, keys, { mek: made.mek }))!);
    await made.home.close();
    const db = whereRoom(made.home.deps.db, (stores) => isRoom || !stores.includes('records'));
    const mount = async () => testHomeOver({ ...made.home.deps, db, keys: (await openKeyring(db, aead, keys))! });
    isRoom = false;
    home = await mount();
    world = Object.assign(backupOver(home, made.slots), { secret: TODAY });
  });

  it('open by a secret of their time, and by what opens the home today', async () => {
    for (const source of [{ snapshot: before }, { file }]) {
      assert.equal(value(await open(world, source)).files, 2);
      assert.equal(value(await open(world, source, TODAY)).files, 2);
    }
  });

  it('say of another secret that they are of before the renewal', async () => {
    for (const source of [{ snapshot: before }, { file }]) assert.equal(codeOf(await open(world, source, 'nonsense')), 'backup.earlier_keys');
  });

  it('of another home open by its own secrets alone', async () => {
    const other = await homeWithSlot();
    const there = backupOver(other.home, other.slots);
    const strange = await bundleFile(there, value(await snapshot(there)).id);
    assert.equal(codeOf(await open(world, { file: strange }, TODAY)), 'backup.wrong_secret');
    assert.equal(codeOf(await open(backupOver(undefined), { file }, TODAY)), 'backup.wrong_secret');
  });

  it('are not made before all is sealed anew; then they are whole', async () => {
    assert.equal(codeOf(await snapshot(world)), 'storage.quota');
    isRoom = true;
    const { id } = value(await snapshot(world));
    assert.equal(codeOf(await open(world, { snapshot: id }, 'nonsense')), 'backup.wrong_secret');
    assert.equal(value(await open(world, { snapshot: id }, TODAY)).files, 2);
  });
});
