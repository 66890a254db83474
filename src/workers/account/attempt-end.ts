// How a sign-in ends: with tokens in custody, or back where it began (docs/account.md, "Sign-in").
import { toHex, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { err, ok, type Result } from '../../result.ts';
import type { OAuthFailure } from '../../sync/oauth/failure.ts';
import type { Tokens } from '../../sync/oauth/oauth-client.ts';
import type { AccountReason } from '../contract/account.ts';
import { type ErrorCode, nexusError, type NexusError } from '../contract/errors.ts';
import { type AccountId, parseAccountId } from '../contract/ids.ts';
import { ACCOUNT } from '../contract/limits.ts';
import { type AccountContext, clearDue, errorOf, heldBy, type Live, reasonOf } from './account-context.ts';
import type { Attempt, Held } from './custody-codec.ts';
import type { TokenRefresh } from './token-refresh.ts';

export interface AttemptEnd {
  /** Nobody answered in time. */
  timeOut(live: Live, attempt: Attempt): Promise<void>;
  fail(live: Live, attempt: Attempt, reason: AccountReason): Promise<void>;
  /** Of what the provider answered. Throws StorageError where custody cannot be written: then nobody is signed in. */
  settle(live: Live, attempt: Attempt, answer: Result<Tokens, OAuthFailure>): Promise<Result<void, NexusError>>;
}

/** The same at every sign-in, and not to be guessed from the provider's own name for the person. */
async function accountIdOf(issuer: string, subject: string): Promise<AccountId> {
  const id = parseAccountId(toHex((await sha256(utf8(`${issuer}\n${subject}`))).subarray(0, 16)));
  if (!id) throw new Error('an account id is 16 bytes');
  return id;
}

const REFUSALS: Readonly<Partial<Record<AccountReason, ErrorCode>>> = { 'login.same_account': 'account.same', 'login.too_many': 'account.too_many' };

export function createAttemptEnd(context: AccountContext, refresh: TokenRefresh): AttemptEnd {
  const { deps: { broken, clock, oauth }, machine } = context;

  async function drop(live: Live, attempt: Attempt): Promise<void> {
    clearDue(live, 'attempt', 'poll');
    live.contents = { ...live.contents, attempt: undefined };
    await live.custody.dropAttempt(attempt.attemptId);
  }

  /** It is over here though custody cannot be written: what is left of it there counts for no more than its ten minutes. */
  async function over(live: Live, attempt: Attempt, tell: () => void): Promise<void> {
    try {
      await drop(live, attempt);
    } finally {
      if (context.live() === live) tell();
      refresh.wake();
    }
  }

  const fail = (live: Live, attempt: Attempt, reason: AccountReason) => over(live, attempt, () => void machine.fire('disprove', { reason }));

  /** Tokens that are not kept are taken back, as far as the provider can be reached. */
  function giveBack(live: Live, attempt: Attempt, { key, token }: { readonly key: CryptoKeyPair; readonly token: string }): void {
    void context.party(live, attempt, key).then((party) => (party.ok ? oauth.revoke(party.value, token) : undefined)).catch(broken);
  }

  function refusal(live: Live, accountId: AccountId): AccountReason | undefined {
    const { accounts, overall } = live.contents;
    const known = heldBy(live, accountId);
    if (known && accountId === overall.active && !known.reauth && live.token !== undefined && clock() < live.token.expiresAt) return 'login.same_account';
    return !known && accounts.length >= ACCOUNT.accounts ? 'login.too_many' : undefined;
  }

  /** Custody first; only then is it said. */
  async function keep(live: Live, attempt: Attempt, tokens: Tokens): Promise<AccountReason | undefined> {
    const key = await live.custody.key(attempt.attemptId);
    if (tokens.subject === undefined || !key) return 'provider.protocol';
    const accountId = await accountIdOf(attempt.issuer, tokens.subject);
    const refused = refusal(live, accountId);
    if (refused) {
      giveBack(live, attempt, { key, token: tokens.refresh ?? tokens.access });
      return refused;
    }
    const earlier = heldBy(live, accountId) && await live.custody.refreshToken(accountId);
    const { issuer, clientId } = attempt;
    const held: Held = { accountId, issuer, clientId, subject: tokens.subject, name: tokens.name, reauth: false, sent: 0 };
    const overall = { ...live.contents.overall, active: accountId };
    await live.custody.keepSignedIn(held, overall, { attempt: attempt.attemptId, key, refresh: tokens.refresh });
    clearDue(live, 'attempt', 'poll');
    live.contents = { ...live.contents, overall, attempt: undefined, accounts: [...live.contents.accounts.filter((each) => each.accountId !== accountId), held] };
    refresh.take(live, accountId, tokens);
    if (earlier !== undefined) giveBack(live, attempt, { key, token: earlier });
    machine.fire('prove', { accountId });
    return undefined;
  }

  async function settle(live: Live, attempt: Attempt, answer: Result<Tokens, OAuthFailure>): Promise<Result<void, NexusError>> {
    try {
      if (!answer.ok) {
        await fail(live, attempt, reasonOf(answer.error));
        return err(errorOf(answer.error));
      }
      const refused = await keep(live, attempt, answer.value);
      if (refused === undefined) return ok();
      await fail(live, attempt, refused);
      return err(nexusError(REFUSALS[refused] ?? 'account.provider_broken'));
    } catch (fault) {
      live.contents = { ...live.contents, attempt: undefined };
      if (context.live() === live) machine.fire('disprove', { reason: 'custody.failed' });
      throw fault;
    }
  }

  return { timeOut: (live, attempt) => over(live, attempt, () => void machine.fire('time_out')), fail, settle };
}
