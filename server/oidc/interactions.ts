// Owns the sittings in which a person signs in, signs up and consents: which page comes, and what a form or a passkey does.
// oidc-provider holds the sitting itself, by a signed cookie; no page says more than it must.
import formbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InteractionResults } from 'oidc-provider';
import { type Account, accountById, accountByName, accountName, addAccount } from '../accounts/accounts.ts';
import { ALLOWANCE, clearAttempts } from '../accounts/attempts.ts';
import { hasPasskey } from '../accounts/passkeys.ts';
import { isAcceptable, isPassword, passwordRecord } from '../accounts/passwords.ts';
import { pageHeaders } from '../headers.ts';
import { PAGE_STYLE } from '../pages/page-style.ts';
import { addPasskeyPage, consentPage, type FormState, signInPage, signUpPage, type Trouble } from '../pages/pages.ts';
import { type Words, wordsFor } from '../pages/words.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { audienceOf } from './provider.ts';
import { type Counters, type Interactions, loginBy, longestWait, settleSitting, type Sitting } from './sittings.ts';

const MINUTE = 60_000;
const PASSWORD_FIELD = 4_096;

type Form = Readonly<Record<string, string | undefined>>;

const actionOf = (uid: string): string => `/oidc/interaction/${uid}`;

/** Forms come from our own pages: a browser says so itself. */
const isForeign = (request: FastifyRequest, origin: string): boolean => {
  const site = request.headers['sec-fetch-site'];
  return site === undefined ? ![undefined, 'null', origin].includes(request.headers.origin) : site !== 'same-origin';
};

function formOf(body: unknown): Form {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string' && value.length <= PASSWORD_FIELD)) as Form;
}

/** Registers the pages under `/oidc/interaction/`. */
function registerInteractions(app: FastifyInstance, { provider, storage, addresses, signUp }: Interactions): void {
  const { rows, random, clock } = storage;
  const { host } = new URL(addresses.origin);

  const sittingOf = (request: FastifyRequest, reply: FastifyReply): Promise<Sitting> => provider.interactionDetails(request.raw, reply.raw);
  const wordsOf = (request: FastifyRequest, sitting: Sitting): Words => wordsFor(typeof sitting.params.ui_locales === 'string' ? sitting.params.ui_locales : request.headers['accept-language']);
  const show = (reply: FastifyReply, text: string, status = 200) => reply.code(status).headers(pageHeaders(addresses)).type('text/html; charset=utf-8').send(text);
  const settle = (request: FastifyRequest, reply: FastifyReply, result: InteractionResults) => settleSitting(provider, request, reply, result);
  const waitFor = (counters: Counters) => longestWait(storage, counters);

  const refusal = (sitting: Sitting, name: string, trouble: Trouble, waitMs = 0): FormState => (
    { action: actionOf(sitting.uid), host, name, trouble, minutes: Math.ceil(waitMs / MINUTE) });

  app.get('/oidc/interaction/:uid', async (request, reply) => {
    const sitting = await sittingOf(request, reply);
    const words = wordsOf(request, sitting);
    if (sitting.prompt.name === 'login') return show(reply, signInPage(words, { action: actionOf(sitting.uid), host }));
    const account = await accountById(rows, sitting.session?.accountId ?? '');
    const client = await provider.Client.find(String(sitting.params.client_id));
    return show(reply, consentPage(words, { action: actionOf(sitting.uid), client: client?.clientName ?? '', name: account?.name ?? '', scopes: String(sitting.params.scope).split(' ') }));
  });

  app.get('/oidc/interaction/:uid/sign-up', async (request, reply) => {
    const sitting = await sittingOf(request, reply);
    const closed = signUp ? {} : { trouble: 'closed' } as const;
    return show(reply, signUpPage(wordsOf(request, sitting), { action: actionOf(sitting.uid), host, ...closed }));
  });

  /** Signed in: on to where they came from, past an offer of a passkey where there is none yet. */
  async function signedIn(request: FastifyRequest, reply: FastifyReply, sitting: Sitting, account: Pick<Account, 'id'>) {
    const next = await settle(request, reply, loginBy(account.id, 'pwd'));
    if (await hasPasskey(storage, account.id)) return reply.redirect(next, 303);
    return show(reply, addPasskeyPage(wordsOf(request, sitting), actionOf(sitting.uid)));
  }

  app.post('/oidc/interaction/:uid/sign-in', async (request, reply) => {
    const sitting = await sittingOf(request, reply);
    const { name = '', password = '' } = formOf(request.body);
    const known = accountName(name) ?? '';
    const refuse = (trouble: Trouble, waitMs?: number) => show(reply, signInPage(wordsOf(request, sitting), refusal(sitting, name, trouble, waitMs)), waitMs ? 429 : 403);
    const wait = await waitFor([[`name ${known}`, ALLOWANCE.name], [`address ${request.ip}`, ALLOWANCE.address]]);
    if (wait > 0) return refuse('tooMany', wait);
    const account = await accountByName(rows, known);
    const right = await isPassword(password, account?.password);
    if (!right || !account) return refuse('rejected');
    if (account.disabled) return refuse('disabled');
    await clearAttempts(rows, `name ${known}`);
    return signedIn(request, reply, sitting, account);
  });

  app.post('/oidc/interaction/:uid/sign-up', async (request, reply) => {
    const sitting = await sittingOf(request, reply);
    const { name = '', password = '' } = formOf(request.body);
    const refuse = (trouble: Trouble, waitMs?: number) => show(reply, signUpPage(wordsOf(request, sitting), refusal(sitting, name, trouble, waitMs)), waitMs ? 429 : 403);
    if (!signUp) return refuse('closed');
    const wanted = accountName(name);
    if (wanted === undefined) return refuse('nameWrong');
    if (!isAcceptable(password)) return refuse('passwordWrong');
    const wait = await waitFor([[`sign-up ${request.ip}`, ALLOWANCE.signUp]]);
    if (wait > 0) return refuse('tooMany', wait);
    const account = { id: Buffer.from(random(16)).toString('hex'), name: wanted, password: await passwordRecord(password, random), createdAt: clock() };
    const added = await addAccount(rows, account);
    return added.ok ? signedIn(request, reply, sitting, account) : refuse('nameTaken');
  });

  app.post('/oidc/interaction/:uid/continue', async (request, reply) => reply.redirect((await sittingOf(request, reply)).returnTo, 303));

  app.post('/oidc/interaction/:uid/cancel', async (request, reply) => {
    const next = await provider.interactionResult(request.raw, reply.raw, { error: 'access_denied', error_description: 'the person cancelled' });
    return reply.redirect(next, 303);
  });

  app.post('/oidc/interaction/:uid/consent', async (request, reply) => {
    const sitting = await sittingOf(request, reply);
    const account = sitting.session?.accountId;
    const allowed = formOf(request.body).answer === 'allow' && account !== undefined && sitting.prompt.name === 'consent';
    if (!allowed) return reply.redirect(await settle(request, reply, { error: 'access_denied', error_description: 'the person said no' }), 303);
    // Each sign-in has a grant of its own, so that one ends without the others.
    const grant = new provider.Grant({ accountId: account, clientId: String(sitting.params.client_id) });
    grant.addOIDCScope('openid offline_access profile');
    grant.addResourceScope(audienceOf(addresses), 'storage');
    return reply.redirect(await settle(request, reply, { consent: { grantId: await grant.save() } }), 303);
  });
}

/** From one address: every sitting and code costs rows, and device codes are short enough to be guessed at. */
const PER_MINUTE = 300;

async function limitAddresses(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false });
  const byAddress = app.createRateLimit({ max: PER_MINUTE, timeWindow: MINUTE, keyGenerator: (request) => request.ip });
  app.addHook('onRequest', async (request, reply) => {
    const count = await byAddress(request);
    if (!count.isAllowed && count.isExceeded) await reply.code(429).header('retry-after', String(count.ttlInSeconds)).type('text/plain; charset=utf-8').send('Too many requests.\n');
  });
}

/** The pages, the provider behind them, and what they load, as a Fastify plugin. */
export async function oidcRoutes(app: FastifyInstance, options: Interactions): Promise<void> {
  await limitAddresses(app);
  const script = await readFile(join(import.meta.dirname, '../pages/passkey.js'));
  app.get('/oidc/pages.css', (_, reply) => reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=3600').send(PAGE_STYLE));
  app.get('/oidc/passkey.js', (_, reply) => reply.type('text/javascript; charset=utf-8').header('cache-control', 'max-age=3600').send(script));
  await app.register(async (pages) => {
    await pages.register(formbody, { bodyLimit: 16 * 1024 });
    pages.addHook('preHandler', async (request, reply) => {
      if (request.method !== 'GET' && isForeign(request, options.addresses.origin)) await reply.code(403).send('Forbidden.\n');
    });
    registerInteractions(pages, options);
    passkeyRoutes(pages, options);
  });
  await app.register((rest, _, done) => {
    const answer = options.provider.callback();
    // oidc-provider reads bodies itself, and bounds them.
    rest.removeAllContentTypeParsers();
    rest.addContentTypeParser('*', (_request, _payload, parsed) => { parsed(null); });
    rest.all('/oidc/*', (request, reply) => {
      const { raw } = request;
      for (const [name, value] of Object.entries(pageHeaders(options.addresses))) reply.raw.setHeader(name, value);
      reply.hijack();
      Object.assign(raw, { originalUrl: raw.url, url: raw.url?.slice('/oidc'.length) });
      void answer(raw, reply.raw);
    });
    done();
  });
}
