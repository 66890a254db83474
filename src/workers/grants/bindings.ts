// Permissions in force: a handle for one resource, good on the port that it was issued to, for a time, for so many bytes and uses.
// One that is dead stays dead (docs/apps.md, "Bindings"). In memory alone: a restart voids them all.
import { toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Scope } from '../contract/app-protocol.ts';
import { nexusError, type ErrorCode, type NexusError } from '../contract/errors.ts';
import type { AppId, GrantId, InstanceId, NodeId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';
import type { Grant } from './app-record.ts';
import { allows, type Capability } from './policy.ts';

export type BindingState = 'active' | 'revoked' | 'expired' | 'superseded' | 'used_up';

export interface Binding {
  readonly bindingId: string;
  readonly appId: AppId;
  readonly instance: InstanceId;
  readonly resource: string | undefined;
  readonly scopes: readonly Scope[];
  readonly grants: readonly GrantId[];
  readonly node: NodeId | undefined;
  readonly once: boolean;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** What is left; a use is taken before it, so that uses at once are no more than one by one. */
  readonly left: { bytes: number; uses: number };
  /** Aborted when it is revoked. */
  readonly ended: AbortSignal;
  /** Of one that another app passed on: what it rests on. It ends with any of them, and takes of what they have left. */
  readonly parents: readonly Binding[];
}

export interface Bindings {
  /** Of grants on one node or resource. One that rests on the same and is far from its end is given again; any other of the instance that rests on one of them is superseded. */
  issue(to: { readonly appId: AppId; readonly instance: InstanceId }, grants: readonly [Grant, ...Grant[]]): Binding;
  /** The binding, where it is in force and of this instance. One that another instance shows is revoked. */
  held(bindingId: string, instance: InstanceId): Result<Binding, NexusError>;
  /** A part of what `parents` allow, for another instance. */
  derive(to: { readonly appId: AppId; readonly instance: InstanceId }, grants: readonly [Grant, ...Grant[]], parents: readonly [Binding, ...Binding[]]): Binding;
  /** The binding, where it may be used so now, with the use and its bytes taken. */
  use(bindingId: string, instance: InstanceId, how: { readonly capability: Capability; readonly bytes?: number }): Result<Binding, NexusError>;
  /** What was taken for a use that did not take place. */
  giveBack(binding: Binding, bytes: number): void;
  /** Not revoked meanwhile: what began in its time may end after it. */
  holds(binding: Binding): boolean;
  /** A use took place; `bytes` beyond those that were taken for it. */
  spent(binding: Binding, bytes: number): void;
  /** Those in force that `which` names. */
  live(which: (binding: Binding) => boolean): readonly Binding[];
  /** Ends those that `which` names; gives them. */
  end(which: (binding: Binding) => boolean, as: Exclude<BindingState, 'active'>): readonly Binding[];
}

const ENDED: { readonly [S in Exclude<BindingState, 'active'>]: ErrorCode } = {
  // Whoever rests on the same consent may ask for the next one.
  revoked: 'grants.revoked', superseded: 'grants.expired', expired: 'grants.expired', used_up: 'grants.used_up',
};

/** Far from the end of its time, its bytes and its uses. */
const isFresh = ({ once, expiresAt, left: { bytes, uses } }: Binding, now: number): boolean =>
  !once && expiresAt - now > GRANTS.bindingMs / 2 && bytes > GRANTS.bindingBytes / 2 && uses > GRANTS.bindingUses / 2;

/** A binding and all that it rests on. */
const lineage = (binding: Binding): readonly Binding[] => [binding, ...binding.parents.flatMap(lineage)];

/** How often what a person gave was passed on until it came to this one. */
export const depthOf = ({ parents }: Binding): number => (parents.length === 0 ? 0 : 1 + Math.max(...parents.map(depthOf)));

export interface BindingsDeps {
  readonly clock: () => number;
  readonly random: Random;
  /** Another instance showed it. */
  readonly replayed: (binding: Binding) => void;
  /** It is dead, however it came to that. */
  readonly over: (binding: Binding) => void;
}

export function createBindings({ clock, random, replayed, over }: BindingsDeps): Bindings {
  const live = new Map<string, Binding>();
  const endings = new Map<string, AbortController>();
  const dead = new Map<string, Exclude<BindingState, 'active'>>();

  /** With what rests on it; gives those that ended. */
  function bury(binding: Binding, as: Exclude<BindingState, 'active'>): readonly Binding[] {
    if (!live.delete(binding.bindingId)) return [];
    if (as === 'revoked') endings.get(binding.bindingId)?.abort();
    endings.delete(binding.bindingId);
    dead.set(binding.bindingId, as);
    over(binding);
    for (const oldest of dead.keys()) {
      if (dead.size <= GRANTS.deadBindings) break;
      dead.delete(oldest);
    }
    return [binding, ...[...live.values()].filter(({ parents }) => parents.includes(binding)).flatMap((child) => bury(child, as))];
  }

  function end(which: (binding: Binding) => boolean, as: Exclude<BindingState, 'active'>): readonly Binding[] {
    return [...live.values()].filter(which).flatMap((binding) => bury(binding, as));
  }

  function begin({ appId, instance }: Pick<Binding, 'appId' | 'instance'>, grants: readonly [Grant, ...Grant[]], parents: readonly Binding[]): Binding {
    const [{ resource, node }] = grants;
    const [now, ending, once] = [clock(), new AbortController(), grants.some(({ mode }) => mode === 'once')];
    const binding: Binding = {
      bindingId: toHex(random(16)), appId, instance, resource, node, scopes: grants.map(({ scope }) => scope), grants: grants.map(({ grantId }) => grantId), once, parents, ended: ending.signal,
      issuedAt: now, expiresAt: Math.min(now + GRANTS.bindingMs, ...[...grants, ...parents].map(({ expiresAt }) => expiresAt)),
      left: { bytes: GRANTS.bindingBytes, uses: once ? 1 : GRANTS.bindingUses },
    };
    live.set(binding.bindingId, binding);
    endings.set(binding.bindingId, ending);
    return binding;
  }

  function held(bindingId: string, instance: InstanceId): Result<Binding, NexusError> {
    const binding = live.get(bindingId);
    if (!binding) return refuse(ENDED[dead.get(bindingId) ?? 'revoked']);
    if (binding.instance !== instance) {
      replayed(binding);
      bury(binding, 'revoked');
      return refuse('grants.replayed');
    }
    if (clock() >= binding.expiresAt) {
      bury(binding, 'expired');
      return refuse('grants.expired');
    }
    return ok(binding);
  }

  const refuse = (code: ErrorCode): Result<never, NexusError> => err(nexusError(code));

  return {
    issue(to, grants) {
      const rests = grants.map(({ grantId }) => grantId);
      const same = [...live.values()].find((each) => each.instance === to.instance && isFresh(each, clock()) && each.grants.length === rests.length && each.grants.every((grantId) => rests.includes(grantId)));
      if (same) return same;
      end((each) => each.instance === to.instance && each.grants.some((grantId) => rests.includes(grantId)), 'superseded');
      return begin(to, grants, []);
    },
    held,
    derive: begin,
    use(bindingId, instance, { capability, bytes = 0 }) {
      const found = held(bindingId, instance);
      if (!found.ok) return found;
      const binding = found.value;
      if (!allows({ kind: 'app', scopes: binding.scopes, resource: binding.resource }, capability)) return refuse('grants.not_granted');
      const all = lineage(binding);
      if (all.some(({ left }) => left.uses <= 0)) return refuse(binding.once ? 'grants.used_up' : 'grants.limit');
      if (all.some(({ left }) => left.bytes <= 0 || bytes > left.bytes)) return refuse('grants.limit');
      for (const { left } of all) {
        left.uses -= 1;
        left.bytes -= bytes;
      }
      return found;
    },
    giveBack(binding, bytes) {
      if (!live.has(binding.bindingId)) return;
      for (const { left } of lineage(binding)) {
        left.uses += 1;
        left.bytes += bytes;
      }
    },
    holds: ({ bindingId }) => live.has(bindingId) || (dead.get(bindingId) ?? 'revoked') !== 'revoked',
    spent(binding, bytes) {
      for (const { left } of lineage(binding)) left.bytes -= bytes;
      if (binding.once && live.has(binding.bindingId)) bury(binding, 'used_up');
    },
    live: (which) => [...live.values()].filter((binding) => binding.expiresAt > clock() && which(binding)),
    end,
  };
}
