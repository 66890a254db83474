// The account over a home in memory and providers without a network: staying signed in, changing over, leaving.
import { assert } from 'chai';
import type { AccountId } from '../../../src/workers/contract/ids.ts';
import { codeOf, value } from '../home/test-home.ts';
import { command } from '../session/device.ts';
import { ISSUER } from './fake-provider.ts';
import { createWorld, mountedHome, settled, type World } from './world.ts';

const begin = (world: World) => world.account.calls.beginLogin({ ...command(), issuer: ISSUER, flow: 'code' });

describe('staying signed in', () => {
  it('refreshes ahead of the end, and many who ask make one request', async () => {
    const world = await createWorld();
    await world.signIn('ada');
    world.told();
    await world.pass(270_000);
    assert.deepEqual(world.told(), ['refresh.started', 'refresh.completed', 'account.status']);
    world.clock.now += 300_000;
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.account.calls.accountUsage({})));
    assert.isTrue(answers.every(({ ok }) => ok));
    assert.lengthOf(world.provider.refreshes, 2);
    assert.equal(world.provider.mostInFlight, 1);
  });

  it('tries again after 2, 4, 8 s while the token lasts, then says expired, and comes back with the network', async () => {
    const world = await createWorld();
    await world.signIn('ada');
    world.provider.trouble = 'unreachable';
    world.told();
    await world.pass(270_000);
    for (const ms of [2_000, 4_000, 8_000]) await world.pass(ms);
    assert.deepEqual(world.told(), ['refresh.started', 'refresh.deferred', 'refresh.deferred', 'refresh.deferred', 'refresh.deferred']);
    assert.equal(await world.state(), 'refresh_pending');
    await world.pass(16_000);
    await world.pass(32_000);
    assert.equal(await world.state(), 'expired');
    assert.equal(codeOf(await world.account.calls.accountUsage({})), 'account.provider_unreachable');
    world.provider.trouble = undefined;
    world.account.online();
    await world.pass(0);
    assert.equal(await world.state(), 'authenticated');
  });

  it('asks for a new sign-in where the provider refuses, breaks the protocol, or speaks of another person', async () => {
    for (const [trouble, mixUp] of [['refused', false], ['protocol', false], [undefined, true]] as const) {
      const world = await createWorld();
      const ada = await world.signIn('ada');
      world.provider.trouble = trouble;
      world.provider.mixUp = mixUp;
      await world.pass(270_000);
      assert.equal(await world.state(), 'reauth_required');
      world.provider.trouble = undefined;
      world.provider.mixUp = false;
      await world.restart();
      assert.equal(await world.state(), 'reauth_required', 'remembered');
      assert.equal(await world.signIn('ada'), ada);
      assert.equal(await world.state(), 'authenticated');
    }
  });

  it('asks once more with a fresh token where one was refused before its time', async () => {
    const world = await createWorld();
    await world.signIn('ada');
    world.provider.forget('access-1');
    const usage = value(await world.account.calls.accountUsage({}));
    assert.deepEqual(world.provider.asked.map(({ access }) => access), ['access-1', 'access-2']);
    assert.deepEqual(usage, { bytes: 1, objects: 2, quota: { bytes: 3, objects: 4 }, kinds: [] });
  });

  it('takes nothing up again by itself but the session it had: after a restart it refreshes and is there', async () => {
    const world = await createWorld();
    const ada = await world.signIn('ada');
    await world.restart();
    assert.deepEqual(world.told(), ['custody.recovered', 'account.status']);
    await world.pass(0);
    assert.equal(await world.state(), 'authenticated');
    assert.equal(await world.active(), ada);
  });

  it('reads no token and tells no name while the home is closed', async () => {
    const world = await createWorld();
    await world.signIn('ada');
    world.provider.hold();
    world.clock.pass(270_000);
    await settled();
    world.told();
    await world.account.closing();
    assert.deepEqual(world.told(), ['custody.unavailable', 'account.status']);
    const status = value(await world.account.calls.getAccountSessionStatus({}));
    assert.equal(status.state, 'unavailable');
    assert.equal(status.reason, 'session.locked');
    assert.isEmpty(status.accounts);
    world.provider.release();
    await settled();
    assert.isEmpty(world.told(), 'what was on its way says nothing more');
    for (const answer of [await begin(world), await world.account.calls.accountUsage({}), await world.account.calls.logoutAccount(command()), await world.account.calls.refreshAccountSession({ reason: 'asked' })]) assert.equal(codeOf(answer), 'session.locked');
  });
});

describe('several accounts', () => {
  it('has one active at a time; signing in to another rests the former', async () => {
    const world = await createWorld();
    const ada = await world.signIn('ada');
    const bob = await world.signIn('bob');
    assert.notEqual(ada, bob);
    assert.equal(await world.active(), bob);
    world.told();
    assert.equal(value(await world.account.calls.switchAccount({ ...command(), accountId: ada })).accounts.find(({ active }) => active)?.accountId, ada);
    assert.deepEqual(world.told(), ['switch.started', 'switch.completed', 'account.status']);
    await world.pass(0);
    await world.account.calls.accountUsage({});
    assert.equal(world.provider.owner(world.provider.asked.at(-1)!.access), 'ada');
  });

  it('stays as it was where the switch cannot be written down', async () => {
    const world = await createWorld();
    const ada = await world.signIn('ada');
    const bob = await world.signIn('bob');
    world.told();
    const { write } = world.home.db;
    Object.assign(world.home.db, { write: () => Promise.reject(new Error('full')) });
    const failed = await world.account.calls.switchAccount({ ...command(), accountId: ada }).then(() => 'well', () => 'failed');
    Object.assign(world.home.db, { write });
    assert.equal(failed, 'failed');
    assert.deepEqual(world.told(), ['switch.started', 'switch.failed', 'account.status']);
    assert.equal(await world.active(), bob);
    assert.equal(await world.state(), 'authenticated');
  });

  it('knows no account that is not there', async () => {
    const world = await createWorld();
    assert.equal(codeOf(await world.account.calls.switchAccount({ ...command(), accountId: '0'.repeat(32) as AccountId })), 'account.unknown');
  });

  it('signs out the one, keeps the others, and takes one of them up when asked', async () => {
    const world = await createWorld();
    const ada = await world.signIn('ada');
    await world.signIn('bob');
    world.told();
    const after = value(await world.account.calls.logoutAccount(command()));
    assert.deepEqual(world.told(), ['logout.started', 'logout.completed', 'account.status']);
    assert.equal(after.state, 'anonymous');
    assert.deepEqual(after.accounts.map(({ accountId }) => accountId), [ada]);
    await settled();
    assert.deepEqual(world.provider.revoked, ['refresh-2']);
    await world.account.calls.switchAccount({ ...command(), accountId: ada });
    await world.pass(0);
    assert.equal(await world.state(), 'authenticated');
  });
});

describe('signing out', () => {
  it('says nothing where nobody is signed in', async () => {
    const world = await createWorld();
    assert.equal(value(await world.account.calls.logoutAccount(command())).state, 'anonymous');
    assert.isEmpty(world.told());
  });

  it('works with no network, and waits for no provider that hangs', async () => {
    const world = await createWorld();
    await world.signIn('ada');
    world.provider.hold();
    world.clock.pass(270_000);
    await settled();
    assert.equal(await Promise.race([world.account.calls.logoutAccount(command()).then((answer) => value(answer).state), settled().then(() => 'hangs')]), 'anonymous');
    assert.isEmpty(await world.home.db.read(['sealed', 'accountKeys'], async (tx) => [...await tx.list('sealed', { prefix: 'account/' }), ...await tx.list('accountKeys')]));
  });

  it('takes no other account along where custody could only not be written', async () => {
    const world = await createWorld();
    const ada = await world.signIn('ada');
    await world.signIn('bob');
    const { write } = world.home.db;
    Object.assign(world.home.db, { write: () => Promise.reject(new Error('full')) });
    await world.pass(270_000);
    Object.assign(world.home.db, { write });
    assert.equal(await world.state(), 'unavailable');
    const after = value(await world.account.calls.logoutAccount(command()));
    assert.equal(after.state, 'anonymous');
    assert.deepEqual(after.accounts.map(({ accountId }) => accountId), [ada]);
    assert.lengthOf(world.broken, 1);
  });

  it('clears custody that does not open', async () => {
    for (const damage of ['flip', 'cut', 'other home', 'other device'] as const) {
      const world = await createWorld();
      await world.signIn('ada');
      const [row] = await world.home.db.read(['sealed'], (tx) => tx.list('sealed', { prefix: 'account/' }));
      const bytes = damage === 'cut' ? row!.bytes.slice(0, -1) : row!.bytes.slice();
      if (damage === 'flip') bytes[40]! ^= 1;
      await world.home.db.write(['sealed'], (tx) => tx.put('sealed', { ...row!, bytes }));
      const other = await mountedHome();
      if (damage === 'other home') Object.assign(world.home, { keys: other.keys });
      if (damage === 'other device') Object.assign(world.home, { device: other.device });
      await world.restart();
      assert.equal(await world.state(), 'unavailable', damage);
      assert.equal(value(await world.account.calls.getAccountSessionStatus({})).reason, 'custody.damaged');
      assert.equal(codeOf(await begin(world)), 'account.invalid_transition');
      assert.equal(value(await world.account.calls.logoutAccount(command())).state, 'anonymous', damage);
      assert.isString(await world.signIn('ada'));
    }
  });
});

describe('places to sign in', () => {
  it('are this server and what the person adds, each checked, kept, and removed when nobody uses it', async () => {
    const world = await createWorld();
    const { addProvider } = world.account.calls;
    assert.equal(codeOf(await addProvider({ ...command(), issuer: 'http://far.test', clientId: 'nexus' })), 'account.provider_invalid');
    assert.equal(codeOf(await addProvider({ ...command(), issuer: 'https://user:pass@far.test', clientId: 'nexus' })), 'account.provider_invalid');
    assert.equal(value(await addProvider({ ...command(), issuer: ' far.test/oidc/ ', clientId: 'nexus' })).issuer, 'https://far.test/oidc');
    await world.restart();
    assert.deepEqual(value(await world.account.calls.getAccountSessionStatus({})).providers.map(({ issuer, own }) => [issuer, own]), [[ISSUER, true], ['https://far.test/oidc', false]]);
    await world.account.calls.beginLogin({ ...command(), issuer: 'https://far.test/oidc', flow: 'code' });
    assert.equal(codeOf(await world.account.calls.removeProvider({ ...command(), issuer: 'https://far.test/oidc' })), 'account.provider_in_use');
    await world.account.calls.logoutAccount(command());
    assert.equal(codeOf(await world.account.calls.removeProvider({ ...command(), issuer: 'https://far.test/oidc' })), 'ok');
    assert.lengthOf(value(await world.account.calls.getAccountSessionStatus({})).providers, 1);
  });
});

describe('the way to an account\'s storage', () => {
  it('leads to the account that it was opened for, and to no other that is active by then', async () => {
    const world = await createWorld();
    const ada = await world.signIn('ada');
    const asked: string[] = [];
    Object.assign(world.provider.client, { request: async (_: unknown, access: string) => {
      asked.push(access);
      return Promise.resolve({ ok: true, value: new Response('{}') });
    } });
    const toAda = world.account.storage.sendTo(ada);
    assert.isTrue((await toAda({ method: 'GET', path: '/usage' })).ok);
    await world.signIn('bob');
    assert.deepEqual(await toAda({ method: 'GET', path: '/usage' }), { ok: false, error: 'signed_out' });
    assert.lengthOf(asked, 1);
    assert.equal(codeOf(await world.account.handOver(ada, world.home)), 'account.none');
    assert.deepEqual(await world.account.storage.sendTo('no id')({ method: 'GET', path: '/usage' }), { ok: false, error: 'signed_out' });
    const off = new AbortController();
    off.abort();
    assert.deepEqual(await world.account.storage.sendTo((await world.active())!, off.signal)({ method: 'GET', path: '/usage' }), { ok: false, error: 'aborted' });
  });

  it('is closed, whoever sends, until the time that its server said', async () => {
    const world = await createWorld();
    const ada = await world.signIn('ada');
    let asked = 0;
    Object.assign(world.provider.client, { request: async () => {
      asked += 1;
      return Promise.resolve({ ok: true, value: new Response('{}', { status: 429, headers: { 'retry-after': '60' } }) });
    } });
    const send = (account: AccountId, signal?: AbortSignal) => world.account.storage.sendTo(account, signal)({ method: 'GET', path: '/usage' });
    assert.isTrue((await send(ada)).ok);
    assert.deepEqual(await send(ada), { ok: false, error: 'unreachable' });
    assert.deepEqual(await send(ada, AbortSignal.abort()), { ok: false, error: 'aborted' });
    assert.isTrue((await send(await world.signIn('bob'))).ok, 'of another account it said nothing');
    assert.equal(asked, 2);
    value(await world.account.calls.switchAccount({ ...command(), accountId: ada }));
    assert.deepEqual(await send(ada), { ok: false, error: 'unreachable' });
    world.clock.now += 60_000;
    assert.isTrue((await send(ada)).ok);
    assert.equal(asked, 3);
  });
});
