// Owns the storage API as one Fastify plugin: who asks, how fast, in what shape; the routes do the rest.
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { isTooDeep } from '../../src/sync/wire/json-depth.ts';
import { BATCH_BYTES, JSON_BYTES } from '../../src/sync/wire/limits.ts';
import type { Storage } from '../storage/storage.ts';
import { accountRoutes } from './account-routes.ts';
import type { Nonces } from '../oidc/nonces.ts';
import type { StatementsOf } from '../oidc/statements.ts';
import type { SubjectOf } from '../oidc/subjects.ts';
import { askerOf, type Authenticate } from './access.ts';
import { batchRoute } from './batch-route.ts';
import { entitlementRoutes } from './entitlement-routes.ts';
import { BrokenBody, guarded, type GuardTools } from './body-guard.ts';
import { changesRoutes } from './changes-routes.ts';
import { ENTITLEMENTS_HOOK, hookRoutes } from './hook-routes.ts';
import { objectRoutes } from './object-routes.ts';
import { codeOfFailure, refuse, RETRY_MS } from './problem.ts';
import { sessionRoutes } from './session-routes.ts';
import type { Watch } from './watch.ts';

export interface Api {
  readonly storage: Storage;
  readonly authenticate: Authenticate;
  readonly nonces: Nonces;
  readonly generation: string;
  readonly watch: Watch;
  readonly subjectOf: SubjectOf;
  readonly statementsOf: StatementsOf;
  /** What signs the webhook that grants entitlements; without it nobody grants any. */
  readonly entitlementsSecret: Uint8Array | undefined;
  /** What this server is called by its clients, without a path. */
  readonly origin: string;
  readonly requestsPerMinute: number;
  /** What ends each open event stream, for a stop. */
  readonly streams: Set<() => void>;
  /** Calls back each so many ms until it is told to stop. */
  readonly every: (ms: number, work: () => void) => () => void;
}

const OPENAPI = '/v1/openapi.json';
const MINUTE = 60_000;
/** From one address, without a valid token. */
const UNKNOWN_PER_MINUTE = 300;
const TOLD = ['etag', 'retry-after', 'www-authenticate', 'content-range', 'dpop-nonce'];

/** The address that a proof must name: as the client sees it, without a query. */
const urlOf = (origin: string, request: FastifyRequest): string => `${origin}${request.raw.url?.split('?', 1)[0] ?? ''}`;

function takeBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const json = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: JSON_BYTES }, (request, text, done) => {
    if (isTooDeep(text as string)) done(Object.assign(new Error('too deep'), { statusCode: 400 }));
    else void json(request, text as string, done);
  });
  app.addContentTypeParser('application/cbor', { parseAs: 'buffer', bodyLimit: BATCH_BYTES }, (_, bytes, done) => { done(null, bytes); });
  // Objects are streamed: the route bounds and reads them.
  app.addContentTypeParser('application/octet-stream', (_, body, done) => { done(null, body); });
}

async function describe(app: FastifyInstance, origin: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'NexusAccount storage', version: '1', description: 'Opaque encrypted objects of an account; docs/cloud-api.md tells the rules.' },
      servers: [{ url: origin }],
      components: { securitySchemes: { dpop: { type: 'http', scheme: 'DPoP', description: 'An access token bound to a key (RFC 9449)' } } },
      security: [{ dpop: [] }],
    },
    hideUntagged: true,
  });
}

const hasBody = ({ headers }: FastifyRequest): boolean => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Every body passes a guard; one that was refused unread is let go with its answer. */
function guardBodies(app: FastifyInstance, tools: GuardTools): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (!hasBody(request)) {
      done(null, payload);
      return;
    }
    const guard = guarded(tools);
    payload.once('error', () => guard.destroy(new BrokenBody())).once('aborted', () => guard.destroy(new BrokenBody()));
    reply.raw.once('close', () => {
      (payload as Readable).unpipe(guard);
      guard.destroy();
      // What is left of the body stands before the next request of this connection.
      (payload as Readable).resume();
    });
    done(null, payload.pipe(guard));
  });
}

/** Lets nobody past who is not known; accounts and their apps are counted, and addresses that bring no valid token. A webhook proves itself by its body. */
async function checkCallers(app: FastifyInstance, { authenticate, nonces, origin, requestsPerMinute }: Api): Promise<void> {
  await app.register(rateLimit, { global: false });
  const byAccount = app.createRateLimit({ max: requestsPerMinute, timeWindow: MINUTE, keyGenerator: (request) => askerOf(request.caller) });
  const byAddress = app.createRateLimit({ max: UNKNOWN_PER_MINUTE, timeWindow: MINUTE, keyGenerator: (request) => request.ip });
  app.decorateRequest('caller', null as never);
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method === 'OPTIONS' || request.routeOptions.url === OPENAPI) return;
    const { authorization, dpop } = request.headers;
    const answer = request.routeOptions.url === ENTITLEMENTS_HOOK ? undefined
      : await authenticate({ authorization, proof: typeof dpop === 'string' ? dpop : undefined, method: request.method, url: urlOf(origin, request) });
    if (answer?.ok) request.caller = answer.value;
    const count = await (answer?.ok ? byAccount : byAddress)(request);
    if (!count.isAllowed && count.isExceeded) await refuse(reply, 'request.too_many', { retryAfterMs: count.ttl });
    else if (answer?.ok === false) await refuse(reply, answer.error, answer.error === 'access.nonce' ? { nonce: nonces.current() } : {});
  });
}

/** Says no more than whose fault it was; the log says where it broke. */
function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const code = codeOfFailure(error);
    if (code.startsWith('server.')) request.log.error({ failure: error }, 'the API failed');
    if (!reply.sent) void refuse(reply, code, code === 'server.unavailable' ? { retryAfterMs: RETRY_MS } : {});
  });
}

/** Everything under `/v1`. */
export async function apiRoutes(app: FastifyInstance, api: Api): Promise<void> {
  const { storage, watch, every } = api;
  await describe(app, api.origin);
  // Any page may call: what opens a door here is a token with its key, and never where a call comes from or a cookie.
  await app.register(cors, {
    origin: '*', credentials: false, methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'], allowedHeaders: ['authorization', 'dpop', 'content-type', 'if-match', 'if-none-match', 'range'], exposedHeaders: TOLD, maxAge: 600, strictPreflight: false,
  });
  answerFailures(app);
  await checkCallers(app, api);
  takeBodies(app);
  guardBodies(app, { clock: storage.clock, every });
  const wrote = () => { watch.nudge(); };
  objectRoutes(app, storage, wrote);
  batchRoute(app, api, wrote);
  changesRoutes(app, { storage, generation: api.generation, watch, every, streams: api.streams });
  accountRoutes(app, api);
  sessionRoutes(app, storage);
  entitlementRoutes(app, api);
  await hookRoutes(app, api);
  app.get(OPENAPI, () => app.swagger());
}
