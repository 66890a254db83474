// Bundles in an account, at the real server: what is sent, and that the same bytes come back on a device that has nothing but the keys.
import { assert } from 'chai';
import { createHash } from 'node:crypto';
import { err } from '../../../src/result.ts';
import { type CloudClient, createCloudClient } from '../../../src/sync/cloud-client.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';
import { unpackExtents } from '../../../src/workers/store/snapshot-lists.ts';
import { type Counted, sendOf } from '../../sync/send.ts';
import { startTestServer, type TestServer } from '../../server/support/test-server.ts';
import { bytes, codeOf, command, newHome, type TestHome, value, workPort } from '../home/test-home.ts';
import { backupOver, homeWithSlot, linkAll, MIB, open, type World } from './backup-world.ts';

describe('bundles in an account', () => {
  let server: TestServer;
  let first: TestHome;
  let second: TestHome;
  let here: World;
  let there: World;
  let cloud: CloudClient;
  const count: Counted = { requests: 0, bytes: 0 };
  const snapshot = async (world: World) => value(await world.calls.createSnapshot({ ...command(), port: workPort() })).id;
  const upload = (id: BundleId) => here.calls.uploadBackup({ ...command(), port: workPort(), id });
  const bring = (world: World, id: BundleId) => world.calls.bringBackup({ ...command(), port: workPort(), id });

  async function hashOf(world: World, id: BundleId): Promise<string> {
    value(await world.calls.openSnapshotDownload({ id }));
    const hash = createHash('sha256');
    for await (const piece of world.offered.at(-1)!.open()) hash.update(piece);
    return hash.digest('hex');
  }

  before(async () => {
    server = await startTestServer();
    const account = await server.account();
    cloud = createCloudClient(sendOf(await server.client(account), count));
    const { home, slots } = await homeWithSlot();
    first = home;
    second = await newHome({ keys: first.deps.keys });
    await linkAll(first, second);
    here = backupOver(first, slots, cloud);
    there = backupOver(second, slots, createCloudClient(sendOf(await server.client(account), { requests: 0, bytes: 0 })));
    await first.add({ 'deep/er/large.bin': bytes(9_000_000), 'small.txt': 'hello', 'mid.bin': bytes(50_000, 3) });
  });
  after(() => server.close());

  it('go there whole, are listed, and say whether all of them is there', async () => {
    const id = await snapshot(here);
    value(await upload(id));
    assert.isAbove(count.bytes, 9_000_000);
    const [listed] = value(await here.calls.listCloudBackups({}));
    assert.include(listed, { id, here: true, nodes: 6 });
    assert.deepEqual(value(await there.calls.listCloudBackups({})).map((each) => each.here), [false]);
    assert.deepEqual(value(await there.calls.checkCloudBackup({ id })), { ok: true, missing: 0 });
    assert.isDefined(value(await here.calls.backupOverview({})).snapshots[0]!.uploaded);
  });

  it('come to stay where a snapshot of the same one was there for its upload alone', async () => {
    const { id } = value(await here.calls.listCloudBackups({}))[0]!;
    const rowNow = () => first.deps.db.read(['snapshots'], (tx) => tx.get('snapshots', id));
    const row = await rowNow();
    await first.deps.db.write(['snapshots'], (tx) => tx.put('snapshots', { ...row!, passing: true }));
    assert.isFalse(value(await here.calls.listCloudBackups({})).find((each) => each.id === id)?.here);
    value(await bring(here, id));
    assert.isUndefined((await rowNow())?.passing);
    assert.isTrue(value(await here.calls.listCloudBackups({})).find((each) => each.id === id)?.here);
  });

  it('send next to nothing where nothing changed, and a part where a little did', async () => {
    count.bytes = 0;
    value(await upload(await snapshot(here)));
    assert.isAtMost(count.bytes, 64 * 1024);
    await first.add({ 'small.txt': 'hello again' }, { clash: 'replace' });
    count.bytes = 0;
    value(await upload(await snapshot(here)));
    assert.isAtMost(count.bytes, MIB);
  });

  it('come back as the same bytes, on a device that has none of it, and restore there', async () => {
    const [newest] = value(await here.calls.listCloudBackups({}));
    const { id } = newest!;
    const brought = value(await bring(there, id));
    assert.equal(brought.id, id);
    assert.equal(await hashOf(there, id), await hashOf(here, id));
    const report = value(await there.calls.verifySnapshot({ id, depth: 'full', port: workPort() }));
    assert.include(report, { ok: true });
    assert.equal(value(await bring(there, id)).id, id, 'again is well');
    const { restore } = value(await open(there, { snapshot: id }));
    assert.deepInclude(value(await there.calls.applyRestore({ ...command(), restore, into: second.root, clash: 'skip', port: workPort() })), { created: 5, damaged: [] });
    assert.deepEqual(await second.read(await second.find('large.bin', await second.find('er', await second.find('deep')))), bytes(9_000_000));
    assert.equal(new TextDecoder().decode(await second.read(await second.find('small.txt'))), 'hello again');
  });

  it('stay whole when content went from the home since', async () => {
    const [, older] = value(await here.calls.listCloudBackups({}));
    const node = await first.find('mid.bin');
    value(await first.surface.trashNodes({ ...command(), nodes: [node] }));
    value(await first.surface.deleteNodes({ ...command(), nodes: [node] }));
    value(await bring(there, older!.id));
    assert.equal(await hashOf(there, older!.id), await hashOf(here, older!.id));
  });

  it('are not made of what is not what its name says', async () => {
    const [newest] = value(await here.calls.listCloudBackups({}));
    const lying: CloudClient = { ...cloud, extent: async (id) => {
      const found = await cloud.extent(id);
      if (found.ok && found.value) found.value[100]! ^= 1;
      return found;
    } };
    const third = await newHome({ keys: first.deps.keys });
    const stranger = await newHome();
    await linkAll(third, stranger);
    const world = backupOver(third, [], lying);
    assert.equal(codeOf(await bring(world, newest!.id)), 'backup.damaged');
    assert.lengthOf(value(await world.calls.backupOverview({})).snapshots, 0);
    const other = backupOver(stranger, [], cloud);
    assert.equal(codeOf(await other.calls.listCloudBackups({})), 'backup.damaged', 'of another home');
  });

  it('let the home be changed however long they are on their way, and leave nothing behind that no snapshot names', async () => {
    const [newest] = value(await here.calls.listCloudBackups({}));
    const third = await newHome({ keys: first.deps.keys });
    await linkAll(third);
    let changes = 0;
    const slow: CloudClient = { ...cloud, extent: async (id) => {
      changes += 1;
      value(await third.surface.createFolder({ ...command(), parent: third.root, name: `while ${changes} comes` }));
      return cloud.extent(id);
    } };
    const world = backupOver(third, [], slow);
    value(await bring(world, newest!.id));
    assert.isAbove(changes, 1);
    assert.lengthOf(await third.names(), changes);
    assert.include(value(await world.calls.verifySnapshot({ id: newest!.id, depth: 'full', port: workPort() })), { ok: true });
    const { db } = third.deps;
    const row = await db.read(['snapshots'], (tx) => tx.get('snapshots', newest!.id));
    assert.deepEqual(await db.read(['extents'], (tx) => tx.keys('extents')), unpackExtents(row!.extents)!.map(({ id }) => id).sort());
    assert.isEmpty(await db.read(['staging'], (tx) => tx.keys('staging')));
  });

  it('are whole though the first try broke off and the worker ended, whatever both had brought', async () => {
    const [newest] = value(await here.calls.listCloudBackups({}));
    const third = await newHome({ keys: first.deps.keys });
    await linkAll(third);
    let left = 3;
    const breaking: CloudClient = { ...cloud, extent: (id) => ((left -= 1) === 0 ? Promise.resolve(err('unreachable' as const)) : cloud.extent(id)) };
    const world = backupOver(third, [], breaking);
    assert.equal(codeOf(await bring(world, newest!.id)), 'account.provider_unreachable');
    value(await bring(world, newest!.id));
    const again = await third.again();
    const later = backupOver(again, [], cloud);
    assert.include(value(await later.calls.verifySnapshot({ id: newest!.id, depth: 'full', port: workPort() })), { ok: true });
    assert.isEmpty(await again.deps.db.read(['staging'], (tx) => tx.keys('staging')));
  });

  it('may come twice at once', async () => {
    const [newest] = value(await here.calls.listCloudBackups({}));
    const third = await newHome({ keys: first.deps.keys });
    await linkAll(third);
    const world = backupOver(third, [], cloud);
    (await Promise.all([bring(world, newest!.id), bring(world, newest!.id)])).forEach(value);
    assert.include(value(await world.calls.verifySnapshot({ id: newest!.id, depth: 'full', port: workPort() })), { ok: true });
  });

  it('are listed once each whoever adds one, and go when they are deleted', async () => {
    const [a, b] = [await snapshot(here), await snapshot(here)];
    const both = await Promise.all([upload(a), upload(b)]);
    both.forEach(value);
    const ids = value(await here.calls.listCloudBackups({})).map(({ id }) => id);
    assert.includeMembers(ids, [a, b]);
    assert.lengthOf(new Set(ids), ids.length);
    value(await here.calls.deleteCloudBackup({ ...command(), id: a }));
    assert.notInclude(value(await there.calls.listCloudBackups({})).map(({ id }) => id), a);
    assert.equal(codeOf(await bring(there, a)), 'backup.unknown');
    value(await here.calls.deleteCloudBackup({ ...command(), id: a }));
  });

  it('are refused where the home is not linked', async () => {
    const alone = backupOver(await newHome(), [], cloud);
    assert.equal(codeOf(await alone.calls.listCloudBackups({})), 'sync.not_linked');
  });

  it('are not sent where content here is not what its name says, and nothing is listed', async () => {
    await first.add({ 'harmed.bin': bytes(70_000, 9) });
    const id = await snapshot(here);
    const { db } = first.deps;
    const rows = await db.read(['extents'], (tx) => tx.list('extents'));
    const missing = await cloud.missing(rows.map((row) => row.id));
    const row = rows.find(({ id: extent }) => missing.ok && missing.value.missing.includes(extent))!;
    await db.write(['extents'], (tx) => tx.put('extents', { ...row, data: new ArrayBuffer(row.size) }));
    assert.equal(codeOf(await upload(id)), 'backup.damaged');
    assert.notInclude(value(await here.calls.listCloudBackups({})).map((each) => each.id), id);
  });
});
