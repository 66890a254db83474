// Deletions for good, and changes that whoever deleted did not know of: those are never lost, whatever the clocks say.
import { assert } from 'chai';
import { command, value } from '../workers/home/test-home.ts';
import type { Device } from './devices.ts';
import { deleteForGood, HOUR, linkAnew, NAME, openThree, round, roundOver, type Three, write } from './three.ts';

let { fleet, one, two, three, cloud, look, unheard, assertAllHave, assertAllEmpty } = {} as Three;
const open = async () => { ({ fleet, one, two, three, cloud, look, unheard, assertAllHave, assertAllEmpty } = await openThree()); };

async function deleteNow(device: Device, name = NAME): Promise<void> {
  await deleteForGood(device, name);
  await round(device);
}

describe('a change that a deletion did not know of', () => {
  beforeEach(open);

  it('outlives the next one too, where that did not know of it either', async () => {
    await write(one, 'before');
    await fleet.settle();
    await write(one, 'by who is away');
    await write(three, 'by another');
    await deleteNow(two);
    await look(one);
    await round(three);
    await round(two);
    await deleteNow(two);
    await round(three);
    await assertAllHave('by who is away');
  });

  it('outlives it where nobody ever said that the file arrived, and the clock is behind', async () => {
    one.skew = -HOUR;
    await write(one, 'before');
    await unheard(one);
    await write(one, 'changed since');
    await round(two);
    await deleteNow(two);
    await assertAllHave('changed since');
  });

  it('outlives it also where the server was set back before it was heard of', async () => {
    one.skew = -HOUR;
    await write(one, 'before');
    await unheard(one);
    await write(one, 'changed since');
    await round(two);
    fleet.server = fleet.server.copy();
    await one.home.mounted.sync.reconciler.restart(undefined);
    await round(two);
    await deleteNow(two);
    await assertAllHave('changed since');
  });

  it('outlives it where a server that was put back shows it again, and the clock of who deleted is ahead', async () => {
    await write(one, 'before');
    await fleet.settle();
    two.skew = 2 * HOUR;
    await write(one, 'changed since');
    await deleteNow(two);
    const earlier = fleet.server.copy();
    await fleet.settle();
    fleet.server = earlier;
    await assertAllHave('changed since');
  });

  it('outlives it though the courier sent an earlier state, which whoever deleted it knew', async () => {
    await write(one, 'before');
    await fleet.settle();
    one.skew = -HOUR;
    await write(one, 'carried');
    const { home } = one;
    let [said, isThere] = [0, false];
    // The window is opened, and a change made there, while the courier's answer is on its way.
    await one.carry({ mustYield: () => isThere, outbox: (all) => ({ ...all, async sent(nodes) {
      isThere = true;
      said += 1;
      if (said === 1) await home.add({ [NAME]: 'changed meanwhile' }, { clash: 'replace' });
      await all.sent(nodes);
    } }) });
    assert.equal(said, 1);
    await round(two);
    fleet.now += 2 * HOUR;
    await deleteNow(two);
    await assertAllHave('changed meanwhile');
  });

  it('outlives it where the home was linked anew before the change, and the clock is behind', async () => {
    one.skew = -HOUR;
    await write(one, 'before');
    await fleet.settle();
    await one.home.mounted.sync.link.end();
    await linkAnew(one);
    await write(one, 'changed since');
    await deleteNow(two);
    await assertAllHave('changed since');
  });

  for (const [when, order] of [['while the home was not linked', ['end', 'write']], ['before sync was stopped, and waited', ['write', 'end']]] as const) {
    it(`outlives it where it was made ${when}`, async () => {
      await write(one, 'before');
      await fleet.settle();
      for (const what of order) await (what === 'end' ? one.home.mounted.sync.link.end() : write(one, 'changed apart'));
      fleet.now += HOUR;
      await deleteNow(two);
      await linkAnew(one);
      await assertAllHave('changed apart');
    });
  }

  it('outlives it where it is the place of a folder', async () => {
    one.skew = -HOUR;
    value(await one.home.surface.createFolder({ ...command(), parent: one.home.root, name: 'made' }));
    await unheard(one);
    value(await one.home.surface.createFolder({ ...command(), parent: one.home.root, name: 'above' }));
    value(await one.home.surface.moveNodes({ ...command(), nodes: [await one.home.find('made')], to: await one.home.find('above'), clash: 'skip' }));
    await round(two);
    await deleteNow(two, 'made');
    await fleet.settle();
    assert.deepEqual(await three.names(await three.home.find('above')), ['made']);
  });
});

describe('a deletion', () => {
  beforeEach(open);

  it('is one where nothing was changed, though the home was linked anew', async () => {
    await write(one, 'before');
    await fleet.settle();
    await one.home.mounted.sync.link.end();
    await linkAnew(one);
    fleet.now += HOUR;
    await deleteNow(two);
    await assertAllEmpty();
  });

  it('is whole where a folder goes in more than one batch, whoever takes half of it', async () => {
    await one.home.add(Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`docs/${at}.txt`, `${at}`])));
    await fleet.settle();
    await deleteForGood(one, 'docs');
    const sent = cloud();
    assert.isTrue(await roundOver(one, { ...sent, async write(...args) {
      const outcomes = await sent.write(...args);
      await round(two);
      return outcomes;
    } }));
    await assertAllEmpty();
  });

  it('is one of what two devices sent again after a tombstone that nobody made', async () => {
    await write(one, 'before');
    await fleet.settle();
    fleet.server.remove(await one.home.find(NAME));
    await look(one);
    await round(two);
    fleet.now += HOUR;
    await deleteNow(two);
    await assertAllEmpty();
  });

  it('is one of what was sent and never heard of, too', async () => {
    await write(one, 'secret');
    await unheard(one);
    await deleteForGood(one);
    await assertAllEmpty();
  });

  it('is one of what was known, and of a change of it that was sent and never heard of', async () => {
    await write(one, 'before');
    await fleet.settle();
    await write(one, 'secret');
    await unheard(one);
    await deleteForGood(one);
    await assertAllEmpty();
  });

  it('is one of what the courier is sending in that moment', async () => {
    await write(one, 'before');
    await fleet.settle();
    await write(one, 'secret');
    let said = 0;
    await one.carry({ outbox: (all) => ({ ...all, async sent(nodes) {
      said += 1;
      if (said === 1) await deleteForGood(one);
      await all.sent(nodes);
    } }) });
    await assertAllEmpty();
  });

  it('is none of what another made of a change that was sent and never heard of', async () => {
    await write(one, 'before');
    await fleet.settle();
    await write(one, 'by one');
    await unheard(one);
    await round(two);
    await write(two, 'by two');
    await round(two);
    await deleteForGood(one);
    await assertAllHave('by two');
  });

  it('is none of what this device wrote itself, and has forgotten since its profile was put back to before that', async () => {
    await write(one, 'before');
    await fleet.settle();
    // The same device as it was later.
    Object.assign(two.home.deps, { device: one.home.deps.device });
    await two.again();
    fleet.now += HOUR;
    await write(two, 'later');
    await round(two);
    fleet.now += HOUR;
    await deleteForGood(one);
    await assertAllHave('later');
  });
});
