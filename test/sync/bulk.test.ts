// Content that takes its time, or has to wait for another connection, and what is small beside it.
import { assert } from 'chai';
import { ok } from '../../src/result.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { bytes, command, value } from '../workers/home/test-home.ts';
import type { Device } from './devices.ts';
import { cloudOf } from './fake-cloud.ts';
import { type Holding, LARGE, openHolding } from './holding.ts';
import { slowCloud } from './slow-cloud.ts';

const MIB = 1024 * 1024;
const { signal } = new AbortController();

let holding: Holding;
let ada: Device;
let bob: Device;

async function open(): Promise<void> {
  holding = await openHolding();
  ({ ada, bob } = holding);
}

describe('a large file on a slow way', () => {
  beforeEach(open);

  const round = (device: Device, { cloud, clock }: Pick<ReturnType<typeof slowCloud>, 'cloud' | 'clock'>) => syncRound({ mayMoveBulk: () => true, cloud, clock, signal, home: device.home.mounted.sync.reconciler });

  it('holds up neither what is written after it, nor what others wrote', async () => {
    const { fleet, write, read } = holding;
    await write(ada, 'film.bin', bytes(40 * MIB));
    const seen: string[][] = [];
    const slow = slowCloud(fleet, {
      1: async () => {
        await write(ada, 'note.txt', 'by ada');
        await write(bob, 'theirs.txt', 'by bob');
        await bob.round();
      },
      10: async () => {
        await bob.round();
        seen.push([...await bob.names()], [...await ada.names()]);
      },
    });
    assert.isTrue((await round(ada, slow)).ok);
    assert.equal(slow.extents(), 10);
    assert.deepEqual(seen, [['note.txt', 'theirs.txt'], ['film.bin', 'note.txt', 'theirs.txt']]);
    await fleet.settle();
    await holding.same();
    assert.equal(await read(bob, 'film.bin'), new TextDecoder().decode(bytes(40 * MIB)));
  });

  it('is one piece at a time, up and down, once that is known to be slow, but for a try now and then', async () => {
    await holding.write(ada, 'film.bin', bytes(80 * MIB));
    for (const device of [ada, bob]) {
      const { cloud, clock } = slowCloud(holding.fleet);
      let underWay = 0;
      const beside: number[] = [];
      const noting = <Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>) => async (...args: Args): Promise<T> => {
        beside.push(underWay += 1);
        for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
        return work(...args).finally(() => { underWay -= 1; });
      };
      assert.isTrue((await round(device, { cloud: { ...cloud, putExtent: noting(cloud.putExtent), extent: noting(cloud.extent) }, clock })).ok);
      assert.equal(Math.max(...beside), 2);
      assert.isAtMost(beside.filter((count) => count > 1).length, 3);
    }
  });

  it('gives way soon to what is written meanwhile', async () => {
    const { fleet, write } = holding;
    await write(ada, 'film.bin', bytes(80 * MIB));
    let reasons = 0;
    let atTheServer: readonly string[] = [];
    const { cloud, clock } = slowCloud(fleet, {
      3: async () => {
        await write(ada, 'note.txt', 'x');
        reasons += 1;
      },
      // With nothing new the turn would have ended after fifteen.
      10: async () => { atTheServer = (await fleet.stored()).map(({ name }) => name); },
    }, 700);
    assert.isTrue((await syncRound({ mayMoveBulk: () => true, reasons: () => reasons, cloud, clock, signal, home: ada.home.mounted.sync.reconciler })).ok);
    assert.include(atTheServer, 'note.txt');
  });

  it('gives way soon to what came while the turn was made ready', async () => {
    const { fleet, write } = holding;
    await write(ada, 'film.bin', bytes(80 * MIB));
    let reasons = 0;
    let here: readonly string[] = [];
    // A turn has seven pieces, and a hasty one two.
    const { cloud, clock } = slowCloud(fleet, { 12: async () => { here = await ada.names(); } }, 1_500);
    const between = async () => {
      if (reasons === 0) {
        await write(bob, 'theirs.txt', 'x');
        await bob.round();
        reasons += 1;
      }
      return ok();
    };
    assert.isTrue((await syncRound({ mayMoveBulk: () => true, reasons: () => reasons, between, cloud, clock, signal, home: ada.home.mounted.sync.reconciler })).ok);
    assert.include(here, 'theirs.txt');
  });

  it('is sent once, piece by piece, in as many turns as it needs', async () => {
    await holding.write(ada, 'film.bin', bytes(40 * MIB));
    const slow = slowCloud(holding.fleet);
    assert.isTrue((await round(ada, slow)).ok);
    assert.equal(slow.extents(), 10);
    assert.equal(ada.home.mounted.sync.reconciler.waiting(), 0);
    assert.isEmpty(await ada.home.deps.db.read(['outbox'], (tx) => tx.list('outbox')));
  });

  it('holds up no rename of a file whose content is there, and does hold up the file that names it', async () => {
    const { fleet, write } = holding;
    await write(ada, 'old.bin', bytes(LARGE, 1));
    await fleet.settle();
    await write(ada, 'film.bin', bytes(40 * MIB, 2));
    let atTheServer: readonly string[] = [];
    const slow = slowCloud(fleet, {
      1: async () => value(await ada.home.surface.renameNode({ ...command(), node: await ada.home.find('old.bin'), name: 'new.bin' })),
      10: async () => { atTheServer = (await fleet.stored()).map(({ name }) => name); },
    });
    assert.isTrue((await round(ada, slow)).ok);
    assert.include(atTheServer, 'new.bin');
    assert.notInclude(atTheServer, 'film.bin');
  });

  it('comes after what lies in the folder that somebody looks at, whenever they look', async () => {
    const { fleet, write } = holding;
    const folderOf = new Map<string, string>();
    for (const [at, folder] of ['one', 'two', 'three'].entries()) {
      for (let file = 0; file < 8; file += 1) await write(ada, `${folder}/${file}.bin`, bytes(LARGE, 10 * at + file));
      for (let file = 0; file < 8; file += 1) for (const id of await holding.extentsOf(ada, `${file}.bin`, await ada.home.find(folder))) folderOf.set(id, folder);
    }
    await ada.round();
    bob.metered = true;
    await bob.round();
    const look = async (folder: string) => value(await bob.home.surface.listFolder({ folder: await bob.home.find(folder) }));
    await look('two');
    const came: (string | undefined)[] = [];
    const cloud = cloudOf(() => fleet.server, { fate: () => 'well' });
    const noting: Cloud = { ...cloud, async extent(id) {
      if (came.push(folderOf.get(id)) === 2) await look('three');
      return cloud.extent(id);
    } };
    assert.isTrue((await round(bob, { cloud: noting, clock: () => 0 })).ok);
    assert.deepEqual(came.slice(0, 2), Array(2).fill('two'));
    assert.deepEqual(came.slice(2, 10), Array(8).fill('three'));
    assert.lengthOf(came, 24);
    assert.equal(bob.home.mounted.sync.toCome(), 0);
  });

  it('holds up nothing on its way down either', async () => {
    const { fleet, write } = holding;
    await write(ada, 'film.bin', bytes(40 * MIB));
    await ada.round();
    let names: readonly string[] = [];
    const slow = slowCloud(fleet, {
      1: async () => {
        await write(ada, 'later.txt', 'x');
        await ada.round();
        await write(bob, 'mine.txt', 'y');
      },
      10: async () => {
        await ada.round();
        names = [...await bob.names(), ...await ada.names()];
      },
    });
    assert.isTrue((await round(bob, slow)).ok);
    assert.deepEqual(names, ['film.bin', 'later.txt', 'mine.txt', 'film.bin', 'later.txt', 'mine.txt']);
    assert.lengthOf(await holding.here(bob), 10);
  });
});

describe('a connection that costs', () => {
  beforeEach(open);

  const outcome = async (device: Device) => {
    const round = await device.round();
    return round.ok ? 'ok' : round.error;
  };

  it('carries names and small files, and leaves content for another', async () => {
    const { fleet, write } = holding;
    await write(ada, 'old.bin', bytes(LARGE, 1));
    await fleet.settle();
    ada.metered = true;
    await write(ada, 'film.bin', bytes(LARGE, 2));
    await write(ada, 'deep/note.txt', 'x');
    value(await ada.home.surface.renameNode({ ...command(), node: await ada.home.find('old.bin'), name: 'new.bin' }));
    assert.equal(await outcome(ada), 'metered');
    assert.equal(fleet.server.extents.size, 1);
    await bob.round();
    assert.deepEqual(await bob.names(), ['deep', 'new.bin']);
    assert.equal(ada.home.mounted.sync.reconciler.waiting(), 1);
    ada.metered = false;
    assert.equal(await outcome(ada), 'ok');
    await bob.round();
    assert.deepEqual(await bob.names(), ['deep', 'film.bin', 'new.bin']);
  });

  it('brings names, and no content', async () => {
    await holding.write(ada, 'film.bin', bytes(LARGE));
    await ada.round();
    bob.metered = true;
    assert.equal(await outcome(bob), 'metered');
    assert.deepEqual(await bob.names(), ['film.bin']);
    assert.isEmpty(await holding.here(bob));
    bob.metered = false;
    assert.equal(await outcome(bob), 'ok');
    assert.lengthOf(await holding.here(bob), 1);
  });

  it('is well where nothing waits for another', async () => {
    ada.metered = true;
    await holding.write(ada, 'note.txt', 'x');
    assert.equal(await outcome(ada), 'ok');
  });

  it('ends what is under way when it comes in the midst of it', async () => {
    await holding.write(ada, 'film.bin', bytes(80 * MIB));
    const { cloud, clock, extents } = slowCloud(holding.fleet, { 15: () => Promise.resolve(ada.metered = true) });
    const done = await syncRound({ cloud, clock, signal, home: ada.home.mounted.sync.reconciler, mayMoveBulk: () => !ada.metered });
    assert.deepEqual(done, { ok: false, error: 'metered' });
    assert.isBelow(extents(), 20);
    ada.metered = false;
    await holding.fleet.settle();
    assert.equal(holding.fleet.server.extents.size, 20);
  });

  it('is used by the courier for what stands before any content that is not there', async () => {
    const { fleet, write } = holding;
    ada.metered = true;
    await write(ada, 'before.txt', 'x');
    await write(ada, 'film.bin', bytes(LARGE));
    await write(ada, 'after.txt', 'y');
    const carried = await ada.carry();
    assert.equal(carried.ok ? 'ok' : carried.error, 'metered');
    assert.equal(fleet.server.extents.size, 0);
    await bob.round();
    assert.deepEqual(await bob.names(), ['before.txt']);
    ada.metered = false;
    assert.isTrue((await ada.carry()).ok);
    await bob.round();
    assert.deepEqual(await bob.names(), ['after.txt', 'before.txt', 'film.bin']);
  });

  it('ends what the courier has under way', async () => {
    await holding.write(ada, 'film.bin', bytes(80 * MIB));
    let requests = 0;
    ada.way = { fate() {
      requests += 1;
      ada.metered = requests > 8;
      return 'well';
    } };
    const carried = await ada.carry();
    assert.equal(carried.ok ? 'ok' : carried.error, 'metered');
    assert.isBelow(holding.fleet.server.extents.size, 20);
  });

  it('is one that a person may choose to use, which the device keeps to itself', async () => {
    const space = holding.space(ada);
    assert.isFalse(value(await space.contentChoice({ count: false })).anyConnection);
    value(await space.setContentConnection({ ...command(), any: true }));
    await ada.again();
    await holding.choose(ada, false);
    await holding.keep(ada, ada.home.root);
    assert.include(value(await holding.space(ada).contentChoice({ count: false })), { anyConnection: true, all: false });
    assert.isFalse(value(await holding.space(bob).contentChoice({ count: false })).anyConnection);
    value(await holding.space(ada).setContentConnection({ ...command(), any: false }));
    assert.isFalse(value(await holding.space(ada).contentChoice({ count: false })).anyConnection);
  });
});
