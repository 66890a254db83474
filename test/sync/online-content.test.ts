// Content that is at the server alone by choice: what comes to this device, and when.
import { assert } from 'chai';
import type { HomeNode } from '../../src/crypto/node.ts';
import { bytes, codeOf, command, value } from '../workers/home/test-home.ts';
import type { Device, Fleet } from './devices.ts';
import { type Holding, LARGE, openHolding } from './holding.ts';

describe('content that is only online by choice', () => {
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
  let keepsWhatItFetches: Holding['keepsWhatItFetches'];
  beforeEach(async () => {
    on = await openHolding();
    ({ fleet, ada, bob, write, read, space, here, choose, keep, free, absent, marks, keepsWhatItFetches } = on);
  });

  it('comes when it is opened and stays then; small files are always here', async () => {
    await choose(bob, false);
    await write(ada, 'large.bin', bytes(LARGE));
    await write(ada, 'small.txt', 'small');
    await fleet.settle();
    assert.deepEqual(await here(bob), []);
    assert.equal(bob.home.mounted.sync.toCome(), 0, 'nothing is to come');
    assert.deepEqual(await marks(bob), ['online', undefined]);
    keepsWhatItFetches(bob);
    assert.equal(await read(bob, 'large.bin'), new TextDecoder().decode(bytes(LARGE)));
    assert.lengthOf(await here(bob), 1);
    assert.deepEqual(await marks(bob), [undefined, undefined]);
  });

  it('comes, with all that lies below, once a folder is kept', async () => {
    await choose(bob, false);
    await write(ada, 'kept/deep/a.bin', bytes(LARGE, 1));
    await write(ada, 'other/b.bin', bytes(LARGE, 2));
    await fleet.settle();
    assert.deepEqual(await here(bob), []);
    assert.deepEqual(await marks(bob), ['no', 'no']);
    const kept = await bob.home.find('kept');
    const before = on.looks;
    await keep(bob, kept);
    assert.equal(on.looks, before + 1, 'a round is asked for');
    assert.deepEqual(await marks(bob), ['chosen', 'no']);
    assert.deepEqual(await marks(bob, kept), ['within']);
    await bob.round();
    assert.deepEqual(await marks(bob, await bob.home.find('deep', kept)), [undefined]);
    assert.deepEqual(await marks(bob, await bob.home.find('other')), ['online']);
    await keep(bob, kept, false);
    assert.deepEqual(await marks(bob), ['no', 'no']);
    await write(ada, 'kept/deep/c.bin', bytes(LARGE, 3));
    await fleet.settle();
    assert.lengthOf(await here(bob), 1, 'it is kept no more, and nothing went');
  });

  it('comes where a file, or the folder that it lies in, is moved into one that is kept', async () => {
    await choose(bob, false);
    for (const name of ['kept/', 'from/']) await ada.home.add({ [name]: '' });
    await write(ada, 'a.bin', bytes(LARGE, 1));
    await write(ada, 'from/b.bin', bytes(LARGE, 2));
    await fleet.settle();
    const kept = await bob.home.find('kept');
    await keep(bob, kept);
    await bob.round();
    assert.deepEqual(await here(bob), []);
    value(await bob.home.surface.moveNodes({ ...command(), nodes: [await bob.home.find('a.bin')], to: kept, clash: 'skip' }));
    await bob.round();
    assert.lengthOf(await here(bob), 1, 'moved here');
    value(await ada.home.surface.moveNodes({ ...command(), nodes: [await ada.home.find('from')], to: kept, clash: 'skip' }));
    await fleet.settle();
    assert.lengthOf(await here(bob), 2, 'moved elsewhere');
  });

  it('does not come for what lies in the trash, though its folder is kept', async () => {
    await choose(bob, false);
    await write(ada, 'kept/in/a.bin', bytes(LARGE));
    await write(ada, 'kept/b.bin', bytes(LARGE, 2));
    await ada.round();
    value(await ada.home.surface.trashNodes({ ...command(), nodes: [await ada.home.find('b.bin', await ada.home.find('kept'))] }));
    const [kept, inner] = [await ada.home.find('kept'), await ada.home.find('in', await ada.home.find('kept'))];
    value(await ada.home.surface.trashNodes({ ...command(), nodes: [inner] }));
    await fleet.settle();
    await keep(bob, kept);
    await bob.round();
    assert.deepEqual(await here(bob), []);
    value(await ada.home.surface.untrashNodes({ ...command(), nodes: [inner] }));
    await fleet.settle();
    assert.lengthOf(await here(bob), 1);
  });

  it('is counted though two folders lie in each other, until that is mended', async () => {
    await choose(bob, false);
    for (const name of ['one/', 'two/', 'kept/']) await bob.home.add({ [name]: '' });
    await keep(bob, await bob.home.find('kept'));
    await write(ada, 'a.bin', bytes(LARGE));
    await fleet.settle();
    const { mounted } = bob.home;
    const [one, two] = (await Promise.all(['one', 'two'].map(async (name) => mounted.node(await bob.home.find(name))))) as [HomeNode, HomeNode];
    await mounted.alone(() => mounted.commit({ put: [{ ...one, parent: two.id }, { ...two, parent: one.id }] }));
    assert.equal(await absent(bob), 1);
    assert.deepInclude(value(await free(bob)), { left: 0 });
  });

  it('comes whole when all is wanted again', async () => {
    await choose(bob, false);
    await write(ada, 'a.bin', bytes(LARGE, 1));
    await write(ada, 'a.bin', bytes(LARGE, 2));
    await fleet.settle();
    assert.deepEqual(await here(bob), []);
    await choose(bob, true);
    assert.deepEqual(value(await space(bob).contentChoice({ count: true })), { all: true, anyConnection: false, kept: [], absent: 2 });
    assert.deepEqual(value(await space(bob).contentChoice({ count: false })), { all: true, anyConnection: false, kept: [] });
    await bob.round();
    assert.lengthOf(await here(bob), 2);
    assert.equal(await absent(bob), 0);
  });

  it('is chosen for this device alone, and the choice is there after a start', async () => {
    await write(ada, 'kept/a.bin', bytes(LARGE));
    await fleet.settle();
    const kept = await bob.home.find('kept');
    await choose(bob, false);
    await keep(bob, kept);
    await fleet.settle();
    await bob.again();
    assert.deepEqual(value(await space(bob).contentChoice({ count: true })), { all: false, anyConnection: false, kept: [kept], absent: 0 });
    assert.deepEqual(value(await space(ada).contentChoice({ count: true })), { all: true, anyConnection: false, kept: [], absent: 0 });
    const row = await bob.home.deps.db.read(['sealed'], (tx) => tx.get('sealed', 'choice'));
    await bob.home.deps.db.write(['sealed'], (tx) => tx.put('sealed', { key: 'choice', bytes: row!.bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte)) }));
    await bob.again();
    assert.isTrue(value(await space(bob).contentChoice({ count: true })).all, 'what cannot be read means all');
  });

  it('is offered in a home that is linked alone, and for folders', async () => {
    await write(ada, 'a.txt', 'x');
    assert.equal(codeOf(await space(ada).keepOnDevice({ ...command(), node: await ada.home.find('a.txt'), kept: true })), 'home.not_a_folder');
    await ada.home.mounted.sync.link.end();
    const calls = space(ada);
    for (const asked of [calls.contentChoice({ count: false }), calls.setContentChoice({ ...command(), all: false }), calls.keepOnDevice({ ...command(), node: ada.home.root, kept: true }), free(ada)]) assert.equal(codeOf(await asked), 'sync.not_linked');
  });
});
