// What the active account keeps at its server, as that server counts it; nothing of its answer is taken on trust.
import { err, ok, type Result } from '../../result.ts';
import type { AccountUsage } from '../contract/account.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AccountContext } from './account-context.ts';
import { askServer, field } from './ask-server.ts';
import type { TokenRefresh } from './token-refresh.ts';

const KINDS = 64;
const count = (value: unknown): number | undefined => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined);

function amounts(value: unknown): { bytes: number; objects: number } | undefined {
  const [bytes, objects] = [count(field(value, 'bytes')), count(field(value, 'objects'))];
  return bytes === undefined || objects === undefined ? undefined : { bytes, objects };
}

function usageOf(answer: unknown): AccountUsage | undefined {
  const [whole, quota, collections] = [amounts(answer), amounts(field(answer, 'quota')), field(answer, 'collections')];
  if (!whole || !quota || typeof collections !== 'object' || collections === null) return undefined;
  const kinds = Object.entries(collections).slice(0, KINDS).map(([kind, each]) => ({ kind: kind.slice(0, KINDS), ...(amounts(each) ?? { bytes: 0, objects: 0 }) }));
  return { ...whole, quota, kinds };
}

export async function readUsage(context: AccountContext, refresh: TokenRefresh): Promise<Result<AccountUsage, NexusError>> {
  const answer = await askServer(context, refresh, { method: 'GET', path: '/usage' });
  if (!answer.ok) return answer;
  const usage = usageOf(answer.value);
  return usage ? ok(usage) : err(nexusError('account.provider_broken'));
}
