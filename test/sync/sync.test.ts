// Two devices and a server: what each does is at the other, and nothing is lost where both did something.
import { assert } from 'chai';
import { bytes, command, value } from '../workers/home/test-home.ts';
import { type Device, type Fleet, openTwo, type Two } from './devices.ts';
import { linkAnew } from './three.ts';

describe('two devices of one home', () => {
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Two['write'];
  let read: Two['read'];
  let same: Two['same'];
  beforeEach(async () => { ({ fleet, ada, bob, write, read, same } = await openTwo()); });

  it('have the same files, small and large', async () => {
    const large = bytes(5_000_000);
    await write(ada, 'small.txt', 'hello');
    await write(ada, 'deep/er/large.bin', large);
    await fleet.settle();
    assert.equal(await read(bob, 'small.txt'), 'hello');
    const deep = await bob.home.find('er', await bob.home.find('deep'));
    assert.deepEqual(await bob.home.read(await bob.home.find('large.bin', deep)), large);
    await same();
  });

  it('send what changed alone', async () => {
    await write(ada, 'a.bin', bytes(100_000));
    await fleet.settle();
    const [requests, extents] = [ada.requests(), fleet.server.extents.size];
    value(await ada.home.surface.renameNode({ ...command(), node: await ada.home.find('a.bin'), name: 'b.bin' }));
    await ada.round();
    assert.equal(fleet.server.extents.size, extents);
    assert.isAtMost(ada.requests() - requests, 4);
    await fleet.settle();
    assert.deepEqual(await bob.names(), ['b.bin']);
  });

  it('keep both contents where both changed one, each once', async () => {
    await write(ada, 'a.txt', 'before');
    await fleet.settle();
    await write(ada, 'a.txt', 'by ada');
    await write(bob, 'a.txt', 'by bob');
    await fleet.settle();
    const names = await ada.names();
    assert.lengthOf(names, 2);
    assert.equal(await read(ada, 'a.txt'), 'by bob', 'the later stays');
    const copy = names.find((name) => name !== 'a.txt')!;
    assert.match(copy, /^a \(conflict, [0-9a-f]{6}, 2027-01-15\)\.txt$/);
    assert.equal(await read(bob, copy), 'by ada');
    const marks = async ({ home }: Device) => value(await home.surface.listFolder({ folder: home.root })).entries.map((entry) => (entry.kind === 'file' ? entry.conflict : undefined));
    const said = { beside: 'a.txt', at: (await marks(ada))[0]?.at, code: copy.slice(13, 19) };
    assert.deepEqual([await marks(ada), await marks(bob)], [[{ ...said, here: true }, undefined], [said, undefined]]);
    await same();
  });

  it('keep one where both wrote the same bytes, inline or not', async () => {
    for (const [name, content] of [['a.txt', 'same'], ['b.bin', bytes(70_000)]] as const) {
      await write(ada, name, 'before');
      await fleet.settle();
      await write(ada, name, content);
      await write(bob, name, content);
      await fleet.settle();
    }
    assert.deepEqual(await ada.names(), ['a.txt', 'b.bin']);
    await same();
  });

  it('take a rename and a change of content of one file together', async () => {
    await write(ada, 'a.txt', 'before');
    await fleet.settle();
    value(await bob.home.surface.renameNode({ ...command(), node: await bob.home.find('a.txt'), name: 'z.txt' }));
    await write(ada, 'a.txt', 'after');
    await fleet.settle();
    assert.deepEqual(await ada.names(), ['z.txt']);
    assert.equal(await read(bob, 'z.txt'), 'after');
  });

  it('let a change of content win over the trash and over a deletion', async () => {
    for (const forGood of [false, true]) {
      await write(ada, 'a.txt', 'before');
      await fleet.settle();
      const node = await bob.home.find('a.txt');
      await write(ada, 'a.txt', 'changed');
      value(await bob.home.surface.trashNodes({ ...command(), nodes: [node] }));
      if (forGood) value(await bob.home.surface.deleteNodes({ ...command(), nodes: [node] }));
      await fleet.settle();
      assert.equal(await read(bob, 'a.txt'), 'changed');
      assert.equal(await read(ada, 'a.txt'), 'changed');
    }
    await same();
  });

  it('delete for good what nobody changed', async () => {
    await write(ada, 'f/a.txt', 'x');
    await fleet.settle();
    const folder = await bob.home.find('f');
    value(await bob.home.surface.trashNodes({ ...command(), nodes: [folder] }));
    value(await bob.home.surface.deleteNodes({ ...command(), nodes: [folder] }));
    await fleet.settle();
    assert.equal((await ada.nodes()).size, 1);
    assert.deepEqual(await fleet.alive(), [ada.home.root]);
  });

  it('bring what was put into a folder that the other deleted to the root', async () => {
    await write(ada, 'f/a.txt', 'x');
    await fleet.settle();
    const folder = await bob.home.find('f');
    value(await bob.home.surface.trashNodes({ ...command(), nodes: [folder] }));
    value(await bob.home.surface.deleteNodes({ ...command(), nodes: [folder] }));
    await write(ada, 'f/b.txt', 'new');
    await fleet.settle();
    assert.deepEqual(await ada.names(), ['b.txt']);
    assert.deepEqual(await bob.names(), ['b.txt']);
    await same();
  });

  it('leave what came back from the trash where it was put, whoever changed its content meanwhile and is first', async () => {
    for (const first of [ada, bob]) {
      await write(ada, 'dir/a.txt', 'before');
      await fleet.settle();
      const dir = await ada.home.find('dir');
      const file = await ada.home.find('a.txt', dir);
      await write(bob, 'dir/a.txt', 'by bob');
      // Its folder stays in the trash, so it goes to the root.
      for (const node of [file, dir]) value(await ada.home.surface.trashNodes({ ...command(), nodes: [node] }));
      value(await ada.home.surface.untrashNodes({ ...command(), nodes: [file] }));
      await first.round();
      await fleet.settle();
      assert.deepEqual(await ada.names(), ['a.txt']);
      assert.equal(await read(bob, 'a.txt'), 'by bob');
      await same();
      value(await ada.home.surface.trashNodes({ ...command(), nodes: [file] }));
      value(await ada.home.surface.deleteNodes({ ...command(), nodes: [file, dir] }));
      await fleet.settle();
    }
  });

  it('give a number to one of two that got the same name', async () => {
    await write(ada, 'a.txt', 'by ada');
    await write(bob, 'a.txt', 'by bob');
    await fleet.settle();
    assert.deepEqual(await ada.names(), ['a (2).txt', 'a.txt']);
    assert.equal(await read(bob, 'a.txt'), 'by ada');
    assert.equal(await read(ada, 'a (2).txt'), 'by bob');
    await same();
  });

  it('end without folders inside each other', async () => {
    for (const name of ['one/', 'two/']) await ada.home.add({ [name]: '' });
    await fleet.settle();
    const [one, two] = [await ada.home.find('one'), await ada.home.find('two')];
    fleet.now += 60_000;
    value(await ada.home.surface.moveNodes({ ...command(), nodes: [one], to: two, clash: 'skip' }));
    fleet.now += 60_000;
    value(await bob.home.surface.moveNodes({ ...command(), nodes: [two], to: one, clash: 'skip' }));
    await fleet.settle();
    assert.deepEqual(await ada.names(), ['two']);
    assert.deepEqual(await ada.names(two), ['one']);
    await same();
  });

  it('keep versions, and bring an earlier one back anywhere', async () => {
    await write(ada, 'a.txt', 'one');
    await write(ada, 'a.txt', 'two');
    await fleet.settle();
    value(await bob.home.surface.restoreVersion({ ...command(), node: await bob.home.find('a.txt'), version: 0 }));
    await fleet.settle();
    assert.equal(await read(ada, 'a.txt'), 'one');
  });

  it('send a content once that two files have, where the home is linked anew', async () => {
    const large = (fill: number) => new Uint8Array(100_000).fill(fill);
    await write(ada, 'a.bin', large(0));
    await fleet.settle();
    await write(ada, 'a.bin', large(1));
    await write(bob, 'a.bin', large(2));
    await fleet.settle();
    // Both have what was there before among their versions.
    assert.lengthOf(await ada.names(), 2);
    assert.equal(fleet.server.extents.size, 3);
    await ada.home.mounted.sync.link.end();
    await linkAnew(ada);
    await fleet.settle();
    assert.equal(ada.home.mounted.sync.reconciler.waiting(), 0);
    await same();
  });

  it('queue nothing while the home is not linked', async () => {
    await ada.home.mounted.sync.link.end();
    await write(ada, 'a.txt', 'x');
    const left = await ada.home.deps.db.read(['outbox', 'queued'], async (tx) => [...await tx.keys('outbox'), ...await tx.keys('queued')]);
    assert.deepEqual(left, []);
  });

  it('queue no content that nobody needs any more: it went before it was sent', async () => {
    await write(ada, 'a.bin', bytes(100_000, 1));
    await write(ada, 'b.bin', bytes(100_000, 2));
    const nodes = [await ada.home.find('a.bin')];
    value(await ada.home.surface.trashNodes({ ...command(), nodes }));
    value(await ada.home.surface.deleteNodes({ ...command(), nodes }));
    const [here, waiting] = await ada.home.deps.db.read(['extents', 'queued'], (tx) => Promise.all([tx.keys('extents'), tx.keys('queued', { prefix: 'extents/' })]));
    assert.lengthOf(here, 1);
    assert.deepEqual(waiting, here.map((id) => `extents/${id}`));
    await fleet.settle();
    assert.deepEqual([...fleet.server.extents.keys()], here);
    await same();
  });
});
