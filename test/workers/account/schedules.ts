// Random schedules over the account: calls that overlap, a provider that fails, time that passes, workers that end. What must
// hold at every moment is checked on the events as they come and on every call that reaches the provider.
import { assert } from 'chai';
import fc from 'fast-check';
import { TRANSITIONS } from '../../../src/workers/account/transitions.ts';
import type { AccountEvent, AccountState } from '../../../src/workers/contract/account.ts';
import type { AppId } from '../../../src/workers/contract/ids.ts';
import { command } from '../session/device.ts';
import { ISSUER } from './fake-provider.ts';
import { createWorld, settled, type World } from './world.ts';

type Step = (world: World) => Promise<unknown>;
const PEOPLE = ['ada', 'bob'] as const;
const APP = 'a'.repeat(32) as AppId;
const BINDINGS = ['b'.repeat(32), 'c'.repeat(32)];

const attemptOf = async ({ account }: World) => {
  const status = await account.calls.getAccountSessionStatus({});
  return status.ok ? status.value.attempt : undefined;
};

const STEPS: Readonly<Record<string, Step>> = {
  begin: ({ account }) => account.calls.beginLogin({ ...command(), issuer: ISSUER, flow: 'code' }),
  beginDevice: ({ account }) => account.calls.beginLogin({ ...command(), issuer: ISSUER, flow: 'device' }),
  async answer(world) {
    const attempt = await attemptOf(world);
    const state = attempt?.url === undefined ? 'x' : new URL(attempt.url).searchParams.get('state');
    return attempt && world.account.calls.completeLogin({ ...command(), attemptId: attempt.attemptId, proof: { kind: 'code', answer: `state=${state}` } });
  },
  async cancel(world) {
    const attempt = await attemptOf(world);
    return attempt && world.account.calls.completeLogin({ ...command(), attemptId: attempt.attemptId, proof: { kind: 'cancelled' } });
  },
  ada: async ({ provider }) => Promise.resolve(void (provider.who = PEOPLE[0])),
  bob: async ({ provider }) => Promise.resolve(void (provider.who = PEOPLE[1])),
  bind: async (world) => {
    const accountId = await world.active();
    const bindingId = BINDINGS[world.provider.bindings.size % BINDINGS.length]!;
    return accountId && world.account.apps.issueScopedAppBinding({ bindingId, appId: APP, app: 'https://app.example', writes: true, accountId, expiresAt: world.clock.now + 3_600_000 });
  },
  unbind: async ({ account }) => Promise.resolve(account.apps.revokeScopedAppBinding({ bindingId: BINDINGS[0]! })),
  token: ({ account }) => Promise.all(BINDINGS.map((bindingId) => account.apps.getAccessToken({ bindingId, jkt: 'k'.repeat(43) }))),
  use: ({ account }) => account.calls.accountUsage({}),
  refresh: ({ account }) => account.calls.refreshAccountSession({ reason: 'asked' }),
  async change(world) {
    const status = await world.account.calls.getAccountSessionStatus({});
    const other = status.ok ? status.value.accounts.find(({ active }) => !active) : undefined;
    return other && world.account.calls.switchAccount({ ...command(), accountId: other.accountId });
  },
  logOut: ({ account }) => account.calls.logoutAccount(command()),
  down: async ({ provider }) => Promise.resolve(void (provider.trouble = 'unreachable')),
  refusing: async ({ provider }) => Promise.resolve(void (provider.trouble = 'refused')),
  up: async ({ provider }) => Promise.resolve(void (provider.trouble = undefined)),
  hold: async ({ provider }) => Promise.resolve(provider.hold()),
  release: async ({ provider }) => Promise.resolve(provider.release()),
  online: async ({ account }) => Promise.resolve(account.online()),
  seconds: async ({ clock }) => Promise.resolve(clock.pass(4_000)),
  minutes: async ({ clock }) => Promise.resolve(clock.pass(280_000)),
  later: async ({ clock }) => Promise.resolve(clock.pass(700_000)),
  lock: async (world) => {
    await world.account.closing();
    await world.account.opened(world.home);
  },
  restart: (world) => world.restart(),
  wait: () => settled(),
};

/** What gets in each other's way. */
const OVERLAPPING = ['hold', 'release', 'refresh', 'use', 'change', 'logOut', 'minutes', 'answer', 'lock', 'bind', 'token'];

/** Each event must be one that the table tells from the state before it. */
function checkOrder(events: readonly AccountEvent[]): void {
  events.forEach((event, index) => {
    const before = events[index - 1];
    if (before && event.number !== 1) assert.equal(event.number, before.number + 1, 'without a gap');
  });
  const ofSteps = (name: string) => !name.startsWith('binding.');
  const known = new Set(TRANSITIONS.map(({ emits }) => emits.filter(ofSteps).join()));
  let run: string[] = [];
  for (const { name } of events.filter((event) => ofSteps(event.name))) {
    run.push(name);
    if (!known.has(run.join())) continue;
    run = [];
  }
  assert.isTrue(run.length === 0 || [...known].some((each) => each.startsWith(run.join())), `${run.join()} is told by no step`);
}

function checkStatus({ state, accounts }: { state: AccountState; accounts: readonly { active: boolean }[] }): void {
  assert.isAtMost(accounts.filter(({ active }) => active).length, 1, 'at most one is active');
  if (state === 'authenticated' || state === 'refresh_pending') assert.lengthOf(accounts.filter(({ active }) => active), 1);
}

/** What apps would get now, with who is signed in. */
async function tokensOf({ account, clock }: World): Promise<{ subject: string; active: string }[]> {
  const tokens = await Promise.all(BINDINGS.map((bindingId) => account.apps.getAccessToken({ bindingId, jkt: 'k'.repeat(43) })));
  const active = account.active()?.name?.replace('@test', '') ?? 'nobody';
  return tokens.filter((each) => each.ok).filter(({ value: { expiresAt } }) => expiresAt > clock.now).map(({ value: { subject } }) => ({ subject, active }));
}

async function run(signedIn: readonly string[], steps: readonly { name: string; wait: boolean }[]): Promise<void> {
  const world = await createWorld();
  for (const who of signedIn) await world.signIn(who);
  let strange = 0;
  const { ask, exchange } = world.provider.client;
  const look = (access: string) => {
    const active = world.events.findLast(({ status }) => status)?.status?.accounts.find((each) => each.active)?.name;
    const owner = world.provider.owner(access);
    strange += owner !== undefined && `${owner}@test` !== active ? 1 : 0;
  };
  Object.assign(world.provider.client, {
    ask(...args: Parameters<typeof ask>) {
      look(args[1]);
      return ask(...args);
    },
    exchange(...args: Parameters<typeof exchange>) {
      look(args[1]);
      return exchange(...args);
    },
  });
  const running: Promise<unknown>[] = [];
  for (const { name, wait } of steps) {
    const step = STEPS[name]!(world);
    running.push(step);
    // Not longer than a moment: what hangs at the provider goes on beside the next steps.
    if (wait) await Promise.race([step, settled()]);
  }
  world.provider.release();
  await Promise.all(running);
  await settled();
  for (const { status } of world.events) if (status) checkStatus(status);
  for (const handed of await tokensOf(world)) assert.equal(handed.subject, `sub-${handed.active}`, 'a token of the active account');
  checkOrder(world.events);
  assert.equal(world.provider.mostInFlight <= 1, true, 'one refresh in flight');
  assert.isTrue(world.provider.asked.every(({ byItsKey }) => byItsKey), 'every token by its own key');
  assert.equal(strange, 0, 'no token of the one after the status of the other');
  assert.isEmpty(world.broken);
}

/** Runs `runs` schedules of up to 30 steps each; fast-check tells the seed of one that fails. */
export async function runSchedules(runs: number, seed?: number): Promise<void> {
  const name = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...Object.keys(STEPS)) }, { weight: 3, arbitrary: fc.constantFrom(...OVERLAPPING) });
  const step = fc.record({ name, wait: fc.boolean() });
  await fc.assert(fc.asyncProperty(fc.subarray([...PEOPLE]), fc.array(step, { minLength: 5, maxLength: 30 }), run), { numRuns: runs, ...(seed !== undefined && { seed }) });
}
