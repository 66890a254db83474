// The courier over real homes: it carries what it cannot read, in an order that leaves no gap, and merges nothing.
import { assert } from 'chai';
import { toHex } from '../../src/crypto/bytes.ts';
import { extentsOf } from '../../src/crypto/node.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import type { CourierOutbox } from '../../src/sync/courier/courier-outbox.ts';
import { AT_ONCE } from '../../src/sync/each-of.ts';
import { insecureSeededRandom } from '../support/insecure-random.ts';
import { bytes, command, value } from '../workers/home/test-home.ts';
import { assertNoGap, oneByOne, outcomeOf, waiting } from './carried.ts';
import { type Device, type Fleet, openTwo, type Two } from './devices.ts';
import { Ended } from './fake-cloud.ts';

const MOMENTS = 100;

describe('the courier', () => {
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Two['write'];
  let read: Two['read'];
  let same: Two['same'];
  beforeEach(async () => { ({ fleet, ada, bob, write, read, same } = await openTwo()); });

  async function move(device: Device, name: string, to: string): Promise<void> {
    fleet.now += 1000;
    value(await device.home.surface.moveNodes({ ...command(), nodes: [await device.home.find(name)], to: await device.home.find(to), clash: 'keep_both' }));
  }

  it('sends what a closed home left, and leaves nothing to be sent', async () => {
    const large = bytes(5_000_000);
    await write(ada, 'deep/er/large.bin', large);
    await write(ada, 'small.txt', 'hello');
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    assert.equal(waiting(ada), 0);
    await bob.round();
    assert.equal(await read(bob, 'small.txt'), 'hello');
    const deep = await bob.home.find('er', await bob.home.find('deep'));
    assert.deepEqual(await bob.home.read(await bob.home.find('large.bin', deep)), large);
    await fleet.settle();
    await same();
  });

  it('sends no node of a home that is still being linked: what it names may not be queued yet', async () => {
    const { link } = ada.home.mounted.sync;
    await link.end();
    await write(ada, 'a.bin', bytes(70_000));
    await link.begin('account');
    await write(ada, 'a.bin', 'small by now');
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    const named = (await fleet.stored()).flatMap((node) => extentsOf(node).map(([id]) => toHex(id)));
    assert.deepEqual(named.filter((id) => !fleet.server.extents.has(id)), []);
    await fleet.settle();
    await same();
    assert.equal(await read(bob, 'a.bin'), 'small by now');
  });

  it('leaves what lost a race to whoever can read it', async () => {
    await write(ada, 'a.txt', 'before');
    await fleet.settle();
    await write(bob, 'a.txt', 'by bob');
    await bob.round();
    await write(ada, 'a.txt', 'by ada');
    await write(ada, 'b.txt', 'more');
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    assert.equal(waiting(ada), 1);
    await bob.round();
    assert.equal(await read(bob, 'b.txt'), 'more', 'and holds nothing else up');
    await fleet.settle();
    assert.lengthOf(await bob.names(), 3);
    await same();
  });

  it('deletes nothing', async () => {
    await write(ada, 'a.txt', 'one');
    await fleet.settle();
    const node = await ada.home.find('a.txt');
    value(await ada.home.surface.trashNodes({ ...command(), nodes: [node] }));
    value(await ada.home.surface.deleteNodes({ ...command(), nodes: [node] }));
    const before = await fleet.alive();
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    assert.deepEqual(await fleet.alive(), before);
    await fleet.settle();
    assert.deepEqual(await bob.names(), []);
  });

  it('sends nothing before what it needs, whatever changed while it waited', async () => {
    await write(ada, 'a.bin', bytes(70_000));
    await write(ada, 'b.txt', 'small');
    value(await ada.home.surface.createFolder({ ...command(), parent: ada.home.root, name: 'one' }));
    await move(ada, 'b.txt', 'one');
    await write(ada, 'a.bin', bytes(80_000, 2));
    value(await ada.home.surface.createFolder({ ...command(), parent: ada.home.root, name: 'two' }));
    await move(ada, 'one', 'two');
    await move(ada, 'a.bin', 'two');
    for (let requests = 0; requests < 14; requests += 1) {
      let left = requests;
      ada.way = { fate: () => (left-- > 0 ? 'well' : 'lost') };
      await ada.carry({ outbox: oneByOne });
      await assertNoGap(fleet, ada);
    }
    ada.way = { fate: () => 'well' };
    await fleet.settle();
    await assertNoGap(fleet, ada);
    await same();
  });

  it('carries content ahead while a home is still being linked, and no node', async () => {
    await write(ada, 'a.bin', bytes(70_000));
    await write(ada, 'deep/b.bin', bytes(90_000, 2));
    const { link } = ada.home.mounted.sync;
    await link.end();
    await link.begin('account');
    await link.finish();
    const before = fleet.server.objects.size;
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    assert.deepEqual([fleet.server.extents.size, fleet.server.objects.size], [2, before]);
    await fleet.settle();
    await same();
  });

  it('asks about content again while a node that may name it still waits', async () => {
    await write(ada, 'a.bin', bytes(70_000));
    await fleet.settle();
    await write(bob, 'a.bin', bytes(70_000, 2));
    await bob.round();
    await write(ada, 'a.bin', bytes(70_000, 3));
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    const sent = fleet.server.extents.size;
    const [lost] = [...fleet.server.extents.keys()].slice(-1);
    fleet.server.extents.delete(lost!);
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    assert.equal(fleet.server.extents.size, sent);
  });

  it('queues what changed in the midst over what was sent', async () => {
    await write(ada, 'a.txt', 'one');
    const changed = (outbox: CourierOutbox): CourierOutbox => ({ ...outbox, async sent(nodes) {
      await write(ada, 'a.txt', 'two');
      await outbox.sent(nodes);
    } });
    assert.equal(outcomeOf(await ada.carry({ outbox: changed })), 'ok');
    await fleet.settle();
    assert.deepEqual(await bob.names(), ['a.txt'], 'without a conflict copy');
    assert.equal(await read(bob, 'a.txt'), 'two');
  });

  it('yields at once to whoever can open the home', async () => {
    await write(ada, 'a.bin', bytes(70_000));
    const before = ada.requests();
    assert.equal(outcomeOf(await ada.carry({ mustYield: () => true })), 'aborted');
    assert.equal(ada.requests(), before);
    await fleet.settle();
    await same();
  });

  it('stops where the account has no more room, and loses nothing', async () => {
    await write(ada, 'a.txt', 'one');
    fleet.server.quota = fleet.server.objects.size;
    assert.equal(outcomeOf(await ada.carry()), 'quota');
    assert.equal(waiting(ada), 1);
    fleet.server.quota = Infinity;
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    assert.equal(waiting(ada), 0);
  });

  it('sends again, ended at any moment, at most what was under way', async () => {
    const below = (end: number): number => random(1)[0]! % end;
    const random = insecureSeededRandom(7);
    /** What was answered for, long enough before its life ended to be noted. */
    const settled = new Set<string>();
    let answered: (readonly string[])[] = [];
    async function sends<T extends { readonly ok: boolean }>(objects: readonly string[], ask: () => Promise<T>): Promise<T> {
      for (const object of objects) assert.isFalse(settled.has(object), 'it is not sent again');
      const answer = await ask();
      if (answer.ok) answered.push(objects);
      return answer;
    }
    const cloud = (all: Cloud): Cloud => ({
      ...all, putExtent: (id, body) => sends([id], () => all.putExtent(id, body)),
      write: (writes, life) => sends(writes.map(({ id, body }) => `${id} ${toHex(body)}`), () => all.write(writes, life)),
    });
    let ends = 0;
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      for (let at = 0; at < 4; at += 1) await write(ada, `${moment} ${at}.bin`, bytes(40_000, moment * 4 + at + 1));
      let left = below(40);
      ada.way = { fate: () => (left-- > 0 ? 'well' : 'ends') };
      const fails = below(4) === 0 ? below(2) : undefined;
      ada.failWrites = fails === undefined ? undefined : () => (fails === 0 ? 'after' : 'before');
      answered = [];
      await ada.carry({ cloud, outbox: oneByOne, window: 4 }).catch((fault: unknown) => {
        if (!(fault instanceof Ended)) throw fault;
        ends += 1;
      });
      for (const object of answered.slice(0, -AT_ONCE).flat()) settled.add(object);
      ada.failWrites = undefined;
      await ada.again();
    }
    ada.way = { fate: () => 'well' };
    assert.equal(outcomeOf(await ada.carry({ cloud })), 'ok');
    assert.isAbove(ends, MOMENTS / 2);
    assert.isAbove(settled.size, MOMENTS / 2);
    await fleet.settle();
    assert.lengthOf(await bob.names(), 4 * MOMENTS);
    await same();
  });
});
