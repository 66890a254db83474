// The account authority: who is signed in online, and the tokens of the one that is active. Knows nothing of local sessions but
// that a home was opened or is being closed (docs/account.md).
import { err, ok, type Result } from '../../result.ts';
import type { OAuthFailure } from '../../sync/oauth/failure.ts';
import type { Metadata } from '../../sync/oauth/oauth-client.ts';
import type { Statement } from '../../sync/oauth/statements.ts';
import type { AccountState, AccountStatus, AccountSurface, CloudSurface } from '../contract/account.ts';
import type { AppBindings } from '../contract/app-bindings.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { createTurn } from '../store/in-turn.ts';
import { type AccountContext, type AccountDeps, activeOf, clearDue, heldBy, type Live } from './account-context.ts';
import { type BoundApps, createBoundApps } from './app-bindings.ts';
import { type AccountStorage, createAccountStorage } from './account-storage.ts';
import { createCustody, NOTHING } from './custody.ts';
import type { Held } from './custody-codec.ts';
import { createEventLog } from './event-log.ts';
import { handOver } from './hand-over.ts';
import { createMachine, type Machine } from './machine.ts';
import { createProviderCalls, providerCards } from './providers.ts';
import { cardOf, createSignIn } from './sign-in.ts';
import { createSignInCalls } from './sign-ins.ts';
import { createTokenRefresh } from './token-refresh.ts';
import type { AtRest } from './transitions.ts';
import { readUsage } from './usage.ts';
import { withToken } from './with-token.ts';

export interface Account {
  readonly calls: Served<AccountSurface> & Served<CloudSurface>;
  /** A home was opened: custody can be read. */
  opened(home: MountedHome): Promise<void>;
  /** It is being closed: what is on its way is called off, and nothing stays in memory. */
  closing(): Promise<void>;
  /** The network is back. */
  online(): void;
  /** The active account, whatever its tokens are like. */
  active(): Pick<Held, 'accountId' | 'name' | 'issuer'> | undefined;
  /** What apps have of the account themselves. */
  readonly apps: AppBindings;
  /** The way to the active account's storage. */
  readonly storage: AccountStorage;
  /** The active account's sign-in, written down in another home's custody. */
  handOver(account: AccountId, home: MountedHome): Promise<Result<void, NexusError>>;
  /** What the active account may use of an app: statements that were checked. */
  statements(app: string): Promise<Result<{ readonly accountId: AccountId; readonly value: readonly Statement[] }, NexusError>>;
}

/** What custody says of the active account alone. */
function restingState(live: Live | undefined): AtRest {
  const held = live && activeOf(live);
  if (!held) return 'anonymous';
  return held.reauth ? 'reauth_required' : 'expired';
}

function statusOf(live: Live | undefined, machine: Machine, origin: string): AccountStatus {
  const { accounts, attempt, overall } = live?.contents ?? NOTHING;
  return {
    state: machine.state, ...(machine.reason && { reason: machine.reason }), providers: providerCards(origin, live),
    accounts: accounts.map(({ accountId, issuer, name }) => ({ accountId, issuer, active: accountId === overall.active, ...(name !== undefined && { name }) })),
    ...(attempt && { attempt: cardOf(attempt) }), ...(live?.token && { expiresAt: live.token.expiresAt }),
  };
}

function createContext(deps: AccountDeps, held: { live: Live | undefined }, follow: BoundApps['follow']): { context: AccountContext; log: ReturnType<typeof createEventLog> } {
  const known = new Map<string, Metadata>();
  const log = createEventLog((event) => deps.announce({ type: 'account.event', event }));
  const settled = (before: AccountState): AccountState => {
    const { live } = held;
    return before === 'authenticated' && live?.token && deps.clock() < live.token.expiresAt ? 'authenticated' : restingState(live);
  };
  const machine: Machine = createMachine({
    log, settled, follow, status: () => statusOf(held.live, machine, deps.origin), atRest: () => (held.live?.contents.attempt ? 'login_pending' : restingState(held.live)),
  });
  const context: AccountContext = {
    deps, machine, live: () => held.live, alone: createTurn(),
    async metadata(provider, signal): Promise<Result<Metadata, OAuthFailure>> {
      const before = known.get(provider.issuer);
      if (before) return ok(before);
      const found = await deps.oauth.discover(provider, signal);
      if (found.ok) known.set(provider.issuer, found.value);
      return found;
    },
    async party(live, provider, key) {
      const { signal } = live.flight;
      const metadata = await context.metadata(provider, signal);
      return metadata.ok ? ok({ provider, metadata: metadata.value, key, signal }) : metadata;
    },
  };
  return { context, log };
}

interface Secrets { readonly key: CryptoKeyPair | undefined; readonly token: string | undefined }

/** Signing out: here at once and always; at the provider as far as it can be reached. */
function createLeaving(context: AccountContext, wake: () => void) {
  const { deps, machine } = context;

  /** What is needed to take a sign-in back, read before it is dropped. */
  async function secretsOf({ custody }: Live, { accountId }: Held): Promise<Secrets> {
    return { key: await custody.key(accountId), token: await custody.refreshToken(accountId) };
  }

  async function takeBack(live: Live, held: Held, { key, token }: Secrets): Promise<void> {
    const party = key && token !== undefined ? await context.party({ ...live, flight: new AbortController() }, held, key) : undefined;
    if (party?.ok && token !== undefined) await deps.oauth.revoke(party.value, token);
  }

  async function forget(live: Live, accountId: AccountId): Promise<void> {
    const { accounts, overall } = live.contents;
    const rest = { ...overall, active: overall.active === accountId ? undefined : overall.active };
    const held = heldBy(live, accountId);
    // Leaving works whatever can be read.
    const secrets = held && await secretsOf(live, held).catch(() => undefined);
    await live.custody.dropAccount(accountId, rest);
    live.contents = { ...live.contents, overall: rest, accounts: accounts.filter((each) => each.accountId !== accountId) };
    if (held && secrets) void takeBack(live, held, secrets).catch(deps.broken);
  }

  return {
    async logOut(live: Live, accountId: AccountId | undefined): Promise<Result<void, NexusError>> {
      const active = activeOf(live)?.accountId;
      if (accountId !== undefined && accountId !== active) {
        if (heldBy(live, accountId)) await forget(live, accountId);
        machine.tellStatus();
        return ok();
      }
      if (machine.state === 'anonymous') return ok();
      const unreadable = machine.reason === 'custody.damaged';
      const allowed = machine.fire('log_out', { accountId: active });
      if (!allowed.ok) return allowed;
      clearDue(live, 'refresh', 'attempt', 'poll');
      live.token = undefined;
      try {
        if (unreadable) await live.custody.clear();
        if (unreadable) live.contents = NOTHING;
        if (live.contents.attempt) await live.custody.dropAttempt(live.contents.attempt.attemptId);
        live.contents = { ...live.contents, attempt: undefined };
        if (active !== undefined) await forget(live, active);
      } catch (fault) {
        machine.fire('clear_failed', { accountId: active, reason: 'custody.failed' });
        throw fault;
      }
      machine.fire('logged_out', { accountId: active });
      return ok();
    },

    /** Atomic: the token of the one is gone before custody names the other. */
    async switchTo(live: Live, accountId: AccountId): Promise<Result<void, NexusError>> {
      if (!heldBy(live, accountId)) return err(nexusError('account.unknown'));
      if (activeOf(live)?.accountId === accountId) return ok();
      const allowed = machine.fire('switch', { accountId });
      if (!allowed.ok) return allowed;
      const overall = { ...live.contents.overall, active: accountId };
      try {
        await live.custody.keepOverall(overall);
      } catch (fault) {
        machine.fire('switch_failed', { accountId, reason: 'custody.failed' });
        throw fault;
      }
      live.token = undefined;
      live.contents = { ...live.contents, overall };
      machine.fire('switched', { accountId });
      wake();
      return ok();
    },
  };
}

export function createAccount(deps: AccountDeps): Account {
  const held: { live: Live | undefined; home: MountedHome | undefined } = { live: undefined, home: undefined };
  const apps: BoundApps = createBoundApps({ contextOf: () => context, refresh: () => refresh, ended: deps.bindingEnded });
  const { context, log } = createContext(deps, held, apps.follow);
  const { machine } = context;
  const refresh = createTokenRefresh(context);
  const signIn = createSignIn(context, refresh);
  const leaving = createLeaving(context, refresh.wake);
  const status = () => statusOf(held.live, machine, deps.origin);
  const told = <T>(result: Result<T, NexusError>): Result<AccountStatus, NexusError> => (result.ok ? ok(status()) : result);

  /** Reads custody; whatever does not open makes it unavailable, and signing out clears it. */
  async function load(home: MountedHome): Promise<void> {
    const custody = await createCustody(home, deps.random);
    const contents = await custody.read();
    if (held.home !== home) return;
    held.live = { custody, contents: contents === 'damaged' ? NOTHING : contents, token: undefined, refreshAt: 0, flight: new AbortController(), due: new Map() };
    if (contents === 'damaged') return void machine.fire('lose_custody', { reason: 'custody.damaged' });
    machine.fire('regain_custody');
    signIn.resume();
    refresh.wake();
  }

  const withLive = <T>(body: (live: Live) => Promise<Result<T, NexusError>>) => context.alone(async () => (
    held.live ? body(held.live) : err(nexusError('session.locked'))));

  return {
    calls: {
      getAccountSessionStatus: () => context.alone(async () => Promise.resolve(ok(status()))),
      subscribeAccountSessionEvents: ({ after }) => Promise.resolve(ok({ status: status(), number: log.number, missed: (after === undefined ? undefined : log.after(after)) ?? [] })),
      beginLogin: ({ issuer, flow }) => signIn.begin(issuer, flow),
      completeLogin: async ({ attemptId, proof }) => told(await signIn.complete(attemptId, proof)),
      async refreshAccountSession() {
        const { home } = held;
        if (!home) return err(nexusError('session.locked'));
        if (machine.state === 'unavailable' && machine.reason === 'custody.failed') await context.alone(() => load(home));
        await refresh.refresh();
        return ok(status());
      },
      async logoutAccount({ accountId }) {
        // What is on its way would keep the person waiting, and is of no use any more.
        if (held.live && (accountId === undefined || accountId === activeOf(held.live)?.accountId)) held.live.flight.abort();
        return withLive(async (live) => {
          if (live.flight.signal.aborted) live.flight = new AbortController();
          return told(await leaving.logOut(live, accountId));
        });
      },
      switchAccount: ({ accountId }) => withLive(async (live) => told(await leaving.switchTo(live, accountId))),
      accountUsage: () => readUsage(context, refresh),
      ...createSignInCalls(context, refresh),
      ...createProviderCalls(context),
    },
    async opened(home) {
      held.home = home;
      // A home opens whatever becomes of its account.
      await context.alone(() => load(home)).catch((fault: unknown) => {
        machine.fire('lose_custody', { reason: 'custody.failed' });
        deps.broken(fault);
      });
    },
    async closing() {
      const { live } = held;
      held.live = undefined;
      held.home = undefined;
      if (!live) return;
      live.flight.abort();
      clearDue(live, 'refresh', 'attempt', 'poll');
      apps.endAll();
      machine.fire('lose_custody', { reason: 'session.locked' });
      await context.alone(() => Promise.resolve());
    },
    online: refresh.wake,
    active: () => held.live && activeOf(held.live),
    apps,
    storage: createAccountStorage(context, refresh),
    handOver: (account, home) => withLive((live) => handOver(live, account, { home, random: deps.random })),
    statements: (app) => withToken(context, refresh, (party, token) => deps.oauth.statements(party, token, { app, now: deps.clock() })),
  };
}
