// A call at the active account's own server: with a token that is good, once more with a fresh one where that was refused, and never
// with a token of the one after the status of the other.
import { err, ok, type Result } from '../../result.ts';
import type { OAuthFailure } from '../../sync/oauth/failure.ts';
import type { Party } from '../../sync/oauth/oauth-client.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AccountId } from '../contract/ids.ts';
import { type AccountContext, activeOf, errorOf, heldBy } from './account-context.ts';
import type { TokenRefresh } from './token-refresh.ts';

export type Call<T> = (party: Party, token: string) => Promise<Result<T, OAuthFailure>>;

/** `only` = the one account that it may go to. */
export async function withToken<T>(context: AccountContext, { access }: TokenRefresh, call: Call<T>, only?: AccountId): Promise<Result<{ readonly accountId: AccountId; readonly value: T }, NexusError>> {
  for (let refused: string | undefined; ;) {
    const token = await access(refused);
    const live = context.live();
    if (!token.ok) return token;
    const held = live && heldBy(live, token.value.accountId);
    const key = held && await live.custody.key(held.accountId);
    if (!held || !key || (only !== undefined && held.accountId !== only)) return err(nexusError('account.none'));
    const party = await context.party(live, held, key);
    if (context.live() !== live || activeOf(live) !== held) continue;
    const answer = party.ok ? await call(party.value, token.value.value) : party;
    // This token may have been revoked before its time.
    if (!answer.ok && answer.error === 'refused' && refused === undefined) {
      refused = token.value.value;
      continue;
    }
    return answer.ok ? ok({ accountId: held.accountId, value: answer.value }) : err(errorOf(answer.error));
  }
}
