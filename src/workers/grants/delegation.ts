// An app passes a part of what it has in files on to another app that the person has: by a ticket, to the one that it names, no further
// than three times. It ends with what it rests on (docs/apps.md, "Passing on").
import { toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Access, AppArgs, AppValue, Scope } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { parseGrantId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';
import { soldAs } from './app-account.ts';
import { type AppPlaces, idOf } from './app-places.ts';
import type { App } from './app-record.ts';
import { type Binding, depthOf } from './bindings.ts';
import type { GrantsDeps, Lent, Offer, OpenGrants, Running } from './open-grants.ts';
import { isScope, SCOPE_RULES } from './scope-rules.ts';

export interface Delegation {
  /** `by` allows it and is in use already. */
  offer(by: Binding, args: AppArgs<'delegate'>): Promise<Result<AppValue<'delegate'>, NexusError>>;
  take(ticket: string): Promise<Result<Access, NexusError>>;
}

const refused = (code: NexusError['code']): Result<never, NexusError> => err(nexusError(code));

/** What was passed on reaches no further than where it came from, wherever it was moved meanwhile. */
export async function isWithin({ node, parents }: Binding, places: AppPlaces): Promise<boolean> {
  for (const parent of parents) {
    if (parent.node === undefined) continue;
    if (node === undefined || !await places.touches(parent.node, [node]) || !await isWithin(parent, places)) return false;
  }
  return true;
}

export function createDelegation({ clock, random, note, announce }: GrantsDeps, { accepts, bindings, shelf, places, offers }: OpenGrants, running: Running): Delegation {
  /** Why this may not be passed on. */
  function faultOf(passed: Binding, scopes: readonly Scope[]): NexusError['code'] | undefined {
    if (!scopes.every(isScope)) return 'grants.scope_unknown';
    if (!scopes.every((scope) => SCOPE_RULES[scope].on === 'files' && passed.scopes.includes(scope))) return 'grants.not_granted';
    return depthOf(passed) >= GRANTS.delegationDepth ? 'grants.limit' : undefined;
  }

  /** Those that nobody took in time leave room. */
  function tidy(): void {
    for (const [ticket, { expiresAt }] of offers) if (clock() >= expiresAt) offers.delete(ticket);
  }

  function lend({ from, scopes, node, parents: [passed] }: Offer, { manifest }: App): readonly [Lent, ...Lent[]] {
    const whyOf = (scope: Scope) => manifest.scopes.find((declared) => declared.scope === scope)?.why ?? '';
    const lent = (scope: Scope): Lent => ({
      grantId: parseGrantId(toHex(random(16)))!, scope, resource: passed.resource, node, accountId: undefined, purpose: whyOf(scope), mode: 'session', grantedAt: clock(), expiresAt: passed.expiresAt, from,
    });
    const [first, ...others] = scopes;
    return [lent(first), ...others.map(lent)];
  }

  return {
    async offer(by, { binding, path, to, scopes }) {
      const passed = bindings.held(binding, running.instance);
      if (!passed.ok) return passed;
      const fault = faultOf(passed.value, scopes);
      if (fault) return refused(fault);
      const root = passed.value.node === undefined ? undefined : await places.standing(passed.value.node);
      const node = root?.ok ? await places.down(root.value, path === '' ? [] : path.split('/')) : undefined;
      if (!node) return refused('home.not_found');
      tidy();
      if ([...offers.values()].filter(({ from }) => from === running.appId).length >= GRANTS.tickets) return refused('grants.busy');
      const [ticket, expiresAt] = [toHex(random(16)), clock() + GRANTS.ticketMs];
      const [first, ...others] = new Set(scopes);
      offers.set(ticket, { to, from: running.appId, node: idOf(node), scopes: [first!, ...others], parents: [passed.value, by], expiresAt });
      return ok({ ticket, expiresAt });
    },

    async take(ticket) {
      tidy();
      const [offer, app] = [offers.get(ticket), shelf.get(running.appId)];
      // Whoever it is not for learns nothing of it, and takes nothing away.
      if (!offer || !app || offer.to !== soldAs(app)) return refused('grants.revoked');
      // Only to one that the person has dealt with.
      if (!shelf.isKept(app.appId)) return refused('grants.not_granted');
      if (!offer.scopes.every((scope) => app.manifest.scopes.some((declared) => declared.scope === scope))) return refused('grants.not_declared');
      const may = accepts(running.appId);
      if (!may.ok) return may;
      offers.delete(ticket);
      const target = await places.standing(offer.node);
      if (!target.ok || !offer.parents.every(({ bindingId, instance }) => bindings.held(bindingId, instance).ok)) return refused('grants.revoked');
      const lent = lend(offer, app);
      running.lent.push(...lent);
      announce({ type: 'apps.changed' });
      const { bindingId, scopes, expiresAt } = bindings.derive(running, lent, offer.parents);
      for (const scope of scopes) note({ what: 'app.delegated', actor: 'app', about: `${running.appId} ${scope}` });
      return ok({ binding: bindingId, scopes, expiresAt, target: { kind: target.value.kind, name: target.value.name } });
    },
  };
}
