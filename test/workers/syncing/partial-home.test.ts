// What is not done to a home of which only a part is here, since it would be done to all of it.
import { assert } from 'chai';
import { codeOf, command, type TestHome, value } from '../home/test-home.ts';
import { ACCOUNT, check, FILES, nameOf, openArriving } from './arriving-home.ts';

type World = Awaited<ReturnType<typeof openArriving>>;

const rename = async ({ old, fleet }: World, name: string, to: string) => {
  value(await old.home.surface.renameNode({ ...command(), node: await old.home.find(name), name: to }));
  await fleet.settle();
};
const trash = async ({ old, fleet }: World, ...nodes: Parameters<TestHome['surface']['trashNodes']>[0]['nodes']) => {
  value(await old.home.surface.trashNodes({ ...command(), nodes }));
  await fleet.settle();
};
const inTrash = async ({ surface }: TestHome) => value(await surface.listTrash({})).map(({ id }) => id);

describe('a home of which a part is here', () => {
  it('keeps what lies in folders that did not come yet where it is, whoever checks it meanwhile, linked or not', async () => {
    const world = await openArriving();
    // The folder is the newest of all: what lies in it comes before it.
    await rename(world, 'many', 'a great many');
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    const home = await world.mount();
    assert.notInclude(await home.names(), 'a great many');
    assert.deepInclude(await check(home), { faults: [], placesLater: true });
    const { link } = home.mounted.sync;
    await link.end();
    assert.deepInclude(await check(home), { faults: [], placesLater: true });
    await link.begin(ACCOUNT);
    await world.round(home);
    assert.deepEqual(await home.names(), ['a great many', 'beside.txt']);
    assert.lengthOf(await home.names(await home.find('a great many')), FILES);
    const whole = await check(home);
    assert.deepEqual(whole.faults, []);
    assert.isUndefined(whole.placesLater);
  });

  it('deletes no folder for good of which more may come, and files alone', async () => {
    const world = await openArriving();
    const many = await world.old.home.find('many');
    await trash(world, many, await world.old.home.find('beside.txt'));
    for (const { id } of value(await world.old.home.surface.listFolder({ folder: many })).entries) world.comeLast(id);
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    const home = await world.mount();
    const [nodes, files] = [await inTrash(home), (await inTrash(home)).filter((id) => id !== many)];
    assert.lengthOf(nodes, 2);
    assert.equal(codeOf(await home.surface.deleteNodes({ ...command(), nodes })), 'sync.arriving');
    value(await home.surface.deleteNodes({ ...command(), nodes: files }));
    await world.round(home);
    value(await home.surface.deleteNodes({ ...command(), nodes: [many] }));
    await world.round(home);
    await world.fleet.settle();
    assert.deepEqual([await home.names(), await world.old.names(), await inTrash(world.old.home)], [[], [], []]);
  });

  it('takes nothing out of the trash whose place may still come', async () => {
    const world = await openArriving();
    const many = await world.old.home.find('many');
    const file = await world.old.home.find(nameOf(0), many);
    await trash(world, file);
    for (const { id } of value(await world.old.home.surface.listFolder({ folder: many })).entries) world.comeLast(id);
    world.comeLast(many);
    assert.equal(codeOf(await world.bring(1_000)), 'ok');
    const home = await world.mount();
    assert.deepEqual(await inTrash(home), [file]);
    assert.equal(codeOf(await home.surface.untrashNodes({ ...command(), nodes: [file] })), 'sync.arriving');
    await world.round(home);
    value(await home.surface.untrashNodes({ ...command(), nodes: [file] }));
    await world.round(home);
    await world.fleet.settle();
    assert.deepEqual(await world.old.names(), ['many', 'beside.txt']);
    assert.lengthOf(await world.old.names(many), FILES);
  });
});
