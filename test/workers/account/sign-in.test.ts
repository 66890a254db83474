// Signing in, over a home in memory and providers without a network.
import { assert } from 'chai';
import type { AttemptId } from '../../../src/workers/contract/ids.ts';
import { StorageError } from '../../../src/workers/store/database.ts';
import { codeOf, value } from '../home/test-home.ts';
import { command } from '../session/device.ts';
import { ISSUER } from './fake-provider.ts';
import { createWorld, settled, type World } from './world.ts';

const begin = (world: World, flow: 'code' | 'device' = 'code') => world.account.calls.beginLogin({ ...command(), issuer: ISSUER, flow });
const complete = (world: World, attemptId: AttemptId, answer: string) => world.account.calls.completeLogin({ ...command(), attemptId, proof: { kind: 'code', answer } });
const stateOf = (url: string | undefined) => new URL(url!).searchParams.get('state')!;

describe('signing in to an account', () => {
  it('starts with nobody, and ends with tokens in custody before it is said', async () => {
    const world = await createWorld();
    assert.equal(await world.state(), 'anonymous');
    const ada = await world.signIn('ada');
    assert.deepEqual(world.told(), ['login.started', 'account.status', 'login.completed', 'account.status']);
    assert.equal(await world.active(), ada);
    assert.equal(await world.state(), 'authenticated');
    assert.isTrue(world.events.every(({ number }, index) => number === index + world.events[0]!.number), 'numbered without a gap');
    const [row] = await world.home.db.read(['sealed'], (tx) => tx.list('sealed', { prefix: 'account/' }));
    assert.isDefined(row);
    assert.notInclude(new TextDecoder().decode(row.bytes), 'refresh-');
  });

  it('answers a second begin with the same attempt', async () => {
    const world = await createWorld();
    const [one, two] = await Promise.all([begin(world), begin(world)]);
    assert.deepEqual(one, two);
    assert.deepEqual(world.told(), ['login.started', 'account.status']);
  });

  it('is not ended by an answer with another state, or none: whoever sends a person to the callback page ends nothing', async () => {
    const world = await createWorld();
    const attempt = value(await begin(world));
    world.told();
    for (const answer of ['state=another', '', 'error=access_denied', 'error=access_denied&state=another']) assert.equal(codeOf(await complete(world, attempt.attemptId, answer)), 'account.attempt_unknown', answer);
    assert.isEmpty(world.told());
    assert.equal(value(await complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`)).state, 'authenticated');
  });

  it('goes back to what was before on an answer that breaks the protocol, a refusal or a cancel, and takes no second answer', async () => {
    const world = await createWorld();
    const attempt = value(await begin(world));
    world.provider.trouble = 'protocol';
    assert.equal(codeOf(await complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`)), 'account.provider_broken');
    world.provider.trouble = undefined;
    assert.deepEqual(world.told(), ['login.started', 'account.status', 'login.failed', 'account.status']);
    assert.equal(await world.state(), 'anonymous');
    assert.equal(codeOf(await complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`)), 'account.attempt_unknown');

    const second = value(await begin(world));
    world.provider.trouble = 'denied';
    assert.equal(codeOf(await complete(world, second.attemptId, `state=${stateOf(second.url)}`)), 'account.login_refused');
    world.provider.trouble = undefined;
    const third = value(await begin(world));
    assert.equal(value(await world.account.calls.completeLogin({ ...command(), attemptId: third.attemptId, proof: { kind: 'cancelled' } })).state, 'anonymous');
    assert.isEmpty(await world.home.db.read(['accountKeys'], (tx) => tx.list('accountKeys')));
  });

  it('is over after ten minutes', async () => {
    const world = await createWorld();
    const attempt = value(await begin(world));
    world.told();
    await world.pass(10 * 60_000);
    assert.deepEqual(world.told(), ['login.timed_out', 'account.status']);
    assert.equal(codeOf(await complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`)), 'account.attempt_unknown');
  });

  it('outlives a restart in the midst, for its ten minutes', async () => {
    const world = await createWorld();
    const attempt = value(await begin(world));
    await world.restart();
    assert.equal(await world.state(), 'login_pending');
    assert.equal(value(await complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`)).state, 'authenticated');
    assert.lengthOf(await world.home.db.read(['accountKeys'], (tx) => tx.list('accountKeys')), 1);
  });

  it('works by a code typed elsewhere, asking as often as it is told, and after a restart', async () => {
    const world = await createWorld();
    world.provider.device = ['pending', 'slow_down', 'unreachable'];
    const attempt = value(await begin(world, 'device'));
    assert.equal(attempt.device?.userCode, 'ABCD-EFGH');
    await world.pass(5_000);
    await world.pass(5_000);
    assert.equal(await world.state(), 'login_pending');
    await world.pass(5_000);
    assert.lengthOf(world.provider.device, 1, 'slower now');
    await world.pass(5_000);
    await world.restart();
    await world.pass(5_000);
    assert.equal(await world.state(), 'authenticated');
  });

  it('hears of a refused code', async () => {
    const world = await createWorld();
    world.provider.device = ['denied'];
    await begin(world, 'device');
    world.told();
    await world.pass(5_000);
    assert.deepEqual(world.told(), ['login.failed', 'account.status']);
    assert.equal(world.events.findLast(({ name }) => name === 'login.failed')?.reason, 'provider.denied');
  });

  it('says so where it is the account that is signed in already, and gives the new tokens back', async () => {
    const world = await createWorld();
    await world.signIn('ada');
    const attempt = value(await begin(world));
    assert.equal(codeOf(await complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`)), 'account.same');
    assert.deepEqual(world.provider.revoked, ['refresh-2']);
    assert.equal(await world.state(), 'authenticated');
  });

  it('ends quietly where the home is locked meanwhile, before it began or while its answer is redeemed', async () => {
    const world = await createWorld();
    world.provider.hold();
    const beginning = begin(world);
    await settled();
    await world.account.closing();
    assert.equal(codeOf(await beginning), 'session.locked');
    world.provider.release();
    await world.restart();
    assert.equal(await world.state(), 'anonymous');
    const attempt = value(await begin(world));
    world.provider.hold();
    const ending = complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`);
    await settled();
    await world.account.closing();
    assert.equal(codeOf(await ending), 'session.locked');
    world.provider.release();
    assert.isEmpty(world.broken);
  });

  it('says so where its tokens cannot be written down, and may be begun again', async () => {
    const world = await createWorld();
    const attempt = value(await begin(world));
    const { write } = world.home.db;
    Object.assign(world.home.db, { write: () => Promise.reject(new Error('full')) });
    assert.equal(await complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`).then(() => 'well', () => 'failed'), 'failed');
    Object.assign(world.home.db, { write });
    assert.equal(world.events.findLast(({ name }) => name === 'login.failed')?.reason, 'custody.failed');
    assert.isString(await world.signIn('ada'));
  });

  for (const [way, end] of [
    ['cancelled', (world: World, attemptId: AttemptId) => world.account.calls.completeLogin({ ...command(), attemptId, proof: { kind: 'cancelled' } })],
    ['out of time', (world: World) => world.pass(10 * 60_000)],
  ] as const) it(`is over where it is ${way}, though custody cannot be written: the account of before goes on`, async () => {
    const world = await createWorld();
    const ada = await world.signIn('ada');
    const { attemptId } = value(await world.account.calls.beginLogin({ ...command(), issuer: ISSUER, flow: 'code' }));
    const { db } = world.home;
    const write = db.write.bind(db);
    db.write = () => Promise.reject(new StorageError('quota'));
    await end(world, attemptId).catch(() => undefined);
    db.write = write;
    await world.pass(1000);
    assert.deepEqual([await world.state(), await world.active()], ['authenticated', ada]);
    assert.equal(codeOf(await world.account.calls.beginLogin({ ...command(), issuer: ISSUER, flow: 'code' })), 'ok');
  });

  it('does not begin where a provider is unknown or cannot be reached', async () => {
    const world = await createWorld();
    assert.equal(codeOf(await world.account.calls.beginLogin({ ...command(), issuer: 'https://other.test', flow: 'code' })), 'account.provider_unknown');
    world.provider.trouble = 'unreachable';
    assert.equal(codeOf(await begin(world)), 'account.provider_unreachable');
    assert.isEmpty(world.told());
  });

  it('keeps at most eight accounts', async () => {
    const world = await createWorld();
    for (let count = 0; count < 8; count += 1) await world.signIn(`user${count}`);
    world.provider.who = 'ninth';
    const attempt = value(await begin(world));
    assert.equal(codeOf(await complete(world, attempt.attemptId, `state=${stateOf(attempt.url)}`)), 'account.too_many');
  });
});
