// A home whose connection costs, over the real server: what its person is told, and what they may choose.
import { assert } from 'chai';
import { ok } from '../../../src/result.ts';
import { createContentSpace } from '../../../src/workers/syncing/content-space.ts';
import { bytes, command, value } from '../home/test-home.ts';
import { openSettingsWorld, type SettingsDevice, type SettingsWorld } from './settings-world.ts';

const LARGE = 70_000;

describe('a home on a connection that costs', () => {
  let world: SettingsWorld;
  let one: SettingsDevice;
  let two: SettingsDevice;

  beforeEach(async () => {
    world = await openSettingsWorld();
    [one, two] = [await world.device(), await world.device()];
    one.metered = true;
    await one.home.add({ 'film.bin': bytes(LARGE), 'note.txt': 'x' });
  });
  afterEach(() => world.end());

  const spaceOf = ({ home, syncing, clock }: SettingsDevice) => createContentSpace({
    current: () => ok(home.mounted), cloud: syncing.cloud, syncNow: () => syncing.calls.syncNow({}), clock: () => clock.now, closing: new AbortController().signal,
  });
  const status = async ({ syncing }: SettingsDevice) => value(await syncing.calls.syncStatus({}));

  it('says that content waits, and sends what is small', async () => {
    await one.round();
    assert.include(await status(one), { state: 'metered', waiting: 1 });
    await two.round();
    assert.deepEqual(await two.home.names(), ['note.txt']);
    assert.equal((await status(two)).state, 'synced');
  });

  it('shares settings all the same', async () => {
    await one.choose({ language: 'de' });
    value(await one.share(true));
    value(await two.share(true, 'there'));
    await one.choose({ language: 'en' });
    await one.round();
    await two.round(10);
    assert.equal(two.prefs().language, 'en');
  });

  it('goes on by another connection', async () => {
    await one.round();
    one.metered = false;
    one.syncing.accountChanged('online');
    await one.round();
    assert.include(await status(one), { state: 'synced', waiting: 0 });
  });

  it('uses it where its person chose so, also when it is opened again', async () => {
    await one.round();
    value(await spaceOf(one).setContentConnection({ ...command(), any: true }));
    await one.round();
    assert.include(await status(one), { state: 'synced', waiting: 0 });
    await one.again();
    await one.home.add({ 'more.bin': bytes(LARGE, 2) });
    await one.round();
    assert.include(await status(one), { state: 'synced', waiting: 0 });
    value(await spaceOf(one).setContentConnection({ ...command(), any: false }));
    await one.home.add({ 'last.bin': bytes(LARGE, 3) });
    await one.round();
    assert.equal((await status(one)).state, 'metered');
  });
});
