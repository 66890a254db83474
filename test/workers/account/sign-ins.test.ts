// Who else is signed in to an account: the list as its server gives it, and the end of one.
import { assert } from 'chai';
import { err } from '../../../src/result.ts';
import type { Party } from '../../../src/sync/oauth/oauth-client.ts';
import { SESSIONS } from '../../../src/sync/wire/limits.ts';
import type { SignInId } from '../../../src/workers/contract/ids.ts';
import { codeOf, value } from '../home/test-home.ts';
import { command } from '../session/device.ts';
import { createWorld, type World } from './world.ts';

const HERE = { id: 'a'.repeat(64), client: 'nexus', begunAt: 1, usedAt: 2, current: true };
const THERE = { id: 'b'.repeat(64), client: 'nexus', begunAt: 3, usedAt: 4, current: false };
const THERE_ID = THERE.id as SignInId;

async function signedIn(...sessions: readonly unknown[]): Promise<World> {
  const world = await createWorld();
  await world.signIn('ada');
  world.provider.signIns = { sessions };
  return world;
}

const list = (world: World) => world.account.calls.accountSignIns({});
const end = (world: World) => world.account.calls.endAccountSignIn({ ...command(), signInId: THERE_ID });

describe('the sign-ins of an account', () => {
  it('are listed as the server tells them, without what is not known here', async () => {
    const world = await signedIn(HERE, { ...THERE, place: 'elsewhere' });
    assert.deepEqual<unknown>(value(await list(world)), [
      { signInId: HERE.id, client: 'nexus', begunAt: 1, usedAt: 2, current: true }, { signInId: THERE.id, client: 'nexus', begunAt: 3, usedAt: 4, current: false },
    ]);
    assert.isTrue(world.provider.asked.every(({ byItsKey }) => byItsKey));
  });

  it('are ended by their id, and no more than once', async () => {
    const world = await signedIn(HERE, THERE);
    assert.equal(codeOf(await end(world)), 'ok');
    assert.deepEqual(world.provider.ended, [THERE.id]);
    assert.equal(codeOf(await end(world)), 'account.sign_in_over');
    assert.equal(await world.state(), 'authenticated');
  });

  it('are asked for once more with a fresh token where one was refused, and not a third time', async () => {
    for (const call of [list, end]) {
      const world = await signedIn(HERE, THERE);
      world.provider.forget('access-1');
      assert.equal(codeOf(await call(world)), 'ok');
      assert.deepEqual(world.provider.asked.map(({ access }) => access), ['access-1', 'access-2']);
      const tokens: string[] = [];
      Object.assign(world.provider.client, { ask: (_: Party, access: string) => Promise.resolve(err(tokens.push(access) > 5 ? 'protocol' : 'refused')) });
      assert.equal(codeOf(await call(world)), 'account.provider_refused');
      assert.deepEqual(tokens, ['access-2', 'access-3']);
    }
  });

  it('are not believed where an answer is not as it should be', async () => {
    const many = Array.from({ length: SESSIONS + 1 }, (_, place) => ({ ...THERE, id: `id-${place}` }));
    for (const [name, sessions] of Object.entries({
      'no id': [{ ...THERE, id: undefined }], 'an id that leads elsewhere': [{ ...THERE, id: '../usage' }], 'an id of dots': [{ ...THERE, id: '..' }], 'an id without end': [{ ...THERE, id: 'a'.repeat(129) }],
      'no client': [{ ...THERE, client: 5 }], 'a client without end': [{ ...THERE, client: 'c'.repeat(257) }], 'a time that is none': [{ ...THERE, begunAt: '1' }], 'a time before all': [{ ...THERE, begunAt: -1 }],
      'a time that no calendar has': [{ ...THERE, usedAt: 8_640_000_000_000_001 }], 'a doubt about this device': [{ ...THERE, current: 'yes' }], 'two of this device': [HERE, { ...THERE, current: true }],
      'one twice': [HERE, THERE, THERE], 'nothing in a list': [null], 'too many': many,
    })) {
      assert.equal(codeOf(await list(await signedIn(...sessions))), 'account.provider_broken', name);
    }
    const world = await signedIn();
    for (const answer of [undefined, null, 'sessions', {}, { sessions: {} }, []]) {
      world.provider.signIns = answer;
      assert.equal(codeOf(await list(world)), 'account.provider_broken', JSON.stringify(answer));
    }
    world.provider.signIns = { sessions: many.slice(1) };
    assert.lengthOf(value(await list(world)), SESSIONS);
  });

  it('are not offered by every server, and not to be had from one that is away', async () => {
    const world = await signedIn(HERE, THERE);
    world.provider.trouble = 'absent';
    assert.equal(codeOf(await list(world)), 'account.not_offered');
    world.provider.trouble = 'unreachable';
    for (const answer of [await list(world), await end(world)]) assert.equal(codeOf(answer), 'account.provider_unreachable');
    assert.isEmpty(world.provider.ended);
  });

  it('are nobody\'s business while the home is locked, or nobody is signed in', async () => {
    const world = await signedIn(HERE, THERE);
    await world.account.closing();
    for (const answer of [await list(world), await end(world)]) assert.equal(codeOf(answer), 'session.locked');
    assert.isEmpty(world.provider.asked);
    const fresh = await createWorld();
    for (const answer of [await list(fresh), await end(fresh)]) assert.equal(codeOf(answer), 'account.none');
  });
});
