// The way to the active account's storage, with its token and its key; what comes back is for the cloud client to read.
import { err, ok } from '../../result.ts';
import type { CloudFailure } from '../../sync/cloud.ts';
import type { Send } from '../../sync/cloud-client.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { AccountId } from '../contract/ids.ts';
import { type AccountContext, activeOf } from './account-context.ts';
import type { TokenRefresh } from './token-refresh.ts';
import { withToken } from './with-token.ts';

export interface AccountStorage {
  /** The account that `send` goes to; undefined while nobody is signed in. */
  account(): AccountId | undefined;
  readonly send: Send;
}

const FAILURES: Readonly<Partial<Record<ErrorCode, CloudFailure>>> = {
  'account.provider_unreachable': 'unreachable', 'account.none': 'signed_out', 'account.reauth_required': 'signed_out', 'account.provider_refused': 'signed_out',
  'account.not_offered': 'absent', 'session.locked': 'aborted', aborted: 'aborted',
};

export function createAccountStorage(context: AccountContext, refresh: TokenRefresh): AccountStorage {
  return {
    account() {
      const live = context.live();
      return live && activeOf(live)?.accountId;
    },
    async send(request) {
      const answer = await withToken(context, refresh, (party, token) => context.deps.oauth.request(party, token, request));
      return answer.ok ? ok(answer.value.value) : err(FAILURES[answer.error.code] ?? 'protocol');
    },
  };
}
