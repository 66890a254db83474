import { assert } from 'chai';
import { toHex } from '../../../src/crypto/bytes.ts';
import { nodePath } from '../../../src/crypto/nbk/entry-name.ts';
import { openBundle } from '../../../src/crypto/nbk/open-bundle.ts';
import { LOCAL_BYTES } from '../../../src/crypto/nbk/zip-format.ts';
import { fileAccess } from '../../../src/workers/backup/file-access.ts';
import type { Uid } from '../../../src/workers/contract/ids.ts';
import { bytes, codeOf, command, newHome, type TestHome, testHomeOver, value, workPort } from '../home/test-home.ts';

import { backupOver, bundleFile, homeWithSlot, MIB, open, ROOMY, SEAL, snapshot, type World } from './backup-world.ts';

describe('backup', () => {
  let home: TestHome;
  let world: World;
  beforeEach(async () => {
    const made = await homeWithSlot();
    home = made.home;
    world = backupOver(home, made.slots);
    await home.add({ 'letters/a.txt': 'dear Bob', 'photos/big.bin': bytes(5 * MIB), 'empty/': '', 'note.txt': 'quiet' });
  });

  it('takes a snapshot that stores nothing twice, once a command', async () => {
    const before = await home.deps.db.read(['extents'], (tx) => tx.keys('extents'));
    const as = command();
    const card = value(await world.calls.createSnapshot({ ...as, port: workPort() }));
    assert.equal(value(await world.calls.createSnapshot({ ...as, port: workPort() })).id, card.id);
    assert.deepInclude(card, { nodes: 7, extents: 2 });
    assert.deepEqual(await home.deps.db.read(['extents'], (tx) => tx.keys('extents')), before);
    assert.lengthOf(value(await world.calls.backupOverview({})).snapshots, 1);
  });

  it('offers the bundle in its announced length, and says when it was taken whole', async () => {
    const card = value(await snapshot(world));
    const file = await bundleFile(world, card.id);
    assert.equal(file.size, card.bytes);
    assert.isDefined(value(await world.calls.backupOverview({})).snapshots[0]?.downloaded);
  });

  it('gives the same bundle after everything in the home has changed', async () => {
    const card = value(await snapshot(world));
    const first = new Uint8Array(await (await bundleFile(world, card.id)).arrayBuffer());
    const photos = await home.find('photos');
    value(await home.surface.renameNode({ ...command(), node: photos, name: 'pictures' }));
    await home.add({ 'note.txt': 'loud' }, { clash: 'replace' });
    value(await home.surface.trashNodes({ ...command(), nodes: [photos] }));
    value(await home.surface.deleteNodes({ ...command(), nodes: [photos] }));
    assert.deepEqual(new Uint8Array(await (await bundleFile(world, card.id)).arrayBuffer()), first);
  });

  it('gives space back with its last snapshot', async () => {
    const card = value(await snapshot(world));
    const photos = await home.find('photos');
    value(await home.surface.trashNodes({ ...command(), nodes: [photos] }));
    value(await home.surface.deleteNodes({ ...command(), nodes: [photos] }));
    const left = () => home.deps.db.read(['extents', 'records'], async (tx) => [(await tx.keys('extents')).length, (await tx.keys('records')).length]);
    assert.deepEqual(await left(), [2, 2]);
    value(await world.calls.deleteSnapshot({ ...command(), id: card.id }));
    assert.deepEqual(await left(), [0, 0]);
  });

  it('lets the oldest snapshots go, and refuses one past the hard limit', async () => {
    world.retention = { ...ROOMY, keep: 2 };
    for (let i = 0; i < 3; i += 1) value(await snapshot(world));
    assert.lengthOf(value(await world.calls.backupOverview({})).snapshots, 2);
    assert.deepEqual(world.facts.filter((type) => type === 'backup.evicted'), ['backup.evicted']);
    world.retention = { ...ROOMY, hardBytes: 1000 };
    assert.equal(codeOf(await snapshot(world)), 'backup.too_large');
  });

  for (const depth of ['quick', 'sample', 'full'] as const) {
    it(`verifies snapshot and bundle, ${depth}`, async () => {
      const card = value(await snapshot(world));
      const report = value(await world.calls.verifySnapshot({ id: card.id, depth, port: workPort() }));
      assert.deepInclude(report, { ok: true, depth, damaged: [] });
      const file = await bundleFile(world, card.id);
      assert.deepInclude(value(await world.calls.verifyBundle({ file, depth, port: workPort() })), { ok: true, depth, damaged: [] });
      assert.equal(value(await world.calls.backupOverview({})).lastVerified !== undefined, depth !== 'quick');
    });
  }

  it('tells the file that a flipped byte hurts, at rest and in the bundle', async () => {
    const card = value(await snapshot(world));
    const whole = new Uint8Array(await (await bundleFile(world, card.id)).arrayBuffer());
    whole[3 * MIB] = (whole[3 * MIB] ?? 0) ^ 1;
    assert.deepEqual(value(await world.calls.verifyBundle({ file: new File([whole], 'x.nbk'), depth: 'full', port: workPort() })).damaged, ['photos/big.bin']);
    const [row] = await home.deps.db.read(['extents'], (tx) => tx.list('extents'));
    await home.deps.db.write(['extents'], (tx) => tx.remove('extents', row!.id));
    assert.deepEqual(value(await world.calls.verifySnapshot({ id: card.id, depth: 'full', port: workPort() })).damaged, ['photos/big.bin']);
    assert.isFalse(value(await world.calls.verifySnapshot({ id: card.id, depth: 'quick', port: workPort() })).ok);
  });

  it('refuses what is no bundle, and a wrong secret', async () => {
    const card = value(await snapshot(world));
    const file = await bundleFile(world, card.id);
    assert.equal(codeOf(await open(world, { file: new File(['hello'], 'x.nbk') })), 'backup.not_a_bundle');
    assert.equal(codeOf(await open(world, { file: file.slice(0, file.size - 100) as File })), 'backup.damaged');
    assert.equal(codeOf(await open(world, { file }, 'wrong horse')), 'backup.wrong_secret');
    assert.equal(codeOf(await world.calls.planRestore({ restore: 'ab'.repeat(16) as never, clash: 'skip' })), 'backup.stale_plan');
  });

  it('restores onto a device without the home: everything, byte for byte', async () => {
    const file = await bundleFile(world, value(await snapshot(world)).id);
    const blank = backupOver(undefined);
    const opened = value(await open(blank, { file }));
    assert.deepInclude(opened, { files: 3, folders: 3, bytes: 5 * MIB + 13 });
    const plan = value(await blank.calls.planRestore({ restore: opened.restore, clash: 'skip' }));
    assert.deepEqual(plan.lines.map(({ path, fate }) => `${fate} ${path}`), ['create empty', 'create letters', 'create letters/a.txt', 'create note.txt', 'create photos', 'create photos/big.bin']);
    const apply = (name?: string) => blank.calls.applyRestore({ ...command(), restore: opened.restore, clash: 'skip', port: workPort(), ...(name !== undefined && { name }), seal: SEAL });
    assert.equal(codeOf(await apply()), 'user.name_invalid');
    assert.deepInclude(value(await apply('Ada')), { created: 7, damaged: [], uid: 'u2' as Uid });
    assert.deepEqual(blank.adopted, [{ home: toHex(home.mounted.homeId), name: 'Ada', slots: 1 }]);
    const restored = await home.again(blank.staged);
    assert.deepEqual(await restored.names(), ['empty', 'letters', 'photos', 'note.txt']);
    assert.deepEqual(await restored.read(await restored.find('big.bin', await restored.find('photos'))), bytes(5 * MIB));
    assert.deepEqual(value(await restored.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
  });

  it('leaves nothing of a restore that was cancelled', async () => {
    const file = await bundleFile(world, value(await snapshot(world)).id);
    const blank = backupOver(undefined);
    const { restore } = value(await open(blank, { file }));
    const answer = await blank.calls.applyRestore({ ...command(), restore, clash: 'skip', port: workPort(AbortSignal.abort()), name: 'Ada', seal: SEAL });
    assert.equal(codeOf(answer), 'aborted');
    assert.isUndefined(blank.staged);
  });

  it('restores one folder alone into its own home, and says what it would do', async () => {
    const card = value(await snapshot(world));
    const letters = await home.find('letters');
    value(await home.surface.trashNodes({ ...command(), nodes: [letters] }));
    await home.add({ 'note.txt': 'loud' }, { clash: 'replace' });
    const { restore } = value(await open(world, { snapshot: card.id }));
    const into = home.root;
    const all = value(await world.calls.planRestore({ restore, into, clash: 'replace' }));
    assert.deepEqual(all.counts, { create: 2, replace: 1, keep: 3, refuse: 0 });
    const one = value(await world.calls.planRestore({ restore, into, clash: 'replace', path: 'letters' }));
    assert.deepEqual(one.lines.map(({ path, fate }) => `${fate} ${path}`), ['create letters', 'create letters/a.txt']);
    assert.deepInclude(value(await world.calls.applyRestore({ ...command(), restore, into, path: 'letters', clash: 'replace', port: workPort() })), { created: 2, replaced: 0 });
    const read = async (name: string, folder?: typeof into) => new TextDecoder().decode(await home.read(await home.find(name, folder)));
    assert.equal(await read('a.txt', await home.find('letters')), 'dear Bob');
    assert.equal(await read('note.txt'), 'loud');
    value(await world.calls.applyRestore({ ...command(), restore, into, clash: 'replace', port: workPort() }));
    assert.equal(await read('note.txt'), 'quiet');
    assert.deepEqual(value(await home.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
  });

  it('restores nothing into a home of which more is still to come', async () => {
    const { restore } = value(await open(world, { snapshot: value(await snapshot(world)).id }));
    const [{ link, reconciler }, into] = [home.mounted.sync, home.root];
    await link.begin('account', { partial: true });
    assert.equal(codeOf(await world.calls.planRestore({ restore, into, clash: 'skip' })), 'sync.arriving');
    assert.equal(codeOf(await world.calls.applyRestore({ ...command(), restore, into, clash: 'skip', port: workPort() })), 'sync.arriving');
    await reconciler.mend();
    value(await world.calls.planRestore({ restore, into, clash: 'skip' }));
  });

  it('gives what is kept beside something else a name that nothing there has, and nothing that comes with it', async () => {
    const long = `${'n'.repeat(251)}.txt`;
    await home.add({ 'a.txt': 'x', 'a (2).txt': 'y', 'b': 'x', 'b (2)': 'y', [long]: 'x' });
    const card = value(await snapshot(world));
    await home.add({ 'a.txt': 'z', 'b': 'z', [long]: 'z' }, { clash: 'replace' });
    value(await home.surface.trashNodes({ ...command(), nodes: [await home.find('a (2).txt'), await home.find('b (2)')] }));
    const { restore } = value(await open(world, { snapshot: card.id }));
    assert.deepInclude(value(await world.calls.applyRestore({ ...command(), restore, into: home.root, clash: 'keep_both', port: workPort() })), { created: 5, damaged: [] });
    const names = await home.names();
    assert.lengthOf(names.filter((name) => /^(?:a|b|n+)\b/.test(name)), 8);
    assert.equal(new Set(names).size, names.length, names.join());
  });

  it('keeps the snapshot that was just made, though the clock was set back', async () => {
    world.retention = { ...ROOMY, keep: 1 };
    value(await snapshot(world));
    const { calls } = backupOver(home, [], undefined, { clock: () => 1_000_000_000_000, retention: world.deps.retention });
    const card = value(await calls.createSnapshot({ ...command(), port: workPort() }));
    assert.deepEqual(value(await world.calls.backupOverview({})).snapshots.map(({ id }) => id), [card.id]);
  });

  it('keeps both where it is asked to', async () => {
    const card = value(await snapshot(world));
    await home.add({ 'note.txt': 'loud' }, { clash: 'replace' });
    const { restore } = value(await open(world, { snapshot: card.id }));
    value(await world.calls.applyRestore({ ...command(), restore, into: home.root, clash: 'keep_both', path: 'note.txt', port: workPort() }));
    assert.includeMembers(await home.names(), ['note.txt', 'note (2).txt']);
  });

  it('keeps a restored home that has its user, though what came after that failed', async () => {
    const file = await bundleFile(world, value(await snapshot(world)).id);
    let adopted = false;
    const blank: World = backupOver(undefined, [], undefined, {
      userOf: () => Promise.resolve(adopted ? ('u2' as Uid) : undefined),
      adopt() {
        adopted = true;
        return Promise.reject(new Error('pages are not told'));
      },
    });
    const { restore } = value(await open(blank, { file }));
    await Promise.resolve(blank.calls.applyRestore({ ...command(), restore, name: 'Ada', seal: SEAL, clash: 'skip', port: workPort() })).then(() => assert.fail('it fails'), () => undefined);
    assert.isDefined(blank.staged);
  });

  it('restores to a new device what can be seen, though the record of the root is hurt', async () => {
    const file = await bundleFile(world, value(await snapshot(world)).id);
    const bundle = await openBundle(fileAccess(file));
    if (!bundle.ok) throw new Error('the bundle is whole');
    const { directory } = bundle.value;
    const { offset, path } = directory.entry(directory.find(nodePath(home.root)));
    const whole = new Uint8Array(await file.arrayBuffer());
    const at = offset + LOCAL_BYTES + path.length + 40;
    whole[at] = (whole[at] ?? 0) ^ 1;
    const blank = backupOver(undefined);
    const { restore } = value(await open(blank, { file: new File([whole], 'x.nbk') }));
    value(await blank.calls.applyRestore({ ...command(), restore, name: 'Ada', seal: SEAL, clash: 'skip', port: workPort() }));
    const restored = await testHomeOver({ ...home.deps, db: blank.staged! });
    assert.sameMembers(await restored.names(), ['letters', 'photos', 'empty', 'note.txt']);
    value(await restored.surface.createFolder({ ...command(), parent: home.root, name: 'new' }));
  });

  it('restores into no folder that is gone, or lies in the trash', async () => {
    const card = value(await snapshot(world));
    const into = await home.find('empty');
    const { restore } = value(await open(world, { snapshot: card.id }));
    value(await home.surface.trashNodes({ ...command(), nodes: [into] }));
    const restoring = () => world.calls.applyRestore({ ...command(), restore, into, clash: 'keep_both', port: workPort() });
    assert.equal(codeOf(await restoring()), 'home.not_found');
    value(await home.surface.deleteNodes({ ...command(), nodes: [into] }));
    assert.equal(codeOf(await restoring()), 'home.not_found');
    assert.deepEqual(value(await home.surface.checkHome({ repair: false, content: false, port: workPort() })).faults, []);
  });

  it('restores into another home under new keys', async () => {
    const file = await bundleFile(world, value(await snapshot(world)).id);
    const other = await newHome();
    const theirs = backupOver(other);
    const { restore } = value(await open(theirs, { file }));
    assert.deepInclude(value(await theirs.calls.applyRestore({ ...command(), restore, into: other.root, clash: 'skip', port: workPort() })), { created: 6, damaged: [] });
    assert.deepEqual(await other.read(await other.find('big.bin', await other.find('photos'))), bytes(5 * MIB));
    const shared = new Set(await home.deps.db.read(['extents'], (tx) => tx.keys('extents')));
    assert.isFalse((await other.deps.db.read(['extents'], (tx) => tx.keys('extents'))).some((id) => shared.has(id)));
    assert.deepEqual(value(await other.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
  });

  it('restores everything else of a damaged bundle, and names what is hurt', async () => {
    const file = await bundleFile(world, value(await snapshot(world)).id);
    const whole = new Uint8Array(await file.arrayBuffer());
    whole[3 * MIB] = (whole[3 * MIB] ?? 0) ^ 1;
    const other = await newHome();
    const theirs = backupOver(other);
    const { restore } = value(await open(theirs, { file: new File([whole], 'x.nbk') }));
    const report = value(await theirs.calls.applyRestore({ ...command(), restore, into: other.root, clash: 'skip', port: workPort() }));
    assert.deepEqual([report.created, report.damaged], [5, ['photos/big.bin']]);
    assert.deepEqual(await other.deps.db.read(['staging'], (tx) => tx.keys('staging')), []);
    assert.deepEqual(value(await other.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
  });
});
