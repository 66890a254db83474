// What devices say of themselves in the account, and what that gives away of a server that was set back, or lies.
import { assert } from 'chai';
import { toHex } from '../../src/crypto/bytes.ts';
import { value } from '../workers/home/test-home.ts';
import { type Device, openTwo, type Two } from './devices.ts';
import { checkpointId } from '../../src/workers/syncing/checkpoint.ts';
import { cloudOf, type FakeServer } from './fake-cloud.ts';

const HOUR = 60 * 60_000;

describe('checkpoints of devices', () => {
  let two: Two;
  const behind = (device: Device) => device.checkpoints().behind(device.home.mounted);
  const stored = (server: FakeServer) => [...server.others].filter(([name, { body }]) => body && name.startsWith('devices/')).map(([, { rev }]) => rev);
  const viewOf = async (device: Device) => {
    const view = await device.home.mounted.sync.serverView();
    return view && `${view.nodes} ${toHex(view.set)}`;
  };
  async function hourOf(...devices: readonly Device[]): Promise<void> {
    two.fleet.now += HOUR;
    for (const device of devices) value(await device.round() as never);
  }

  beforeEach(async () => {
    two = await openTwo();
    await two.write(two.ada, 'a.txt', 'dear');
    await two.fleet.settle();
    await hourOf(two.ada, two.bob, two.ada);
  });

  it('are the same for the same nodes, and are not put anew where nothing changed', async () => {
    assert.equal(await viewOf(two.ada), await viewOf(two.bob));
    assert.isDefined(await viewOf(two.ada));
    const before = stored(two.fleet.server);
    assert.lengthOf(before, 2);
    await hourOf(two.ada, two.bob, two.ada, two.bob);
    await two.bob.again();
    await hourOf(two.bob);
    assert.deepEqual(stored(two.fleet.server), before);
  });

  it('are put at most every ten minutes', async () => {
    const [before] = stored(two.fleet.server);
    for (let times = 0; times < 9; times += 1) {
      await two.write(two.ada, `${times}.txt`, 'x');
      value(await two.ada.round() as never);
      value(await two.ada.round() as never);
    }
    assert.equal(stored(two.fleet.server)[0], before);
    two.fleet.now += 10 * 60_000;
    value(await two.ada.round() as never);
    assert.notEqual(stored(two.fleet.server)[0], before);
  });

  it('are of what was met in order: what was sent and did not come back yet is no reason for alarm', async () => {
    await two.write(two.ada, 'b.txt', 'made while nobody looked');
    two.fleet.now += HOUR;
    await two.ada.again();
    value(await two.ada.round() as never);
    assert.isUndefined(behind(two.ada));
    assert.isUndefined(await viewOf(two.ada));
    value(await two.ada.round() as never);
    assert.isDefined(await viewOf(two.ada));
    assert.isUndefined(behind(two.ada));
    await hourOf(two.bob, two.ada);
    assert.deepEqual([behind(two.ada), behind(two.bob)], [undefined, undefined]);
  });

  it('are put before anything is taken or sent, also where they were taken away', async () => {
    const { server } = two.fleet;
    const { mounted } = two.ada.home;
    const id = await checkpointId(mounted.homeId, toHex(mounted.device));
    const cloud = cloudOf(() => server, { fate: () => 'well' });
    assert.isTrue((await two.bob.checkpoints().drop(two.bob.home.mounted, cloud, id)).ok);
    assert.equal(value(await two.bob.checkpoints().knownToAll(two.bob.home.mounted, cloud) as never), Infinity);
    assert.isTrue((await two.ada.checkpoints().ensure(mounted, cloud)).ok);
    two.ada.checkpoints().heard([{ collection: 'devices', id, rev: '1', size: 0, deleted: true }]);
    assert.isTrue((await two.ada.checkpoints().ensure(mounted, cloud)).ok);
    assert.equal(value(await two.bob.checkpoints().knownToAll(two.bob.home.mounted, cloud) as never), 0, 'it knows nothing for sure');
  });

  it('say nothing while something waits', async () => {
    await two.write(two.bob, 'b.txt', 'b');
    assert.isUndefined(await viewOf(two.bob));
  });

  it('give away a server that does not show one device what another put', async () => {
    const { server } = two.fleet;
    const old = server.copy();
    old.generation = server.generation;
    await two.write(two.ada, 'b.txt', 'hidden from Bob');
    await hourOf(two.ada, two.ada);
    // It shows what devices say of themselves all the same, or Bob could not know.
    for (const [name, object] of server.others) old.others.set(name, { ...object, seq: object.seq });
    const honest = server.changes.bind(server);
    server.changes = (since) => old.changes(since);
    assert.isUndefined(behind(two.bob));
    await hourOf(two.bob);
    await hourOf(two.bob);
    assert.equal(behind(two.bob), 'a device');
    server.changes = honest;
    await hourOf(two.bob, two.ada, two.bob);
    assert.isUndefined(behind(two.bob));
    assert.isUndefined(behind(two.ada));
    assert.deepEqual([...await two.bob.names()].sort(), ['a.txt', 'b.txt']);
  });

  it('give away a server that says something else under the same numbers', async () => {
    const { server } = two.fleet;
    const id = await two.ada.home.find('a.txt');
    const before = server.objects.get(id)!;
    await two.write(two.ada, 'a.txt', 'dear Charles');
    await hourOf(two.ada, two.ada);
    const after = server.objects.get(id)!;
    server.objects.set(id, { ...after, body: before.body! });
    await hourOf(two.bob);
    assert.equal(behind(two.bob), 'a device');
    server.objects.set(id, after);
    await hourOf(two.ada);
    assert.equal(behind(two.ada), 'a device');
  });

  it('of a server whose numbers went back within one life have everything sent again', async () => {
    const old = two.fleet.server.copy();
    old.generation = two.fleet.server.generation;
    await two.write(two.ada, 'b.txt', 'b');
    await hourOf(two.ada, two.ada);
    two.fleet.server = old;
    await two.fleet.settle();
    assert.deepEqual([...await two.bob.names()].sort(), ['a.txt', 'b.txt']);
    await hourOf(two.ada, two.bob, two.ada, two.bob);
    assert.isUndefined(behind(two.ada));
    assert.isUndefined(behind(two.bob));
    assert.isFalse(two.ada.home.mounted.sync.isSetBack());
  });

  it('is said where the server lost what it had, until it has all again', async () => {
    const old = two.fleet.server.copy();
    await two.write(two.ada, 'b.txt', 'b');
    await hourOf(two.ada, two.ada);
    two.fleet.server = old;
    old.quota = old.objects.size;
    assert.isFalse((await two.ada.round()).ok);
    assert.isTrue(two.ada.home.mounted.sync.isSetBack());
    assert.isDefined(await two.ada.home.mounted.sync.reconciler.cursor());
    old.quota = Infinity;
    await two.fleet.settle();
    assert.isFalse(two.ada.home.mounted.sync.isSetBack());
  });
});
