// The tab is killed at every step of signing in, refreshing, changing over and signing out: before or after each write to custody
// and each answer of the provider. What is found afterwards is one of the two states around the step, and it works.
import { assert } from 'chai';
import type { AccountId } from '../../../src/workers/contract/ids.ts';
import { codeOf, value } from '../home/test-home.ts';
import { command } from '../session/device.ts';
import { createWorld, settled, type World } from './world.ts';

const never = new Promise<never>(() => undefined);

/** From its `at`-th effect on nothing happens any more; `after` lets that effect itself happen. Gives how many there were, and the way back. */
function killAt(world: World, at: number, after: boolean): { count(): number; mend(): void } {
  let count = 0;
  const mends: (() => void)[] = [];
  const wrap = (owner: object, name: string) => {
    const before = (owner as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!;
    mends.push(() => void Object.assign(owner, { [name]: before }));
    Object.assign(owner, { async [name](...args: unknown[]) {
      count += 1;
      const mine = count;
      if (mine > at || (mine === at && !after)) return never;
      const answer = await before.apply(owner, args);
      return mine === at ? never : answer;
    } });
  };
  wrap(world.home.db, 'write');
  for (const call of ['redeemCode', 'refresh', 'revoke']) wrap(world.provider.client, call);
  return { count: () => count, mend: () => { for (const mend of mends) mend(); } };
}

interface Deed {
  readonly begin: (world: World) => Promise<unknown>;
  readonly act: (world: World) => Promise<unknown>;
  /** States that may be found, with the name of the active account. */
  readonly found: readonly string[];
}

const other = async (world: World): Promise<AccountId> => value(await world.account.calls.getAccountSessionStatus({})).accounts.find(({ active }) => !active)!.accountId;

const DEEDS: Readonly<Record<string, Deed>> = {
  'signing in': { begin: () => Promise.resolve(), act: (world) => world.signIn('ada'), found: ['anonymous', 'login_pending', 'authenticated ada@test'] },
  'signing in to a second account': {
    begin: (world) => world.signIn('ada'), act: (world) => world.signIn('bob'), found: ['authenticated ada@test', 'login_pending ada@test', 'authenticated bob@test'],
  },
  'refreshing': { begin: (world) => world.signIn('ada'), act: (world) => world.account.calls.refreshAccountSession({ reason: 'asked' }), found: ['authenticated ada@test'] },
  'changing over': {
    begin: async (world) => { await world.signIn('ada'); await world.signIn('bob'); },
    act: async (world) => world.account.calls.switchAccount({ ...command(), accountId: await other(world) }), found: ['authenticated bob@test', 'authenticated ada@test'],
  },
  'signing out': { begin: (world) => world.signIn('ada'), act: (world) => world.account.calls.logoutAccount(command()), found: ['authenticated ada@test', 'anonymous', 'reauth_required ada@test'] },
};

async function foundIn(world: World): Promise<string> {
  const { state, accounts } = value(await world.account.calls.getAccountSessionStatus({}));
  const active = accounts.filter((each) => each.active);
  assert.isAtMost(active.length, 1);
  return [state, ...active.map(({ name }) => name)].join(' ');
}

describe('a tab that is killed', () => {
  for (const [name, { begin, act, found }] of Object.entries(DEEDS)) {
    it(`while ${name} leaves one of the states around it, and that one works`, async () => {
      const seen = new Set<string>();
      for (let at = 1, more = true; more; at += 1) {
        for (const after of [false, true]) {
          const world = await createWorld();
          await begin(world);
          const killed = killAt(world, at, after);
          void act(world).catch(() => undefined);
          await settled();
          more = killed.count() >= at;
          killed.mend();
          await world.restart();
          await world.pass(0);
          const state = await foundIn(world);
          seen.add(state);
          assert.include(found, state, `effect ${at}, ${after ? 'after' : 'before'} it`);
          if (state.startsWith('authenticated')) assert.equal(codeOf(await world.account.calls.accountUsage({})), 'ok');
          else if (!state.startsWith('login_pending')) assert.isString(await world.signIn('ada'));
          assert.isEmpty(world.broken);
        }
      }
      assert.isAbove(seen.size, name === 'refreshing' ? 0 : 1, [...seen].join());
    });
  }
});
