import { assert } from 'chai';
import { fromHex, toHex } from '../../../src/crypto/bytes.ts';
import type { HomeNode } from '../../../src/crypto/node.ts';
import type { FsckFault, FsckReport } from '../../../src/workers/contract/home.ts';
import type { NodeRow } from '../../../src/workers/store/home-schema.ts';
import { bytes, command, newHome, type TestHome, value, workPort } from './test-home.ts';

const MIB = 1024 * 1024;
const check = async (home: TestHome, repair: boolean): Promise<FsckReport> => value(await home.surface.checkHome({ repair, content: true, port: workPort() }));
const told = ({ faults }: FsckReport) => faults.map(({ fault, mended }) => `${fault} ${mended ? 'mended' : 'told'}`);

/** A home with a folder, a small file, a large one with an earlier version, and something in the trash. */
async function furnished(): Promise<TestHome> {
  const home = await newHome();
  await home.add({ 'papers/a.txt': 'first', 'papers/big.bin': bytes(5 * MIB), 'gone.txt': 'gone' });
  await home.add({ 'papers/big.bin': bytes(5 * MIB, 7) }, { clash: 'replace' });
  value(await home.surface.trashNodes({ ...command(), nodes: [await home.find('gone.txt')] }));
  return home;
}

async function rowOf(home: TestHome, name: string, folder?: Awaited<ReturnType<TestHome['find']>>): Promise<NodeRow> {
  const id = await home.find(name, folder);
  const row = await home.deps.db.read(['nodes'], (tx) => tx.get('nodes', id));
  if (!row) throw new Error('no row');
  return row;
}
const putRow = (home: TestHome, row: NodeRow) => home.deps.db.write(['nodes'], (tx) => tx.put('nodes', row));

/** Changes a node behind the home's back. */
async function rewrite(home: TestHome, id: string, change: (node: HomeNode) => HomeNode): Promise<void> {
  const node = await home.mounted.node(id);
  if (!node || node === 'damaged') throw new Error('no node');
  await putRow(home, await home.mounted.rowOf(change(node)));
}

const extents = (home: TestHome) => home.deps.db.read(['extents'], (tx) => tx.list('extents'));
const currentExtent = async (home: TestHome): Promise<string> => {
  const papers = await home.find('papers');
  const node = await home.mounted.node(await home.find('big.bin', papers));
  if (!node || node === 'damaged' || node.kind !== 'file') throw new Error('no file');
  return toHex(node.content.extents?.[0]?.[0] ?? new Uint8Array(0));
};

/** How each fault is planted. */
const PLANT: Readonly<Record<FsckFault, (home: TestHome) => Promise<void>>> = {
  'node.unreadable': async (home) => {
    const row = await rowOf(home, 'a.txt', await home.find('papers'));
    const record = row.record.slice();
    record[40] = (record[40] ?? 0) ^ 1;
    await putRow(home, { ...row, record });
  },
  'node.tag': async (home) => putRow(home, { ...(await rowOf(home, 'papers')), tag: 'ab'.repeat(16) }),
  'node.digest': async (home) => putRow(home, { ...(await rowOf(home, 'papers')), digest: 'ab'.repeat(32) }),
  'node.orphan': async (home) => {
    const id = await home.find('papers');
    await home.deps.db.write(['nodes'], (tx) => tx.remove('nodes', id));
  },
  'node.loop': async (home) => {
    const papers = await home.find('papers');
    const inner = value(await home.surface.createFolder({ ...command(), parent: papers, name: 'inner' })).id;
    await rewrite(home, papers, (node) => ({ ...node, parent: fromHex(inner, 16) ?? node.parent }));
  },
  'node.name_twice': async (home) => {
    const folder = value(await home.surface.createFolder({ ...command(), parent: home.root, name: 'other' }));
    await rewrite(home, folder.id, (node) => ({ ...node, name: 'papers' }));
  },
  'extent.missing': async (home) => {
    const id = await currentExtent(home);
    await home.deps.db.write(['extents'], (tx) => tx.remove('extents', id));
  },
  'extent.damaged': async (home) => {
    const id = await currentExtent(home);
    const row = (await extents(home)).find((one) => one.id === id);
    if (!row || row.data instanceof Blob) throw new Error('no buffer');
    const data = row.data.slice(0);
    new Uint8Array(data)[100] = (new Uint8Array(data)[100] ?? 0) ^ 1;
    await home.deps.db.write(['extents'], (tx) => tx.put('extents', { ...row, data }));
  },
  'extent.orphan': (home) => home.deps.db.write(['extents'], (tx) => tx.put('extents', { id: 'cd'.repeat(32), size: 1, data: new ArrayBuffer(1) })),
  'staging.stale': (home) => home.deps.db.write(['staging'], (tx) => tx.put('staging', { key: `${'0'.repeat(31)}f/${'cd'.repeat(32)}` })),
  'snapshot.unreadable': (home) => home.deps.db.write(['snapshots'], (tx) => tx.put('snapshots', {
    id: '1-000000000000', command: '', created: 1, manifest: new Uint8Array(1), seal: new Uint8Array(1), nodes: new Uint8Array(7), extents: new Uint8Array(0), sealed: [], bytes: 1,
  })),
  'record.orphan': (home) => home.deps.db.write(['records'], (tx) => tx.put('records', { digest: 'cd'.repeat(32), record: new Uint8Array(1) })),
};

/** Faults that come along with the planted one. */
const ALONGSIDE: Readonly<Partial<Record<FsckFault, readonly FsckFault[]>>> = { 'node.orphan': ['node.orphan', 'node.orphan'], 'extent.missing': [], 'node.loop': ['node.tag'] };

describe('check and repair', () => {
  for (const fault of Object.keys(PLANT) as FsckFault[]) {
    it(`finds and mends ${fault}, and nothing else is touched`, async () => {
      const planted = await furnished();
      await PLANT[fault](planted);
      // Left clean, so that the start itself looks for nothing.
      await planted.deps.db.write(['meta'], (tx) => tx.put('meta', { key: 'state', state: 'clean' }));
      const home = await planted.again();
      // These no start leaves.
      if (fault === 'staging.stale') await PLANT[fault](home);
      const found = await check(home, false);
      assert.include(found.faults.map((one) => one.fault), fault);
      const allowed = new Set<FsckFault>([fault, ...(ALONGSIDE[fault] ?? [])]);
      assert.deepEqual(found.faults.filter((one) => !allowed.has(one.fault)), []);
      assert.isTrue((await check(home, true)).faults.every(({ mended }) => mended));
      assert.deepEqual(told(await check(home, false)), []);
      assert.deepEqual(told(await check(await home.again(), false)), []);
    });
  }

  it('gives back at the start what an ended worker left', async () => {
    const home = await furnished();
    for (const fault of ['extent.orphan', 'staging.stale', 'record.orphan'] as const) await PLANT[fault](home);
    assert.deepEqual(told(await check(await home.again(), false)), []);
  });

  it('puts a record that does not open aside, with its bytes', async () => {
    const home = await furnished();
    await PLANT['node.unreadable'](home);
    const again = await home.again();
    await check(again, true);
    assert.lengthOf(await home.deps.db.read(['sealed'], (tx) => tx.keys('sealed', { prefix: 'quarantine/' })), 1);
  });

  it('brings the children of a lost folder to “Lost and found”, whole', async () => {
    const home = await furnished();
    await PLANT['node.orphan'](home);
    const again = await home.again();
    await check(again, true);
    const found = await again.find('Lost and found');
    assert.deepEqual(await again.names(found), ['a.txt', 'big.bin']);
    assert.deepEqual(await again.read(await again.find('big.bin', found)), bytes(5 * MIB, 7));
  });

  it('gives hurt content way to the newest version that is whole', async () => {
    const home = await furnished();
    await PLANT['extent.missing'](home);
    const again = await home.again();
    await check(again, true);
    assert.deepEqual(await again.read(await again.find('big.bin', await again.find('papers'))), bytes(5 * MIB));
  });

  it('tells a hurt file that has no whole version, and leaves it', async () => {
    const home = await newHome();
    await home.add({ 'only.bin': bytes(100_000) });
    const [row] = await extents(home);
    await home.deps.db.write(['extents'], (tx) => tx.remove('extents', row?.id ?? ''));
    assert.deepEqual(told(await check(home, true)), ['extent.missing told']);
    assert.deepEqual(await home.names(), ['only.bin']);
  });

  it('collects no extent while a record does not open: it may be its', async () => {
    const home = await furnished();
    const before = (await extents(home)).length;
    const row = await rowOf(home, 'big.bin', await home.find('papers'));
    await putRow(home, { ...row, record: row.record.map((byte, index) => (index === 50 ? byte ^ 1 : byte)) });
    const again = await home.again();
    await check(again, true);
    assert.lengthOf(await extents(again), before);
  });

  it('finds no fault in what was thrown away by itself, and outlasts its folder', async () => {
    const home = await newHome();
    await home.add({ 'd/a.txt': 'a' });
    const folder = await home.find('d');
    const file = await home.find('a.txt', folder);
    value(await home.surface.trashNodes({ ...command(), nodes: [file] }));
    value(await home.surface.trashNodes({ ...command(), nodes: [folder] }));
    value(await home.surface.deleteNodes({ ...command(), nodes: [folder] }));
    assert.deepEqual((await check(home, true)).faults, []);
    assert.deepEqual(await home.names(), []);
    value(await home.surface.untrashNodes({ ...command(), nodes: [file] }));
    assert.deepEqual(await home.names(), ['a.txt']);
  });
});
