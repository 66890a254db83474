// A person's settings on two devices, over the real server: begun after a question, then by field what was chosen last.
import { assert } from 'chai';
import { toHex } from '../../../src/crypto/bytes.ts';
import { BULK_TURN_MS } from '../../../src/sync/bulk-turn.ts';
import { bytes, value } from '../home/test-home.ts';
import { openSettingsWorld, type SettingsDevice, type SettingsWorld } from './settings-world.ts';

describe('settings on several devices', () => {
  let world: SettingsWorld;
  let one: SettingsDevice;
  let two: SettingsDevice;

  beforeEach(async () => {
    world = await openSettingsWorld();
    [one, two] = [await world.device(), await world.device()];
  });
  afterEach(() => world.end());

  it('stay on their device until somebody chooses otherwise', async () => {
    await one.choose({ language: 'de' });
    await one.round(10);
    await two.round(10);
    assert.isUndefined(await world.there());
    assert.deepEqual([one.asked, await one.state(), two.prefs().language], [[], 'off', 'system']);
  });

  it('go ahead of a long upload', async () => {
    value(await one.share(true));
    value(await two.share(true, 'there'));
    await one.round();
    const order: string[] = [];
    one.sending = async ({ method, path }) => {
      if (path.includes('datasets/home')) order.push('settings');
      if (method !== 'PUT' || !path.includes('extents')) return;
      order.push('content');
      if (order.length === 1) await one.choose({ language: 'de' });
      one.clock.now += BULK_TURN_MS;
    };
    await one.home.add({ 'film.bin': bytes(40 * 1024 * 1024) });
    await one.round();
    await one.round();
    assert.lengthOf(order.filter((what) => what === 'content'), 10);
    assert.isAbove(order.lastIndexOf('content'), order.indexOf('settings'));
    await two.round(10);
    assert.equal(two.prefs().language, 'de');
  });

  it('are not asked about where the account has none, or the same', async () => {
    assert.deepEqual(value(await one.share(true)), { asks: false });
    assert.sameMembers([...(await world.fields()).keys()], ['language', 'appearance', 'filesView', 'autoLockMs', 'retention']);
    assert.deepEqual(value(await two.share(true)), { asks: false });
    assert.deepEqual([await one.state(), await two.state()], ['on', 'on']);
  });

  it('merge with none silently: where they differ, nothing changes until it is said which count', async () => {
    await one.choose({ language: 'de' });
    value(await one.share(true));
    const before = toHex((await world.there())!.body);
    await two.choose({ appearance: 'dark' });
    assert.deepEqual(value(await two.share(true)), { asks: true });
    await two.round(10);
    assert.deepEqual([await two.state(), two.prefs().language, two.prefs().appearance], ['off', 'system', 'dark']);
    assert.equal(toHex((await world.there())!.body), before);
  });

  it('are those of the other devices where that was said', async () => {
    await one.choose({ language: 'de', retention: { keep: 7, softBytes: 1, hardBytes: 2 }, autoLockMs: null });
    value(await one.share(true));
    await two.choose({ appearance: 'dark' });
    value(await two.share(true, 'there'));
    assert.deepEqual(two.prefs(), one.prefs());
    assert.deepEqual(two.prefs().appearance, 'system');
    assert.deepEqual(two.taken, ['language appearance autoLockMs retention']);
    assert.deepEqual(two.heard.at(-1), one.prefs());
    await one.round(10);
    assert.isEmpty(one.taken);
  });

  it('are those of this device everywhere where that was said', async () => {
    await one.choose({ language: 'de' });
    value(await one.share(true));
    // A device whose clock is behind has its say nevertheless.
    two.clock.now -= 3_600_000;
    await two.choose({ appearance: 'dark' });
    value(await two.share(true, 'here'));
    await one.round(10);
    assert.deepEqual(one.prefs(), two.prefs());
    assert.deepEqual([one.prefs().language, one.prefs().appearance, one.taken], ['system', 'dark', ['language appearance']]);
  });

  it('are asked about too where another device began at the same moment', async () => {
    await one.choose({ language: 'de' });
    await two.choose({ language: 'en' });
    // Between its look and its put.
    two.before = async () => {
      two.before = async () => { value(await one.share(true)); return undefined; };
      return Promise.resolve(undefined);
    };
    assert.deepEqual(value(await two.share(true)), { asks: true });
    assert.deepEqual([await two.state(), two.prefs().language, one.prefs().language], ['off', 'en', 'de']);
  });

  it('keep what was chosen while the account was being asked', async () => {
    await one.choose({ language: 'de' });
    value(await one.share(true));
    two.before = async () => {
      two.before = async () => { await two.choose({ filesView: 'grid' }); return undefined; };
      return Promise.resolve(undefined);
    };
    value(await two.share(true, 'here'));
    assert.equal(two.prefs().filesView, 'grid');
    await two.round();
    await one.round(10);
    assert.equal(one.prefs().filesView, 'grid');
  });

  it('become the same where each device changed another', async () => {
    await world.both(one, two);
    await one.choose({ language: 'en' });
    await two.choose({ filesView: 'grid', autoLockMs: 120_000 });
    await one.round();
    await two.round();
    await one.round(10);
    assert.deepEqual(one.prefs(), two.prefs());
    assert.include(one.prefs(), { language: 'en', filesView: 'grid', autoLockMs: 120_000, appearance: 'dark' });
    assert.deepEqual([one.taken, two.taken], [['filesView autoLockMs'], ['language']]);
    assert.deepEqual([one.heard.at(-1), two.heard.at(-1)], [one.prefs(), one.prefs()]);
  });

  it('become what was chosen last where both changed one, though that comes first', async () => {
    await world.both(one, two);
    await one.choose({ appearance: 'light' });
    two.clock.now = one.clock.now + 5000;
    await two.choose({ appearance: 'system' });
    await two.round();
    await one.round();
    assert.deepEqual([one.prefs().appearance, two.prefs().appearance], ['system', 'system']);
    await two.round(10);
    assert.isEmpty(two.taken);
  });

  it('lose no change to a clock that was set back', async () => {
    await world.both(one, two);
    one.clock.now -= 86_400_000;
    await one.again();
    await one.choose({ appearance: 'light' });
    await one.round();
    await two.round(10);
    assert.equal(two.prefs().appearance, 'light');
  });

  it('outlive the worker, with what was chosen and not sent yet', async () => {
    await world.both(one, two);
    one.before = () => Promise.resolve('unreachable');
    await one.choose({ language: 'en' });
    await one.round();
    await one.again();
    await one.round();
    await two.round(10);
    assert.deepEqual([await one.state(), one.prefs().language, two.prefs().language], ['on', 'en', 'en']);
  });
});
