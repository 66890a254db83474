// What becomes of an add when the home changes under it, over any storage.
import { assert } from 'chai';
import type { AddReport } from '../../../src/workers/contract/home.ts';
import type { Answer } from '../../../src/workers/contract/surface.ts';
import { bytes, codeOf, command, type OpenForTest, type TestHome, value, workPort } from './test-home.ts';

const report = (answer: unknown) => value(answer as Answer<AddReport>);
const MIB = 1024 * 1024;

/** A file whose bytes from `from` on are given once the test lets them go. */
class HeldFile extends File {
  readonly reached: Promise<void>;
  letGo: () => void = () => undefined;
  readonly #from: number;
  readonly #free: Promise<void>;
  #reach: () => void = () => undefined;

  constructor(content: Uint8Array<ArrayBuffer>, from: number) {
    super([content], 'f.bin');
    this.#from = from;
    this.reached = new Promise((resolve) => { this.#reach = resolve; });
    this.#free = new Promise((resolve) => { this.letGo = resolve; });
  }

  override slice(start = 0, end?: number, type?: string): Blob {
    const part = super.slice(start, end, type);
    if (start >= this.#from) {
      this.#reach();
      part.arrayBuffer = () => this.#free.then(() => Blob.prototype.arrayBuffer.call(part));
    }
    return part;
  }
}

export function describeAdding(what: string, open: OpenForTest): void {
  describe(what, () => {
    let home: TestHome;
    let reopen: (closed: TestHome) => Promise<TestHome>;
    let end: () => Promise<void>;
    beforeEach(async () => { ({ home, reopen, end } = await open()); });
    afterEach(async () => {
      await home.close();
      await end();
    });
    const rows = (store: 'extents' | 'staging') => home.deps.db.read([store], (tx) => tx.keys(store));

    it('holds whole what replaces a file that is deleted for good on the way', async () => {
      report(await home.add({ 'f.bin': bytes(9 * MIB) }));
      const [before, after] = [await home.find('f.bin'), bytes(9 * MIB)];
      after[9 * MIB - 1] = 0;
      const file = new HeldFile(after, 8 * MIB);
      const adding = home.surface.addFiles({ ...command(), to: home.root, items: [{ path: 'f.bin', file }], clash: 'replace', port: workPort() });
      await file.reached;
      value(await home.surface.trashNodes({ ...command(), nodes: [before] }));
      value(await home.surface.deleteNodes({ ...command(), nodes: [before] }));
      file.letGo();
      report(await adding);
      assert.deepEqual(await home.read(await home.find('f.bin')), after);
      assert.deepEqual(value(await home.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
    });

    it('leaves what was thrown away as it was, though it is being replaced', async () => {
      report(await home.add({ 'f.bin': bytes(9 * MIB) }));
      const [before, after] = [await home.find('f.bin'), bytes(9 * MIB, 2)];
      const file = new HeldFile(after, 8 * MIB);
      const adding = home.surface.addFiles({ ...command(), to: home.root, items: [{ path: 'f.bin', file }], clash: 'replace', port: workPort() });
      await file.reached;
      value(await home.surface.trashNodes({ ...command(), nodes: [before] }));
      file.letGo();
      report(await adding);
      assert.deepEqual(await home.read(await home.find('f.bin')), after);
      value(await home.surface.untrashNodes({ ...command(), nodes: [before] }));
      assert.deepEqual(await home.read(before), bytes(9 * MIB));
    });

    it('says so where the folder that an add goes to is deleted for good on the way', async () => {
      report(await home.add({ 'there/': '' }));
      const folder = await home.find('there');
      const file = new HeldFile(bytes(5 * MIB), 4 * MIB);
      const adding = home.surface.addFiles({ ...command(), to: folder, items: [{ path: 'f.bin', file }], clash: 'keep_both', port: workPort() });
      await file.reached;
      value(await home.surface.trashNodes({ ...command(), nodes: [folder] }));
      value(await home.surface.deleteNodes({ ...command(), nodes: [folder] }));
      file.letGo();
      assert.deepInclude(report(await adding), { added: 0, failed: [{ path: 'f.bin', code: 'home.not_found' }] });
      assert.deepEqual(value(await home.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
    });

    it('keeps each of several files that have the same path', async () => {
      const [small, large] = ([['a.txt', 20], ['a.bin', MIB]] as const).map(([path, length]) => [1, 2].map((seed) => ({ path, file: new File([bytes(length, seed)], path) })));
      const add = { to: home.root, items: [...small!, ...large!], clash: 'keep_both' as const };
      const once = command();
      assert.deepInclude(report(await home.surface.addFiles({ ...add, ...once, port: workPort() })), { added: 4, skipped: 0 });
      assert.deepEqual((await home.names()).sort(), ['a (2).bin', 'a (2).txt', 'a.bin', 'a.txt']);
      for (const [name, content] of [['a.txt', bytes(20, 1)], ['a (2).txt', bytes(20, 2)], ['a.bin', bytes(MIB, 1)], ['a (2).bin', bytes(MIB, 2)]] as const) assert.deepEqual(await home.read(await home.find(name)), content, name);
      assert.deepInclude(report(await home.surface.addFiles({ ...add, ...once, port: workPort() })), { added: 0, skipped: 4 }, 'sent again');
    });

    it('keeps as a version what one file of an add put in place of another, before a second one of that name', async () => {
      report(await home.add({ '\u00e1.txt': 'first' }));
      const items = [['a\u0301.txt', 'second'] as const, ['\u00e1.txt', 'third'] as const].map(([path, text]) => ({ path, file: new File([text], path) }));
      assert.deepInclude(report(await home.surface.addFiles({ ...command(), to: home.root, items, clash: 'replace', port: workPort() })), { replaced: 2 });
      const [entry] = value(await home.surface.listFolder({ folder: home.root })).entries;
      assert.deepInclude(entry, { kind: 'file', versions: 2 });
      assert.deepEqual(value(await home.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
    });

    it('leaves a folder that it made where something else lies in it by the time it is cancelled', async () => {
      report(await home.add({ 'mine.txt': 'precious' }));
      const [stop, file] = [new AbortController(), new HeldFile(bytes(9 * MIB), 8 * MIB)];
      const items = [{ path: 'made/in/small.txt', file: new File(['small'], 'small.txt') }, { path: 'made/empty' }, { path: 'made/in/f.bin', file }];
      const adding = home.surface.addFiles({ ...command(), to: home.root, items, clash: 'keep_both', port: workPort(stop.signal) });
      await file.reached;
      const made = await home.find('made');
      value(await home.surface.moveNodes({ ...command(), nodes: [await home.find('mine.txt')], to: made, clash: 'keep_both' }));
      stop.abort();
      // A message from the page is on its way.
      await new Promise((resolve) => { setTimeout(resolve, 20); });
      file.letGo();
      assert.equal(codeOf(await adding), 'aborted');
      assert.deepEqual([await home.names(), await home.names(made)], [['made'], ['mine.txt']]);
      assert.deepEqual(value(await home.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
    });

    it('puts nothing into a folder that lies in the trash, or below one that does', async () => {
      report(await home.add({ 'gone/below/a.txt': 'a', 'mine.txt': 'precious' }));
      const gone = await home.find('gone');
      const below = await home.find('below', gone);
      value(await home.surface.trashNodes({ ...command(), nodes: [gone] }));
      for (const to of [gone, below]) {
        assert.equal(codeOf(await home.add({ 'new.txt': 'new' }, { to }) as Answer<unknown>), 'home.not_found');
        assert.equal(codeOf(await home.surface.createFolder({ ...command(), parent: to, name: 'new' })), 'home.not_found');
        assert.equal(codeOf(await home.surface.moveNodes({ ...command(), nodes: [await home.find('mine.txt')], to, clash: 'keep_both' })), 'home.not_found');
      }
      assert.deepEqual(await home.names(), ['mine.txt']);
    });

    it('gives back what was being staged when it was closed', async () => {
      const file = new HeldFile(bytes(9 * MIB), 8 * MIB);
      const adding = home.surface.addFiles({ ...command(), to: home.root, items: [{ path: 'f.bin', file }], clash: 'keep_both', port: workPort() });
      await file.reached;
      await home.close();
      file.letGo();
      assert.equal(codeOf(await adding.catch(() => ({ ok: false as const, error: { code: 'session.locked' as const } }))), 'session.locked');
      home = await reopen(home);
      // What nothing names is collected in the home's next turn.
      await home.mounted.alone(() => Promise.resolve());
      assert.deepEqual([await rows('extents'), await rows('staging')], [[], []]);
    });
  });
}
