// A home is staged for a restore or for joining: never over one that a user has, nor over what a deletion is about to take.
import { assert } from 'chai';
import { fromHex } from '../../../src/crypto/bytes.ts';
import { type HomeKeys, importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { ok } from '../../../src/result.ts';
import { stageUnowned } from '../../../src/workers/session/users.ts';
import { codeOf, createAda, startDevice } from './device.ts';

describe('staging a home', () => {
  async function deviceOfAda() {
    const device = await startDevice();
    const { uid } = await createAda(device);
    const { home } = (await device.identity.row(uid))!;
    const staged: string[] = [];
    const homes = { ...device.core.deps.homes, stage: () => Promise.resolve(ok(staged.push([...device.disk.homes.keys()].join()))) };
    const stage = (keys: HomeKeys) => stageUnowned({ identity: device.identity, homes }, keys);
    return { device, uid, home, staged, stage, keys: await importHomeKeys(fromHex(home, 16)!, systemRandom(32)) };
  }

  it('is refused where a user has it by now', async () => {
    const { stage, staged, keys, device, home } = await deviceOfAda();
    assert.equal(codeOf(await stage(keys)), 'backup.home_exists');
    assert.deepEqual([staged, device.disk.homes.has(home)], [[], true]);
  });

  it('comes after the deletion of it, which the next start would else finish upon it', async () => {
    const { stage, staged, keys, device, uid } = await deviceOfAda();
    await device.identity.leave(uid);
    assert.equal(codeOf(await stage(keys)), 'ok');
    assert.deepEqual(staged, [''], 'the home was gone before');
    assert.deepEqual(await device.identity.leaving(), []);
  });
});
