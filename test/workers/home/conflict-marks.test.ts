// A conflict copy is told by what it is made of: its name alone, or a neighbour alone, makes none.
import { assert } from 'chai';
import { toHex } from '../../../src/crypto/bytes.ts';
import { MAX_NAME_BYTES } from '../../../src/crypto/node-name.ts';
import type { FileNode, GroupClock, HomeNode } from '../../../src/crypto/node.ts';
import { conflictCopy } from '../../../src/workers/home/conflict-copy.ts';
import { conflictMarks } from '../../../src/workers/home/conflict-marks.ts';
import { besideName } from '../../../src/crypto/free-name.ts';
import { stamped } from '../../../src/workers/home/stamp.ts';
import { newHome, value } from './test-home.ts';

const bytes16 = (first: number) => new Uint8Array(16).fill(first);
const [HERE, THERE, ELSEWHERE] = [bytes16(0xaa), bytes16(0xbb), bytes16(0xcc)];
const AT = Date.UTC(2026, 10, 28, 12);
const DEVICES = { device: HERE, devices: { names: new Map([[toHex(THERE), 'Laptop']]) } };

const file = (id: number, name: string, [ms, counter, device]: GroupClock = [AT, 0, THERE]): FileNode => ({
  kind: 'file', id: bytes16(id), parent: bytes16(9), name, clock: [ms, counter], device, mediaType: 'text/plain', versions: [],
  content: { fileId: bytes16(id), size: 1, modified: 1, extents: [] },
});
const copyOf = (node: FileNode, written: GroupClock) => conflictCopy(node, { ...node, clock: [written[0], written[1]], device: written[2] });
const renamed = <N extends HomeNode>(node: N, name: string): N => stamped({ ...node, name }, 'place', { clock: [AT + 9, 0], device: HERE });
const marked = async (...nodes: readonly HomeNode[]) => [...await conflictMarks(DEVICES, nodes)];

describe('the marks of conflict copies', () => {
  const letter = file(1, 'letter.txt');

  it('say who wrote it, when, and what it stands beside', async () => {
    const copies = await Promise.all([HERE, THERE, ELSEWHERE].map((device) => copyOf(letter, [AT, 1, device])));
    assert.deepEqual(await marked(letter, file(2, 'letter.md'), ...copies), [
      [toHex(copies[0]!.id), { beside: 'letter.txt', at: AT, code: 'aaaaaa', here: true }],
      [toHex(copies[1]!.id), { beside: 'letter.txt', at: AT, code: 'bbbbbb', device: 'Laptop' }],
      [toHex(copies[2]!.id), { beside: 'letter.txt', at: AT, code: 'cccccc' }],
    ]);
  });

  it('are on a copy that got a number, on a copy of a copy, and where a long name was cut', async () => {
    const copy = await copyOf(letter, [AT, 1, THERE]);
    const numbered = renamed(await copyOf(letter, [AT, 2, THERE]), besideName(copy.name, ' (2)'));
    const again = await copyOf(copy, [AT, 3, THERE]);
    assert.deepEqual((await marked(letter, copy, numbered, again)).map(([id, { beside }]) => [id, beside]), [
      [toHex(copy.id), 'letter.txt'], [toHex(numbered.id), 'letter.txt'], [toHex(again.id), copy.name],
    ]);
    const long = file(3, `${'ä'.repeat((MAX_NAME_BYTES - 5) / 2)}.txt`);
    assert.lengthOf(await marked(long, await copyOf(long, [AT, 1, HERE])), 1);
  });

  it('are on nothing that only looks alike', async () => {
    const copy = await copyOf(letter, [AT, 1, THERE]);
    const byHand = file(4, copy.name, [AT, 1, THERE]);
    assert.deepEqual(await marked(letter, byHand, file(5, ' (conflict, '), file(6, 'a (conflict, bbbbbb, 2026-11-28)'), file(7, '(conflict, bbbbbb, 2026-11-28).txt')), []);
    assert.deepEqual(await marked(copy), [], 'without what it stands beside');
    assert.deepEqual(await marked(renamed(letter, 'note.txt'), copy), []);
    assert.deepEqual(await marked(letter, renamed(copy, 'mine.txt')), []);
    assert.deepEqual(await marked(letter, stamped(copy, 'content', { clock: [AT + 9, 0], device: HERE })), [], 'with another content');
  });

  it('break nothing where a clock says what no date does', async () => {
    const copy = await copyOf(letter, [Number.MAX_SAFE_INTEGER, 0, THERE]);
    assert.deepEqual((await marked(letter, copy)).map(([, { at }]) => new Date(at).toISOString().slice(0, 7)), ['+275760']);
  });

  it('are found among 10 000 others', async () => {
    const others = Array.from({ length: 10_000 }, (_, number) => ({ ...file(1, `letter ${number}.txt`), id: new Uint8Array(16).fill(number % 256) }));
    const copies = await Promise.all(Array.from({ length: 500 }, (_, counter) => copyOf(letter, [AT, counter, THERE])));
    assert.lengthOf(await marked(...others, letter, ...copies), 500);
  });

  it('call a device as somebody said who read that, and tell pages once', async () => {
    const home = await newHome();
    value(await home.add({ 'letter.txt': 'x' }) as never);
    const node = await home.mounted.node(await home.find('letter.txt')) as FileNode;
    const copy = await copyOf(node, [AT, 1, THERE]);
    await home.mounted.alone(() => home.mounted.commit({ put: [copy] }));
    const said = async () => value(await home.surface.listFolder({ folder: home.root })).entries.flatMap((entry) => (entry.kind === 'file' && entry.conflict ? [entry.conflict] : []));
    assert.deepEqual(await said(), [{ beside: 'letter.txt', at: AT, code: 'bbbbbb' }]);
    const before = home.changes.length;
    for (let times = 0; times < 2; times += 1) home.mounted.devicesCalled(new Map([[toHex(THERE), 'Laptop']]));
    assert.deepEqual(home.changes.slice(before), [[home.root]]);
    assert.deepEqual(await said(), [{ beside: 'letter.txt', at: AT, code: 'bbbbbb', device: 'Laptop' }]);
  });
});
