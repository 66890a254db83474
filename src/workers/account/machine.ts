// Steps the account through its table and tells each step's events; it knows no token and waits for nothing.
import { err, ok, type Result } from '../../result.ts';
import type { AccountEventName, AccountReason, AccountState, AccountStatus } from '../contract/account.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AccountId, AppId } from '../contract/ids.ts';
import type { EventLog } from './event-log.ts';
import { type AtRest, BINDING_EVENTS, type BindingEventName, leadsBack, transitionOf, type Trigger } from './transitions.ts';

export interface Occasion {
  readonly accountId?: AccountId | undefined;
  readonly reason?: AccountReason;
}

export interface Machine {
  readonly state: AccountState;
  readonly reason: AccountReason | undefined;
  /** Whether the table allows it now. */
  may(on: Trigger): boolean;
  /** Takes the step and tells its events; changes nothing where the table has none. */
  fire(on: Trigger, occasion?: Occasion): Result<void, NexusError>;
  /** Something beside the state changed: accounts, providers. */
  tellStatus(): void;
  /** A binding of an app was issued or ended while the state stayed. */
  tellBinding(name: Extract<AccountEventName, `binding.${string}`>, of: { readonly accountId: AccountId; readonly appId: AppId }): void;
}

export interface MachineDeps {
  readonly log: EventLog;
  readonly status: () => AccountStatus;
  readonly atRest: () => AtRest;
  /** Where an attempt or a switch that failed leads: what stood before it, seen by today's clock. */
  readonly settled: (before: AccountState) => AccountState;
  /** Takes bindings of apps along, in the state that was reached; gives those that it concerned. */
  readonly follow: (name: BindingEventName) => readonly { readonly accountId: AccountId; readonly appId: AppId }[];
}

const isOfBindings = (name: AccountEventName): name is BindingEventName => (BINDING_EVENTS as readonly AccountEventName[]).includes(name);

export function createMachine({ log, status, atRest, settled, follow }: MachineDeps): Machine {
  let state: AccountState = 'unavailable';
  let reason: AccountReason | undefined = 'session.locked';
  let before: AccountState = 'anonymous';

  return {
    get state() { return state; },
    get reason() { return reason; },
    may: (on) => transitionOf(state, on) !== undefined,
    fire(on, occasion = {}) {
      const transition = transitionOf(state, on);
      if (!transition) return err(nexusError('account.invalid_transition', { detail: `${state} ${on}` }));
      if (leadsBack(on)) before = state;
      if (transition.to === 'before') state = settled(before);
      else state = transition.to === 'custody' ? atRest() : transition.to;
      reason = occasion.reason;
      for (const name of transition.emits) {
        if (isOfBindings(name)) for (const binding of follow(name)) log.publish({ name, ...binding });
        else log.publish({ name, ...occasion, ...(name === 'account.status' && { status: status() }) } as Parameters<EventLog['publish']>[0]);
      }
      return ok();
    },
    tellStatus: () => log.publish({ name: 'account.status', status: status() }),
    tellBinding: (name, { accountId, appId }) => log.publish({ name, accountId, appId }),
  };
}
