// Content that is at the server alone by choice: what comes, what stays, and what goes when space is freed; never a last copy.
import { assert } from 'chai';
import { toHex } from '../../src/crypto/bytes.ts';
import { ok } from '../../src/result.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import type { NodeId } from '../../src/workers/contract/ids.ts';
import { objectName } from '../../src/workers/store/outbox/outbox.ts';
import { packExtents } from '../../src/workers/store/snapshot-lists.ts';
import { createContentSpace } from '../../src/workers/syncing/content-space.ts';
import { bytes, codeOf, command, value, workPort } from '../workers/home/test-home.ts';
import { type Device, type Fleet, openTwo, type Two } from './devices.ts';
import { cloudOf, type Way } from './fake-cloud.ts';

const LARGE = 70_000;
/** Extents, than go in one transaction. */
const MORE_THAN_AT_ONCE = 70;

describe('content that is only online by choice', () => {
  let fleet: Fleet;
  let ada: Device;
  let bob: Device;
  let write: Two['write'];
  let read: Two['read'];
  let way: Way;
  /** Runs when the server has said what it lacks, before anything is dropped. */
  let meanwhile: () => Promise<unknown>;
  let looks: number;

  beforeEach(async () => {
    ({ fleet, ada, bob, write, read } = await openTwo());
    way = { fate: () => 'well' };
    meanwhile = () => Promise.resolve();
    looks = 0;
  });

  function spaceOf(device: Device): ReturnType<typeof createContentSpace> {
    const cloud = cloudOf(() => fleet.server, { fate: () => way.fate() });
    const missing: Cloud['missing'] = async (ids) => {
      const answer = await cloud.missing(ids);
      await meanwhile();
      return answer;
    };
    return createContentSpace({
      current: () => ok(device.home.mounted), cloud: () => Promise.resolve({ missing }), clock: () => fleet.now, closing: new AbortController().signal,
      syncNow: () => {
        looks += 1;
        return Promise.resolve();
      },
    });
  }

  const here = async (device: Device) => device.home.deps.db.read(['extents'], (tx) => tx.keys('extents'));
  const choose = async (device: Device, all: boolean) => value(await spaceOf(device).setContentChoice({ ...command(), all }));
  const keep = async (device: Device, node: NodeId, kept = true) => value(await spaceOf(device).keepOnDevice({ ...command(), node, kept }));
  const free = (device: Device) => spaceOf(device).freeUpSpace({ ...command(), port: workPort() });
  const entries = async (device: Device, folder = device.home.root) => value(await device.home.surface.listFolder({ folder })).entries;
  const marks = async (device: Device, folder?: NodeId) => (await entries(device, folder)).map((entry) => (entry.kind === 'file' ? entry.sync : entry.kept));
  const extentsOf = async (device: Device, name: string, folder?: NodeId): Promise<string[]> => {
    const node = await device.home.mounted.node(await device.home.find(name, folder));
    return node && node !== 'damaged' && node.kind === 'file' ? (node.content.extents ?? []).map(([id]) => toHex(id)) : [];
  };
  const nothing = { bytes: 0, extents: 0, files: 0, left: 0 };

  /** Bob has what Ada wrote, and wants only what he opens or keeps. */
  async function bobChose(files: Readonly<Record<string, number>>): Promise<void> {
    for (const [name, seed] of Object.entries(files)) await write(ada, name, bytes(LARGE, seed));
    await fleet.settle();
    await choose(bob, false);
  }

  it('comes when it is opened and stays then; small files are always here', async () => {
    await choose(bob, false);
    await write(ada, 'large.bin', bytes(LARGE));
    await write(ada, 'small.txt', 'small');
    await fleet.settle();
    assert.deepEqual(await here(bob), []);
    assert.equal(bob.home.mounted.sync.toCome(), 0, 'nothing is to come');
    assert.deepEqual(await marks(bob), ['online', undefined]);
    bob.home.mounted.remote.fetch = async (id) => {
      const found = fleet.server.extents.get(id);
      if (found) await bob.home.mounted.sync.reconciler.keep(id, found);
      return found;
    };
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
    const before = looks;
    await keep(bob, kept);
    assert.equal(looks, before + 1, 'a round is asked for');
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

  it('comes whole when all is wanted again', async () => {
    await choose(bob, false);
    await write(ada, 'a.bin', bytes(LARGE, 1));
    await write(ada, 'a.bin', bytes(LARGE, 2));
    await fleet.settle();
    assert.deepEqual(await here(bob), []);
    const chosen = await choose(bob, true);
    assert.deepEqual(chosen, { all: true, kept: [], absent: 2 });
    await bob.round();
    assert.lengthOf(await here(bob), 2);
    assert.equal(value(await spaceOf(bob).contentChoice({})).absent, 0);
  });

  it('is chosen for this device alone, and the choice is there after a start', async () => {
    await write(ada, 'kept/a.bin', bytes(LARGE));
    await fleet.settle();
    const kept = await bob.home.find('kept');
    await choose(bob, false);
    await keep(bob, kept);
    await fleet.settle();
    await bob.again();
    assert.deepEqual(value(await spaceOf(bob).contentChoice({})), { all: false, kept: [kept], absent: 0 });
    assert.deepEqual(value(await spaceOf(ada).contentChoice({})), { all: true, kept: [], absent: 0 });
    const row = await bob.home.deps.db.read(['sealed'], (tx) => tx.get('sealed', 'choice'));
    await bob.home.deps.db.write(['sealed'], (tx) => tx.put('sealed', { key: 'choice', bytes: row!.bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte)) }));
    await bob.again();
    assert.isTrue(value(await spaceOf(bob).contentChoice({})).all, 'what cannot be read means all');
  });

  it('is offered in a home that is linked alone, and for folders', async () => {
    await write(ada, 'a.txt', 'x');
    assert.equal(codeOf(await spaceOf(ada).keepOnDevice({ ...command(), node: await ada.home.find('a.txt'), kept: true })), 'home.not_a_folder');
    await ada.home.mounted.sync.link.end();
    const space = spaceOf(ada);
    for (const asked of [space.contentChoice({}), space.setContentChoice({ ...command(), all: false }), space.keepOnDevice({ ...command(), node: ada.home.root, kept: true }), free(ada)]) assert.equal(codeOf(await asked), 'sync.not_linked');
  });

  describe('when space is freed', () => {
    it('goes from here where the server has it: listed as before, whole when it is opened', async () => {
      await bobChose({ 'a.bin': 1, 'b.bin': 2, 'kept/c.bin': 3 });
      await write(bob, 'small.txt', 'small');
      await fleet.settle();
      await keep(bob, await bob.home.find('kept'));
      const freed = value(await free(bob));
      assert.deepInclude(freed, { extents: 2, files: 2, left: 0 });
      assert.isAbove(freed.bytes, 2 * LARGE);
      assert.deepEqual(await here(bob), await extentsOf(bob, 'c.bin', await bob.home.find('kept')));
      assert.deepEqual(await marks(bob), ['chosen', 'online', 'online', undefined]);
      assert.equal(await read(bob, 'a.bin'), new TextDecoder().decode(bytes(LARGE, 1)));
      await fleet.settle();
      assert.lengthOf(await here(bob), 1, 'nothing comes back by itself');
      assert.equal(value(await spaceOf(bob).contentChoice({})).absent, 2);
    });

    it('stays where all is wanted here', async () => {
      await bobChose({ 'a.bin': 1 });
      await choose(bob, true);
      assert.deepEqual(value(await free(bob)), nothing);
      assert.lengthOf(await here(bob), 1);
    });

    it('takes earlier contents and the trash along', async () => {
      await bobChose({ 'a.bin': 1, 'kept/b.bin': 2 });
      await write(ada, 'a.bin', bytes(LARGE, 3));
      await fleet.settle();
      await keep(bob, await bob.home.find('kept'));
      value(await bob.home.surface.trashNodes({ ...command(), nodes: [await bob.home.find('b.bin', await bob.home.find('kept'))] }));
      await fleet.settle();
      assert.deepInclude(value(await free(bob)), { files: 0, extents: 2 });
      assert.deepEqual(await here(bob), []);
    });

    it('stays where the server lacks it', async () => {
      await bobChose({ 'a.bin': 1, 'b.bin': 2 });
      const [lost] = await extentsOf(bob, 'a.bin');
      fleet.server.extents.delete(lost!);
      assert.deepInclude(value(await free(bob)), { extents: 1, left: 1 });
      assert.deepEqual(await here(bob), [lost]);
    });

    it('stays while it waits to be sent, and while its file does', async () => {
      await bobChose({ 'a.bin': 1 });
      await write(bob, 'new.bin', bytes(LARGE, 2));
      value(await bob.home.surface.renameNode({ ...command(), node: await bob.home.find('a.bin'), name: 'z.bin' }));
      // The server has it by now, and this device does not know.
      for (const { id, data } of await bob.home.deps.db.read(['extents'], (tx) => tx.list('extents'))) fleet.server.extents.set(id, new Uint8Array(data as ArrayBuffer));
      assert.deepEqual(value(await free(bob)), nothing);
      assert.lengthOf(await here(bob), 2);
      await fleet.settle();
      assert.deepInclude(value(await free(bob)), { extents: 2, files: 2 });
    });

    const putSnapshot = (ids: readonly string[]) => bob.home.deps.db.write(['snapshots'], (tx) => tx.put('snapshots', {
      id: '1-000000000000', command: '', created: 1, manifest: new Uint8Array(1), seal: new Uint8Array(1), nodes: new Uint8Array(0), sealed: [], bytes: 1,
      extents: packExtents([...ids].sort().map((id) => ({ id, size: LARGE }))),
    }));

    /** A snapshot that holds these fast, as backup makes it. */
    const pin = (ids: readonly string[]) => bob.home.mounted.alone(async () => {
      await putSnapshot(ids);
      bob.home.mounted.pinsAdded();
    });

    it('stays where a snapshot names it', async () => {
      await bobChose({ 'a.bin': 1, 'b.bin': 2 });
      const pinned = await extentsOf(bob, 'a.bin');
      await pin(pinned);
      assert.deepInclude(value(await free(bob)), { extents: 1, left: 0 });
      assert.deepEqual(await here(bob), pinned);
    });

    const RACES: Readonly<Record<string, () => Promise<unknown>>> = {
      'is queued': async () => {
        const [id] = await extentsOf(bob, 'a.bin');
        await bob.home.deps.db.write(['outbox', 'queued', 'meta'], async (tx) => {
          await tx.put('outbox', { number: '900000000000', name: objectName('extents', id!), op: 'put' });
          await tx.put('queued', { name: objectName('extents', id!), number: '900000000000' });
        });
      },
      'is pinned by a snapshot': async () => pin(await extentsOf(bob, 'a.bin')),
      'is pinned right before the transaction that would drop it': async () => {
        const pinned = await extentsOf(bob, 'a.bin');
        bob.failWrites = () => {
          bob.failWrites = undefined;
          void putSnapshot(pinned);
          return 'well';
        };
      },
      'is staged': async () => {
        const [id] = await extentsOf(bob, 'a.bin');
        await bob.home.deps.db.write(['staging'], (tx) => tx.put('staging', { key: `${'0'.repeat(32)}/${id!}` }));
      },
      'may be named by what is being added': () => Promise.resolve(bob.home.mounted.staging.add('0'.repeat(32))),
      'belongs to a file that was changed': async () => bob.home.surface.renameNode({ ...command(), node: await bob.home.find('a.bin'), name: 'z.bin' }),
      'is wanted again': () => choose(bob, true),
      'is of a home that is linked anew': () => bob.home.mounted.sync.link.begin('other'),
      'is of a home that begins anew with the server': () => bob.home.mounted.sync.link.restart(),
      'is of a home that is synced no more': () => bob.home.mounted.sync.link.end(),
    };

    for (const [what, race] of Object.entries(RACES)) {
      it(`stays where it ${what} between the question and the deletion`, async () => {
        await bobChose({ 'a.bin': 1 });
        meanwhile = race;
        assert.deepEqual(value(await free(bob)), { ...nothing, left: 1 });
        assert.lengthOf(await here(bob), 1);
      });
    }

    it('stays where the server does not answer, and that is said', async () => {
      await bobChose({ 'a.bin': 1 });
      for (const fate of ['lost', 'unanswered'] as const) {
        way = { fate: () => fate };
        assert.equal(codeOf(await free(bob)), 'account.provider_unreachable');
      }
      assert.lengthOf(await here(bob), 1);
      const space = createContentSpace({ current: () => ok(bob.home.mounted), cloud: () => Promise.resolve(undefined), syncNow: () => Promise.resolve(), clock: () => 0, closing: new AbortController().signal });
      assert.equal(codeOf(await space.freeUpSpace({ ...command(), port: workPort() })), 'account.reauth_required');
    });

    it('is not lost where another device deletes meanwhile, with the server or here', async () => {
      await bobChose({ 'a.bin': 1, 'b.bin': 2 });
      const [gone] = await extentsOf(bob, 'a.bin');
      const node = await ada.home.find('a.bin');
      meanwhile = async () => {
        value(await ada.home.surface.trashNodes({ ...command(), nodes: [node] }));
        value(await ada.home.surface.deleteNodes({ ...command(), nodes: [node] }));
        await ada.round();
        await bob.round();
      };
      assert.deepInclude(value(await free(bob)), { files: 1 });
      assert.deepEqual(await bob.names(), ['b.bin']);
      meanwhile = () => Promise.resolve();
      fleet.server.extents.delete(gone!);
      await fleet.settle();
      assert.equal(await read(bob, 'b.bin'), new TextDecoder().decode(bytes(LARGE, 2)));
    });

    it('is there for a change that beats a deletion elsewhere', async () => {
      await bobChose({ 'a.bin': 1 });
      const [id] = await extentsOf(bob, 'a.bin');
      const node = await ada.home.find('a.bin');
      value(await bob.home.surface.renameNode({ ...command(), node, name: 'mine.bin' }));
      value(await ada.home.surface.trashNodes({ ...command(), nodes: [node] }));
      value(await ada.home.surface.deleteNodes({ ...command(), nodes: [node] }));
      await ada.round();
      value(await free(bob));
      // What no node of the server names was collected there.
      fleet.server.extents.delete(id!);
      await fleet.settle();
      assert.deepEqual(await ada.names(), ['mine.bin']);
      assert.equal(await read(ada, 'mine.bin'), new TextDecoder().decode(bytes(LARGE, 1)));
    });

    it('may be called off, and the rest stays', async () => {
      for (let seed = 1; seed <= MORE_THAN_AT_ONCE; seed += 1) await bob.home.add({ [`${seed}.bin`]: bytes(33_000, seed) });
      await fleet.settle();
      await choose(bob, false);
      const port = { onmessage: null as MessagePort['onmessage'], close: () => undefined, postMessage: () => { port.onmessage?.call(port as never, { data: { abort: true } } as MessageEvent); } };
      assert.equal(codeOf(await spaceOf(bob).freeUpSpace({ ...command(), port: port as unknown as MessagePort })), 'aborted');
      const left = (await here(bob)).length;
      assert.isTrue(left > 0 && left < MORE_THAN_AT_ONCE, `${left} are left`);
      assert.equal(value(await spaceOf(bob).contentChoice({})).absent, MORE_THAN_AT_ONCE - left, 'what went by then is known to be gone');
    });

    it('leaves a home that is checked to be whole, by bytes too, and a backup brings all of it first', async () => {
      await bobChose({ 'a.bin': 1, 'b.bin': 2 });
      value(await free(bob));
      const report = value(await bob.home.surface.checkHome({ repair: true, content: true, port: workPort() }));
      assert.deepEqual(report.faults, []);
      bob.home.mounted.remote.fetch = async (id) => {
        const found = fleet.server.extents.get(id);
        if (found) await bob.home.mounted.sync.reconciler.keep(id, found);
        return found;
      };
      await bob.home.mounted.sync.bringAll(new AbortController().signal);
      assert.lengthOf(await here(bob), 2);
      assert.equal(value(await spaceOf(bob).contentChoice({})).absent, 0);
    });
  });
});
