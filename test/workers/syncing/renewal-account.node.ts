// A home that comes back to an account which it left before its keys were renewed: what others put there meanwhile counts.
import { assert } from 'chai';
import { command, value } from '../home/test-home.ts';
import { all, contents, FILES, openRenewalWorld, renew, type RenewalWorld } from './renewal-world.ts';

describe('a home whose keys were renewed at another account', () => {
  let world: RenewalWorld;
  beforeEach(async () => { world = await openRenewalWorld(); });
  afterEach(() => world.end());

  it('takes what the account that it comes back to has of an earlier key', async () => {
    const one = await world.first();
    await one.home.add(FILES);
    assert.equal(await one.round(), 'synced');
    const two = await world.join(one, 'two');
    value(await one.syncing.calls.stopSync(command()));
    await two.home.add({ 'late.txt': 'late' });
    assert.equal(await two.round(), 'synced');
    one.signedOut = true;
    await renew(one);
    await one.unlock();
    // What it did at the other account, where all came to be of the newest key.
    const { sync: { link }, keyring } = one.home.mounted;
    await link.begin('the other account');
    await keyring.setWhole();
    await link.end();
    one.signedOut = false;
    value(await one.syncing.calls.startSync(command()));
    assert.equal(await one.round(), 'synced');
    assert.deepEqual(await one.home.names(), ['docs', 'large.bin', 'late.txt', 'small.txt']);
    assert.deepEqual(await contents(one), all);
    assert.isTrue(await keyring.isWhole(), 'now this one is too');
  });
});
