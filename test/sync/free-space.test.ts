// Freeing space on a device: content goes that the server has and nothing here needs; never a last copy.
import { assert } from 'chai';
import { ok } from '../../src/result.ts';
import { objectName } from '../../src/workers/store/outbox/outbox.ts';
import { packExtents } from '../../src/workers/store/snapshot-lists.ts';
import { createContentSpace } from '../../src/workers/syncing/content-space.ts';
import { bytes, codeOf, command, value, workPort } from '../workers/home/test-home.ts';
import type { Device, Fleet } from './devices.ts';
import { type Holding, LARGE, openHolding } from './holding.ts';

/** Extents, more than go in one transaction. */
const MORE_THAN_AT_ONCE = 70;
const NOTHING = { bytes: 0, extents: 0, files: 0, left: 0 };

describe('content, when space is freed,', () => {
  let on: Holding;
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Holding['write'];
  let read: Holding['read'];
  let space: Holding['space'];
  let here: Holding['here'];
  let choose: Holding['choose'];
  let keep: Holding['keep'];
  let free: Holding['free'];
  let absent: Holding['absent'];
  let marks: Holding['marks'];
  let extentsOf: Holding['extentsOf'];
  let keepsWhatItFetches: Holding['keepsWhatItFetches'];
  let bobChose: Holding['bobChose'];
  beforeEach(async () => {
    on = await openHolding();
    ({ fleet, ada, bob, write, read, space, here, choose, keep, free, absent, marks, extentsOf, keepsWhatItFetches, bobChose } = on);
  });

  it('goes from here where the server has it: listed as before, whole when it is opened', async () => {
    await bobChose({ 'a.bin': 1, 'b.bin': 2, 'kept/c.bin': 3 });
    await write(bob, 'small.txt', 'small');
    await fleet.settle();
    await keep(bob, await bob.home.find('kept'));
    const freed = value(await free(bob));
    assert.deepInclude(freed, { extents: 2, files: 2, left: 0 });
    assert.isAbove(freed.bytes, 2 * LARGE);
    assert.deepEqual(await here(bob), await extentsOf(bob, 'c.bin', await bob.home.find('kept')));
    assert.deepEqual(await marks(bob), ['chosen', 'online', 'online', undefined]);
    assert.equal(await read(bob, 'a.bin'), new TextDecoder().decode(bytes(LARGE, 1)));
    await fleet.settle();
    assert.lengthOf(await here(bob), 1, 'nothing comes back by itself');
    assert.equal(await absent(bob), 2);
  });

  it('stays where all is wanted here', async () => {
    await bobChose({ 'a.bin': 1 });
    await choose(bob, true);
    assert.deepEqual(value(await free(bob)), NOTHING);
    assert.lengthOf(await here(bob), 1);
  });

  it('takes earlier contents and the trash along', async () => {
    await bobChose({ 'a.bin': 1, 'kept/b.bin': 2 });
    await write(ada, 'a.bin', bytes(LARGE, 3));
    await fleet.settle();
    await keep(bob, await bob.home.find('kept'));
    value(await bob.home.surface.trashNodes({ ...command(), nodes: [await bob.home.find('b.bin', await bob.home.find('kept'))] }));
    await fleet.settle();
    assert.deepInclude(value(await free(bob)), { files: 0, extents: 2 });
    assert.deepEqual(await here(bob), []);
  });

  it('stays where the server lacks it', async () => {
    await bobChose({ 'a.bin': 1, 'b.bin': 2 });
    const [lost] = await extentsOf(bob, 'a.bin');
    fleet.server.extents.delete(lost!);
    assert.deepInclude(value(await free(bob)), { extents: 1, left: 1 });
    assert.deepEqual(await here(bob), [lost!]);
  });

  it('stays while it waits to be sent, and while its file does', async () => {
    await bobChose({ 'a.bin': 1 });
    await write(bob, 'new.bin', bytes(LARGE, 2));
    value(await bob.home.surface.renameNode({ ...command(), node: await bob.home.find('a.bin'), name: 'z.bin' }));
    // The server has it by now, and this device does not know.
    for (const { id, data } of await bob.home.deps.db.read(['extents'], (tx) => tx.list('extents'))) fleet.server.extents.set(id, new Uint8Array(data as ArrayBuffer));
    assert.deepEqual(value(await free(bob)), NOTHING);
    assert.lengthOf(await here(bob), 2);
    await fleet.settle();
    assert.deepInclude(value(await free(bob)), { extents: 2, files: 2 });
  });

  const putSnapshot = (ids: readonly string[]) => bob.home.deps.db.write(['snapshots'], (tx) => tx.put('snapshots', {
    id: '1-000000000000', command: '', created: 1, manifest: new Uint8Array(1), seal: new Uint8Array(1), nodes: new Uint8Array(0), sealed: [], bytes: 1,
    extents: packExtents([...ids].sort().map((id) => ({ id, size: LARGE }))),
  }));

  /** A snapshot that holds these fast, as backup makes it. */
  const pin = (ids: readonly string[]) => bob.home.mounted.alone(async () => {
    await putSnapshot(ids);
    bob.home.mounted.pinsAdded();
  });

  it('stays where a snapshot names it', async () => {
    await bobChose({ 'a.bin': 1, 'b.bin': 2 });
    const pinned = await extentsOf(bob, 'a.bin');
    await pin(pinned);
    assert.deepInclude(value(await free(bob)), { extents: 1, left: 0 });
    assert.deepEqual(await here(bob), pinned);
  });

  const RACES: Readonly<Record<string, () => Promise<unknown>>> = {
    'is queued': async () => {
      const [id] = await extentsOf(bob, 'a.bin');
      await bob.home.deps.db.write(['outbox', 'queued', 'meta'], async (tx) => {
        await tx.put('outbox', { number: '900000000000', name: objectName('extents', id!), op: 'put' });
        await tx.put('queued', { name: objectName('extents', id!), number: '900000000000' });
      });
    },
    'is pinned by a snapshot': async () => pin(await extentsOf(bob, 'a.bin')),
    'is pinned right before the transaction that would drop it': async () => {
      const pinned = await extentsOf(bob, 'a.bin');
      bob.failWrites = () => {
        bob.failWrites = undefined;
        void putSnapshot(pinned);
        return 'well';
      };
    },
    'is staged': async () => {
      const [id] = await extentsOf(bob, 'a.bin');
      await bob.home.deps.db.write(['staging'], (tx) => tx.put('staging', { key: `${'0'.repeat(32)}/${id!}` }));
    },
    'may be named by what is being added': () => Promise.resolve(bob.home.mounted.staging.add('0'.repeat(32))),
    'belongs to a file that was changed': async () => bob.home.surface.renameNode({ ...command(), node: await bob.home.find('a.bin'), name: 'z.bin' }),
    'is wanted again': () => choose(bob, true),
    'is of a home that is linked anew': () => bob.home.mounted.sync.link.begin('other'),
    'is of a home that begins anew with the server': () => bob.home.mounted.sync.link.restart(undefined),
    'is of a home that is synced no more': () => bob.home.mounted.sync.link.end(),
  };

  for (const [what, race] of Object.entries(RACES)) {
    it(`stays where it ${what} between the question and the deletion`, async () => {
      await bobChose({ 'a.bin': 1 });
      on.meanwhile = race;
      assert.deepEqual(value(await free(bob)), { ...NOTHING, left: 1 });
      assert.lengthOf(await here(bob), 1);
    });
  }

  it('stays where the server does not answer, and that is said', async () => {
    await bobChose({ 'a.bin': 1 });
    for (const fate of ['lost', 'unanswered'] as const) {
      on.way = { fate: () => fate };
      assert.equal(codeOf(await free(bob)), 'account.provider_unreachable');
    }
    assert.lengthOf(await here(bob), 1);
    const signedOut = createContentSpace({ current: () => ok(bob.home.mounted), cloud: () => Promise.resolve(undefined), syncNow: () => Promise.resolve(), clock: () => 0, closing: new AbortController().signal });
    assert.equal(codeOf(await signedOut.freeUpSpace({ ...command(), port: workPort() })), 'account.reauth_required');
  });

  it('is not lost where another device deletes meanwhile, with the server or here', async () => {
    await bobChose({ 'a.bin': 1, 'b.bin': 2 });
    const [gone] = await extentsOf(bob, 'a.bin');
    const node = await ada.home.find('a.bin');
    on.meanwhile = async () => {
      value(await ada.home.surface.trashNodes({ ...command(), nodes: [node] }));
      value(await ada.home.surface.deleteNodes({ ...command(), nodes: [node] }));
      await ada.round();
      await bob.round();
    };
    assert.deepInclude(value(await free(bob)), { files: 1 });
    assert.deepEqual(await bob.names(), ['b.bin']);
    on.meanwhile = () => Promise.resolve();
    fleet.server.extents.delete(gone!);
    await fleet.settle();
    assert.equal(await read(bob, 'b.bin'), new TextDecoder().decode(bytes(LARGE, 2)));
  });

  it('is there for a change that beats a deletion elsewhere', async () => {
    await bobChose({ 'a.bin': 1 });
    const [id] = await extentsOf(bob, 'a.bin');
    const node = await ada.home.find('a.bin');
    value(await bob.home.surface.renameNode({ ...command(), node, name: 'mine.bin' }));
    value(await ada.home.surface.trashNodes({ ...command(), nodes: [node] }));
    value(await ada.home.surface.deleteNodes({ ...command(), nodes: [node] }));
    await ada.round();
    value(await free(bob));
    // What no node of the server names was collected there.
    fleet.server.extents.delete(id!);
    await fleet.settle();
    assert.deepEqual(await ada.names(), ['mine.bin']);
    assert.equal(await read(ada, 'mine.bin'), new TextDecoder().decode(bytes(LARGE, 1)));
  });

  it('may be called off, and the rest stays', async () => {
    for (let seed = 1; seed <= MORE_THAN_AT_ONCE; seed += 1) await bob.home.add({ [`${seed}.bin`]: bytes(33_000, seed) });
    await fleet.settle();
    await choose(bob, false);
    const port = { onmessage: null as MessagePort['onmessage'], close: () => undefined, postMessage: () => { port.onmessage?.call(port as never, { data: { abort: true } } as MessageEvent); } };
    assert.equal(codeOf(await space(bob).freeUpSpace({ ...command(), port: port as unknown as MessagePort })), 'aborted');
    const left = (await here(bob)).length;
    assert.isTrue(left > 0 && left < MORE_THAN_AT_ONCE, `${left} are left`);
    assert.equal(await absent(bob), MORE_THAN_AT_ONCE - left, 'what went by then is known to be gone');
  });

  it('is known to be at the server alone when sync has stopped: said, counted, and no fault', async () => {
    await bobChose({ 'a.bin': 1 });
    value(await free(bob));
    const { sync } = bob.home.mounted;
    await sync.link.end();
    assert.equal(await sync.absent(), 1, 'linking to another account is refused by this');
    assert.equal(codeOf(await bob.home.surface.previewFile({ node: await bob.home.find('a.bin') })), 'ok', 'the server still answers');
    bob.home.mounted.remote.fetch = undefined;
    assert.equal(codeOf(await bob.home.surface.previewFile({ node: await bob.home.find('a.bin') })), 'sync.not_here');
    assert.deepEqual(value(await bob.home.surface.checkHome({ repair: true, content: true, port: workPort() })).faults, []);
    await sync.link.begin('account');
    await choose(bob, true);
    await fleet.settle();
    assert.deepEqual(await here(bob), await extentsOf(bob, 'a.bin'));
  });

  it('leaves a home that is checked to be whole, by bytes too, and a backup brings all of it first', async () => {
    await bobChose({ 'a.bin': 1, 'b.bin': 2 });
    value(await free(bob));
    const report = value(await bob.home.surface.checkHome({ repair: true, content: true, port: workPort() }));
    assert.deepEqual(report.faults, []);
    keepsWhatItFetches(bob);
    await bob.home.mounted.sync.bringAll(new AbortController().signal);
    assert.lengthOf(await here(bob), 2);
    assert.equal(await absent(bob), 0);
  });
});
