// Owns what the server answers: the built files, the OpenID provider under `/oidc`, the storage API under `/v1`, its health.
// Holds no state of its own, so that any number of processes may serve the same accounts.
import fastifyStatic from '@fastify/static';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { sep } from 'node:path';
import { HEADER_BYTES, HEADER_MS } from '../src/sync/wire/limits.ts';
import { type Api, apiRoutes } from './api/api.ts';
import { refuse as refuseByProblem } from './api/problem.ts';
import { cacheControlOf, pageHeaders, PROTECTION, protectionOf } from './headers.ts';
import type { Metrics } from './metrics.ts';
import { oidcRoutes } from './oidc/interactions.ts';
import type { Interactions } from './oidc/sittings.ts';
import { errorPage } from './pages/pages.ts';
import { wordsFor } from './pages/words.ts';

/** The parts of the server that need rows and objects. */
export interface Online { readonly api: Api; readonly interactions: Interactions; readonly metrics: Metrics }

export interface AppOptions {
  /** The folder that the build wrote. */
  readonly root: string;
  readonly online?: Online;
  readonly log?: FastifyBaseLogger;
  /** How many proxies stand before us. */
  readonly proxies?: number;
  /** How long a request's headers may take. */
  readonly headerMs?: number;
}

/** Pages that have an address without `.html`. */
const PAGES: Readonly<Record<string, string>> = { '/selftest': 'selftest.html', '/connect': 'connect.html' };

const PLAIN = 'text/plain; charset=utf-8';
/** Bodies have their own pace (server/api/body-guard.ts); this is past its end. */
const REQUEST_MS = 11 * 60_000;
const CHECK_MS = 2_000;
/** Nothing moves on a connection for so long: its reader has stopped reading. Event streams beat more often. */
const IDLE_MS = 60_000;

/** Says no more than whose fault it was: an error's own words may name paths. */
function refuse(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500;
  void reply.headers(PROTECTION).code(status).type(PLAIN).send(status < 500 ? 'Bad request.\n' : 'The server failed.\n');
}

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return request.url.startsWith('/v1/') ? refuseByProblem(reply, 'request.not_found') : reply.code(404).type(PLAIN).send('Not found.\n');
}

/** Healthy: this process answers. Ready: its rows and objects answer too. */
function healthRoutes(app: FastifyInstance, { api: { storage } }: Online): void {
  app.get('/healthz', (_, reply) => reply.header('cache-control', 'no-store').type(PLAIN).send('ok\n'));
  app.get('/readyz', async (_, reply) => {
    try {
      await storage.rows.read((db) => db.selectFrom('server').select('name').limit(1).execute());
      await storage.blobs.probe();
      return await reply.header('cache-control', 'no-store').type(PLAIN).send('ready\n');
    } catch {
      return reply.code(503).header('retry-after', '5').type(PLAIN).send('not ready\n');
    }
  });
}

/** A line for each answer: the route's pattern, never the address with its ids. */
function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({ method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
    done();
  });
}

async function onlineRoutes(app: FastifyInstance, online: Online): Promise<void> {
  const { api, interactions, metrics } = online;
  metrics.observe(app);
  healthRoutes(app, online);
  await app.register(async (scope) => {
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 400;
      if (status >= 500) request.log.error({ failure: error }, 'a page failed');
      return reply.code(status).headers(pageHeaders(interactions.addresses)).type('text/html; charset=utf-8').send(errorPage(wordsFor(request.headers['accept-language']), error.name === 'SessionNotFound' ? 'session_over' : 'invalid_request'));
    });
    await oidcRoutes(scope, interactions);
  });
  await app.register(apiRoutes, api);
  app.addHook('preClose', (done) => {
    for (const end of [...api.streams]) end();
    done();
  });
}

async function staticRoutes(app: FastifyInstance, root: string): Promise<void> {
  await app.register(fastifyStatic, {
    root,
    cacheControl: false,
    preCompressed: true,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => {
      const address = path.slice(root.length).replaceAll(sep, '/');
      reply.header('cache-control', cacheControlOf(address)).headers(protectionOf(address));
    },
  });
  for (const [address, file] of Object.entries(PAGES)) app.get(address, (_request, reply) => reply.sendFile(file));
}

/** The server over one built folder, and over rows and objects where it is online; it listens nowhere yet. */
export async function createApp({ root, online, log, proxies = 0, headerMs = HEADER_MS }: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    ...log ? { loggerInstance: log } : {},
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1024,
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_MS,
    connectionTimeout: IDLE_MS,
    trustProxy: (_, hop) => hop < proxies,
    routerOptions: { maxParamLength: 256 },
    http: { headersTimeout: headerMs, maxHeaderSize: HEADER_BYTES, connectionsCheckingInterval: CHECK_MS },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    frameworkErrors: refuse,
  });
  app.addHook('onRequest', async (_request, reply) => { reply.headers(PROTECTION); });
  app.setNotFoundHandler(notFound);
  app.setErrorHandler(refuse);
  if (log) logAnswers(app);
  await staticRoutes(app, root);
  if (online) await onlineRoutes(app, online);
  return app;
}
