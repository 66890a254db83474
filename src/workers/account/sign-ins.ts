// Who is signed in to the active account, as its server lists them, and the end of one; nothing of its answer is taken on trust.
import { err, ok } from '../../result.ts';
import { SESSIONS } from '../../sync/wire/limits.ts';
import type { CloudSurface, SignInCard } from '../contract/account.ts';
import { nexusError } from '../contract/errors.ts';
import { text, truth, whole } from '../contract/guards.ts';
import { parseSignInId } from '../contract/ids.ts';
import { ACCOUNT } from '../contract/limits.ts';
import type { Served } from '../contract/surface.ts';
import type { AccountContext } from './account-context.ts';
import { askServer, field } from './ask-server.ts';
import type { TokenRefresh } from './token-refresh.ts';

/** The last moment that a Date can name. */
const LAST_MS = 8_640_000_000_000_000;
const isTime = whole(0, LAST_MS);
const isClient = text(ACCOUNT.clientIdChars);

function signInOf(said: unknown): SignInCard | undefined {
  const [signInId, client, begunAt, usedAt, current] = [parseSignInId(field(said, 'id')), ...['client', 'begunAt', 'usedAt', 'current'].map((name) => field(said, name))];
  if (signInId === undefined || !isClient(client) || !isTime(begunAt) || !isTime(usedAt) || !truth(current)) return undefined;
  return { signInId, client, begunAt, usedAt, current };
}

/** Undefined where one of them is not as it should be, two have the same id, or this device would be two of them. */
function signInsOf(answer: unknown): readonly SignInCard[] | undefined {
  const said = field(answer, 'sessions');
  if (!Array.isArray(said) || said.length > SESSIONS) return undefined;
  const cards = said.map(signInOf).filter((card) => card !== undefined);
  const honest = cards.length === said.length && new Set(cards.map(({ signInId }) => signInId)).size === cards.length && cards.filter(({ current }) => current).length < 2;
  return honest ? cards : undefined;
}

export function createSignInCalls(context: AccountContext, refresh: TokenRefresh): Pick<Served<CloudSurface>, 'accountSignIns' | 'endAccountSignIn'> {
  return {
    async accountSignIns() {
      const answer = await askServer(context, refresh, { method: 'GET', path: '/sessions' });
      if (!answer.ok) return answer;
      const signIns = signInsOf(answer.value);
      return signIns ? ok(signIns) : err(nexusError('account.provider_broken'));
    },
    async endAccountSignIn({ signInId }) {
      const answer = await askServer(context, refresh, { method: 'DELETE', path: `/sessions/${signInId}` });
      if (answer.ok) return ok();
      // The server listed it, so what is not there any more is the sign-in.
      return err(answer.error.code === 'account.not_offered' ? nexusError('account.sign_in_over') : answer.error);
    },
  };
}
