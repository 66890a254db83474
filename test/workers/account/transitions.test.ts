// The table itself: every pair of state and trigger, in it or refused.
import { assert } from 'chai';
import { createEventLog } from '../../../src/workers/account/event-log.ts';
import { createMachine, type Machine } from '../../../src/workers/account/machine.ts';
import { transitionOf, TRANSITIONS, TRIGGERS, type Trigger } from '../../../src/workers/account/transitions.ts';
import { ACCOUNT_STATES, type AccountEvent, type AccountState } from '../../../src/workers/contract/account.ts';
import type { AccountId, AppId } from '../../../src/workers/contract/ids.ts';
import { ACCOUNT } from '../../../src/workers/contract/limits.ts';

/** How each state is reached from the start, which is `unavailable`. */
const WAYS: Readonly<Record<AccountState, readonly Trigger[]>> = {
  unavailable: [],
  anonymous: ['regain_custody'],
  login_pending: ['regain_custody', 'begin'],
  authenticated: ['regain_custody', 'begin', 'prove'],
  refresh_pending: ['regain_custody', 'begin', 'prove', 'refresh'],
  expired: ['regain_custody', 'begin', 'prove', 'expire'],
  reauth_required: ['regain_custody', 'begin', 'prove', 'refresh', 'refuse'],
  switching: ['regain_custody', 'switch'],
  logging_out: ['regain_custody', 'begin', 'log_out'],
};

/** One app with a binding, which every step that tells of bindings concerns. */
const APP = { accountId: '00'.repeat(16) as AccountId, appId: '11'.repeat(16) as AppId };

function at(state: AccountState): { machine: Machine; events: AccountEvent[] } {
  const events: AccountEvent[] = [];
  const machine: Machine = createMachine({
    log: createEventLog((event) => void events.push(event)), atRest: () => 'anonymous', settled: (before) => before, follow: () => [APP],
    status: () => ({ state: machine.state, accounts: [], providers: [] }),
  });
  for (const trigger of WAYS[state]) assert.isTrue(machine.fire(trigger).ok, `${machine.state} ${trigger}`);
  assert.equal(machine.state, state);
  events.length = 0;
  return { machine, events };
}

const namesOf = (events: readonly AccountEvent[]) => events.map(({ name }) => name);

describe('the states of the account', () => {
  for (const { from, on, to, emits } of TRANSITIONS) {
    for (const state of from) {
      it(`${state}, on ${on}, becomes ${to} and tells ${emits.join(', ')}`, () => {
        const { machine, events } = at(state);
        assert.isTrue(machine.fire(on).ok);
        const back = { before: 'anonymous', custody: 'anonymous' } as const;
        assert.equal(machine.state, to === 'before' || to === 'custody' ? back[to] : to);
        assert.deepEqual(namesOf(events), emits);
        for (const { name, appId } of events) assert.equal(appId, name.startsWith('binding.') ? APP.appId : undefined, name);
        const told = events.find(({ name }) => name === 'account.status');
        if (told) assert.equal(told.status?.state, machine.state);
      });
    }
  }

  it('refuses every other pair, changes nothing and tells nothing', () => {
    let refused = 0;
    for (const state of ACCOUNT_STATES) {
      for (const trigger of TRIGGERS.filter((each) => !transitionOf(state, each))) {
        const { machine, events } = at(state);
        const answer = machine.fire(trigger);
        assert.deepEqual(answer, { ok: false, error: { code: 'account.invalid_transition', detail: `${state} ${trigger}` } });
        assert.equal(machine.state, state);
        assert.isEmpty(events);
        refused += 1;
      }
    }
    assert.equal(refused, ACCOUNT_STATES.length * TRIGGERS.length - TRANSITIONS.reduce((sum, { from }) => sum + from.length, 0));
  });

  it('names no pair twice', () => {
    const pairs = TRANSITIONS.flatMap(({ from, on }) => from.map((state) => `${state} ${on}`));
    assert.equal(new Set(pairs).size, pairs.length);
  });
});

describe('the log of the account', () => {
  it('numbers without a gap and keeps the last for who comes late', () => {
    const told: number[] = [];
    const log = createEventLog(({ number }) => void told.push(number));
    for (let count = 0; count < ACCOUNT.eventsKept + 5; count += 1) log.publish({ name: 'refresh.started' });
    assert.deepEqual(told, Array.from({ length: ACCOUNT.eventsKept + 5 }, (_, index) => index + 1));
    assert.deepEqual(log.after(log.number - 2)?.map(({ number }) => number), [log.number - 1, log.number]);
    assert.deepEqual(log.after(log.number), []);
    assert.lengthOf(log.after(5)!, ACCOUNT.eventsKept);
    assert.isUndefined(log.after(4), 'no longer kept');
    assert.isUndefined(log.after(log.number + 1), 'never told');
  });
});
