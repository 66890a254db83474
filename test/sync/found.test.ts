// What is found by its name says of itself what it says in its folder.
import { assert } from 'chai';
import { bytes, command, value } from '../workers/home/test-home.ts';
import type { Device } from './devices.ts';
import { type Holding, LARGE, openHolding } from './holding.ts';

describe('what is found by its name', () => {
  let on: Holding;
  let ada: Device;
  let bob: Device;
  beforeEach(async () => {
    on = await openHolding();
    ({ ada, bob } = on);
  });

  const found = async (device: Device, query: string) => value(await device.home.surface.searchHome({ query })).map(({ entry }) => entry);
  /** Of everything that has this name, the marks of rows in its folder; the same as of what is found. */
  async function marksOf(device: Device, name: string, folder = device.home.root) {
    const { entries } = value(await device.home.surface.listFolder({ folder }));
    const [listed, hits] = [entries.filter((entry) => entry.name.includes(name)), await found(device, name)];
    assert.sameDeepMembers(hits, listed);
    return hits.map((entry) => (entry.kind === 'file' ? entry.sync : entry.kept));
  }

  it('waits to be sent, is only online, or is kept, as it is', async () => {
    await on.choose(bob, false);
    await on.write(ada, 'films/film.bin', bytes(LARGE, 1));
    await on.fleet.settle();
    const films = await bob.home.find('films');
    assert.deepEqual(await marksOf(bob, 'films'), ['no']);
    assert.deepEqual(await marksOf(bob, 'film.bin', films), ['online']);
    await on.keep(bob, films);
    assert.deepEqual(await marksOf(bob, 'films'), ['chosen']);
    await on.write(bob, 'note.txt', 'mine');
    assert.deepEqual(await marksOf(bob, 'note.txt'), ['waiting']);
    await bob.round();
    assert.deepEqual(await marksOf(bob, 'note.txt'), [undefined]);
  });

  it('says of a conflict copy what it stands beside, though only the copy is found', async () => {
    const docs = async (device: Device) => device.home.find('docs');
    await on.write(ada, 'docs/letter.txt', bytes(LARGE, 1));
    await on.fleet.settle();
    await ada.home.add({ 'letter.txt': 'by Ada' }, { to: await docs(ada), clash: 'replace' });
    on.fleet.now += 1000;
    await bob.home.add({ 'letter.txt': 'by Bob' }, { to: await docs(bob), clash: 'replace' });
    await on.fleet.settle();
    const [copy, ...others] = await found(ada, '(conflict');
    assert.isEmpty(others);
    assert.isTrue(copy?.kind === 'file' && copy.conflict?.beside === 'letter.txt');
    await marksOf(ada, 'letter', await docs(ada));
    value(await ada.home.surface.renameNode({ ...command(), node: await ada.home.find('letter.txt', await docs(ada)), name: 'note.txt' }));
    const [alone] = await found(ada, '(conflict');
    assert.isTrue(alone?.kind === 'file' && alone.conflict === undefined, 'it does not stand there any more');
  });
});
