// Backups that go to the account by themselves, at the real server, by a clock that the test holds.
import { assert } from 'chai';
import { codeOf, command, value, workPort } from '../home/test-home.ts';
import { type AccountDevice, accountWorld, type AccountWorld, Ended } from './account-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('backups on a schedule', () => {
  let world: AccountWorld;
  let device: AccountDevice;

  const status = async (of = device) => value(await of.schedule.calls.cloudBackupSchedule({}));
  const snapshots = (of = device) => of.home.mounted.db.read(['snapshots'], (tx) => tx.keys('snapshots'));
  const write = (text: string) => device.home.add({ 'letter.txt': text }, { clash: 'replace' });

  beforeEach(async () => {
    world = await accountWorld();
    device = await world.device();
    await device.home.add({ 'letter.txt': 'dear', 'large.bin': new Uint8Array(100_000).fill(7) });
  });
  afterEach(() => {
    assert.deepEqual(device.broken, []);
    return world.end();
  });

  it('are not made unless somebody chose so', async () => {
    await device.pass(8 * DAY);
    assert.deepEqual(device.asked, []);
    assert.deepEqual(await status(), { every: 'never', keep: null, working: false });
  });

  it('are made at once, then each day that changed something, and take no place among snapshots', async () => {
    await device.choose({ every: 'day' });
    await device.pass(0);
    const [first] = await device.listed();
    assert.isDefined(first);
    assert.deepEqual(value(await device.world.calls.checkCloudBackup({ id: first! })), { ok: true, missing: 0 });
    assert.deepEqual(await snapshots(), []);
    assert.deepEqual(device.world.noted, [`backup.uploaded ${first}`]);
    const made = device.clock.now;
    assert.deepInclude(await status(), { made, looked: made, next: made + DAY, working: false });

    await device.pass(DAY + MINUTE);
    assert.lengthOf(await device.listed(), 1, 'nothing changed');
    const later = await status();
    assert.equal(later.made, made);
    assert.isAtLeast(later.looked!, made + DAY);

    await write('dear Charles');
    await device.pass(12 * HOUR);
    assert.lengthOf(await device.listed(), 1, 'not due yet');
    await device.pass(13 * HOUR);
    assert.lengthOf(await device.listed(), 2);
  });

  it('are not called unchanged when they were just made, however long that took', async () => {
    device.before = () => Promise.resolve(void (device.clock.now += 1000));
    await device.choose({ every: 'day' });
    await device.pass(0);
    const { made, looked } = await status();
    assert.isDefined(made);
    assert.equal(looked, made);
  });

  it('are made where only a setting or a way in changed, and where the last is not there any more', async () => {
    await device.choose({ every: 'day' });
    await device.pass(0);
    await device.home.mounted.db.write(['sealed'], (tx) => tx.put('sealed', { key: 'prefs', bytes: new Uint8Array(80) }));
    await device.pass(DAY);
    const ids = await device.listed();
    assert.lengthOf(ids, 2);
    for (const id of ids) value(await device.remove(id));
    await device.pass(DAY);
    assert.lengthOf(await device.listed(), 1);
  });

  it('keep their times over a restart', async () => {
    await device.choose({ every: 'week' });
    await device.pass(0);
    await write('dear Charles');
    device = await device.again();
    await device.pass(6 * DAY);
    assert.lengthOf(await device.listed(), 1);
    device = await device.again();
    await device.pass(DAY + MINUTE);
    assert.lengthOf(await device.listed(), 2);
  });

  it('let go what is more than was chosen', async () => {
    await device.choose({ every: 'day', keep: 2 });
    for (let day = 0; day < 5; day += 1) {
      await write(`day ${day}`);
      await device.pass(DAY);
    }
    assert.lengthOf(await device.listed(), 2);
    assert.equal(await world.indexes(), 2);
  });

  for (const [what, set, waits] of [
    ['is paused', (on: boolean) => device.home.mounted.sync.link.note({ paused: on }), 'paused'],
    ['lacks keys that were renewed elsewhere', (on: boolean) => Promise.resolve(void (device.syncState = on ? 'renewed' : 'synced')), 'renewed'],
    ['lacks names that are still coming', async (on: boolean) => {
      if (!on) return device.home.mounted.sync.reconciler.mend();
      await device.home.mounted.sync.link.begin('account', { partial: true });
      device = await device.again();
      assert.equal(codeOf(await device.world.calls.createSnapshot({ ...command(), port: workPort() })), 'sync.arriving', 'nor by hand');
      device.asked.length = 0;
    }, 'arriving'],
    ['is signed out', (on: boolean) => Promise.resolve(void (device.signedIn = !on)), 'signed_out'],
    ['has a connection that costs', (on: boolean) => Promise.resolve(void (device.metered = on)), 'metered'],
  ] as const) {
    it(`wait, and say so, where the device ${what}`, async () => {
      await device.choose({ every: 'day' });
      await set(true);
      await device.pass(2 * DAY);
      assert.deepEqual(device.asked, []);
      const { waits: told, fault } = await status();
      assert.deepEqual([told, fault], [waits, undefined]);
      await set(false);
      await device.pass(5 * MINUTE);
      assert.lengthOf(await device.listed(), 1);
      assert.isUndefined((await status()).waits);
    });
  }

  it('are tried again after waits, a restart or not, tell what went wrong, and then are made', async () => {
    await device.choose({ every: 'day' });
    device.fails = 'unreachable';
    await device.pass(0);
    assert.lengthOf(device.asked, 1);
    const failed = device.clock.now;
    assert.deepInclude(await status(), { fault: { code: 'account.provider_unreachable' }, next: failed + 5 * MINUTE });
    device = await device.again();
    device.fails = 'quota';
    await device.pass(4 * MINUTE);
    assert.deepEqual(device.asked, []);
    await device.pass(DAY);
    assert.isAtMost(device.asked.length, 10);
    assert.deepInclude(await status(), { fault: { code: 'backup.account_full' } });
    device.fails = undefined;
    await device.pass(6 * HOUR);
    assert.lengthOf(await device.listed(), 1);
    assert.isUndefined((await status()).fault);
    assert.deepEqual(await snapshots(), []);
  });

  it('leave no snapshot behind where the worker ended in the midst', async () => {
    await device.choose({ every: 'day' });
    device.before = async (request) => {
      if (request !== 'putObject list') return;
      await device.schedule.closing();
      throw new Ended();
    };
    await device.pass(0);
    assert.lengthOf(await snapshots(), 1);
    assert.deepEqual(value(await device.world.calls.backupOverview({})).snapshots, [], 'nobody is shown it');
    device = await device.again();
    device.metered = true;
    await device.pass(MINUTE);
    assert.deepEqual(await snapshots(), [], 'though none can be made now');
    device.metered = false;
    await device.pass(5 * MINUTE);
    assert.lengthOf(await device.listed(), 1);
    assert.equal(await world.indexes(), 1);
    assert.isUndefined((await status()).fault);
  });

  it('are made on a connection that costs where its person chose to use those', async () => {
    await device.choose({ every: 'day' });
    device.metered = true;
    await device.pass(0);
    assert.equal((await status()).waits, 'metered');
    await device.home.mounted.sync.content.chooseConnection(true);
    await device.pass(5 * MINUTE);
    assert.lengthOf(await device.listed(), 1);
  });

  it('bring no content to a device that has it online only, and are whole', async () => {
    value(await device.upload(await device.snapshot()));
    const [known] = await device.listed();
    await device.home.mounted.db.write(['extents'], (tx) => tx.remove('extents', { prefix: '' }));
    assert.equal(codeOf(await device.world.calls.createSnapshot({ ...command(), port: workPort() })), 'sync.not_here');
    device.asked.length = 0;
    await device.choose({ every: 'day' });
    await device.pass(0);
    assert.notInclude(device.asked, 'extent');
    const made = (await device.listed()).find((id) => id !== known)!;
    const two = await world.device();
    value(await two.world.calls.bringBackup({ ...command(), port: workPort(), id: made }));
    assert.include(value(await two.world.calls.verifySnapshot({ id: made, depth: 'full', port: workPort() })), { ok: true });
  });

  it('do not give way to one of a part of the home, which stays out of the account', async () => {
    await device.choose({ every: 'day', keep: 1 });
    await device.pass(0);
    const before = await device.listed();
    const { link } = device.home.mounted.sync;
    await link.begin('account', { partial: true });
    await link.end();
    const made = value(await device.world.calls.createSnapshot({ ...command(), port: workPort() }));
    assert.isTrue(made.partial);
    await link.begin('account');
    assert.equal(codeOf(await device.upload(made.id)), 'sync.partial');
    await device.home.mounted.sync.reconciler.mend();
    assert.equal(codeOf(await device.upload(made.id)), 'sync.partial', 'nor once the rest is here');
    assert.deepEqual(await device.listed(), before);
  });

  it('are of the account that they were chosen for', async () => {
    await device.choose({ every: 'day', keep: 1 });
    await device.home.mounted.sync.link.begin('another');
    await device.pass(3 * DAY);
    assert.deepEqual(device.asked, []);
    assert.deepInclude(await status(), { every: 'never', keep: null });
    await device.home.mounted.sync.link.end();
    assert.equal(codeOf(await device.schedule.calls.cloudBackupSchedule({})), 'sync.not_linked');
  });
});
