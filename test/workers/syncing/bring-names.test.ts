// What a new device has of a home once it may open it, and what follows while it is open.
import { assert } from 'chai';
import { toHex } from '../../../src/crypto/bytes.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { err, ok } from '../../../src/result.ts';
import type { Cloud } from '../../../src/sync/cloud.ts';
import { BATCH_OPERATIONS, CHANGES_PAGE } from '../../../src/sync/wire/limits.ts';
import { codeOf } from '../home/test-home.ts';
import { ACCOUNT, FILES, nameOf, openArriving } from './arriving-home.ts';

type World = Awaited<ReturnType<typeof openArriving>>;

const rootOf = ({ old }: World): string => toHex(old.home.deps.keys.homeId);

/** After the first portion nothing comes as it should. */
function after(first: World['cloud'], nodes: Cloud['nodes']): Cloud & { readonly asked: () => number } {
  let asked = 0;
  return { ...first, asked: () => asked, nodes(ids) {
    asked += 1;
    return asked === 1 ? first.nodes(ids) : nodes(ids);
  } };
}

describe('a home on its way to a new device', () => {
  it('is there whole where that takes no longer than a person likes to wait', async () => {
    const world = await openArriving();
    assert.equal(codeOf(await world.bring(1)), 'ok');
    assert.isFalse(world.staged.mounted.sync.isPartial());
    const home = await world.mount();
    assert.isFalse(home.mounted.sync.isPartial());
    assert.lengthOf(await home.names(await home.find('many')), FILES);
  });

  it('opens with some of its names where it is large, and the others follow', async () => {
    const world = await openArriving();
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    assert.isTrue(world.staged.mounted.sync.isArriving());
    const home = await world.mount();
    assert.isTrue(home.mounted.sync.isArriving());
    assert.deepEqual(await home.names(), ['many', 'beside.txt']);
    const some = await home.names(await home.find('many'));
    assert.isNotEmpty(some);
    assert.isBelow(some.length, FILES);
    await world.round(home);
    assert.isFalse(home.mounted.sync.isPartial());
    assert.deepEqual(await home.names(), await world.old.names());
    assert.lengthOf(await home.names(await home.find('many')), FILES);
    assert.isFalse((await home.again()).mounted.sync.isPartial(), 'nor for the next worker');
  });

  it('is not kept waiting by what was asked for early', async () => {
    const world = await openArriving({ files: 2 * BATCH_OPERATIONS });
    world.fleet.server.page = CHANGES_PAGE;
    const cloud = after(world.cloud, () => new Promise(() => undefined));
    assert.equal(codeOf(await world.bring(3_000, undefined, cloud)), 'ok');
    assert.isAbove(cloud.asked(), 1);
    assert.isTrue((await world.mount()).mounted.sync.isPartial());
  });

  it('is not kept waiting by an answer that does not come at all', async () => {
    for (const page of [CHANGES_PAGE, BATCH_OPERATIONS]) {
      const world = await openArriving({ files: 2 * BATCH_OPERATIONS });
      world.fleet.server.page = page;
      const passOnceSomeCame = (): unknown => setTimeout(() => { if (world.portions() > 0) world.pass(3_000); else passOnceSomeCame(); }, 0);
      const never = () => {
        passOnceSomeCame();
        return new Promise<never>(() => undefined);
      };
      let pages = 0;
      const cloud = page === CHANGES_PAGE ? after(world.cloud, never) : { ...world.cloud, changes: (since: string | undefined) => ((pages += 1) === 1 ? world.cloud.changes(since) : never()) };
      assert.equal(codeOf(await world.bring(0, undefined, cloud)), 'ok');
      assert.isTrue((await world.mount()).mounted.sync.isPartial());
    }
  });

  it('opens with what it has where the server is gone by then, and not without its root', async () => {
    const world = await openArriving({ files: 2 * BATCH_OPERATIONS });
    world.fleet.server.page = CHANGES_PAGE;
    const gone = () => Promise.resolve(err('unreachable' as const));
    assert.equal(codeOf(await world.bring(1, undefined, after(world.cloud, gone))), 'ok');
    const home = await world.mount();
    assert.isTrue(home.mounted.sync.isPartial());
    await world.round(home);
    assert.deepEqual(await home.names(), await world.old.names());
    const other = await openArriving();
    assert.equal(codeOf(await other.bring(1, undefined, { ...other.cloud, nodes: gone })), 'account.provider_unreachable');
  });

  it('is not opened before its root is there, however late that comes', async () => {
    const world = await openArriving();
    world.comeLast(rootOf(world));
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    assert.equal((await world.mount()).root, rootOf(world));
  });

  it('passes what does not open before its root, though each portion takes long', async () => {
    const first = Array.from({ length: 2 * BATCH_OPERATIONS }, () => toHex(systemRandom(16)));
    const world = await openArriving({ first(server) {
      server.page = CHANGES_PAGE;
      for (const id of first) server.swap('nodes', id, { rev: undefined, body: systemRandom(200) });
    } });
    assert.equal(codeOf(await world.bring(3_000)), 'ok');
    assert.isBelow(world.portions(), 10);
  });

  it('opens as a part where the feed never ends, and not without its root', async () => {
    for (const [pages, code] of [[1, 'ok'], [0, 'account.provider_unreachable']] as const) {
      const world = await openArriving();
      let asked = 0;
      const endless: Cloud = { ...world.cloud, changes(since) {
        asked += 1;
        if (asked <= pages) return world.cloud.changes(since);
        const [life] = (since ?? '0000000000000001.0').split('.');
        return Promise.resolve(ok({ nodes: [], others: [], next: `${life}.${1000 + asked}`, more: true }));
      } };
      assert.equal(codeOf(await world.bring(0, undefined, endless)), code);
      assert.isBelow(asked, 10_000);
      assert.isTrue(world.staged.mounted.sync.isArriving());
    }
  });

  it('is none without a root', async () => {
    const world = await openArriving();
    world.fleet.server.remove(rootOf(world));
    assert.equal(codeOf(await world.bring(1_000)), 'sync.no_home');
  });

  it('stops when it is called off', async () => {
    const world = await openArriving();
    assert.equal(codeOf(await world.bring(1, AbortSignal.abort())), 'aborted');
  });

  it('keeps what is changed in it meanwhile, on either side', async () => {
    const world = await openArriving();
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    const home = await world.mount();
    await home.add({ 'mine.txt': 'mine', [`many/${nameOf(FILES - 1)}`]: 'mine too' });
    await world.old.home.add({ 'theirs.txt': 'theirs' });
    await world.fleet.settle();
    await world.round(home);
    await world.fleet.settle();
    await world.round(home);
    assert.includeMembers(await home.names(), ['mine.txt', 'theirs.txt']);
    assert.deepEqual(await home.names(), await world.old.names());
    const many = await world.old.names(await world.old.home.find('many'));
    assert.lengthOf(many, FILES + 1, 'both of one name');
    assert.include(many, nameOf(FILES - 1));
  });

  it('stays a part of it after a link that ended, or a server that was put back', async () => {
    const world = await openArriving();
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    const home = await world.mount();
    const { sync } = home.mounted;
    await sync.link.end();
    for (const { mounted } of [home, await home.again()]) assert.deepEqual([mounted.sync.isPartial(), mounted.sync.isArriving()], [true, false], 'linked to none');
    await sync.link.begin(ACCOUNT);
    for (const { mounted } of [home, await home.again()]) assert.isTrue(mounted.sync.isArriving(), 'linked again');
    await sync.reconciler.restart(undefined);
    const later = await home.again();
    assert.isTrue(later.mounted.sync.isArriving(), 'put back');
    await world.round(later);
    assert.isFalse(later.mounted.sync.isPartial());
    assert.lengthOf(await later.names(await later.find('many')), FILES);
  });
});
