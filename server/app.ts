// Owns what the server answers: the built files under one root, or a short plain refusal. Holds no state and no secret.
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { sep } from 'node:path';
import { cacheControlOf, PROTECTION } from './headers.ts';

export interface AppOptions {
  /** The folder that the build wrote. */
  readonly root: string;
}

/** Pages that have an address without `.html`. */
const PAGES: Readonly<Record<string, string>> = { '/selftest': 'selftest.html' };

const PLAIN = 'text/plain; charset=utf-8';

/** Says no more than whose fault it was: an error's own words may name paths. */
function refuse(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500;
  void reply.headers(PROTECTION).code(status).type(PLAIN).send(status < 500 ? 'Bad request.\n' : 'The server failed.\n');
}

/** The server over one built folder; it listens nowhere yet. */
export async function createApp({ root }: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: 1024,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: refuse,
  });
  app.addHook('onRequest', async (_request, reply) => { reply.headers(PROTECTION); });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type(PLAIN).send('Not found.\n'));
  app.setErrorHandler(refuse);
  await app.register(fastifyStatic, {
    root,
    cacheControl: false,
    preCompressed: true,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => { reply.header('cache-control', cacheControlOf(path.slice(root.length).replaceAll(sep, '/'))); },
  });
  for (const [address, file] of Object.entries(PAGES)) app.get(address, (_request, reply) => reply.sendFile(file));
  return app;
}
