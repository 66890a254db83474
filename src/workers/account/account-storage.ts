// The way to the active account's storage, with its token and its key; what comes back is for the cloud client to read.
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure } from '../../sync/cloud.ts';
import type { Send } from '../../sync/cloud-client.ts';
import type { CourierPass } from '../../sync/courier/pass.ts';
import { heedRetryAfter } from '../../sync/heed-retry-after.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { type AccountId, parseAccountId } from '../contract/ids.ts';
import { type AccountContext, activeOf } from './account-context.ts';
import type { TokenRefresh } from './token-refresh.ts';
import { withToken } from './with-token.ts';

export interface AccountStorage {
  /** The active account; undefined while nobody is signed in. */
  account(): AccountId | undefined;
  /** Sends to this account and to no other, whichever is active by then; everything is called off with `signal`. */
  sendTo(account: string, signal?: AbortSignal): Send;
  /** A pass for the courier, to this account and to no other. */
  courierPass(account: string): Promise<Result<CourierPass, CloudFailure>>;
}

const FAILURES: Readonly<Partial<Record<ErrorCode, CloudFailure>>> = {
  'account.provider_unreachable': 'unreachable', 'account.none': 'signed_out', 'account.reauth_required': 'signed_out', 'account.provider_refused': 'signed_out',
  'account.not_offered': 'absent', 'session.locked': 'aborted', aborted: 'aborted',
};

export function createAccountStorage(context: AccountContext, refresh: TokenRefresh): AccountStorage {
  /** By account: its server is left alone for as long as it asked, whoever sends. */
  const heeding = new Map<AccountId, ReturnType<typeof heedRetryAfter>>();

  function heedingOf(account: AccountId): ReturnType<typeof heedRetryAfter> {
    const heed = heeding.get(account) ?? heedRetryAfter(context.deps.clock);
    heeding.set(account, heed);
    return heed;
  }

  const sendAs = (only: AccountId): Send => async (request) => {
    const answer = await withToken(context, refresh, (party, token) => context.deps.oauth.request(party, token, request), only);
    return answer.ok ? ok(answer.value.value) : err(FAILURES[answer.error.code] ?? 'protocol');
  };

  return {
    account() {
      const live = context.live();
      return live && activeOf(live)?.accountId;
    },
    sendTo(account, signal) {
      const only = parseAccountId(account);
      if (!only) return () => Promise.resolve(err('signed_out'));
      const send = heedingOf(only)(sendAs(only));
      return async (request) => {
        const signals = [signal, request.signal].filter((each) => each !== undefined);
        const answer = await send(signals.length > 0 ? { ...request, signal: AbortSignal.any(signals) } : request);
        return signal?.aborted ? err('aborted') : answer;
      };
    },
    async courierPass(account) {
      const { deps: { oauth, clock } } = context;
      const only = parseAccountId(account);
      if (!only) return err('signed_out');
      const key = await oauth.newKey();
      const given = await withToken(context, refresh, (party, token) => oauth.courierToken(party, token, key), only);
      if (!given.ok) return err(FAILURES[given.error.code] ?? 'protocol');
      const { access, lifetime, api } = given.value.value;
      return ok({ api, token: access, expiresAt: clock() + lifetime * 1000, key });
    },
  };
}
