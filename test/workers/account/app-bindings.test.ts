// Apps at the account's storage: a token of each binding, asked for once, taken back with it, and never of the one account after the
// status of the other.
import { assert } from 'chai';
import { err } from '../../../src/result.ts';
import type { AppBindingOrder } from '../../../src/workers/contract/app-bindings.ts';
import type { AccountId, AppId } from '../../../src/workers/contract/ids.ts';
import { ACCOUNT } from '../../../src/workers/contract/limits.ts';
import { codeOf, value } from '../home/test-home.ts';
import { command } from '../session/device.ts';
import { ISSUER } from './fake-provider.ts';
import { createWorld, settled, type World } from './world.ts';

const JKT = 'k'.repeat(43);
const APP = 'a'.repeat(32) as AppId;
const ID = 'b'.repeat(32);

const order = (world: World, accountId: AccountId, more: Partial<AppBindingOrder> = {}): AppBindingOrder => (
  { bindingId: ID, appId: APP, app: 'https://app.example', writes: true, accountId, expiresAt: world.clock.now + 3_600_000, ...more });

async function withBinding(more: Partial<AppBindingOrder> = {}): Promise<{ world: World; accountId: AccountId; token: (jkt?: string) => ReturnType<World['account']['apps']['getAccessToken']> }> {
  const world = await createWorld();
  const accountId = await world.signIn('ada');
  value(world.account.apps.issueScopedAppBinding(order(world, accountId, more)));
  return { world, accountId, token: (jkt = JKT) => world.account.apps.getAccessToken({ bindingId: ID, jkt }) };
}

describe('a token for an app', () => {
  it('is asked for by its binding, once for as long as it is good, and bound to the key of the app', async () => {
    const { world, token } = await withBinding();
    const given = value(await token());
    assert.include(given, { api: 'https://app.test/v1', collection: `datasets/a-${APP}`, subject: 'sub-ada', expiresAt: world.clock.now + 300_000 });
    assert.deepEqual(world.provider.bindings.get(ID), { owner: 'ada', body: { app: 'https://app.example', collection: `datasets/a-${APP}`, writes: true, expiresAt: world.clock.now + 3_600_000 } });
    assert.equal(value(await token()).token, given.token);
    await world.pass(269_000);
    assert.equal(value(await token()).token, given.token);
    await world.pass(2_000);
    assert.notEqual(value(await token()).token, given.token, 'not one that is all but over');
    assert.deepEqual(world.provider.exchanged.map(({ jkt }) => jkt), [JKT, JKT]);
  });

  it('is one request, and one refresh, however many ask at once when all is over', async () => {
    const { world, token } = await withBinding();
    value(await token());
    world.clock.now += 400_000;
    const before = world.provider.refreshes.length;
    const tokens = await Promise.all(Array.from({ length: 50 }, async () => value(await token()).token));
    assert.equal(new Set(tokens).size, 1);
    assert.lengthOf(world.provider.exchanged, 2);
    assert.equal(world.provider.refreshes.length - before, 1);
  });

  it('is for few keys, and lasts no longer than its binding', async () => {
    const { world, token } = await withBinding({ expiresAt: 0 });
    assert.equal(codeOf(await token()), 'grants.revoked');
    value(world.account.apps.issueScopedAppBinding(order(world, (await world.active())!, { bindingId: 'c'.repeat(32), expiresAt: world.clock.now + 60_000 })));
    const of = (jkt: string) => world.account.apps.getAccessToken({ bindingId: 'c'.repeat(32), jkt });
    assert.equal(value(await of(JKT)).expiresAt, world.clock.now + 60_000);
    for (let count = 1; count < ACCOUNT.keysOfApp; count += 1) value(await of(`${count}`.padEnd(43, 'k')));
    assert.equal(codeOf(await of('one more'.padEnd(43, 'k'))), 'grants.limit');
    value(await of(JKT));
    world.clock.now += 60_000;
    assert.equal(codeOf(await of(JKT)), 'grants.revoked');
  });

  it('is over where the server knows no such binding any more, and is not asked for again', async () => {
    const { world, token } = await withBinding();
    value(await token());
    world.provider.bindings.clear();
    world.clock.now += 280_000;
    world.told();
    assert.equal(codeOf(await token()), 'grants.revoked');
    assert.deepEqual(world.ended, [ID]);
    assert.include(world.told(), 'binding.revoked');
    const { length } = world.provider.refreshes;
    assert.equal(codeOf(await token()), 'grants.revoked');
    assert.lengthOf(world.provider.refreshes, length);
  });

  it('rests where a sign-in came to nothing and the account is expired by then', async () => {
    const { world } = await withBinding();
    world.provider.who = 'bob';
    const attempt = value(await world.account.calls.beginLogin({ ...command(), issuer: ISSUER, flow: 'code' }));
    world.clock.now += 400_000;
    world.told();
    value(await world.account.calls.completeLogin({ ...command(), attemptId: attempt.attemptId, proof: { kind: 'cancelled' } }));
    assert.deepEqual(world.told().slice(0, 3), ['binding.suspended', 'login.failed', 'account.status']);
  });

  it('makes room for the next key once it is over: a page that is loaded anew has a new one', async () => {
    const { world, token } = await withBinding();
    for (let count = 0; count < 3 * ACCOUNT.keysOfApp; count += 1) {
      value(await token(`${count}`.padEnd(43, 'k')));
      world.clock.now += 60_000;
    }
    assert.lengthOf(world.provider.exchanged, 3 * ACCOUNT.keysOfApp);
  });

  it('is of no account that is not the active one', async () => {
    const world = await createWorld();
    const [ada, bob] = [await world.signIn('ada'), await world.signIn('bob')];
    assert.equal(codeOf(world.account.apps.issueScopedAppBinding(order(world, ada))), 'account.none');
    value(world.account.apps.issueScopedAppBinding(order(world, bob)));
    assert.equal(value(await world.account.apps.getAccessToken({ bindingId: ID, jkt: JKT })).subject, 'sub-bob');
  });

  it('is taken back with its binding, at the server too, and once is as good as twice', async () => {
    const { world, token } = await withBinding();
    const { token: access } = value(await token());
    world.told();
    world.account.apps.revokeScopedAppBinding({ bindingId: ID });
    world.account.apps.revokeScopedAppBinding({ bindingId: ID });
    assert.equal(codeOf(await token()), 'grants.revoked');
    await settled();
    assert.deepEqual(world.provider.revoked, [access]);
    assert.isEmpty(world.provider.bindings);
    assert.deepEqual(world.told(), ['binding.revoked']);
    assert.isEmpty(world.ended, 'whoever ended it knows');
  });

  it('is taken back when the server answers again', async () => {
    const { world, token } = await withBinding();
    const { token: access } = value(await token());
    world.provider.trouble = 'unreachable';
    world.account.apps.revokeScopedAppBinding({ bindingId: ID });
    await settled();
    assert.isEmpty(world.provider.revoked);
    world.provider.trouble = undefined;
    value(await world.account.calls.refreshAccountSession({ reason: 'asked' }));
    await settled();
    assert.deepEqual(world.provider.revoked, [access]);
    assert.isEmpty(world.provider.bindings);
  });

  it('that was on its way when the binding ended is handed to nobody', async () => {
    const { world, token } = await withBinding();
    value(await token());
    world.provider.hold();
    const late = token('l'.repeat(43));
    await settled();
    world.account.apps.revokeScopedAppBinding({ bindingId: ID });
    world.provider.release();
    assert.equal(codeOf(await late), 'grants.revoked');
    await settled();
    assert.sameMembers(world.provider.revoked, world.provider.exchanged.map(({ access }) => access));
  });
});

describe('a binding that ends before the server knows of it', () => {
  const ends: Readonly<Record<string, (world: World, other: AccountId) => unknown>> = {
    revoked: ({ account }) => account.apps.revokeScopedAppBinding({ bindingId: ID }),
    'of another account': ({ account }, other) => account.calls.switchAccount({ ...command(), accountId: other }),
  };
  for (const [how, step] of Object.entries(ends)) {
    it(`gets no token, from no account, and does not stay there: ${how}`, async () => {
      const world = await createWorld();
      const bob = await world.signIn('bob');
      const ada = await world.signIn('ada');
      let exchanges = 0;
      Object.assign(world.provider.client, { exchange: () => {
        exchanges += 1;
        return Promise.resolve(err('unreachable'));
      } });
      value(world.account.apps.issueScopedAppBinding(order(world, ada)));
      world.provider.hold();
      const token = world.account.apps.getAccessToken({ bindingId: ID, jkt: JKT });
      await settled();
      const stepped = step(world, bob);
      await settled();
      world.provider.release();
      await stepped;
      assert.equal(codeOf(await token), 'grants.revoked');
      await settled();
      assert.equal(exchanges, 0);
      if (how === 'revoked') assert.isEmpty(world.provider.bindings);
    });
  }
});

describe('bindings of apps and the account', () => {
  it('rest while the account is in trouble, and come back with it', async () => {
    const { world, token } = await withBinding();
    value(await token());
    world.provider.trouble = 'unreachable';
    await world.pass(270_000);
    for (let ms = 2_000; ms <= 32_000; ms *= 2) await world.pass(ms);
    assert.equal(await world.state(), 'expired');
    assert.includeMembers(world.told(), ['binding.suspended']);
    assert.equal(codeOf(await token()), 'account.provider_unreachable');
    world.provider.trouble = undefined;
    world.account.online();
    await world.pass(0);
    assert.deepEqual(world.told().slice(-3), ['refresh.completed', 'account.status', 'binding.activated']);
    value(await token());
  });

  it('that rest come back with a new sign-in of the same person', async () => {
    const { world, token } = await withBinding();
    world.provider.trouble = 'refused';
    await world.pass(270_000);
    assert.equal(await world.state(), 'reauth_required');
    assert.equal(codeOf(await token()), 'account.reauth_required');
    world.provider.trouble = undefined;
    await world.signIn('ada');
    assert.deepEqual(world.told().slice(-3), ['login.completed', 'account.status', 'binding.activated']);
    value(await token());
  });

  it('end with another sign-in, a switch, a sign-out, before any status tells of it', async () => {
    const leave: Readonly<Record<string, (world: World, other: AccountId) => Promise<unknown>>> = {
      'login.completed': (world) => world.signIn('carl'),
      'switch.completed': (world, other) => world.account.calls.switchAccount({ ...command(), accountId: other }),
      'logout.completed': (world) => world.account.calls.logoutAccount(command()),
    };
    for (const [name, step] of Object.entries(leave)) {
      const world = await createWorld();
      const bob = await world.signIn('bob');
      const ada = await world.signIn('ada');
      value(world.account.apps.issueScopedAppBinding(order(world, ada)));
      const { token } = value(await world.account.apps.getAccessToken({ bindingId: ID, jkt: JKT }));
      await step(world, bob);
      const told = world.told();
      assert.equal(told[told.lastIndexOf(name) - 1], 'binding.revoked', told.join());
      assert.deepEqual(world.ended, [ID]);
      assert.equal(codeOf(await world.account.apps.getAccessToken({ bindingId: ID, jkt: JKT })), 'grants.revoked');
      await settled();
      assert.include(world.provider.revoked, token, name);
    }
  });

  it('end when the home closes, and none is there after it was opened again', async () => {
    const { world, token } = await withBinding();
    const { token: access } = value(await token());
    await world.account.closing();
    assert.equal(codeOf(await token()), 'grants.revoked');
    await world.account.opened(world.home);
    assert.equal(codeOf(await token()), 'grants.revoked');
    await settled();
    assert.include(world.provider.revoked, access);
  });

  it('give nothing while another sign-in is under way', async () => {
    const { world, token } = await withBinding();
    value(await token());
    world.provider.who = 'bob';
    value(await world.account.calls.beginLogin({ ...command(), issuer: ISSUER, flow: 'code' }));
    assert.equal(await world.state(), 'login_pending');
    assert.notEqual(codeOf(await token()), 'ok');
  });

  it('are so many of one app in an hour, and leave room at the server for those of others', async () => {
    const { world, accountId } = await withBinding();
    const issue = (count: number, more: Partial<AppBindingOrder> = {}) => world.account.apps.issueScopedAppBinding(order(world, accountId, { bindingId: `${count}`.padEnd(32, 'd'), ...more }));
    for (let count = 1; count < ACCOUNT.bindingsOfApp.most; count += 1) {
      value(issue(count));
      world.account.apps.revokeScopedAppBinding({ bindingId: `${count}`.padEnd(32, 'd') });
    }
    assert.equal(codeOf(issue(99)), 'grants.busy');
    value(issue(0, { bindingId: ID }));
    value(issue(99, { appId: 'c'.repeat(32) as AppId }));
    world.clock.pass(ACCOUNT.bindingsOfApp.withinMs);
    value(issue(100));
  });

  it('tell of one that was shown by somebody else', async () => {
    const { world } = await withBinding();
    world.told();
    world.account.apps.revokeScopedAppBinding({ bindingId: ID, replayed: true });
    assert.deepEqual(world.told(), ['binding.replay_detected', 'binding.revoked']);
  });
});
