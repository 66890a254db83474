// A home that is made while nobody sees it: whoever fails drops its own, and nothing that another made of the same home.
import { assert } from 'chai';
import { toHex } from '../../../src/crypto/bytes.ts';
import { importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { createHome } from '../../../src/workers/home/create-home.ts';
import { createStaging } from '../../../src/workers/home/stage-home.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { createMemoryDatabase, type MemoryDisk } from '../../support/memory-database.ts';
import { codeOf, newHome, newHomeDisk, value } from './test-home.ts';

describe('a staged home', () => {
  async function device() {
    const { deps } = await newHome();
    const disks = new Map<string, MemoryDisk>();
    const failing: { make?: Error } = {};
    const staging = createStaging({
      make(keys) {
        if (failing.make) return Promise.reject(failing.make);
        const disk = disks.get(toHex(keys.homeId)) ?? newHomeDisk();
        disks.set(toHex(keys.homeId), disk);
        return createHome({ ...deps, keys, db: createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, disk) });
      },
      drop: (home) => Promise.resolve(void disks.delete(home)),
    });
    return { staging, disks, failing, keys: await importHomeKeys(systemRandom(16), systemRandom(32)) };
  }

  it('is made once at a time, and not over one that was made whole', async () => {
    const { staging, disks, keys } = await device();
    const staged = value(await staging.stage(keys));
    assert.equal(codeOf(await staging.stage(keys)), 'backup.home_exists');
    await staged.publish();
    const whole = disks.get(toHex(keys.homeId));
    assert.equal(codeOf(await staging.stage(keys)), 'backup.home_exists');
    assert.isDefined(whole);
    assert.equal(disks.get(toHex(keys.homeId)), whole);
  });

  it('may be made again once it is gone, or came to nothing, and begins with nothing', async () => {
    const { staging, disks, failing, keys } = await device();
    await value(await staging.stage(keys)).discard();
    assert.isFalse(disks.has(toHex(keys.homeId)));
    failing.make = new Error('no room');
    await staging.stage(keys).then(() => assert.fail('it fails'), () => undefined);
    delete failing.make;
    const left = newHomeDisk();
    disks.set(toHex(keys.homeId), left);
    await value(await staging.stage(keys)).publish();
    assert.notEqual(disks.get(toHex(keys.homeId)), left);
    await staging.destroy(toHex(keys.homeId));
    value(await staging.stage(keys));
  });
});
