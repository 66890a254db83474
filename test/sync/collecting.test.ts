// What nothing needs any more goes from the server, once every device knows and a day has passed; nothing that a device may still
// need does.
import { assert } from 'chai';
import { toHex } from '../../src/crypto/bytes.ts';
import { err, ok } from '../../src/result.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { createContentSpace } from '../../src/workers/syncing/content-space.ts';
import { checkpointId } from '../../src/workers/syncing/checkpoint.ts';
import { command, value } from '../workers/home/test-home.ts';
import { type Device, openTwo, type Two } from './devices.ts';
import { cloudOf } from './fake-cloud.ts';
import { linkAnew } from './three.ts';

const HOUR = 60 * 60_000;
const LONG = 26 * HOUR;
const LARGE = new Uint8Array(100_000).fill(7);

describe('deleted content', () => {
  let two: Two;
  const extents = () => two.fleet.server.extents.size;
  const graves = async () => [...two.fleet.server.objects.values()].filter(({ body }) => body).length - (await two.fleet.alive()).length;

  async function deleteForGood(device: Device, name: string): Promise<void> {
    const node = await device.home.find(name);
    value(await device.home.surface.trashNodes({ ...command(), nodes: [node] }));
    value(await device.home.surface.deleteNodes({ ...command(), nodes: [node] }));
  }
  /** All hear of all, and say so; then each may collect. */
  async function later(): Promise<void> {
    for (const ms of [LONG, HOUR]) {
      two.fleet.now += ms;
      await two.fleet.settle();
    }
  }
  async function onlyOnline(device: Device): Promise<void> {
    const space = createContentSpace({ current: () => ok(device.home.mounted), cloud: () => Promise.resolve(cloudOf(() => two.fleet.server, { fate: () => 'well' })), clock: () => two.fleet.now, closing: new AbortController().signal, syncNow: () => device.round() });
    value(await space.setContentChoice({ ...command(), all: false }));
    assert.isAbove(value(await space.freeUpSpace({ ...command(), port: new MessageChannel().port1 })).extents, 0);
  }

  beforeEach(async () => {
    two = await openTwo();
    await two.write(two.ada, 'large.bin', LARGE);
    await two.fleet.settle();
    assert.equal(extents(), 1);
  });

  it('goes with its grave, whoever collects', async () => {
    await deleteForGood(two.ada, 'large.bin');
    await two.fleet.settle();
    assert.equal(await graves(), 1);
    await later();
    await two.bob.collect();
    assert.equal(extents(), 0);
    assert.equal(await graves(), 0);
    await two.fleet.settle();
    await two.same();
    for (let days = 0; days < 10; days += 1) {
      await later();
      await two.ada.collect();
      await two.bob.collect();
    }
    const before = two.ada.requests() + two.bob.requests();
    two.fleet.now += LONG;
    await two.ada.collect();
    await two.bob.collect();
    assert.equal(two.ada.requests() + two.bob.requests(), before, 'nothing is left to ask for');
  });

  it('goes where it was deleted while its home was not linked, and had been sent without the file', async () => {
    const { ada, bob, fleet } = two;
    await two.write(ada, 'other.bin', new Uint8Array(100_000).fill(9));
    const all = cloudOf(() => fleet.server, { fate: () => 'well' });
    await syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud: { ...all, write: () => Promise.resolve(err('unreachable')) }, home: ada.home.mounted.sync.reconciler, signal: new AbortController().signal });
    assert.equal(extents(), 2);
    await ada.home.mounted.sync.link.end();
    await deleteForGood(ada, 'other.bin');
    await linkAnew(ada);
    await fleet.settle();
    await later();
    await ada.collect();
    assert.equal(extents(), 1);
    assert.deepEqual(await bob.names(), ['large.bin']);
  });

  it('stays until a day after somebody asked about it', async () => {
    await deleteForGood(two.ada, 'large.bin');
    two.fleet.now += HOUR;
    await two.fleet.settle();
    await two.ada.collect();
    assert.equal(extents(), 1);
    await later();
    await two.ada.collect();
    assert.equal(extents(), 0);
  });

  it('stays while a device has not heard of it, and comes back whole with what that changed', async () => {
    await onlyOnline(two.bob);
    await deleteForGood(two.ada, 'large.bin');
    for (let days = 0; days < 3; days += 1) {
      two.fleet.now += LONG;
      value(await two.ada.round() as never);
      await two.ada.collect();
    }
    assert.equal(extents(), 1);
    value(await two.bob.home.surface.renameNode({ ...command(), node: await two.bob.home.find('large.bin'), name: 'mine.bin' }));
    await later();
    await two.ada.collect();
    await two.bob.collect();
    assert.equal(extents(), 1);
    assert.equal((await two.read(two.ada, 'mine.bin')).length, LARGE.length);
    assert.equal((await two.read(two.bob, 'mine.bin')).length, LARGE.length);
    await two.same();
  });

  it('stays where an earlier version names it still', async () => {
    await two.write(two.ada, 'large.bin', 'short');
    await two.write(two.bob, 'other.bin', new Uint8Array(100_000).fill(8));
    await two.fleet.settle();
    await deleteForGood(two.bob, 'other.bin');
    await later();
    await two.ada.collect();
    assert.equal(extents(), 1);
  });

  it('stays where a device says what cannot be read, until that is waited for no more', async () => {
    await deleteForGood(two.ada, 'large.bin');
    const { mounted } = two.bob.home;
    const id = await checkpointId(mounted.homeId, toHex(mounted.device));
    two.fleet.now += LONG;
    await two.fleet.settle();
    const { server } = two.fleet;
    server.swap('devices', id, { rev: server.object('devices', id)!.rev, body: new Uint8Array(80) });
    await two.ada.collect();
    assert.equal(extents(), 1);
    value(await two.ada.checkpoints().drop(two.ada.home.mounted, cloudOf(() => server, { fate: () => 'well' }), id) as never);
    two.fleet.now += LONG;
    await two.ada.collect();
    assert.equal(extents(), 0);
  });

  it('stays where more devices seem to have said something than a person has', async () => {
    await deleteForGood(two.ada, 'large.bin');
    await later();
    for (let at = 1; at <= 300; at += 1) two.fleet.server.swap('devices', at.toString(16).padStart(32, '0'), { body: new Uint8Array(80) });
    await two.ada.collect();
    assert.equal(extents(), 1);
  });

  it('stays where the server was set back, until all know its new numbers', async () => {
    const copy = two.fleet.server.copy();
    await deleteForGood(two.ada, 'large.bin');
    two.fleet.now += LONG;
    await two.fleet.settle();
    two.fleet.server = copy;
    two.fleet.now += LONG;
    value(await two.ada.round() as never);
    await two.ada.collect();
    assert.equal(copy.extents.size, 1);
  });

  it('stays where another device changes something while it is collected', async () => {
    await deleteForGood(two.ada, 'large.bin');
    await later();
    const { server } = two.fleet;
    const collect = server.collect.bind(server);
    server.collect = (ids, seen) => {
      server.write({ id: 'f'.repeat(32), body: new Uint8Array(10) });
      return collect(ids, seen);
    };
    await two.ada.collect();
    assert.equal(extents(), 1);
  });
});
