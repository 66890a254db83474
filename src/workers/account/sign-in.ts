// One sign-in at a time: by code, in a window that comes back with an answer, or by a code typed elsewhere. An attempt rests
// sealed for its ten minutes, so that a reload does not end it; its answer counts once (docs/account.md, "Sign-in").
import { toBase64Url, toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import type { OAuthFailure } from '../../sync/oauth/failure.ts';
import type { CodeChecks, DeviceCode } from '../../sync/oauth/oauth-client.ts';
import type { Provider } from '../../sync/oauth/provider.ts';
import type { AttemptCard, LoginFlow, LoginProof } from '../contract/account.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { parseAttemptId } from '../contract/ids.ts';
import { ACCOUNT } from '../contract/limits.ts';
import { type AccountContext, activeOf, clearDue, errorOf, type Live, setDue } from './account-context.ts';
import { createAttemptEnd } from './attempt-end.ts';
import type { Attempt, DeviceGrant } from './custody-codec.ts';
import { findProvider } from './providers.ts';
import type { TokenRefresh } from './token-refresh.ts';

const SLOWER_MS = 5_000;
const POLL_MS = { least: 1_000, most: 60_000 } as const;

export const cardOf = ({ attemptId, issuer, flow, expiresAt, url, device }: Attempt): AttemptCard => ({
  attemptId, issuer, flow, expiresAt, ...(url !== undefined && { url }),
  ...(device && { device: { userCode: device.userCode, address: device.address, ...(device.complete !== undefined && { complete: device.complete }) } }),
});

const grantOf = ({ code, userCode, address, complete, interval }: DeviceCode): DeviceGrant => (
  { code, userCode, address, complete, interval: Math.min(Math.max(interval * 1000, POLL_MS.least), POLL_MS.most) });

export interface SignIn {
  begin(issuer: string, flow: LoginFlow): Promise<Result<AttemptCard, NexusError>>;
  complete(attemptId: string, proof: LoginProof): Promise<Result<void, NexusError>>;
  /** An attempt that custody held goes on. */
  resume(): void;
}

export function createSignIn(context: AccountContext, refresh: TokenRefresh): SignIn {
  const { deps: { broken, clock, oauth, origin, random, timers }, machine } = context;
  const redirectUri = `${origin}/callback.html`;
  const secret = () => toBase64Url(random(32));
  const end = createAttemptEnd(context, refresh);
  const { fail, settle } = end;

  const timeOut = (attempt: Attempt) => context.alone(async () => {
    const live = context.live();
    if (live?.contents.attempt?.attemptId !== attempt.attemptId) return;
    await end.timeOut(live, attempt);
  });

  function watch(live: Live, attempt: Attempt): void {
    const fire = () => {
      live.flight.abort();
      live.flight = new AbortController();
      void timeOut(attempt).catch(broken);
    };
    setDue(live, 'attempt', { timers, ms: attempt.expiresAt - clock(), fire });
    if (attempt.device) pollLater(live, attempt, attempt.device.interval);
  }

  const pollLater = (live: Live, attempt: Attempt, ms: number): void => setDue(live, 'poll', { timers, ms, fire: () => void poll(attempt, ms).catch(broken) });

  const poll = (attempt: Attempt, ms: number) => context.alone(async () => {
    const live = context.live();
    const key = live?.contents.attempt?.attemptId === attempt.attemptId ? await live.custody.key(attempt.attemptId) : undefined;
    if (!live || !key || !attempt.device) return;
    const party = await context.party(live, attempt, key);
    const answer = party.ok ? await oauth.pollDevice(party.value, attempt.device.code) : party;
    if (context.live() !== live || live.contents.attempt?.attemptId !== attempt.attemptId || (!answer.ok && answer.error === 'aborted')) return;
    if (!answer.ok && (answer.error === 'pending' || answer.error === 'unreachable')) return pollLater(live, attempt, ms);
    if (!answer.ok && answer.error === 'slow_down') return pollLater(live, attempt, ms + SLOWER_MS);
    await settle(live, attempt, answer);
  });

  /** Everything that an attempt needs of its provider, before any state changes. */
  async function prepare(live: Live, provider: Provider, flow: LoginFlow): Promise<Result<{ attempt: Attempt; key: CryptoKeyPair }, OAuthFailure>> {
    const key = await oauth.newKey();
    const party = await context.party(live, provider, key);
    if (!party.ok) return party;
    const checks: CodeChecks = { state: secret(), nonce: secret(), verifier: secret() };
    const attemptId = parseAttemptId(toHex(random(16)))!;
    const { issuer, clientId } = provider;
    const base = { attemptId, issuer, clientId, flow, ...checks, expiresAt: clock() + ACCOUNT.attemptMs };
    if (flow === 'code') return ok({ key, attempt: { ...base, url: await oauth.authorizationUrl(party.value, checks, redirectUri), device: undefined } });
    const code = await oauth.beginDevice(party.value);
    if (!code.ok) return code;
    const expiresAt = Math.min(base.expiresAt, clock() + code.value.lifetime * 1000);
    return ok({ key, attempt: { ...base, expiresAt, url: undefined, device: grantOf(code.value) } });
  }

  return {
    begin: (issuer, flow) => context.alone(async () => {
      const live = context.live();
      if (!live) return err(nexusError('session.locked'));
      const under = live.contents.attempt;
      if (under?.issuer === issuer && under.flow === flow && clock() < under.expiresAt) return ok(cardOf(under));
      if (!machine.may('begin')) return err(nexusError('account.invalid_transition', { detail: machine.state }));
      const provider = findProvider(origin, live, issuer);
      if (!provider) return err(nexusError('account.provider_unknown'));
      const prepared = await prepare(live, provider, flow);
      if (context.live() !== live) return err(nexusError('session.locked'));
      if (!prepared.ok) return err(errorOf(prepared.error));
      const { attempt, key } = prepared.value;
      await live.custody.keepAttempt(attempt, key);
      live.contents = { ...live.contents, attempt };
      clearDue(live, 'refresh');
      machine.fire('begin', { accountId: activeOf(live)?.accountId });
      watch(live, attempt);
      return ok(cardOf(attempt));
    }),

    async complete(attemptId, proof) {
      const about = context.live();
      // A poll that hangs would keep the person waiting for their own "no".
      if (proof.kind === 'cancelled' && about?.contents.attempt?.attemptId === attemptId) about.flight.abort();
      return context.alone(async () => {
        const live = context.live();
        if (!live) return err(nexusError('session.locked'));
        if (live.flight.signal.aborted) live.flight = new AbortController();
        const attempt = live.contents.attempt;
        if (machine.state !== 'login_pending' || attempt?.attemptId !== attemptId || clock() >= attempt.expiresAt) return err(nexusError('account.attempt_unknown'));
        if (proof.kind === 'cancelled') return ok(await fail(live, attempt, 'login.cancelled'));
        // Anybody can send a person to the callback page: what does not answer this attempt does not end it.
        if (new URLSearchParams(proof.answer).get('state') !== attempt.state) return err(nexusError('account.attempt_unknown'));
        const key = await live.custody.key(attempt.attemptId);
        // An answer that came in time is not too late for taking long to redeem.
        clearDue(live, 'attempt');
        const party = key ? await context.party(live, attempt, key) : err('protocol' as const);
        const answer = party.ok ? await oauth.redeemCode(party.value, attempt, { redirectUri, answer: proof.answer }) : party;
        return context.live() === live ? settle(live, attempt, answer) : err(nexusError('session.locked'));
      });
    },

    resume() {
      const live = context.live();
      const attempt = live?.contents.attempt;
      if (live && attempt && machine.state === 'login_pending') watch(live, attempt);
    },
  };
}
