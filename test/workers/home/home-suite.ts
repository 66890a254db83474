// What a home does, over any storage.
import { assert } from 'chai';
import type { AddReport } from '../../../src/workers/contract/home.ts';
import { LIMITS } from '../../../src/workers/contract/limits.ts';
import type { Answer } from '../../../src/workers/contract/surface.ts';
import { asExtentData, extentData } from '../../../src/workers/store/extent-form.ts';
import { bytes, codeOf, command, type OpenForTest, type TestHome, value, workPort } from './test-home.ts';

const report = (answer: unknown) => value(answer as Answer<AddReport>);
const MIB = 1024 * 1024;

export function describeHome(what: string, open: OpenForTest): void {
  describe(what, () => {
    let home: TestHome;
    let end: () => Promise<void>;
    beforeEach(async () => { ({ home, end } = await open()); });
    afterEach(async () => {
      await home.close();
      await end();
    });
    const rows = (store: 'extents' | 'staging' | 'nodes' | 'records') => home.deps.db.read([store], (tx) => tx.keys(store));

    it('starts empty', async () => assert.deepEqual(await home.names(), []));

    for (const [name, size] of Object.entries({ nothing: 0, 'one byte': 1, 'the largest inline': 32 * 1024, 'one more': 32 * 1024 + 1, 'an extent': 4 * MIB, 'an extent and a byte': 4 * MIB + 1, 'several extents': 9 * MIB + 17 })) {
      it(`gives back ${name}, byte for byte`, async () => {
        assert.deepInclude(report(await home.add({ 'f.bin': bytes(size, size) })), { added: 1, failed: [] });
        const again = await home.again();
        assert.deepEqual(await again.read(await again.find('f.bin')), bytes(size, size));
        assert.deepEqual(await rows('staging'), []);
      });
    }

    it('makes the folders of a tree, empty ones too', async () => {
      report(await home.add({ 'a/b/c.txt': 'c', 'a/d.txt': 'd', 'e/': '' }));
      assert.deepEqual(await home.names(), ['a', 'e']);
      const a = await home.find('a');
      assert.deepEqual(await home.names(a), ['b', 'd.txt']);
      const path = value(await home.surface.listFolder({ folder: await home.find('b', a) })).path;
      assert.deepEqual(path.map(({ name }) => name), ['', 'a', 'b']);
    });

    it('does an add once, though it was sent twice', async () => {
      const as = command();
      const files = { 'a/b.txt': 'b', 'big.bin': bytes(5 * MIB) };
      report(await home.add(files, { as }));
      const again = await home.again();
      assert.deepInclude(report(await again.add(files, { as })), { added: 0, skipped: 2 });
      assert.deepEqual(await again.names(), ['a', 'big.bin']);
      assert.lengthOf(await rows('extents'), 2);
    });

    it('keeps both, skips or replaces where a name is there', async () => {
      report(await home.add({ 'a.txt': 'one' }));
      report(await home.add({ 'a.txt': 'two' }));
      report(await home.add({ 'a.txt': 'three' }, { clash: 'skip' }));
      assert.deepEqual(await home.names(), ['a (2).txt', 'a.txt']);
      const id = await home.find('a.txt');
      assert.deepInclude(report(await home.add({ 'a.txt': 'four' }, { clash: 'replace' })), { replaced: 1, added: 0 });
      assert.deepEqual(new TextDecoder().decode(await home.read(id)), 'four');
      value(await home.surface.restoreVersion({ ...command(), node: id, version: 0 }));
      assert.deepEqual(new TextDecoder().decode(await home.read(id)), 'one');
    });

    it('writes one extent for a byte that changed in a large file', async () => {
      const content = bytes(13 * MIB);
      report(await home.add({ 'big.bin': content }));
      const before = new Set(await rows('extents'));
      content[5 * MIB] = (content[5 * MIB] ?? 0) ^ 1;
      report(await home.add({ 'big.bin': content }, { clash: 'replace' }));
      assert.lengthOf((await rows('extents')).filter((id) => !before.has(id)), 1);
      assert.deepEqual(await home.read(await home.find('big.bin')), content);
    });

    it('makes no version of equal content', async () => {
      report(await home.add({ 'a.txt': 'one', 'b.bin': bytes(40_000) }));
      report(await home.add({ 'a.txt': 'one', 'b.bin': bytes(40_000) }, { clash: 'replace' }));
      const { entries } = value(await home.surface.listFolder({ folder: home.root }));
      assert.deepEqual(entries.map((entry) => entry.kind === 'file' && entry.versions), [0, 0]);
    });

    it('leaves nothing of an add that was cancelled', async () => {
      report(await home.add({ 'before.txt': 'b' }));
      const abort = new AbortController();
      const adding = home.add({ 'a/b.txt': 'b', 'a/big.bin': bytes(20 * MIB) }, { signal: abort.signal });
      abort.abort();
      assert.equal(codeOf((await adding) as Answer<unknown>), 'aborted');
      assert.deepEqual(await home.names(), ['before.txt']);
      assert.deepEqual([await rows('extents'), await rows('staging')], [[], []]);
    });

    it('tells names that it cannot hold, and adds the rest', async () => {
      const long = 'x'.repeat(256);
      const answer = report(await home.add({ 'ok.txt': '1', '../up': '2', [long]: '3', 'a\0b': '4', 'a//b': '5', '.': '6' }));
      assert.equal(answer.added, 1);
      assert.lengthOf(answer.failed, 5);
      assert.deepEqual([...new Set(answer.failed.map(({ code }) => code))], ['home.name_invalid']);
    });

    it('keeps names in NFC, of any script', async () => {
      report(await home.add({ 'Zoe\u0308.txt': '1', 'שלום.txt': '2', '😀.txt': '3' }));
      assert.sameMembers(await home.names(), ['Zo\u00eb.txt', 'שלום.txt', '😀.txt']);
    });

    it('plans an add: how much, what clashes, what it refuses', async () => {
      report(await home.add({ 'a/b.txt': 'one' }));
      const items = [{ path: 'a/b.txt', file: new File(['12345'], 'b.txt') }, { path: 'c.txt', file: new File(['1'], 'c.txt') }, { path: '..', file: new File([], 'x') }];
      const plan = value(await home.surface.planAdd({ to: home.root, items }));
      assert.deepEqual(plan, { files: 2, bytes: 6, clashes: 1, examples: ['a/b.txt'], refused: [{ path: '..', rule: 'dots' }] });
    });

    it('renames without touching content, and refuses a name that is taken', async () => {
      report(await home.add({ 'a.bin': bytes(5 * MIB), 'b.txt': 'b' }));
      const [id, before] = [await home.find('a.bin'), await rows('extents')];
      assert.equal(codeOf(await home.surface.renameNode({ ...command(), node: id, name: 'b.txt' })), 'home.name_taken');
      assert.equal(codeOf(await home.surface.renameNode({ ...command(), node: id, name: 'a/b' })), 'home.name_invalid');
      value(await home.surface.renameNode({ ...command(), node: id, name: 'c.bin' }));
      assert.deepEqual(await (await home.again()).names(), ['b.txt', 'c.bin']);
      assert.deepEqual(await rows('extents'), before);
    });

    it('moves, but no folder into itself', async () => {
      report(await home.add({ 'a/b/c.txt': 'c', 'd.txt': 'd' }));
      const a = await home.find('a');
      const b = await home.find('b', a);
      const move = (nodes: typeof a[], to: typeof a, clash: 'replace' | 'keep_both' | 'skip' = 'keep_both') => home.surface.moveNodes({ ...command(), nodes, to, clash });
      assert.equal(codeOf(await move([a], b)), 'home.loop');
      assert.equal(codeOf(await move([a], a)), 'home.loop');
      value(await move([await home.find('d.txt')], b));
      assert.deepEqual(await home.names(b), ['c.txt', 'd.txt']);
      value(await move([b], home.root));
      assert.deepEqual(await home.names(), ['a', 'b']);
      assert.deepEqual(await (await home.again()).names(b), ['c.txt', 'd.txt']);
    });

    it('trashes and takes back, to the root where its folder is gone', async () => {
      report(await home.add({ 'a/b.txt': 'b', 'a/c.txt': 'c' }));
      const a = await home.find('a');
      const b = await home.find('b.txt', a);
      value(await home.surface.trashNodes({ ...command(), nodes: [b] }));
      value(await home.surface.trashNodes({ ...command(), nodes: [a] }));
      assert.deepEqual(value(await home.surface.listTrash({})).map(({ name }) => name), ['a', 'b.txt']);
      assert.deepEqual(await home.names(), []);
      value(await home.surface.untrashNodes({ ...command(), nodes: [b] }));
      assert.deepEqual(await home.names(), ['b.txt']);
      value(await home.surface.untrashNodes({ ...command(), nodes: [a] }));
      assert.deepEqual(await (await home.again()).names(a), ['c.txt']);
    });

    it('gives back the space of what is deleted for good', async () => {
      report(await home.add({ 'a/big.bin': bytes(9 * MIB), 'keep.bin': bytes(100_000) }));
      const a = await home.find('a');
      assert.equal(codeOf(await home.surface.deleteNodes({ ...command(), nodes: [a] })), 'ok');
      assert.deepEqual(await home.names(), ['a', 'keep.bin'], 'only what is in the trash is deleted');
      value(await home.surface.trashNodes({ ...command(), nodes: [a] }));
      value(await home.surface.deleteNodes({ ...command(), nodes: [a] }));
      assert.lengthOf(await rows('extents'), 1);
      assert.lengthOf(await rows('nodes'), 2);
      assert.deepEqual(await home.read(await home.find('keep.bin')), bytes(100_000));
    });

    it('finds by a part of a name, whatever the case and marks, live ones alone', async () => {
      report(await home.add({ 'Übung/Résumé.txt': '1', 'resume.txt': '2', 'gone resume.txt': '3' }));
      value(await home.surface.trashNodes({ ...command(), nodes: [await home.find('gone resume.txt')] }));
      const hits = value(await home.surface.searchHome({ query: 'RESUME' }));
      assert.deepEqual(hits.map(({ entry, path }) => [entry.name, path.map(({ name }) => name).join('/')]), [['Résumé.txt', '/Übung'], ['resume.txt', '']]);
      value(await home.surface.renameNode({ ...command(), node: await home.find('resume.txt'), name: 'cv.txt' }));
      assert.lengthOf(value(await home.surface.searchHome({ query: 'resume' })), 1);
    });

    it('serves ranges of a file', async () => {
      const content = bytes(9 * MIB);
      report(await home.add({ 'v.bin': content }));
      value(await home.surface.openMedia({ node: await home.find('v.bin') }));
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of home.offered.at(-1)!.open({ start: 4 * MIB - 3, end: 8 * MIB + 5 })) parts.push(piece);
      assert.deepEqual(new Uint8Array(await new Blob(parts).arrayBuffer()), content.slice(4 * MIB - 3, 8 * MIB + 5));
    });

    it('gives a folder as a ZIP of the announced length', async () => {
      report(await home.add({ 'a/b/c.txt': 'hello', 'a/big.bin': bytes(50_000) }));
      value(await home.surface.openDownload({ nodes: [await home.find('a')] }));
      const source = home.offered.at(-1)!;
      let length = 0;
      for await (const piece of source.open()) length += piece.length;
      assert.deepInclude(source, { saveAs: 'a.zip', mediaType: 'application/zip', size: length });
    });

    it('previews at most a megabyte', async () => {
      report(await home.add({ 'big.txt': bytes(3 * MIB) }));
      const preview = value(await home.surface.previewFile({ node: await home.find('big.txt') }));
      assert.deepEqual([preview.bytes.length, preview.truncated], [LIMITS.previewBytes, true]);
    });

    it('hands out nothing of content that was changed at rest, and says so', async () => {
      report(await home.add({ 'a.bin': bytes(40_000) }));
      const node = await home.find('a.bin');
      const [row] = await home.deps.db.read(['extents'], (tx) => tx.list('extents'));
      if (!row) throw new Error('no extent');
      const data = (await extentData(row.data)).slice();
      data[200] = (data[200] ?? 0) ^ 1;
      await home.deps.db.write(['extents'], (tx) => tx.put('extents', { ...row, data: asExtentData(home.deps.extentsAs, data) }));
      assert.equal(codeOf(await home.surface.previewFile({ node })), 'integrity.tampered');
      assert.include(home.facts, 'home.tampered');
    });

    it('answers for what is not there', async () => {
      const nowhere = 'ab'.repeat(16) as typeof home.root;
      assert.equal(codeOf(await home.surface.listFolder({ folder: nowhere })), 'home.not_found');
      report(await home.add({ 'a.txt': 'a' }));
      const file = await home.find('a.txt');
      assert.equal(codeOf(await home.surface.listFolder({ folder: file })), 'home.not_a_folder');
      assert.equal(codeOf(await home.surface.createFolder({ ...command(), parent: file, name: 'x' })), 'home.not_a_folder');
      assert.equal(codeOf(await home.surface.previewFile({ node: home.root })), 'home.not_a_file');
      assert.equal(codeOf(await home.surface.trashNodes({ ...command(), nodes: [home.root] })), 'home.not_found');
    });

    it('makes a folder once a command, and refuses a name that is taken', async () => {
      const as = command();
      const first = value(await home.surface.createFolder({ ...as, parent: home.root, name: 'new' }));
      assert.equal(value(await home.surface.createFolder({ ...as, parent: home.root, name: 'new' })).id, first.id);
      assert.equal(codeOf(await home.surface.createFolder({ ...command(), parent: home.root, name: 'new' })), 'home.name_taken');
    });

    it('is clean in the eyes of fsck', async () => {
      report(await home.add({ 'a/b.bin': bytes(5 * MIB), 'c.txt': 'c' }));
      value(await home.surface.trashNodes({ ...command(), nodes: [await home.find('c.txt')] }));
      const checked = value(await home.surface.checkHome({ repair: false, content: true, port: workPort() }));
      assert.deepEqual(checked.faults, []);
      assert.deepEqual([checked.nodes, checked.extents], [4, 2]);
    });
  });
}
