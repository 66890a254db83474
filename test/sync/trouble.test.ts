// Two devices and a server that has trouble or makes some: nothing is lost, and what can go on goes on.
import { assert } from 'chai';
import { err } from '../../src/result.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { bytes, codeOf, command, value, workPort } from '../workers/home/test-home.ts';
import { type Device, type Fleet, openTwo, type Two } from './devices.ts';
import { cloudOf } from './fake-cloud.ts';

describe('two devices of one home, in trouble', () => {
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Two['write'];
  let read: Two['read'];
  let same: Two['same'];
  beforeEach(async () => { ({ fleet, ada, bob, write, read, same } = await openTwo()); });

  it('lose nothing by a server that was restored from an old copy', async () => {
    await write(ada, 'a.txt', 'first');
    await fleet.settle();
    const old = fleet.server.copy();
    await write(ada, 'a.txt', 'second');
    await write(bob, 'b.txt', 'new');
    await fleet.settle();
    fleet.server = old;
    await fleet.settle();
    assert.deepEqual(await ada.names(), ['a.txt', 'b.txt']);
    assert.equal(await read(bob, 'a.txt'), 'second');
    await same();
  });

  it('go on where the server had no more room, once it has', async () => {
    fleet.server.quota = 1;
    await write(ada, 'a.txt', 'x');
    assert.deepEqual(await ada.round(), { ok: false, error: 'quota' });
    assert.equal(await read(ada, 'a.txt'), 'x');
    fleet.server.quota = Infinity;
    await fleet.settle();
    assert.equal(await read(bob, 'a.txt'), 'x');
  });

  it('take nothing for news that cannot be opened', async () => {
    await write(ada, 'a.txt', 'x');
    await ada.round();
    const [id, stored] = [...fleet.server.objects].find(([each]) => each !== ada.home.root)!;
    const body = stored.body!.slice();
    body[40]! ^= 1;
    fleet.server.objects.set(id, { ...stored, body });
    value({ ok: true, value: await bob.round() });
    assert.deepEqual(await bob.names(), []);
    assert.equal(bob.home.mounted.sync.unreadable(), 1);
  });

  it('lose nothing by a server that deletes what nobody deleted', async () => {
    await write(ada, 'f/a.txt', 'x');
    await fleet.settle();
    for (const id of fleet.server.objects.keys()) fleet.server.remove(id);
    await fleet.settle();
    assert.deepEqual(await bob.names(), ['f']);
    assert.deepEqual(await bob.names(await bob.home.find('f')), ['a.txt']);
    assert.lengthOf(await fleet.alive(), 3);
    await same();
  });

  it('leave what lies in a folder that does not open where it is', async () => {
    await write(ada, 'f/a.txt', 'x');
    await ada.round();
    const id = await ada.home.find('f');
    const stored = fleet.server.objects.get(id)!;
    const body = stored.body!.slice();
    body[50]! ^= 1;
    fleet.server.objects.set(id, { ...stored, body });
    await bob.round();
    fleet.server.objects.set(id, { ...stored, seq: fleet.server.seq += 1, rev: String(fleet.server.seq) });
    await fleet.settle();
    assert.deepEqual(await bob.names(), ['f']);
    assert.deepEqual(await bob.names(id), ['a.txt']);
    assert.equal(bob.home.mounted.sync.unreadable(), 0);
  });

  it('are not held up by one object that the server has and nobody can read', async () => {
    await write(ada, 'a.txt', 'x');
    await fleet.settle();
    const id = await ada.home.find('a.txt');
    const stored = fleet.server.objects.get(id)!;
    fleet.server.objects.set(id, { body: new Uint8Array(300), seq: fleet.server.seq += 1, rev: String(fleet.server.seq) });
    await write(bob, 'a.txt', 'changed');
    await write(bob, 'b.txt', 'y');
    const before = bob.requests();
    assert.deepEqual(await bob.round(), { ok: true, value: undefined });
    assert.isAtMost(bob.requests() - before, 10);
    await ada.round();
    assert.include(await ada.names(), 'b.txt');
    fleet.server.objects.set(id, { ...stored, seq: fleet.server.seq += 1, rev: String(fleet.server.seq) });
    await write(bob, 'a.txt', 'changed again');
    await fleet.settle();
    assert.equal(await read(ada, 'a.txt'), 'changed again');
  });

  it('send the rest where one file finds no room', async () => {
    const cloud = cloudOf(() => fleet.server, { fate: () => 'well' });
    await write(ada, 'large.bin', bytes(70_000));
    await write(ada, 'small.txt', 'x');
    const full = { ...cloud, putExtent: () => Promise.resolve({ ok: false, error: 'quota' } as const) };
    assert.deepEqual(await syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud: full, home: ada.home.mounted.sync.reconciler, signal: new AbortController().signal }), { ok: false, error: 'quota' });
    await bob.round();
    assert.deepEqual(await bob.names(), ['small.txt']);
    await fleet.settle();
    assert.deepEqual(await bob.names(), ['large.bin', 'small.txt']);
  });

  it('know of a round that failed whether something got through', async () => {
    await write(ada, 'large.bin', bytes(70_000));
    const well = cloudOf(() => fleet.server, { fate: () => 'well' });
    const gone = () => Promise.resolve(err('unreachable' as const));
    const moves = async (device: Device, cloud: Cloud): Promise<{ readonly ok: boolean; readonly moved: boolean }> => {
      let moved = false;
      const done = await syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud, home: device.home.mounted.sync.reconciler, signal: new AbortController().signal, moved: () => { moved = true; } });
      return { ok: done.ok, moved };
    };
    assert.deepEqual(await moves(ada, { ...well, putExtent: gone }), { ok: false, moved: false });
    assert.deepEqual(await moves(ada, { ...well, write: gone }), { ok: false, moved: true });
    assert.deepEqual(await moves(ada, { ...well, write: gone }), { ok: false, moved: false });
    assert.deepEqual(await moves(ada, well), { ok: true, moved: true });
    assert.deepEqual(await moves(ada, well), { ok: true, moved: false });
    assert.deepEqual(await moves(bob, { ...well, extent: gone }), { ok: false, moved: false });
    assert.deepEqual(await moves(bob, well), { ok: true, moved: true });
  });

  it('send the node of a content that is damaged here, and all others', async () => {
    await write(ada, 'bad.bin', bytes(70_000));
    const db = ada.home.deps.db;
    const [row] = await db.read(['extents'], (tx) => tx.list('extents'));
    const hurt = new Uint8Array(row!.data as ArrayBuffer).slice();
    hurt[100]! ^= 1;
    await db.write(['extents'], (tx) => tx.put('extents', { ...row!, data: hurt.buffer }));
    await write(ada, 'good.txt', 'x');
    assert.isTrue((await ada.round()).ok);
    await bob.round();
    assert.deepEqual(await bob.names(), ['bad.bin', 'good.txt']);
    assert.lengthOf([...fleet.server.extents], 0);
  });

  it('bring the rest where the server gives one content that is not what its name says', async () => {
    await write(ada, 'a.bin', bytes(70_000, 1));
    await write(ada, 'b.bin', bytes(70_000, 2));
    await ada.round();
    const [first] = fleet.server.extents.keys();
    fleet.server.extents.set(first!, new Uint8Array(100));
    assert.isTrue((await bob.round()).ok);
    assert.equal(bob.home.mounted.sync.toCome(), 0);
    assert.lengthOf(await bob.home.deps.db.read(['extents'], (tx) => tx.keys('extents')), 1);
  });

  it('check a home and mend nothing of what is merely not here', async () => {
    await write(ada, 'a.bin', bytes(100_000, 1));
    await fleet.settle();
    await write(ada, 'a.bin', bytes(100_001, 2));
    await ada.round();
    const cloud = cloudOf(() => fleet.server, { fate: () => 'well' });
    await syncRound({ clock: () => 0, cloud, home: bob.home.mounted.sync.reconciler, signal: new AbortController().signal, mayMoveBulk: () => false });
    const report = value(await bob.home.surface.checkHome({ repair: true, content: true, port: workPort() }));
    assert.deepEqual(report.faults, []);
    await fleet.settle();
    assert.deepEqual(await read(ada, 'a.bin'), new TextDecoder().decode(bytes(100_001, 2)));
    const [entry] = value(await ada.home.surface.listFolder({ folder: ada.home.root })).entries;
    assert.include(entry, { versions: 1 });
  });

  it('have what was damaged here brought again by the next round', async () => {
    await write(ada, 'a.bin', bytes(70_000));
    await fleet.settle();
    const db = bob.home.deps.db;
    const [row] = await db.read(['extents'], (tx) => tx.list('extents'));
    await db.write(['extents'], (tx) => tx.put('extents', { ...row!, data: new ArrayBuffer(row!.size) }));
    const report = value(await bob.home.surface.checkHome({ repair: true, content: true, port: workPort() }));
    assert.deepEqual(report.faults.map(({ fault, mended }) => [fault, mended]), [['extent.damaged', true]]);
    await bob.round();
    assert.deepEqual(await db.read(['extents'], (tx) => tx.list('extents')), [row!]);
  });

  it('say that content is not here, and mark it, where the server does not answer', async () => {
    await write(ada, 'a.bin', bytes(70_000));
    await ada.round();
    const cloud = cloudOf(() => fleet.server, { fate: () => 'well' });
    await syncRound({ clock: () => 0, cloud, home: bob.home.mounted.sync.reconciler, signal: new AbortController().signal, mayMoveBulk: () => false });
    bob.home.mounted.remote.fetch = () => Promise.resolve(undefined);
    const node = await bob.home.find('a.bin');
    assert.deepEqual(value(await bob.home.surface.listFolder({ folder: bob.home.root })).entries.map((entry) => entry.kind === 'file' && entry.sync), ['online']);
    for (const asked of [bob.home.surface.previewFile({ node }), bob.home.surface.openDownload({ nodes: [node] }), bob.home.surface.openMedia({ node }), bob.home.surface.openDownload({ nodes: [bob.home.root] })]) assert.equal(codeOf(await asked), 'sync.not_here');
    await bob.home.mounted.sync.link.end();
    assert.equal(codeOf(await bob.home.surface.previewFile({ node })), 'sync.not_here', 'it was linked');
  });

  it('bring everything that is named when a backup asks for it, and stop where it cannot be had', async () => {
    await write(ada, 'a.bin', bytes(70_000, 1));
    await write(ada, 'a.bin', bytes(70_000, 2));
    await ada.round();
    const cloud = cloudOf(() => fleet.server, { fate: () => 'well' });
    await syncRound({ clock: () => 0, cloud, home: bob.home.mounted.sync.reconciler, signal: new AbortController().signal, mayMoveBulk: () => false });
    const { sync, remote } = bob.home.mounted;
    assert.equal(await sync.absent(), 2);
    remote.fetch = () => Promise.resolve(undefined);
    await sync.bringAll(new AbortController().signal);
    assert.equal(await sync.absent(), 2);
    remote.fetch = async (id) => {
      const found = fleet.server.extents.get(id);
      if (found) await sync.reconciler.keep(id, found);
      return found;
    };
    await sync.bringAll(new AbortController().signal);
    assert.equal(await sync.absent(), 0);
  });

  it('are sent whole though two folders lie in each other by way of the trash', async () => {
    for (const name of ['one/', 'two/']) await ada.home.add({ [name]: '' });
    await fleet.settle();
    const [one, two] = [await ada.home.find('one'), await ada.home.find('two')];
    value(await ada.home.surface.moveNodes({ ...command(), nodes: [one], to: two, clash: 'skip' }));
    value(await ada.home.surface.trashNodes({ ...command(), nodes: [one] }));
    value(await bob.home.surface.moveNodes({ ...command(), nodes: [two], to: one, clash: 'skip' }));
    await fleet.settle();
    await ada.home.mounted.sync.link.begin('account');
    await fleet.settle();
    await same();
  });

  it('do not get back what was deleted elsewhere while sync was stopped', async () => {
    await write(ada, 'a.txt', 'x');
    await write(ada, 'b.txt', 'y');
    await fleet.settle();
    await bob.home.mounted.sync.link.end();
    const node = await ada.home.find('a.txt');
    value(await ada.home.surface.trashNodes({ ...command(), nodes: [node] }));
    value(await ada.home.surface.deleteNodes({ ...command(), nodes: [node] }));
    await ada.round();
    await bob.home.mounted.sync.link.begin('account');
    await fleet.settle();
    assert.deepEqual(await ada.names(), ['b.txt']);
    await same();
  });
});
