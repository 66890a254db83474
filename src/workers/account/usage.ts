// What the active account keeps at its server, as that server counts it; nothing of its answer is taken on trust.
import { err, ok, type Result } from '../../result.ts';
import type { AccountUsage } from '../contract/account.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { type AccountContext, activeOf, errorOf, heldBy } from './account-context.ts';
import type { TokenRefresh } from './token-refresh.ts';

const KINDS = 64;
const count = (value: unknown): number | undefined => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined);
const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined);

function amounts(value: unknown): { bytes: number; objects: number } | undefined {
  const [bytes, objects] = [count(field(value, 'bytes')), count(field(value, 'objects'))];
  return bytes === undefined || objects === undefined ? undefined : { bytes, objects };
}

export function usageOf(answer: unknown): AccountUsage | undefined {
  const [whole, quota, collections] = [amounts(answer), amounts(field(answer, 'quota')), field(answer, 'collections')];
  if (!whole || !quota || typeof collections !== 'object' || collections === null) return undefined;
  const kinds = Object.entries(collections).slice(0, KINDS).map(([kind, each]) => ({ kind: kind.slice(0, KINDS), ...(amounts(each) ?? { bytes: 0, objects: 0 }) }));
  return { ...whole, quota, kinds };
}

export async function readUsage(context: AccountContext, { access }: TokenRefresh): Promise<Result<AccountUsage, NexusError>> {
  for (let refused: string | undefined; ;) {
    const token = await access(refused);
    const live = context.live();
    if (!token.ok) return token;
    const held = live && heldBy(live, token.value.accountId);
    const key = held && await live.custody.key(held.accountId);
    if (!held || !key) return err(nexusError('account.none'));
    const party = await context.party(live, held, key);
    // Never a token of the one after the status of the other.
    if (context.live() !== live || activeOf(live) !== held) continue;
    const answer = party.ok ? await context.deps.oauth.ask(party.value, token.value.value, '/usage') : party;
    // Once more with a fresh token: this one may have been revoked before its time.
    if (!answer.ok && answer.error === 'refused' && refused === undefined) {
      refused = token.value.value;
      continue;
    }
    if (!answer.ok) return err(errorOf(answer.error));
    const usage = usageOf(answer.value);
    return usage ? ok(usage) : err(nexusError('account.provider_broken'));
  }
}
