// The courier's pass of an open home: there as long as the home is synced, whatever was paused or stopped meanwhile.
import { assert } from 'chai';
import { err, ok, type Result } from '../../../src/result.ts';
import type { CloudFailure } from '../../../src/sync/cloud.ts';
import type { CourierPass } from '../../../src/sync/courier/pass.ts';
import type { AccountStorage } from '../../../src/workers/account/account-storage.ts';
import { createPassKeeper, type PassKeeper } from '../../../src/workers/syncing/pass-keeper.ts';
import { newHome, type TestHome } from '../home/test-home.ts';

const HOUR = 60 * 60_000;

describe('the courier\'s pass', () => {
  let home: TestHome;
  let passes: PassKeeper;
  let now: number;
  let asked: string[];
  let failure: CloudFailure | undefined;
  let lasts: number;

  beforeEach(async () => {
    [now, asked, failure, lasts] = [1_800_000_000_000, [], undefined, 24 * HOUR];
    home = await newHome();
    await home.mounted.db.write(['accountKeys'], async (tx) => {
      for (const id of ['one', 'two']) await tx.put('accountKeys', { id } as never);
    });
    await home.mounted.sync.link.begin('one');
    const courierPass = (account: string): Promise<Result<CourierPass, CloudFailure>> => {
      asked.push(account);
      return Promise.resolve(failure ? err(failure) : ok({ api: 'https://api.example', token: `of ${account}`, expiresAt: now + lasts, key: { privateKey: {}, publicKey: {} } as CryptoKeyPair }));
    };
    passes = createPassKeeper({ storage: { courierPass } as AccountStorage, clock: () => now });
  });

  const held = async () => (await home.mounted.db.read(['courier'], (tx) => tx.get('courier', 'pass')))?.token;

  it('is got anew where the clock was set back: the server ends it by its own', async () => {
    await passes.keepUp(home.mounted, 'one');
    now -= 30 * 24 * HOUR;
    await passes.keepUp(home.mounted, 'one');
    assert.deepEqual(asked, ['one', 'one']);
  });

  it('is there again as soon as sync goes on, and is asked for once', async () => {
    await passes.keepUp(home.mounted, 'one');
    await passes.keepUp(home.mounted, 'one');
    await home.mounted.sync.link.note({ paused: true });
    assert.isUndefined(await held());
    await home.mounted.sync.link.note({ paused: false });
    await passes.keepUp(home.mounted, 'one');
    assert.equal(await held(), 'of one');
    await home.mounted.sync.link.end();
    await home.mounted.sync.link.begin('two');
    await passes.keepUp(home.mounted, 'two');
    assert.equal(await held(), 'of two');
    assert.deepEqual(asked, ['one', 'one', 'two']);
  });

  it('is asked for once an hour, not in each round, where it is old, whether a newer one is given or not', async () => {
    lasts = 10 * HOUR;
    for (const later of [0, 1, HOUR - 1, 1]) {
      now += later;
      if (asked.length === 2) failure = 'absent';
      await passes.keepUp(home.mounted, 'one');
    }
    assert.lengthOf(asked, 2);
    now += HOUR;
    for (const later of [0, 1]) {
      now += later;
      await passes.keepUp(home.mounted, 'one');
    }
    assert.lengthOf(asked, 3);
    assert.equal(await held(), 'of one', 'the old one stays');
  });

  it('is asked for in the next round where the server did not answer', async () => {
    failure = 'unreachable';
    await passes.keepUp(home.mounted, 'one');
    failure = undefined;
    await passes.keepUp(home.mounted, 'one');
    assert.equal(await held(), 'of one');
  });

  it('is asked for again after an hour where an account gives none, by a clock that may be set back', async () => {
    failure = 'absent';
    for (const later of [0, HOUR - 1, 1, 1, -2 * HOUR]) {
      now += later;
      await passes.keepUp(home.mounted, 'one');
    }
    assert.lengthOf(asked, 3);
    failure = undefined;
    await passes.keepUp(home.mounted, 'one');
    assert.isUndefined(await held());
    await home.mounted.sync.link.end();
    await home.mounted.sync.link.begin('two');
    await passes.keepUp(home.mounted, 'two');
    assert.equal(await held(), 'of two', 'another account is another question');
  });
});
