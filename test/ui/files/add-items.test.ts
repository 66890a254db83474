import { assert } from 'chai';
import { gatherDropped, gatherPicked } from '../../../src/ui/files/add-items.ts';

type Tree = { readonly [name: string]: Tree | string | null };

const entryOf = (name: string, content: Tree | string | null): FileSystemEntry => {
  const base = { name, isFile: typeof content === 'string' || content === null, isDirectory: typeof content === 'object' && content !== null };
  const file = (done: (file: File) => void, failed: () => void): void => {
    if (typeof content === 'string') done(new File([content], name));
    else failed();
  };
  const createReader = () => {
    const left = Object.entries(content as Tree).map(([child, below]) => entryOf(child, below));
    return { readEntries: (done: (entries: FileSystemEntry[]) => void): void => { queueMicrotask(() => done(left.splice(0, 2))); } };
  };
  return { ...base, file, createReader } as unknown as FileSystemEntry;
};
const entriesOf = (tree: Tree): FileSystemEntry[] => Object.entries(tree).map(([name, content]) => entryOf(name, content));
const drop = (tree: Tree, files: readonly File[] = []) => ({ entries: entriesOf(tree), files });
const paths = (items: readonly { readonly path: string }[]): string[] => items.map((item) => item.path).sort();

describe('a dropped tree', () => {
  it('becomes items with paths, empty folders too, however small the browser\'s portions', async () => {
    const tree = { 'a.txt': '1', Photos: { '1.jpg': '1', '2.jpg': '2', '3.jpg': '3', Summer: { 'x.jpg': 'x' }, Empty: {} } };
    const { items, tooMany } = await gatherDropped(drop(tree));
    assert.deepEqual(paths(items), ['Photos/1.jpg', 'Photos/2.jpg', 'Photos/3.jpg', 'Photos/Empty/', 'Photos/Summer/x.jpg', 'a.txt']);
    assert.isFalse(tooMany);
  });

  it('makes names NFC, as a home wants them', async () => {
    const { items } = await gatherDropped(drop({ 'Mu\u0308nchen': { 'u\u0308.txt': '' } }));
    assert.deepEqual(paths(items), ['M\u00fcnchen/\u00fc.txt']);
  });

  it('names what cannot be read and goes on', async () => {
    const { items, unreadable } = await gatherDropped(drop({ D: { 'no.txt': null, 'yes.txt': '1' } }));
    assert.deepEqual([paths(items), unreadable], [['D/yes.txt'], ['D/no.txt']]);
  });

  it('takes files that come without an entry', async () => {
    const { items } = await gatherDropped(drop({}, [new File(['1'], 'a.txt')]));
    assert.deepEqual(paths(items), ['a.txt']);
  });

  it('stops at the most that one add may hold', async () => {
    const tree = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}`, '']));
    const { tooMany, items } = await gatherDropped(drop({ D: tree }), { most: 50 });
    assert.isTrue(tooMany);
    assert.isBelow(items.length, 60);
  });

  it('stops when it is called off', async () => {
    const controller = new AbortController();
    const { items } = await gatherDropped(drop({ D: { a: '', b: '', c: '', d: '', e: '', f: '' } }), {
      signal: controller.signal, onCount: () => controller.abort(),
    });
    assert.isBelow(items.length, 6);
  });
});

describe('picked files', () => {
  it('keep the path below a picked folder', async () => {
    const inFolder = new File([''], 'b.txt');
    Object.defineProperty(inFolder, 'webkitRelativePath', { value: 'Docs/b.txt' });
    const { items } = await gatherPicked([new File([''], 'a.txt'), inFolder]);
    assert.deepEqual(paths(items), ['Docs/b.txt', 'a.txt']);
  });

  it('are refused whole past the most', async () => {
    assert.isTrue((await gatherPicked([new File([''], 'a'), new File([''], 'b')], { most: 1 })).tooMany);
  });
});
