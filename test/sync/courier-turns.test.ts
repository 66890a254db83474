// The courier with content that takes long or does not get through: by turns, and nothing waits for what it does not need.
import { assert } from 'chai';
import { err, ok } from '../../src/result.ts';
import { BULK_TURN_MS } from '../../src/sync/bulk-turn.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { bytes } from '../workers/home/test-home.ts';
import { assertNoGap, oneByOne, outcomeOf, waiting } from './carried.ts';
import { type Device, type Fleet, openTwo, type Two } from './devices.ts';

describe('the courier, with much to carry', () => {
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Two['write'];
  let same: Two['same'];
  beforeEach(async () => { ({ fleet, ada, bob, write, same } = await openTwo()); });

  it('lets go what stands before a large file while that is under way, and nothing that stands behind it', async () => {
    await write(ada, 'before.txt', 'a note');
    await write(ada, 'film.bin', bytes(30_000_000));
    await write(ada, 'behind.txt', 'another');
    const { extents } = fleet.server;
    const set = extents.set.bind(extents);
    extents.set = (id, body) => {
      // Each piece takes as long as a turn, and the last ones do not come through.
      fleet.now += BULK_TURN_MS;
      if (extents.size >= 6) ada.way = { fate: () => 'lost' };
      return set(id, body);
    };
    assert.equal(outcomeOf(await ada.carry()), 'unreachable');
    await bob.round();
    assert.deepEqual(await bob.names(), ['before.txt']);
    await assertNoGap(fleet, ada);
    extents.set = set;
    ada.way = { fate: () => 'well' };
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    assert.equal(waiting(ada), 0);
    await fleet.settle();
    await same();
  });

  it('has one piece of content under way where each takes long, but for a try', async () => {
    await write(ada, 'film.bin', bytes(30_000_000));
    const { extents } = fleet.server;
    const set = extents.set.bind(extents);
    extents.set = (id, body) => {
      fleet.now += BULK_TURN_MS;
      return set(id, body);
    };
    const before: number[] = [];
    assert.equal(outcomeOf(await ada.carry({ outbox: (outbox) => ({ ...outbox, extent(id) {
      before.push(extents.size);
      return outbox.extent(id);
    } }) })), 'ok');
    assert.isAtMost(before.filter((there, at) => there < at).length, 2);
  });

  it('yields in the midst of a large file', async () => {
    await write(ada, 'film.bin', bytes(30_000_000));
    let asked = 0;
    assert.equal(outcomeOf(await ada.carry({ mustYield: () => (asked += 1) > 3 })), 'aborted');
    assert.isAtMost(fleet.server.extents.size, 3);
    assert.equal(outcomeOf(await ada.carry()), 'ok');
    assert.equal(waiting(ada), 0);
  });

  for (const [what, failure] of [['is not taken', 'protocol'], ['does not get through', 'unreachable'], ['finds no room', 'quota']] as const) it(`holds nothing back that stands before content which ${what}`, async () => {
    await write(ada, 'before.txt', 'a note');
    await write(ada, 'here.bin', bytes(70_000));
    await write(ada, 'film.bin', bytes(5_000_000));
    await write(ada, 'behind.txt', 'another');
    const cloud = (all: Cloud): Cloud => ({ ...all, putExtent: (id, body) => ((body instanceof Blob ? body.size : body.length) > 1_000_000 ? Promise.resolve(err(failure)) : all.putExtent(id, body)) });
    assert.equal(outcomeOf(await ada.carry({ cloud })), failure);
    await bob.round();
    assert.deepEqual(await bob.names(), ['before.txt', 'here.bin']);
    await assertNoGap(fleet, ada);
    await fleet.settle();
    await same();
  });

  it('sends what stands before any content first: it may be ended before a piece of that is through', async () => {
    await write(ada, 'before.txt', 'a note');
    await write(ada, 'film.bin', bytes(5_000_000));
    let there: readonly string[] = [];
    const cloud = (all: Cloud): Cloud => ({ ...all, putExtent: async (id, body) => {
      there = (await fleet.stored()).map(({ name }) => name);
      return all.putExtent(id, body);
    } });
    assert.equal(outcomeOf(await ada.carry({ cloud })), 'ok');
    assert.include(there, 'before.txt');
  });

  for (const window of [1, 2, 3]) it(`goes by windows, here of ${window}, and ends beside a server that says it lacks what it took, last things first`, async () => {
    for (let at = 0; at < 5; at += 1) await write(ada, `${at}.bin`, bytes(40_000, at + 1));
    await write(ada, 'deep/er/last.txt', 'x');
    let sent = 0;
    const slowAndWrong = (all: Cloud): Cloud => ({ ...all, missing: (ids) => Promise.resolve(ok({ missing: [...ids].reverse() })), putExtent: (id, body) => {
      fleet.now += BULK_TURN_MS;
      sent += 1;
      return all.putExtent(id, body);
    } });
    assert.equal(outcomeOf(await ada.carry({ window, cloud: slowAndWrong, outbox: oneByOne })), 'ok');
    assert.equal(sent, 5);
    assert.equal(waiting(ada), 0);
    assert.isEmpty(await ada.home.deps.db.read(['outbox'], (tx) => tx.list('outbox')));
    await assertNoGap(fleet, ada);
    await fleet.settle();
    await same();
  });

  it('takes a window whose content the server has for no reason to wait on a connection that costs', async () => {
    for (let at = 0; at < 3; at += 1) await write(ada, `${at}.bin`, bytes(40_000, at + 1));
    assert.equal(outcomeOf(await ada.carry({ outbox: (outbox) => ({ ...outbox, nodes: () => Promise.resolve([]) }) })), 'ok');
    ada.metered = true;
    assert.equal(outcomeOf(await ada.carry({ window: 1 })), 'ok');
    assert.equal(waiting(ada), 0);
    ada.metered = false;
    await fleet.settle();
    await same();
  });
});
