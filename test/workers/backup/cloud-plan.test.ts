import { assert } from 'chai';
import { systemRandom } from '../../../src/crypto/random.ts';
import { type CloudPlan, createCloudPlans, dueAt } from '../../../src/workers/backup/cloud-plan.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';
import { newHome } from '../home/test-home.ts';

const NOTHING: CloudPlan = { every: 'never', keep: null, passing: false, loose: [] };
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const NOW = 1_700_000_000_000;
const DAILY: CloudPlan = { ...NOTHING, every: 'day' };

describe('what is planned for backups in the account', () => {
  it('is due at once when it was chosen, then a day or a week after the last look, and never otherwise', () => {
    assert.isUndefined(dueAt({ ...NOTHING, looked: 1 }, NOW));
    assert.equal(dueAt(DAILY, NOW), NOW);
    assert.equal(dueAt({ ...DAILY, looked: NOW - HOUR }, NOW), NOW + 23 * HOUR);
    assert.equal(dueAt({ ...DAILY, every: 'week', looked: NOW }, NOW), NOW + 7 * DAY);
  });

  it('waits longer after each failure, and never longer than six hours', () => {
    const waits = [1, 2, 3, 7, 8, 1000].map((times) => dueAt({ ...DAILY, failed: { at: NOW, times, code: 'aborted' } }, NOW)! - NOW);
    assert.deepEqual(waits, [5, 10, 20, 320, 360, 360].map((minutes) => minutes * 60_000));
  });

  it('does not wait for a time that a wrong clock wrote', () => {
    assert.equal(dueAt({ ...DAILY, looked: NOW + 400 * DAY, failed: { at: NOW + 400 * DAY, times: 3, code: 'aborted' } }, NOW), NOW);
  });

  it('is read again as it was written, under the account that it was chosen for', async () => {
    const { mounted } = await newHome();
    const whole: CloudPlan = {
      every: 'week', keep: 7, passing: true, loose: ['1-0123456789ab' as BundleId], looked: 5, made: { at: 4, bundle: '2-0123456789ab' as BundleId, print: systemRandom(32) },
      failed: { at: 6, times: 2, code: 'account.provider_unreachable' },
    };
    await createCloudPlans(systemRandom).change(mounted, 'one', () => whole);
    assert.deepEqual(await createCloudPlans(systemRandom).read(mounted, 'one'), whole);
    assert.deepEqual(await createCloudPlans(systemRandom).read(mounted, 'other'), { ...NOTHING, passing: true });
  });

  it('stands where an upload to an account that the home was linked to before ends later', async () => {
    const { mounted } = await newHome();
    const plans = createCloudPlans(systemRandom);
    await mounted.sync.link.begin('one');
    await plans.change(mounted, 'one', (plan) => ({ ...plan, passing: true }));
    await mounted.sync.link.end();
    await mounted.sync.link.begin('two');
    await plans.change(mounted, 'two', (plan) => ({ ...plan, every: 'day' }));
    const loose = ['1-0123456789ab' as BundleId];
    assert.deepEqual((await plans.change(mounted, 'one', (plan) => ({ ...plan, loose }))).loose, loose);
    await plans.change(mounted, 'one', (plan) => ({ ...plan, passing: false }));
    assert.deepEqual(await plans.read(mounted, 'two'), { ...DAILY, passing: true });
    await plans.change(mounted, 'two', (plan) => ({ ...plan, passing: false }));
    assert.deepEqual(await plans.read(mounted, 'two'), DAILY);
  });

  it('is nothing where its row does not open, or is of another home', async () => {
    const [{ mounted }, other] = [await newHome(), await newHome()];
    const plans = createCloudPlans(systemRandom);
    assert.deepEqual(await plans.read(mounted, 'one'), NOTHING);
    await plans.change(mounted, 'one', (plan) => ({ ...plan, every: 'day', keep: 1 }));
    const row = await mounted.db.read(['sealed'], (tx) => tx.get('sealed', 'choice/cloud-backups'));
    await other.mounted.db.write(['sealed'], (tx) => tx.put('sealed', row!));
    assert.deepEqual(await plans.read(other.mounted, 'one'), NOTHING);
    const bytes = row!.bytes.slice();
    bytes[40]! ^= 1;
    await mounted.db.write(['sealed'], (tx) => tx.put('sealed', { key: row!.key, bytes }));
    assert.deepEqual(await plans.read(mounted, 'one'), NOTHING);
  });
});
