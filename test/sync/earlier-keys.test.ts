// A renewal of keys that reached the account in part, and a deletion that waits beside it.
import { assert } from 'chai';
import { importHomeKeys } from '../../src/crypto/home-keys.ts';
import { renewKeyring } from '../../src/crypto/keyring.ts';
import { systemRandom } from '../../src/crypto/random.ts';
import { openKeyring } from '../../src/workers/home/keyring-row.ts';
import { testHomeOver } from '../workers/home/test-home.ts';
import { type Device, openFleet } from './devices.ts';
import { FakeServer } from './fake-cloud.ts';
import { deleteForGood, HOUR, NAME, round, write } from './three.ts';

describe('a change that an earlier key sealed', () => {
  it('is kept where a deletion that waits did not know of it', async () => {
    const drawn: Uint8Array<ArrayBuffer>[] = [];
    const fleet = await openFleet(3, new FakeServer(), (length) => {
      const bytes = systemRandom(length);
      drawn.push(bytes.slice());
      return bytes;
    });
    const [one, two, three] = fleet.devices as [Device, Device, Device];
    const [earlier, next] = [drawn[0]!, systemRandom(32)];
    async function renew(device: Device): Promise<void> {
      const { deps, mounted } = device.home;
      const keys = await importHomeKeys(mounted.homeId, next.slice());
      await mounted.keyring.keepNext((await renewKeyring({ aead: deps.aead, random: systemRandom }, keys, { mek: earlier.slice() }))!);
      device.home = await testHomeOver({ ...deps, keys: (await openKeyring(deps.db, deps.aead, keys))! });
    }
    await write(one, 'before');
    await fleet.settle();
    await deleteForGood(one);
    fleet.now += HOUR;
    await write(two, 'by two');
    await round(two);
    // Whoever renewed was lost before it had sent what it sealed anew.
    await renew(one);
    await round(one);
    await renew(two);
    await renew(three);
    await fleet.settle();
    for (const device of fleet.devices) assert.deepEqual(await device.names(), [NAME]);
  });
});
