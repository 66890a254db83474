// A call of the active account to its server, and how its answer is looked into.
import { ok, type Result } from '../../result.ts';
import type { ApiCall } from '../../sync/oauth/oauth-client.ts';
import type { NexusError } from '../contract/errors.ts';
import type { AccountContext } from './account-context.ts';
import type { TokenRefresh } from './token-refresh.ts';
import { withToken } from './with-token.ts';

/** The answer as it came; nothing of it is to be trusted. */
export async function askServer(context: AccountContext, refresh: TokenRefresh, call: ApiCall): Promise<Result<unknown, NexusError>> {
  const answer = await withToken(context, refresh, (party, token) => context.deps.oauth.ask(party, token, call));
  return answer.ok ? ok(answer.value.value) : answer;
}

/** What an answer says under a name. */
export const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined);
