// A person's settings on two devices, where it does not go well: lost races, objects that cannot be read, sync that rests or fails.
import { assert } from 'chai';
import { toHex } from '../../../src/crypto/bytes.ts';
import { datasetKey } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { sealFields } from '../../../src/crypto/sealed.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import { openSettingsWorld, type SettingsDevice, settingsName, type SettingsWorld } from './settings-world.ts';

describe('settings on several devices, in trouble', () => {
  let world: SettingsWorld;
  let one: SettingsDevice;
  let two: SettingsDevice;

  beforeEach(async () => {
    world = await openSettingsWorld();
    [one, two] = [await world.device(), await world.device()];
  });
  afterEach(() => world.end());

  it('are put again over what another device put meanwhile, and lose neither', async () => {
    await world.both(one, two);
    await two.choose({ filesView: 'grid' });
    await one.choose({ language: 'en' });
    one.before = async () => {
      one.before = async () => { await two.round(); return undefined; };
      return Promise.resolve(undefined);
    };
    await one.round();
    await two.round(10);
    assert.deepEqual(one.prefs(), two.prefs());
    assert.include(one.prefs(), { language: 'en', filesView: 'grid' });
    assert.isAtLeast(one.asked.filter((method) => method === 'PUT').length, 2);
  });

  it('are tried a few times and then left to a later round, where every race is lost', async () => {
    await world.both(one, two);
    await one.choose({ language: 'en' });
    let races = 0;
    const race = async (method: string): Promise<undefined> => {
      one.before = race;
      if (method !== 'PUT') return;
      races += 1;
      await world.replace(await world.seal(new Map([...await world.fields(), [`race${races}`, new Map([['value', races]])]])));
    };
    one.before = race;
    await one.round();
    assert.isAtMost(races, 6);
    assert.equal(value(await one.syncing.calls.syncStatus({})).state, 'synced');
    one.before = undefined;
    await one.round(10);
    assert.equal((await world.fields()).get('language')?.get('value'), 'en');
  });

  it('are left alone on both sides where the object is damaged, of another home or of another version, and that is said', async () => {
    await world.both(one, two);
    const before = one.prefs();
    const good = await world.there();
    const foreign = sealFields({ aead: one.home.mounted.aead, random: systemRandom }, await datasetKey(one.home.mounted.keys, 'home'), { ...settingsName(systemRandom(16)) }, { fields: new Map() });
    const damaged = good!.body.slice();
    damaged[40]! ^= 1;
    for (const body of [damaged, foreign, await world.seal(await world.fields(), { v: 2 }), await world.seal(new Map<string, unknown>([...await world.fields(), ['large', 'x'.repeat(70_000)]]))]) {
      await world.replace(body);
      await one.choose({ filesView: one.prefs().filesView === 'grid' ? 'list' : 'grid' });
      await one.round(10);
      assert.deepEqual([await one.state(), value(await one.syncing.calls.syncStatus({})).state], ['unreadable', 'synced']);
      assert.equal(toHex((await world.there())!.body), toHex(body));
      assert.deepEqual({ ...one.prefs(), filesView: 'list' }, before);
      value(await two.share(false));
      assert.equal(codeOf(await two.share(true, 'here')), 'sync.settings_unreadable');
      assert.equal(await two.state(), 'off');
    }
    await world.replace(good!.body);
    await one.round(10);
    assert.equal(await one.state(), 'on');
  });

  it('of a later release are kept as they are, and one that may not be is passed over', async () => {
    await world.both(one, two);
    const all = await world.fields();
    const device = systemRandom(16);
    const later = new Map<string, unknown>([['value', ['some', 'list']], ['clock', [one.clock.now * 2, 3]], ['device', device], ['why', 'x']]);
    const strange = new Map<string, unknown>([['value', 'klingon'], ['clock', [one.clock.now + 500, 0]], ['device', device]]);
    const view = new Map<string, unknown>([['value', 'grid'], ['clock', [one.clock.now + 500, 0]], ['device', device]]);
    await world.replace(await world.seal(new Map<string, unknown>([...all, ['font', later], ['shape', 5], ['language', strange], ['filesView', view]])));
    await one.choose({ appearance: 'light' });
    await one.round();
    assert.include(one.prefs(), { language: 'de', filesView: 'grid', appearance: 'light' });
    const now = await world.fields();
    assert.deepEqual(now.get('font'), later);
    assert.equal(now.get('shape') as unknown, 5);
    assert.deepEqual([now.get('language'), now.get('appearance')?.get('value')], [strange, 'light']);
  });

  it('are asked about once, then where something was chosen here, and else at most every few minutes', async () => {
    await world.both(one, two);
    for (let times = 0; times < 3; times += 1) await one.round();
    assert.isEmpty(one.asked);
    await one.choose({ language: 'en' });
    await one.choose({ language: 'en' });
    await one.round();
    // The server tells of what was put as of any other change.
    assert.deepEqual(one.asked, ['GET', 'PUT', 'GET']);
    await one.round();
    assert.lengthOf(one.asked, 3);
    await one.round(3);
    assert.lengthOf(one.asked, 4);
    await one.again();
    assert.deepEqual(one.asked, ['GET', 'PUT', 'GET', 'GET', 'GET']);
  });

  it('come at once where the server tells that they changed', async () => {
    await world.both(one, two);
    await two.round();
    two.asked.length = 0;
    await two.round();
    assert.isEmpty(two.asked);
    await one.choose({ language: 'en' });
    await one.round();
    await two.round();
    assert.deepEqual(two.taken.at(-1), 'language');
    assert.deepEqual(two.asked, ['GET']);
  });

  it('go nowhere while sync is paused, and nothing is begun then', async () => {
    await world.both(one, two);
    value(await one.syncing.calls.pauseSync({ ...command(), paused: true }));
    await one.choose({ language: 'en' });
    await one.round(10);
    assert.isEmpty(one.asked);
    value(await one.share(false));
    assert.equal(codeOf(await one.share(true)), 'sync.paused');
    assert.isEmpty(one.asked);
  });

  it('chosen while sync was paused go when it goes on, as of the moment when they were chosen', async () => {
    await world.both(one, two);
    value(await one.syncing.calls.pauseSync({ ...command(), paused: true }));
    await one.choose({ language: 'en', filesView: 'grid' });
    two.clock.now = one.clock.now + 60_000;
    await two.choose({ language: 'system' });
    await two.round();
    one.clock.now += 600_000;
    value(await one.syncing.calls.pauseSync({ ...command(), paused: false }));
    await one.round();
    assert.include(one.prefs(), { language: 'system', filesView: 'grid' });
  });

  it('turned off stay as they are here and at the account', async () => {
    await world.both(one, two);
    const before = toHex((await world.there())!.body);
    value(await one.share(false));
    await one.choose({ language: 'en' });
    await one.round(10);
    await two.round(10);
    assert.deepEqual([await one.state(), one.asked, two.prefs().language], ['off', [], 'de']);
    assert.equal(toHex((await world.there())!.body), before);
    await one.again();
    assert.equal(await one.state(), 'off');
    assert.deepEqual(value(await one.share(true)), { asks: true });
  });

  it('are turned off where sync of the home is stopped', async () => {
    await world.both(one, two);
    value(await one.syncing.calls.stopSync(command()));
    assert.isUndefined(one.settings.clocks(one.home.mounted));
    assert.equal(codeOf(await one.share(true)), 'sync.not_linked');
    value(await one.syncing.calls.startSync(command()));
    await one.round(10);
    assert.deepEqual([await one.state(), one.asked], ['off', []]);
  });

  it('hold no file up where they cannot be had, except where nobody is signed in any more', async () => {
    await world.both(one, two);
    for (const failure of ['unreachable', 'quota', 'protocol'] as const) {
      await one.choose({ language: one.prefs().language === 'en' ? 'de' : 'en' });
      await one.home.add({ [`${failure}.txt`]: 'x' });
      one.before = () => Promise.resolve(failure);
      await one.round(10);
      const { state, waiting } = value(await one.syncing.calls.syncStatus({}));
      assert.deepEqual([state, waiting], ['synced', 0]);
    }
    one.before = () => Promise.resolve('signed_out');
    await one.round(10);
    assert.equal(value(await one.syncing.calls.syncStatus({})).state, 'signed_out');
  });
});
