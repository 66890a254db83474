// What was given to an app and what was denied, written down: for as long as it stays open with the instance, for longer in its record.
import { toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Ask } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Consent, PromptItem } from '../contract/grants.ts';
import { type NodeId, parseGrantId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';
import type { App, Denial, Grant } from './app-record.ts';
import type { GrantsDeps, OpenGrants, Running } from './open-grants.ts';
import type { Decision } from './prompts.ts';
import { ACCOUNT_DATASET, homePathOf, sameAsk } from './scope-rules.ts';

/** How long what is given for as long as an app stays open lasts at most. */
const SESSION_MS = 24 * 60 * 60_000;

/** After so many refusals an app asks no more until a person opens it again, or the home. */
const MOST_REFUSALS = 3;

export interface GrantBook {
  /** What a person's answer comes to, folders that were to be made made; nothing is in force yet. `signedIn` = whose storage was asked about. */
  write(items: readonly PromptItem[], consents: readonly Consent[], signedIn: Grant['accountId']): Promise<Result<readonly Grant[], NexusError>>;
  keep(running: Running, given: readonly Grant[]): Promise<Result<void, NexusError>>;
  deny(running: Running, asks: readonly Ask[], decision: Extract<Decision, { denied: string }>): Promise<Result<never, NexusError>>;
  isDenied(app: App, running: Running, asks: readonly Ask[]): boolean;
}

export function createGrantBook({ clock, random, note, announce }: Pick<GrantsDeps, 'clock' | 'random' | 'note' | 'announce'>, { shelf, places, refusals }: Pick<OpenGrants, 'shelf' | 'places' | 'refusals'>): GrantBook {
  async function nodeFor(item: PromptItem, { node }: Consent): Promise<Result<NodeId | undefined, NexusError>> {
    const place = item.resource === undefined ? undefined : homePathOf(item.resource);
    if (!place) return ok(undefined);
    if (node !== undefined) return ok(node);
    return place.kind === 'folder' ? places.makeFolder(place.names) : err(nexusError('home.not_found'));
  }

  async function write(items: readonly PromptItem[], consents: readonly Consent[], signedIn: Grant['accountId']): Promise<Result<readonly Grant[], NexusError>> {
    const given: Grant[] = [];
    for (const [index, item] of items.entries()) {
      const consent = consents[index]!;
      const node = await nodeFor(item, consent);
      if (!node.ok) return node;
      const [grantedAt, { mode }] = [clock(), consent];
      for (const { scope, why } of item.scopes) {
        const grantId = parseGrantId(toHex(random(16)));
        const accountId = item.resource === ACCOUNT_DATASET ? signedIn : undefined;
        if (grantId) given.push({ grantId, scope, resource: item.resource, node: node.value, accountId, purpose: why, mode, grantedAt, expiresAt: grantedAt + (mode === 'persistent' ? GRANTS.persistentMs : SESSION_MS) });
      }
    }
    return ok(given);
  }

  /** Takes the place of what was given for the same before. */
  async function keep(running: Running, given: readonly Grant[]): Promise<Result<void, NexusError>> {
    const now = clock();
    const other = (grant: Grant) => grant.expiresAt > now && !given.some((each) => sameAsk(each as Ask, grant as Ask));
    const lasting = given.filter(({ mode }) => mode === 'persistent');
    if ((shelf.get(running.appId)?.grants.length ?? 0) + lasting.length > GRANTS.perApp) return err(nexusError('grants.too_many'));
    running.grants.splice(0, running.grants.length, ...running.grants.filter(other), ...given.filter(({ mode }) => mode !== 'persistent'));
    const app = await shelf.change(running.appId, (before) => ({ ...before, grants: [...before.grants.filter(other), ...lasting], lastUsed: now }));
    if (!app) return err(nexusError('apps.unknown'));
    announce({ type: 'apps.changed' });
    return ok();
  }

  async function deny(running: Running, asks: readonly Ask[], { denied }: Extract<Decision, { denied: string }>): Promise<Result<never, NexusError>> {
    refusals.set(running.appId, (refusals.get(running.appId) ?? 0) + 1);
    running.denied.push(...asks);
    for (const ask of asks) note({ what: 'app.denied', about: `${running.appId} ${ask.scope} ${denied}` });
    if (denied === 'for_a_day') {
      const now = clock();
      const other = (each: Denial) => each.until > now && !asks.some((ask) => sameAsk(ask, each as Ask));
      await shelf.change(running.appId, (app) => ({ ...app, denials: [...app.denials.filter(other), ...asks.map(({ scope, resource }) => ({ scope, resource, until: now + GRANTS.deniedMs }))] }));
      announce({ type: 'apps.changed' });
    }
    return err(nexusError('grants.denied'));
  }

  function isDenied(app: App, running: Running, asks: readonly Ask[]): boolean {
    const now = clock();
    return (refusals.get(running.appId) ?? 0) >= MOST_REFUSALS || asks.some((ask) => running.denied.some((each) => sameAsk(each, ask)) || app.denials.some((each) => each.until > now && sameAsk(each as Ask, ask)));
  }

  return { write, keep, deny, isDenied };
}
