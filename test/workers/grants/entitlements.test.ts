// What an app hears of what was bought for it: of itself alone, of who is signed in alone, and no longer than it was told.
import { assert } from 'chai';
import type { Access, AppEntitlement } from '../../../src/workers/contract/app-protocol.ts';
import type { AccountId } from '../../../src/workers/contract/ids.ts';
import { APP_URL, type AppWorld, createAppWorld, FOR_LONG, NOTES, ONCE_OPEN, only, type TestApp, withNotes } from './app-world.ts';

const ADA = 'a'.repeat(32) as AccountId;
const BOB = 'b'.repeat(32) as AccountId;
const pro = (now: number) => ({ product: 'pro', until: now + 3_600_000, believedUntil: now + 1_800_000, jws: 'x.y.z' });

describe('entitlements', () => {
  let world: AppWorld;
  beforeEach(async () => {
    world = await createAppWorld();
    world.person = ({ items }) => items.map(() => FOR_LONG);
    Object.assign(world.seller, { active: ADA, statements: [pro(world.clock.now)] });
  });
  afterEach(() => {
    assert.deepEqual(world.incidents, []);
    world.close();
  });

  const open = async (): Promise<{ app: TestApp; ask: () => Promise<readonly AppEntitlement[]> }> => {
    const app = await world.open((await world.install()).appId);
    return { app, ask: async () => app.get('entitlements', { binding: only(await app.get<Access[]>('request', { asks: [{ scope: 'read:entitlements' }] })).binding }) };
  };

  it('are told as the server signed them, of the app as sellers know it', async () => {
    const { ask } = await open();
    assert.deepEqual(await ask(), [{ product: 'pro', until: world.clock.now + 3_600_000, statement: 'x.y.z' }]);
    assert.deepEqual(world.seller.asked, [APP_URL]);
    await ask();
    assert.lengthOf(world.seller.asked, 1, 'not asked again at once');
    const page = await world.connect('https://else.test');
    await page.get('entitlements', { binding: only(await page.get<Access[]>('request', { asks: [{ scope: 'read:entitlements' }] })).binding });
    assert.equal(world.seller.asked.at(-1), 'https://else.test');
  });

  it('are there offline, after a lock too, as long as they may be believed', async () => {
    await (await open()).ask();
    world.seller.statements = 'account.provider_unreachable';
    const { appId } = await world.install();
    await world.reopen();
    const app = await world.open(appId);
    const { binding } = only(await app.get<Access[]>('request', { asks: [{ scope: 'read:entitlements' }] }));
    world.clock.pass(600_000);
    assert.lengthOf(await app.get<AppEntitlement[]>('entitlements', { binding }), 1);
    world.clock.pass(1_300_000);
    assert.deepEqual(await app.get('entitlements', { binding }), []);
  });

  it('stay as they were told where what comes instead is broken, and go where they were taken back', async () => {
    const { ask } = await open();
    assert.lengthOf(await ask(), 1);
    world.seller.statements = 'account.provider_broken';
    for (const asked of [2, 3]) {
      world.clock.pass(301_000);
      assert.lengthOf(await ask(), 1);
      assert.lengthOf(world.seller.asked, asked, 'asked anew, and told what was kept');
    }
    world.seller.statements = [];
    assert.deepEqual(await ask(), []);
    world.seller.statements = 'account.provider_broken';
    world.clock.pass(301_000);
    assert.deepEqual(await ask(), []);
  });

  it('of one account are not shown under another, nor where nobody is signed in', async () => {
    const { ask } = await open();
    assert.lengthOf(await ask(), 1);
    Object.assign(world.seller, { active: BOB, statements: 'account.provider_unreachable' });
    assert.deepEqual(await ask(), []);
    world.seller.active = undefined;
    assert.deepEqual(await ask(), []);
    assert.lengthOf(world.seller.asked, 2, 'nobody is asked for nobody');
  });

  it('are told with their own scope alone', async () => {
    world.person = () => [ONCE_OPEN];
    const { app, binding } = await withNotes(world);
    assert.equal(await app.code('entitlements', { binding }), 'grants.not_granted');
    assert.equal(await app.code('request', { asks: NOTES }), 'ok');
  });
});
