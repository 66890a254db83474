// Keeps the active account's access token: one refresh in flight however many ask, ahead of its end, and again with back-off
// where no answer comes (docs/account.md, "Refresh").
import { err, ok, type Result } from '../../result.ts';
import type { Tokens } from '../../sync/oauth/oauth-client.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AccountId } from '../contract/ids.ts';
import { ACCOUNT } from '../contract/limits.ts';
import { type AccessToken, type AccountContext, activeOf, clearDue, heldBy, type Live, reasonOf, setDue } from './account-context.ts';
import type { Held } from './custody-codec.ts';

/** With the network there and no answer, a lapsed account asks again so often. */
const LAPSED_AGAIN_MS = 5 * 60_000;

export interface TokenRefresh {
  /** Settles once the refresh under way, or a new one, was answered or given up. */
  refresh(): Promise<void>;
  /** A token that is good now; refreshed first where `refused` is the one at hand. */
  access(refused?: string): Promise<Result<AccessToken, NexusError>>;
  /** New tokens came: sets the token and when it is to be refreshed. */
  take(live: Live, accountId: AccountId, tokens: Tokens): void;
  /** Custody can be read again, another account is active, or an attempt is over. */
  wake(): void;
}

export function createTokenRefresh(context: AccountContext): TokenRefresh {
  const { deps: { broken, clock, oauth, timers }, machine } = context;
  let flying: Promise<void> | undefined;
  let tries = 0;

  const isGood = (token: AccessToken | undefined): token is AccessToken => token !== undefined && clock() < token.expiresAt;
  const again = (live: Live, ms: number) => setDue(live, 'refresh', { timers, ms, fire: () => void refresher.refresh().catch(broken) });

  function take(live: Live, accountId: AccountId, tokens: Tokens): void {
    const lifetime = tokens.lifetime * 1000;
    live.token = { accountId, value: tokens.access, expiresAt: clock() + lifetime };
    tries = 0;
    live.refreshAt = clock() + lifetime - Math.min(ACCOUNT.refreshAheadMs, lifetime * ACCOUNT.refreshAheadShare);
    again(live, live.refreshAt - clock());
  }

  function give(live: Live, held: Held, reason: Parameters<typeof reasonOf>[0]): void {
    const occasion = { accountId: held.accountId, reason: reasonOf(reason) };
    if (reason !== 'unreachable') return;
    const wait = ACCOUNT.refreshAgainMs[Math.min(tries, ACCOUNT.refreshAgainMs.length - 1)]!;
    tries += 1;
    if (isGood(live.token)) {
      machine.fire('defer', occasion);
      return again(live, Math.min(wait, live.token.expiresAt - clock()));
    }
    live.token = undefined;
    machine.fire('lapse', occasion);
    again(live, LAPSED_AGAIN_MS);
  }

  async function refuse(live: Live, held: Held, reason: 'provider.refused' | 'provider.protocol' | 'refresh.other_subject'): Promise<void> {
    live.token = undefined;
    const marked = { ...held, reauth: true };
    live.contents = { ...live.contents, accounts: live.contents.accounts.map((each) => (each.accountId === held.accountId ? marked : each)) };
    await live.custody.keepAccount(marked, await live.custody.refreshToken(held.accountId));
    machine.fire('refuse', { accountId: held.accountId, reason });
  }

  async function keep(live: Live, held: Held, token: string): Promise<void> {
    await live.custody.keepAccount(held, token);
    live.contents = { ...live.contents, accounts: live.contents.accounts.map((each) => (each.accountId === held.accountId ? held : each)) };
  }

  /** Under the lock. What is sent was noted before, so that a killed tab knows that it may have to repeat it. */
  async function once(): Promise<void> {
    const live = context.live();
    const held = live && activeOf(live);
    if (!live || !held) return;
    if (machine.state === 'authenticated' && !isGood(live.token)) machine.fire('expire', { accountId: held.accountId });
    if (machine.state !== 'refresh_pending' && !machine.may('refresh')) return;
    if (machine.state !== 'refresh_pending') machine.fire('refresh', { accountId: held.accountId });
    const [key, token] = [await live.custody.key(held.accountId), await live.custody.refreshToken(held.accountId)];
    if (!key || token === undefined) return refuse(live, held, 'provider.refused');
    await keep(live, { ...held, sent: clock() }, token);
    const party = await context.party(live, held, key);
    const answer = party.ok ? await oauth.refresh(party.value, token) : party;
    if (context.live() !== live || heldBy(live, held.accountId) === undefined) return;
    if (!answer.ok && (answer.error === 'unreachable' || answer.error === 'aborted')) return give(live, held, answer.error);
    if (!answer.ok) return refuse(live, held, party.ok && answer.error !== 'protocol' ? 'provider.refused' : 'provider.protocol');
    const { value: tokens } = answer;
    if (tokens.subject !== undefined && tokens.subject !== held.subject) return refuse(live, held, 'refresh.other_subject');
    await keep(live, { ...held, sent: 0 }, tokens.refresh ?? token);
    take(live, held.accountId, tokens);
    machine.fire('refreshed', { accountId: held.accountId });
  }

  /** Custody that cannot be written is in doubt: nothing more is sent until it was read again. */
  async function guarded(): Promise<void> {
    const live = context.live();
    try {
      await once();
    } catch (fault) {
      if (context.live() !== live) return;
      machine.fire('lose_custody', { reason: 'custody.failed' });
      throw fault;
    }
  }

  const refresher: TokenRefresh = {
    take,
    refresh() {
      flying ??= context.alone(guarded).finally(() => { flying = undefined; });
      return flying;
    },
    async access(refused) {
      const live = context.live();
      if (!live) return err(nexusError('session.locked'));
      const usable = () => ['authenticated', 'refresh_pending'].includes(machine.state) && isGood(live.token) && live.token.value !== refused;
      if (!usable()) await refresher.refresh();
      if (usable()) return ok(live.token!);
      return err(nexusError(machine.state === 'reauth_required' ? 'account.reauth_required' : activeOf(live) ? 'account.provider_unreachable' : 'account.none'));
    },
    wake() {
      const live = context.live();
      if (!live) return;
      clearDue(live, 'refresh');
      tries = 0;
      if (machine.state === 'authenticated') again(live, live.refreshAt - clock());
      if (machine.state === 'expired' || machine.state === 'refresh_pending') again(live, 0);
    },
  };
  return refresher;
}
