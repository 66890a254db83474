// In which order content goes up: what lies in the folder that somebody looks at, then what was written first.
import { assert } from 'chai';
import { err } from '../../src/result.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { bytes, value } from '../workers/home/test-home.ts';
import { type Device, type Fleet, openTwo, type Two } from './devices.ts';
import { cloudOf } from './fake-cloud.ts';

const LARGE = 70_000;

describe('content that waits to be sent', () => {
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Two['write'];
  let same: Two['same'];
  let came: string[];
  beforeEach(async () => {
    ({ fleet, ada, bob, write, same } = await openTwo());
    came = [];
    const put = fleet.server.write.bind(fleet.server);
    fleet.server.write = (record) => {
      came.push(record.id);
      return put(record);
    };
    await write(ada, 'first.bin', bytes(LARGE, 1));
    await write(ada, 'docs/second.bin', bytes(LARGE, 2));
    await write(ada, 'docs/third.bin', bytes(LARGE, 3));
    await write(ada, 'note.txt', 'small');
  });

  const find = async (...path: readonly string[]) => {
    let at = ada.home.root;
    for (const name of path) at = await ada.home.find(name, at);
    return at;
  };

  it('goes as it was written where nobody looks', async () => {
    await ada.round();
    assert.deepEqual(came, [await find('first.bin'), await find('docs'), await find('docs', 'second.bin'), await find('docs', 'third.bin'), await find('note.txt')]);
  });

  it('goes first where it lies in the folder that is shown, behind that folder itself', async () => {
    value(await ada.home.surface.listFolder({ folder: await find('docs') }));
    await ada.round();
    assert.sameOrderedMembers(came.slice(0, 3), [await find('docs'), await find('docs', 'second.bin'), await find('docs', 'third.bin')]);
    assert.lengthOf(came, 5);
    await fleet.settle();
    await same();
  });

  it('holds up nothing else where it is not taken', async () => {
    value(await ada.home.surface.listFolder({ folder: await find('docs') }));
    const cloud = { ...cloudOf(() => fleet.server, { fate: () => 'well' }), putExtent: () => Promise.resolve(err('quota' as const)) };
    assert.deepEqual(await syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud, home: ada.home.mounted.sync.reconciler, signal: new AbortController().signal }), err('quota'));
    assert.include(came, await find('note.txt'));
    await bob.round();
    assert.include(await bob.names(), 'note.txt');
  });
});
