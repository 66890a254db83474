// From what an app asks for to what it may do: only what its manifest declares, nothing without a grant, no grant without a person's
// yes. All or nothing: a request that is not given whole gives nothing (docs/apps.md, "Asking").
import { toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Access, Ask } from '../contract/app-protocol.ts';
import { nexusError, type ErrorCode, type NexusError } from '../contract/errors.ts';
import type { Consent, PromptItem } from '../contract/grants.ts';
import { parseNodeId } from '../contract/ids.ts';
import { accountName, type AppAccount, boundAtAccount, isOfActive } from './app-account.ts';
import type { App, Grant } from './app-record.ts';
import type { Binding } from './bindings.ts';
import { createGrantBook } from './grant-book.ts';
import type { GrantsDeps, OpenGrants, Running } from './open-grants.ts';
import { ACCOUNT_DATASET, homePathOf, isScope, resourceHolds, sameAsk, SCOPE_RULES } from './scope-rules.ts';

export interface ConsentDesk {
  /** What an app gets for what it asks; a person may be asked. */
  request(running: Running, asks: readonly Ask[]): Promise<Result<readonly Access[], NexusError>>;
  /** Undefined where an answer fits its question. */
  misfit(items: readonly PromptItem[], consents: readonly Consent[]): Promise<NexusError | undefined>;
}

function grouped<T>(all: readonly T[], key: (one: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const group = groups.get(key(one));
    if (group) group.push(one);
    else groups.set(key(one), [one]);
  }
  return [...groups.values()];
}

/** Asks on one resource are one question. */
const byResource = (asks: readonly Ask[]) => grouped(asks, ({ resource = '' }) => resource);
/** Grants on one node are one binding; a single access is one of its own. */
const byBinding = (grants: readonly Grant[]) => grouped(grants, ({ grantId, mode, resource = '', node = '' }) => (mode === 'once' ? grantId : `${node} ${resource}`));

const distinct = (asks: readonly Ask[]) => asks.filter((ask, index) => asks.findIndex((other) => sameAsk(ask, other)) === index);

/** Why nobody is even bothered with this. */
function faultOf({ manifest, kind }: App, asks: readonly Ask[], account: AppAccount): ErrorCode | undefined {
  const fault = (ask: Ask): ErrorCode | undefined => {
    if (!isScope(ask.scope)) return 'grants.scope_unknown';
    if (!resourceHolds(ask)) return 'grants.resource_invalid';
    if (!manifest.scopes.some((declared) => sameAsk(declared, ask))) return 'grants.not_declared';
    // A token is of no use where there is no network.
    if (ask.resource === ACCOUNT_DATASET && kind === 'embedded') return 'grants.not_granted';
    return ask.resource === ACCOUNT_DATASET && !account.active() ? 'account.none' : undefined;
  };
  return asks.map(fault).find((each) => each !== undefined);
}

function inForce({ running, shelf }: OpenGrants, { instance, appId, grants }: Running, { grant: { grantId }, now }: { readonly grant: Grant; readonly now: number }): boolean {
  return running.has(instance) && [...grants, ...shelf.get(appId)?.grants ?? []].some((each) => each.grantId === grantId && each.expiresAt > now);
}

export function createConsentDesk(deps: GrantsDeps, open: OpenGrants): ConsentDesk {
  const { clock, note, account } = deps;
  const { shelf, places, bindings, prompts } = open;
  const { write, keep, deny, isDenied } = createGrantBook(deps, open);

  /** What covers an ask now: given for as long as it stays open, or for longer, on something that is still there. */
  async function standing(app: App, running: Running, ask: Ask): Promise<Grant | undefined> {
    const now = clock();
    const found = [...running.grants, ...app.grants].find((grant) => sameAsk(grant as Ask, ask) && grant.expiresAt > now && isOfActive(grant, account));
    return found?.node !== undefined && !(await places.standing(found.node)).ok ? undefined : found;
  }

  async function itemOf(app: App, group: readonly [Ask, ...Ask[]], held: readonly Grant[]): Promise<PromptItem> {
    const [{ resource }] = group;
    const why = (ask: Ask) => app.manifest.scopes.find((declared) => sameAsk(declared, ask))?.why ?? '';
    const place = resource === undefined ? undefined : homePathOf(resource);
    const there = place && await places.at(place.names);
    const online = resource === ACCOUNT_DATASET ? accountName(account) : undefined;
    const node = held.find((grant) => grant.resource === resource)?.node ?? (there?.kind === place?.kind && there ? parseNodeId(toHex(there.id)) : undefined);
    return {
      ...(resource !== undefined && { resource }), ...(online !== undefined && { account: online }), scopes: group.map((ask) => ({ scope: ask.scope, why: why(ask) })),
      modes: SCOPE_RULES[group[0].scope].modes.filter((mode) => group.every(({ scope }) => SCOPE_RULES[scope].modes.includes(mode))),
      ...(place && { proposed: { path: ((node && await places.pathOf(node)) ?? place.names).join('/'), kind: place.kind, ...(node !== undefined && { node }) } }),
    };
  }

  async function askPerson(app: App, running: Running, { missing, held }: { readonly missing: readonly Ask[]; readonly held: readonly Grant[] }): Promise<Result<readonly Grant[], NexusError>> {
    // Whoever is signed in when the question is asked: another account is another question.
    const signedIn = account.active()?.accountId;
    const items = await Promise.all(byResource(missing).map((group) => itemOf(app, group, held)));
    const absent = items.find(({ proposed }) => proposed?.kind === 'file' && proposed.node === undefined);
    if (absent) return err(nexusError('home.not_found'));
    const decision = await prompts.ask({ instance: running.instance, appId: app.appId, kind: app.kind, name: app.manifest.name, origin: originOf(app), items });
    if (!decision.ok) return decision;
    if (!open.running.has(running.instance)) return err(nexusError('grants.denied'));
    if ('denied' in decision.value) return deny(running, missing, decision.value);
    const given = await write(items, decision.value.allowed, signedIn);
    const kept = given.ok ? await keep(running, given.value) : given;
    if (!given.ok || !kept.ok) {
      // What cannot be given is not asked for again and again.
      open.refusals.set(app.appId, (open.refusals.get(app.appId) ?? 0) + 1);
      return given.ok ? kept as Result<never, NexusError> : given;
    }
    for (const grant of given.value) note({ what: 'app.allowed', about: `${app.appId} ${grant.scope} ${grant.mode}` });
    return given;
  }

  async function accessOf(app: App, binding: Binding): Promise<Result<Access, NexusError>> {
    const bound = boundAtAccount(binding, app, account);
    if (!bound.ok) {
      bindings.end(({ bindingId }) => bindingId === binding.bindingId, 'revoked');
      return bound;
    }
    const node = binding.node === undefined ? undefined : await places.standing(binding.node);
    return ok({
      binding: binding.bindingId, scopes: binding.scopes, expiresAt: binding.expiresAt, ...(binding.resource !== undefined && { resource: binding.resource }),
      ...(node?.ok && { target: { kind: node.value.kind, name: node.value.name } }),
    });
  }

  return {
    async request(running, given) {
      const app = shelf.get(running.appId);
      if (!app) return err(nexusError('apps.unknown'));
      const asks = distinct(given);
      const fault = faultOf(app, asks, account);
      if (fault) {
        open.noteOnce(running, { what: 'app.refused', actor: 'app', result: fault, about: app.appId });
        return err(nexusError(fault));
      }
      const covering = await Promise.all(asks.map((ask) => standing(app, running, ask)));
      const held = covering.filter((grant) => grant !== undefined);
      const missing = asks.filter((_, index) => covering[index] === undefined);
      if (missing.length > 0 && isDenied(app, running, missing)) return err(nexusError('grants.denied'));
      const fresh = missing.length > 0 ? await askPerson(app, running, { missing, held }) : ok([]);
      if (!fresh.ok) return fresh;
      const all = [...held, ...fresh.value];
      const accesses: Access[] = [];
      for (const group of byBinding(all)) {
        // Much may have happened while a person thought about it, or while the one before was given: what was withdrawn meanwhile is not given.
        if (!all.every((grant) => inForce(open, running, { grant, now: clock() }) && isOfActive(grant, account))) return err(nexusError('grants.revoked'));
        const access = await accessOf(app, bindings.issue(running, group));
        if (!access.ok) return access;
        accesses.push(access.value);
      }
      return ok(accesses);
    },
    async misfit(items, consents) {
      if (consents.length !== items.length) return nexusError('door.bad_argument', { detail: 'allowPrompt' });
      for (const [index, { modes, resource }] of items.entries()) {
        const { mode, node } = consents[index]!;
        const place = resource === undefined ? undefined : homePathOf(resource);
        if (!modes.includes(mode) || (node !== undefined) && !place) return nexusError('door.bad_argument', { detail: 'allowPrompt' });
        const found = node === undefined ? undefined : await places.standing(node);
        if (found && !found.ok) return found.error;
        if (found?.ok && found.value.kind !== place?.kind) return nexusError(place?.kind === 'folder' ? 'home.not_a_folder' : 'home.not_a_file');
        if (!found && place?.kind === 'file') return nexusError('home.not_found');
        // It was to be made, and somebody made it meanwhile: that is another folder than the one that was agreed to.
        if (!found && place && await places.at(place.names)) return nexusError('home.name_taken');
        if (!found && place && places.mayCome()) return nexusError('sync.arriving');
      }
      return undefined;
    },
  };
}

/** Where an app is from, for people: of an embedded one the folder too, since one host may carry the apps of many. */
export const originOf = ({ kind, source }: Pick<App, 'kind' | 'source'>): string => (kind === 'connected' ? new URL(source).origin : new URL('.', source).href);
