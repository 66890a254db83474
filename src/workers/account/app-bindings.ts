// Apps that may go to the account's storage themselves: each by a binding of one account, one app, one instance. In memory alone; it goes
// with the account (docs/account.md, "Apps at the account").
import { err, ok } from '../../result.ts';
import type { AppBindingOrder, AppBindings } from '../contract/app-bindings.ts';
import { nexusError } from '../contract/errors.ts';
import { ACCOUNT } from '../contract/limits.ts';
import { createPace } from '../contract/pace.ts';
import { activeAccount, type AppTokensDeps, type Bound, createAppTokens, type Owed, WORKING } from './app-tokens.ts';
import type { BindingEventName } from './transitions.ts';

export interface BoundApps extends AppBindings {
  /** What a step of the account does to bindings, and to which of them. */
  follow(name: BindingEventName): readonly Pick<AppBindingOrder, 'accountId' | 'appId'>[];
  /** No home is open any more. */
  endAll(): void;
}

export interface BoundAppsDeps extends Pick<AppTokensDeps, 'contextOf' | 'refresh'> {
  /** Called for each binding that the account ended by itself. */
  readonly ended: (bindingId: string) => void;
}

export function createBoundApps({ contextOf, refresh, ended }: BoundAppsDeps): BoundApps {
  const bound = new Map<string, Bound>();
  const owed = new Set<Owed>();
  const isActive = ({ accountId }: Pick<Bound, 'accountId'>) => activeAccount(contextOf())?.accountId === accountId;
  const holds = (binding: Bound) => bound.get(binding.bindingId) === binding && isActive(binding) && contextOf().deps.clock() < binding.expiresAt;
  const mayBind = createPace(() => contextOf().deps.clock(), ACCOUNT.bindingsOfApp);
  const tokenOf = createAppTokens({ contextOf, refresh, holds, lost: takenBack, end });

  async function settle(): Promise<void> {
    const { deps: { clock } } = contextOf();
    // Taken out first: whoever comes meanwhile does not tell it a second time.
    for (const each of [...owed]) {
      if (owed.delete(each) && clock() < each.until && !await each.tell()) owed.add(each);
    }
  }

  function end(binding: Bound): void {
    bound.delete(binding.bindingId);
    binding.tokens.clear();
    for (const each of binding.undo.splice(0)) owed.add(each);
    void settle().catch(contextOf().deps.broken);
  }

  function takenBack(binding: Bound): void {
    end(binding);
    ended(binding.bindingId);
    contextOf().machine.tellBinding('binding.revoked', binding);
  }

  const FOLLOW: { readonly [N in BindingEventName]: (binding: Bound) => boolean } = {
    'binding.activated': (binding) => {
      const rests = binding.state === 'suspended' && isActive(binding);
      if (rests) binding.state = 'active';
      return rests;
    },
    'binding.suspended': (binding) => {
      const rests = binding.state === 'active' && !WORKING.includes(contextOf().machine.state);
      if (rests) binding.state = 'suspended';
      return rests;
    },
    'binding.revoked': (binding) => {
      if (isActive(binding) && contextOf().machine.state !== 'unavailable') return false;
      end(binding);
      ended(binding.bindingId);
      return true;
    },
  };

  return {
    issueScopedAppBinding(order) {
      const { machine } = contextOf();
      if (!isActive(order)) return err(nexusError('account.none'));
      if (bound.has(order.bindingId)) return ok();
      const may = mayBind(order.appId);
      if (!may.ok) return may;
      const works = WORKING.includes(machine.state);
      bound.set(order.bindingId, { ...order, state: works ? 'active' : 'suspended', noted: false, tokens: new Map(), asking: new Map(), undo: [] });
      if (works) machine.tellBinding('binding.activated', order);
      return ok();
    },
    async getAccessToken({ bindingId, jkt }) {
      const binding = bound.get(bindingId);
      return binding && holds(binding) ? tokenOf(binding, jkt) : err(nexusError('grants.revoked'));
    },
    revokeScopedAppBinding({ bindingId, replayed }) {
      const binding = bound.get(bindingId);
      if (!binding) return;
      end(binding);
      const { machine } = contextOf();
      if (replayed) machine.tellBinding('binding.replay_detected', binding);
      machine.tellBinding('binding.revoked', binding);
    },
    follow(name) {
      const concerned = [...bound.values()].filter(FOLLOW[name]);
      if (name === 'binding.activated') void settle().catch(contextOf().deps.broken);
      return concerned.map(({ accountId, appId }) => ({ accountId, appId }));
    },
    endAll() {
      for (const binding of bound.values()) {
        end(binding);
        contextOf().machine.tellBinding('binding.revoked', binding);
      }
    },
  };
}
