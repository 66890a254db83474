// A device that has no room for what comes: that is said, nothing is fetched in vain, and it goes on by itself once there is.
import { assert } from 'chai';
import { createDeviceRoom } from '../../src/sync/device-room.ts';
import { StorageError } from '../../src/workers/store/database.ts';
import { bytes } from '../workers/home/test-home.ts';
import { type Device, type Fleet, openTwo, type Two } from './devices.ts';

const MINUTE = 60_000;

describe('a device without room', () => {
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Two['write'];
  let read: Two['read'];
  let fetched: number;
  let room: number;
  beforeEach(async () => {
    ({ fleet, ada, bob, write, read } = await openTwo());
    [fetched, room] = [0, 0];
    const { extents } = fleet.server;
    const get = extents.get.bind(extents);
    extents.get = (id) => {
      fetched += 1;
      return get(id);
    };
    bob.failWrites = (stores) => {
      if (!stores.includes('extents') || stores.length > 1) return 'well';
      if (room <= 0) throw new StorageError('quota');
      room -= 1;
      return 'well';
    };
    for (let at = 0; at < 8; at += 1) await write(ada, `${at}.bin`, bytes(70_000, at + 1));
    await ada.round();
  });

  const outcome = async (device: Device): Promise<string> => {
    const done = await device.round();
    return done.ok ? 'ok' : done.error;
  };
  const toCome = (): number => bob.home.mounted.sync.toCome();

  it('says so, has all names, and sends what it has', async () => {
    await bob.home.add({ 'note.txt': 'small' });
    assert.equal(await outcome(bob), 'device_full');
    assert.lengthOf(await bob.names(), 9);
    assert.equal(toCome(), 8);
    await ada.round();
    assert.equal(await read(ada, 'note.txt'), 'small');
  });

  it('fetches nothing in vain for a while, and then a single piece', async () => {
    await bob.round();
    const before = fetched;
    assert.equal(await outcome(bob), 'device_full');
    assert.equal(fetched, before);
    fleet.now += 5 * MINUTE;
    assert.equal(await outcome(bob), 'device_full');
    assert.equal(fetched, before + 1);
    assert.equal(await outcome(bob), 'device_full');
    assert.equal(fetched, before + 1);
  });

  it('takes what there is room for, and the rest when there is more', async () => {
    room = 3;
    assert.equal(await outcome(bob), 'device_full');
    assert.equal(toCome(), 5);
    room = Infinity;
    bob.room.again();
    assert.equal(await outcome(bob), 'ok');
    assert.equal(toCome(), 0);
  });

  it('is not full where nothing is to come', async () => {
    await bob.round();
    await bob.home.mounted.sync.content.chooseAll(false);
    assert.equal(await outcome(bob), 'ok');
  });

  it('tries at once where its clock was set back', () => {
    let now = 1_000_000;
    const device = createDeviceRoom(() => now);
    device.none();
    assert.isFalse(device.mayTry());
    now = 0;
    assert.isTrue(device.mayTry());
    assert.equal(device.atOnce(6), 1);
    device.found();
    assert.equal(device.atOnce(6), 6);
  });
});
