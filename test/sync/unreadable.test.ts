// What the server has and does not open here: known as long as it is there, in the next life of a worker too, and no longer.
import { assert } from 'chai';
import { toHex } from '../../src/crypto/bytes.ts';
import type { NodeId } from '../../src/workers/contract/ids.ts';
import { type Device, type Fleet, openTwo, type Two } from './devices.ts';
import { FakeServer } from './fake-cloud.ts';

describe('a folder of which the server has nothing that opens', () => {
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Two['write'];
  let same: Two['same'];
  let folder: NodeId;
  let file: NodeId;

  beforeEach(async () => {
    ({ fleet, ada, bob, write, same } = await openTwo());
    await write(ada, 'f/a.txt', 'x');
    await ada.round();
    folder = await ada.home.find('f');
    file = await ada.home.find('a.txt', folder);
    fleet.server.objects.set(folder, { ...fleet.server.objects.get(folder)!, body: new Uint8Array(300) });
  });

  const known = async () => {
    const { sync } = bob.home.mounted;
    return { unreadable: sync.unreadable(), all: (await sync.takenUpTo()) !== undefined };
  };

  it('keeps what lies in it where it is, though the worker ended as soon as it was taken', async () => {
    bob.failWrites = (stores) => (stores.includes('records') ? 'after' : 'well');
    await bob.round().catch(() => undefined);
    bob.failWrites = undefined;
    await bob.again();
    await bob.round();
    assert.deepEqual(await known(), { unreadable: 1, all: false });
    assert.equal(toHex((await bob.nodes()).get(file)!.parent), folder);
  });

  it('keeps it no longer once it is gone there, also in the next life of a worker', async () => {
    await bob.round();
    assert.deepEqual(await known(), { unreadable: 1, all: false });
    await bob.again();
    fleet.server.remove(folder);
    await bob.round();
    assert.deepEqual(await bob.names(), ['a.txt']);
    assert.deepEqual(await known(), { unreadable: 0, all: true });
    await fleet.settle();
    await same();
  });

  it('is nothing to an account that the home comes to from there', async () => {
    await bob.round();
    fleet.server = new FakeServer();
    const { link } = bob.home.mounted.sync;
    await link.end();
    await link.begin('another');
    await bob.round();
    assert.deepEqual(await known(), { unreadable: 0, all: true });
  });
});
