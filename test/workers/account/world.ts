// An account for tests: the real authority over a home in memory, fake providers, a clock that the test moves.
import { createAead } from '../../../src/crypto/aead.ts';
import { importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { err } from '../../../src/result.ts';
import type { OAuthClient } from '../../../src/sync/oauth/oauth-client.ts';
import { type Account, createAccount } from '../../../src/workers/account/account.ts';
import type { AccountEvent, AccountState } from '../../../src/workers/contract/account.ts';
import type { Fact } from '../../../src/workers/contract/events.ts';
import type { AccountId } from '../../../src/workers/contract/ids.ts';
import type { MountedHome } from '../../../src/workers/home/mounted-home.ts';
import type { Database } from '../../../src/workers/store/database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';
import { value } from '../home/test-home.ts';
import { command, createTimers, type TestClock } from '../session/device.ts';
import { createFakeProvider, type FakeProvider, ISSUER } from './fake-provider.ts';

export interface World {
  account: Account;
  readonly provider: FakeProvider;
  readonly clock: TestClock;
  readonly home: MountedHome;
  readonly events: AccountEvent[];
  readonly broken: unknown[];
  /** Bindings that the account ended by itself. */
  readonly ended: string[];
  state(): Promise<AccountState>;
  active(): Promise<AccountId | undefined>;
  /** Names of all events since the last time, in order. */
  told(): string[];
  signIn(who: string): Promise<AccountId>;
  /** Moves the clock, and waits for what that set off. */
  pass(ms: number): Promise<void>;
  /** As after an ended worker: nothing of the old one goes on. */
  restart(): Promise<void>;
}

/** Everything that is on its way has settled: one turn of the event loop, several times over. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => { setTimeout(resolve, 0); });
}

export async function mountedHome(random = systemRandom): Promise<MountedHome> {
  const keys = await importHomeKeys(random(16), random(32));
  const db: Database<HomeRows> = createMemoryDatabase<HomeRows>('home', HOME_SCHEMA);
  return { homeId: keys.homeId, keys, aead: await createAead(), db, device: random(16) } as unknown as MountedHome;
}

export async function createWorld({ home }: { home?: MountedHome } = {}): Promise<World> {
  const { clock, timers } = createTimers();
  const provider = createFakeProvider();
  const events: AccountEvent[] = [];
  const broken: unknown[] = [];
  const ended: string[] = [];
  const mounted = home ?? await mountedHome();
  let heard = 0;
  let life = 0;

  /** A worker that was ended sends nothing more, whatever of its code the test still runs. */
  const whileAlive = (alive: () => boolean): OAuthClient => new Proxy(provider.client, {
    get: (client, method: keyof OAuthClient) => (method === 'newKey' || method === 'authorizationUrl' ? client[method]
      : (...args: unknown[]) => (alive() ? (client[method] as (...given: unknown[]) => unknown)(...args) : Promise.resolve(err('aborted')))),
  });

  const begin = (): Account => {
    life += 1;
    const mine = life;
    return createAccount({
      oauth: whileAlive(() => mine === life), clock: () => clock.now, random: systemRandom, origin: 'https://app.test', broken: (fault) => void broken.push(fault), bindingEnded: (id) => void ended.push(id),
      timers: { after: (ms, fire) => timers.after(ms, () => { if (mine === life) fire(); }) },
      announce: (fact: Fact) => { if (mine === life && fact.type === 'account.event') events.push(fact.event); },
    });
  };

  const status = async () => value(await world.account.calls.getAccountSessionStatus({}));
  const world: World = {
    account: begin(), provider, clock, home: mounted, events, broken, ended,
    state: async () => (await status()).state,
    active: async () => (await status()).accounts.find(({ active }) => active)?.accountId,
    told() {
      const names = events.slice(heard).map(({ name }) => name);
      heard = events.length;
      return names;
    },
    async signIn(who) {
      provider.who = who;
      const attempt = value(await world.account.calls.beginLogin({ ...command(), issuer: ISSUER, flow: 'code' }));
      const state = new URL(attempt.url!).searchParams.get('state')!;
      const after = value(await world.account.calls.completeLogin({ ...command(), attemptId: attempt.attemptId, proof: { kind: 'code', answer: `state=${state}` } }));
      return after.accounts.find(({ active }) => active)!.accountId;
    },
    async pass(ms) {
      clock.pass(ms);
      await settled();
    },
    async restart() {
      provider.abandon();
      world.account = begin();
      heard = events.length;
      await world.account.opened(mounted);
      await settled();
    },
  };
  await world.account.opened(mounted);
  heard = events.length;
  return world;
}
