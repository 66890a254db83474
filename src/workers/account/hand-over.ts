// A sign-in that was made before its home was here is written down in that home's custody.
import { toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AccountId, AttemptId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { activeOf, type Live } from './account-context.ts';
import { createCustody } from './custody.ts';

/** Of `account` and of no other. */
export async function handOver(live: Live, account: AccountId, { home, random }: { readonly home: MountedHome; readonly random: Random }): Promise<Result<void, NexusError>> {
  const held = activeOf(live);
  const key = held && (await live.custody.key(held.accountId));
  if (!held || !key || held.accountId !== account) return err(nexusError('account.none'));
  const custody = await createCustody(home, random);
  const refresh = await live.custody.refreshToken(held.accountId);
  // No attempt of that home ends with it: the name is nobody's.
  await custody.keepSignedIn(held, live.contents.overall, { attempt: toHex(random(16)) as AttemptId, key, refresh });
  return ok();
}
