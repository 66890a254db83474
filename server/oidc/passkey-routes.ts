// Owns what the passkey script asks within a sitting (server/pages/passkey.js).
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accountById } from '../accounts/accounts.ts';
import { ALLOWANCE } from '../accounts/attempts.ts';
import { addOptions, addPasskey, signInOptions, signInWith, type Site } from '../accounts/passkeys.ts';
import { type Interactions, loginBy, longestWait, settleSitting, type Sitting } from './sittings.ts';

/** An authenticator's answer, with its attestation. */
const ANSWER_BYTES = 16 * 1024;

export function passkeyRoutes(app: FastifyInstance, { provider, storage, addresses: { origin } }: Interactions): void {
  const site: Site = { origin, host: new URL(origin).hostname };
  const sittingOf = (request: FastifyRequest, reply: FastifyReply): Promise<Sitting> => provider.interactionDetails(request.raw, reply.raw);

  app.post('/oidc/interaction/:uid/passkey/use-options', async (request, reply) => signInOptions(storage, site, (await sittingOf(request, reply)).uid));

  app.post('/oidc/interaction/:uid/passkey/use', { bodyLimit: ANSWER_BYTES }, async (request, reply) => {
    const sitting = await sittingOf(request, reply);
    const wait = await longestWait(storage, [[`address ${request.ip}`, ALLOWANCE.address]]);
    const account = wait > 0 ? undefined : await signInWith(storage, site, sitting.uid, request.body as AuthenticationResponseJSON | null);
    const usable = account !== undefined && !(await accountById(storage.rows, account))?.disabled;
    if (!usable) return reply.code(403).send({});
    return { next: await settleSitting(provider, request, reply, loginBy(account, 'hwk')) };
  });

  /** Who signed in within this sitting, not long ago. */
  const signedInNow = async (sitting: Sitting) => accountById(storage.rows, sitting.result?.login?.accountId ?? '');

  app.post('/oidc/interaction/:uid/passkey/add-options', async (request, reply) => {
    const sitting = await sittingOf(request, reply);
    const account = await signedInNow(sitting);
    return account ? addOptions(storage, site, sitting.uid, account) : reply.code(403).send({});
  });

  app.post('/oidc/interaction/:uid/passkey/add', { bodyLimit: ANSWER_BYTES }, async (request, reply) => {
    const sitting = await sittingOf(request, reply);
    const account = await signedInNow(sitting);
    const added = account !== undefined && await addPasskey(storage, site, sitting.uid, { account: account.id, response: request.body as RegistrationResponseJSON });
    return added ? { next: sitting.returnTo } : reply.code(403).send({});
  });
}
