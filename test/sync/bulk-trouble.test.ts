// Content that moves by turns, where pieces are damaged, the server says what is not so, and what is small is changed meanwhile.
import { assert } from 'chai';
import { ok } from '../../src/result.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { bytes, command, value } from '../workers/home/test-home.ts';
import type { Device } from './devices.ts';
import { type Holding, openHolding } from './holding.ts';
import { slowCloud } from './slow-cloud.ts';
import { deleteForGood } from './three.ts';

const FILM_BYTES = 40 * 1024 * 1024;
const PIECES = 10;
/** More than a round looks at at once, each a piece of its own. */
const FILES = 300;
const HOUR = 3_600_000;
/** So many turns are no end. */
const ENDLESS = 1_000;

describe('content by turns, in trouble', () => {
  let holding: Holding;
  let ada: Device;
  let bob: Device;
  beforeEach(async () => {
    holding = await openHolding();
    ({ ada, bob } = holding);
  });

  const names = async () => (await holding.fleet.stored()).map(({ name }) => name);
  const many = () => ada.home.add(Object.fromEntries(Array.from({ length: FILES }, (_, at) => [`${at}.bin`, bytes(40_000, at)])));
  const rename = async (name: string, to: string, { home } = ada) => value(await home.surface.renameNode({ ...command(), node: await home.find(name), name: to }));

  /** A round of Ada's that is ended where it has no end; how often the server was asked what it lacks. */
  async function round({ cloud, clock }: { readonly cloud: Cloud; readonly clock: () => number }): Promise<number> {
    const stop = new AbortController();
    let asked = 0;
    const counting: Cloud = { ...cloud, missing(ids) {
      asked += 1;
      if (asked > ENDLESS) stop.abort();
      return cloud.missing(ids);
    } };
    assert.deepEqual(await syncRound({ mayMoveBulk: () => true, cloud: counting, clock, signal: stop.signal, home: ada.home.mounted.sync.reconciler }), ok());
    return asked;
  }

  it('comes to its end where more pieces are damaged than a turn moves', async () => {
    await holding.write(ada, 'film.bin', bytes(FILM_BYTES));
    const { db } = ada.home.deps;
    for (const id of await db.read(['extents'], (tx) => tx.keys('extents'))) await db.write(['extents'], async (tx) => {
      const row = (await tx.get('extents', id))!;
      await tx.put('extents', { ...row, data: new ArrayBuffer(row.size) });
    });
    const slow = slowCloud(holding.fleet);
    await round(slow);
    assert.equal(slow.extents(), PIECES);
    assert.include(await names(), 'film.bin');
  });

  it('is not named at the server where it was deleted for good while it was to be sent', async () => {
    await holding.write(ada, 'keep.bin', bytes(70_000, 1));
    await holding.write(ada, 'secret.bin', bytes(70_000, 2));
    const slow = slowCloud(holding.fleet);
    const seen: (readonly string[])[] = [];
    let asked = false;
    await round({ clock: slow.clock, cloud: { ...slow.cloud,
      async missing(ids) {
        const lacks = await slow.cloud.missing(ids);
        if (!asked) await deleteForGood(ada, 'secret.bin');
        asked = true;
        return lacks;
      },
      async write(...args) {
        const written = await slow.cloud.write(...args);
        seen.push(await names());
        return written;
      },
    } });
    assert.isTrue(asked);
    assert.isEmpty(seen.flat().filter((name) => name === 'secret.bin'));
    assert.include(await names(), 'keep.bin');
    await holding.fleet.settle();
    assert.deepEqual(await bob.names(), ['keep.bin']);
  });

  it('is sent once to a server that says it lacks what it took', async () => {
    await holding.write(ada, 'film.bin', bytes(FILM_BYTES));
    const slow = slowCloud(holding.fleet);
    await round({ ...slow, cloud: { ...slow.cloud, missing: (ids) => Promise.resolve(ok({ missing: ids })) } });
    assert.equal(slow.extents(), PIECES);
    assert.include(await names(), 'film.bin');
  });

  it('is sent anew to a server that was put back between two turns', async () => {
    const earlier = holding.fleet.server.copy();
    await holding.write(ada, 'film.bin', bytes(FILM_BYTES));
    const slow = slowCloud(holding.fleet, { 8: () => Promise.resolve(holding.fleet.server = earlier) });
    await round(slow);
    assert.equal(holding.fleet.server.extents.size, PIECES);
    await holding.fleet.settle();
    assert.equal(await holding.read(bob, 'film.bin'), new TextDecoder().decode(bytes(FILM_BYTES)));
  });

  for (const [what, name, meanwhile] of [
    ['is changed again while it is sent', 'noted.txt', () => rename('note.txt', 'noted.txt')],
    ['lost a race', 'note.txt', async () => {
      // By a clock that is behind, so that Ada's counts.
      bob.skew = -HOUR;
      await rename('old.txt', 'bobs.txt', bob);
      await bob.round();
    }],
  ] as const) it(`does not hold up what ${what}`, async () => {
    await holding.write(ada, 'old.txt', 'old');
    await holding.fleet.settle();
    const note = await ada.home.find('old.txt');
    await many();
    let seen: readonly string[] = [];
    const slow = slowCloud(holding.fleet, { 1: () => rename('old.txt', 'note.txt'), 40: async () => { seen = await names(); } });
    let changed = false;
    await round({ ...slow, cloud: { ...slow.cloud, async write(writes, life) {
      if (!changed && writes.some(({ id }) => id === note)) {
        changed = true;
        await meanwhile();
      }
      return slow.cloud.write(writes, life);
    } } });
    assert.isTrue(changed);
    assert.include(seen, name);
    assert.notInclude(seen, '299.bin');
  });

  it('lets a name go over a connection that costs, though merged with content that the server has', async () => {
    await holding.write(ada, 'old.bin', bytes(40_000, 1000));
    await holding.fleet.settle();
    await many();
    await rename('old.bin', 'new.bin');
    await holding.write(bob, 'old.bin', bytes(40_000, 1001));
    await bob.round();
    ada.metered = true;
    const done = await ada.round();
    assert.equal(done.ok ? 'ok' : done.error, 'metered');
    assert.include(await names(), 'new.bin');
    assert.notInclude(await names(), '0.bin');
  });
});
