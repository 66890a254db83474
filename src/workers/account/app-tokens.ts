// The tokens of one app's binding: asked for after the server was told of the binding, one request for each key however many ask, and
// handed out again while they last (RFC 8693, RFC 9449).
import { err, ok, type Result } from '../../result.ts';
import { ACCESS_TOKEN_S } from '../../sync/wire/limits.ts';
import type { AccountState } from '../contract/account.ts';
import type { AppBindingOrder } from '../contract/app-bindings.ts';
import type { AppToken } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AppId } from '../contract/ids.ts';
import { ACCOUNT } from '../contract/limits.ts';
import { type AccountContext, activeOf } from './account-context.ts';
import { askServer } from './ask-server.ts';
import type { TokenRefresh } from './token-refresh.ts';
import { type Call, withToken } from './with-token.ts';

/** Something that the server is still to be told; of no use after `until`. Tells whether it was. */
export interface Owed { readonly until: number; readonly tell: () => Promise<boolean> }

/** A binding that was issued. */
export interface Bound extends AppBindingOrder {
  state: 'active' | 'suspended';
  /** The server knows of it. */
  noted: boolean;
  readonly tokens: Map<string, AppToken>;
  readonly asking: Map<string, Promise<Result<AppToken, NexusError>>>;
  /** What takes back what the server was told or gave. */
  readonly undo: Owed[];
}

export interface AppTokensDeps {
  /** Both are made after this. */
  readonly contextOf: () => AccountContext;
  readonly refresh: () => TokenRefresh;
  /** It was not ended meanwhile, and its account is the active one. */
  readonly holds: (binding: Bound) => boolean;
  /** The server knows no such binding: it is over, and whoever holds it is told. */
  readonly lost: (binding: Bound) => void;
  /** Of one that does not hold any more: what was got for it goes back. */
  readonly end: (binding: Bound) => void;
}

export const WORKING: readonly AccountState[] = ['authenticated', 'refresh_pending'];

/** One collection for each app; its name tells the server nothing. */
const collectionOf = (appId: AppId): string => `datasets/a-${appId}`;

export const activeAccount = (context: AccountContext) => {
  const live = context.live();
  return live && activeOf(live);
};

/** Bound to the key whose thumbprint is `jkt`. */
export function createAppTokens({ contextOf, refresh, holds, lost, end }: AppTokensDeps): (binding: Bound, jkt: string) => Promise<Result<AppToken, NexusError>> {
  function owe({ undo }: Bound, next: Owed): void {
    const now = contextOf().deps.clock();
    undo.splice(0, undo.length, ...undo.filter(({ until }) => now < until), next);
  }

  /** At the server of its own account and no other, and not once it has ended. */
  const asked = <T>(binding: Bound, call: Call<T>) => withToken(contextOf(), refresh(), async (party, token) => (holds(binding) ? call(party, token) : err('aborted')));

  async function note(binding: Bound): Promise<Result<void, NexusError>> {
    if (binding.noted) return ok();
    const context = contextOf();
    const { bindingId, accountId, app, appId, writes, expiresAt } = binding;
    const path = `/bindings/${bindingId}`;
    const told = await asked(binding, (party, token) => context.deps.oauth.ask(party, token, { method: 'PUT', path, body: { app, collection: collectionOf(appId), writes, expiresAt } }));
    if (!told.ok) return told;
    binding.noted = true;
    owe(binding, { until: expiresAt, tell: async () => activeAccount(context)?.accountId !== accountId || (await askServer(context, refresh(), { method: 'DELETE', path })).ok });
    return ok();
  }

  async function ask(binding: Bound, jkt: string): Promise<Result<AppToken, NexusError>> {
    const { deps: { clock, oauth } } = contextOf();
    const noted = await note(binding);
    if (!noted.ok) return noted;
    const answer = await asked(binding, async (party, token) => {
      const given = await oauth.exchange(party, token, { binding: binding.bindingId, jkt });
      // It may have to be taken back when this account is not the active one any more.
      const forGood = { ...party, signal: new AbortController().signal };
      if (given.ok) owe(binding, { until: clock() + ACCESS_TOKEN_S * 1000, tell: async () => (await oauth.revoke(forGood, given.value.access)).ok });
      return given;
    });
    // Asked again and again it would have the account's own token refreshed each time.
    if (!answer.ok && answer.error.code === 'account.provider_refused') lost(binding);
    if (!holds(binding)) return err(nexusError('grants.revoked'));
    if (!answer.ok) return answer;
    const { access, lifetime, api, subject } = answer.value.value;
    const expiresAt = Math.min(clock() + Math.min(lifetime, ACCESS_TOKEN_S) * 1000, binding.expiresAt);
    const token: AppToken = { token: access, expiresAt, api, collection: collectionOf(binding.appId), subject };
    binding.tokens.set(jkt, token);
    return ok(token);
  }

  /** Far enough from its end to be of use. */
  function kept({ tokens, state, expiresAt }: Bound, jkt: string): AppToken | undefined {
    const { deps: { clock }, machine } = contextOf();
    const token = state === 'active' && WORKING.includes(machine.state) ? tokens.get(jkt) : undefined;
    const ahead = token?.expiresAt === expiresAt ? 0 : ACCOUNT.refreshAheadMs;
    return token && token.expiresAt - clock() > ahead ? token : undefined;
  }

  return async (binding, jkt) => {
    const { asking, tokens } = binding;
    const ready = kept(binding, jkt);
    if (ready) return ok(ready);
    const under = asking.get(jkt);
    if (under) return under;
    for (const [key, { expiresAt }] of tokens) if (contextOf().deps.clock() >= expiresAt) tokens.delete(key);
    if (asking.size + tokens.size >= ACCOUNT.keysOfApp && !tokens.has(jkt)) return err(nexusError('grants.limit'));
    const answer = ask(binding, jkt).finally(() => {
      asking.delete(jkt);
      // What the server was told, or gave, after it ended goes back too.
      if (!holds(binding)) end(binding);
    });
    asking.set(jkt, answer);
    return answer;
  };
}
