// Deletions for good, and changes that whoever deleted did not know of: a change is never lost, whatever the clocks say.
import { assert } from 'chai';
import { err } from '../../src/result.ts';
import type { Write } from '../../src/sync/cloud.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { pull } from '../../src/sync/pull.ts';
import { command, value } from '../workers/home/test-home.ts';
import { type Device, type Fleet, openFleet } from './devices.ts';
import { cloudOf, FakeServer } from './fake-cloud.ts';

const HOUR = 3_600_000;
const NAME = 'a.txt';

describe('a change that a deletion did not know of', () => {
  let fleet: Fleet;
  let one: Device;
  let two: Device;
  let three: Device;
  beforeEach(async () => {
    fleet = await openFleet(3, new FakeServer());
    [one, two, three] = fleet.devices as [Device, Device, Device];
  });

  const write = (device: Device, text: string) => device.home.add({ [NAME]: text }, { clash: 'replace' });
  const server = () => cloudOf(() => fleet.server, { fate: () => 'well' });
  const round = async (device: Device) => assert.isTrue((await device.round()).ok);
  /** Takes what is new, and sends nothing. */
  const look = async ({ home }: Device) =>
    value(await pull({ cloud: server(), home: home.mounted.sync.reconciler, signal: new AbortController().signal }) as never);

  async function deleteForGood(device: Device): Promise<void> {
    const node = await device.home.find(NAME);
    value(await device.home.surface.trashNodes({ ...command(), nodes: [node] }));
    value(await device.home.surface.deleteNodes({ ...command(), nodes: [node] }));
    await round(device);
  }

  async function assertAllHave(text: string): Promise<void> {
    await fleet.settle();
    for (const { home } of fleet.devices) assert.equal(new TextDecoder().decode(await home.read(await home.find(NAME))), text);
  }

  it('outlives the next deletion too, where that one did not know of it either', async () => {
    await write(one, 'before');
    await fleet.settle();
    await write(one, 'by who is away');
    await write(three, 'by another');
    await deleteForGood(two);
    await look(one);
    await round(three);
    await round(two);
    await deleteForGood(two);
    await round(three);
    await assertAllHave('by who is away');
  });

  it('outlives the deletion of a file whose maker never heard that it arrived, though the maker\'s clock is behind', async () => {
    await fleet.settle();
    one.skew = -HOUR;
    await write(one, 'before');
    const cloud = {
      ...server(),
      async write(writes: readonly Write[]) {
        await server().write(writes);
        return err('unreachable' as const);
      },
    };
    assert.isFalse((await syncRound({ cloud, home: one.home.mounted.sync.reconciler, signal: new AbortController().signal })).ok);
    await write(one, 'changed since');
    await round(two);
    await deleteForGood(two);
    await assertAllHave('changed since');
  });

  it('outlives a deletion where the home was linked anew before it was made, though its clock is behind', async () => {
    one.skew = -HOUR;
    await write(one, 'before');
    await fleet.settle();
    await one.home.mounted.sync.link.end();
    await one.home.mounted.sync.link.begin('account');
    await one.home.mounted.sync.link.finish();
    await write(one, 'changed since');
    await deleteForGood(two);
    await assertAllHave('changed since');
  });

  it('is none where nothing was changed: what was linked anew goes as it was deleted', async () => {
    await write(one, 'before');
    await fleet.settle();
    await one.home.mounted.sync.link.end();
    await one.home.mounted.sync.link.begin('account');
    fleet.now += HOUR;
    await deleteForGood(two);
    await fleet.settle();
    for (const device of fleet.devices) assert.deepEqual(await device.names(), []);
  });
});
