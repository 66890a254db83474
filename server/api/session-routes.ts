// Owns the calls about an account's sign-ins: which devices are signed in, and the end of one.
import type { FastifyInstance } from 'fastify';
import { endSession, listSessions } from '../oidc/sessions.ts';
import type { Storage } from '../storage/storage.ts';
import { may } from './access.ts';
import { refuse } from './problem.ts';
import { Problem, SessionParams, Sessions } from './schemas.ts';

const problems = { '4xx': Problem, '5xx': Problem };

export function sessionRoutes(app: FastifyInstance, storage: Storage): void {
  app.get('/v1/sessions', { schema: { tags: ['sessions'], summary: 'Which sign-ins there are', response: { 200: Sessions, ...problems } } }, may('sessions', async ({ caller }, reply, account) => {
    const sessions = await listSessions(storage, account);
    return reply.header('cache-control', 'no-store').send({ sessions: sessions.map((session) => ({ ...session, current: session.id === caller.session })) });
  }));
  app.delete('/v1/sessions/:id', { schema: { tags: ['sessions'], summary: 'End a sign-in, and every token that came from it', params: SessionParams, response: { 204: { type: 'null' }, ...problems } } }, may('sessions', async (request, reply, account) => (
    await endSession(storage, account, (request.params as { id: string }).id) ? reply.code(204).send() : refuse(reply, 'session.missing'))));
}
