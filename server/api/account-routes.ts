// Owns the calls about an account as a whole: extents by the thousand, usage, enrolments, bindings.
import type { FastifyInstance } from 'fastify';
import type { SubjectOf } from '../oidc/subjects.ts';
import { readAccount, totalOf } from '../storage/account-state.ts';
import { type Binding as NotedBinding, listBindings, noteBinding, revokeBinding } from '../storage/bindings.ts';
import { beginEnrolment, listEnrolments, readEnrolment, takeStep } from '../storage/enrolments.ts';
import { collectExtents, missingExtents } from '../storage/extents.ts';
import type { Storage } from '../storage/storage.ts';
import { may } from './access.ts';
import { refuse } from './problem.ts';
import {
  Binding, BindingBody, BindingParams, Bindings, CollectedExtents, Enrolment, EnrolmentParams, Enrolments, EnrolmentStep, EnrolmentStepParams, ExtentNames, ExtentsToCollect, MissingExtents, Problem, Usage,
} from './schemas.ts';

export interface AccountTools { readonly storage: Storage; readonly subjectOf: SubjectOf }

const problems = { '4xx': Problem, '5xx': Problem };

function extentRoutes(app: FastifyInstance, storage: Storage): void {
  app.post('/v1/extents/missing', { schema: { tags: ['extents'], summary: 'Which are not there, and how many bytes there is room for; the others are safe for 24 h', body: ExtentNames, response: { 200: MissingExtents, ...problems } } }, may('missing', async (request, reply, account) => (
    reply.send(await missingExtents(storage, account, (request.body as { ids: string[] }).ids)))));
  app.post('/v1/extents/collect', { schema: { tags: ['extents'], summary: 'Drop those that nobody asked about for 24 h', body: ExtentsToCollect, response: { 200: CollectedExtents, ...problems } } }, may('collect', async (request, reply, account) => {
    const result = await collectExtents(storage, account, request.body as { ids: string[]; seen: number });
    return result.ok ? reply.send({ collected: result.value }) : refuse(reply, result.error);
  }));
}

function enrolmentRoutes(app: FastifyInstance, storage: Storage): void {
  app.post('/v1/enrolments', { schema: { tags: ['enrolments'], summary: 'Begin the approval of a device', body: EnrolmentStep, response: { 201: Enrolment, ...problems } } }, may('enrol', async (request, reply, account) => {
    const begun = await beginEnrolment(storage, account, (request.body as { said: string }).said);
    return begun.ok ? reply.code(201).send(begun.value) : refuse(reply, begun.error);
  }));
  app.get('/v1/enrolments', { schema: { tags: ['enrolments'], summary: 'Which devices wait to be approved', response: { 200: Enrolments, ...problems } } }, may('enrol', async (_, reply, account) => (
    reply.header('cache-control', 'no-store').send({ enrolments: await listEnrolments(storage, account) }))));
  app.get('/v1/enrolments/:id', { schema: { tags: ['enrolments'], summary: 'What was said so far', params: EnrolmentParams, response: { 200: Enrolment, ...problems } } }, may('enrol', async (request, reply, account) => {
    const found = await readEnrolment(storage, account, (request.params as { id: string }).id);
    return found ? reply.header('cache-control', 'no-store').send(found) : refuse(reply, 'enrolment.over');
  }));
  app.put('/v1/enrolments/:id/:step', { schema: { tags: ['enrolments'], summary: 'The next step', params: EnrolmentStepParams, body: EnrolmentStep, response: { 200: Enrolment, ...problems } } }, may('enrol', async (request, reply, account) => {
    const { id, step } = request.params as { id: string; step: string };
    const taken = await takeStep(storage, account, { id, step: Number(step), said: (request.body as { said: string }).said });
    return taken.ok ? reply.send(taken.value) : refuse(reply, taken.error);
  }));
}

function bindingRoutes(app: FastifyInstance, { storage, subjectOf }: AccountTools): void {
  const told = (account: string, binding: NotedBinding) => ({ ...binding, subject: subjectOf(account, binding.app) });
  app.get('/v1/bindings', { schema: { tags: ['bindings'], summary: 'Which apps may reach which dataset', response: { 200: Bindings, ...problems } } }, may('bindings', async (_, reply, account) => (
    reply.send({ bindings: (await listBindings(storage, account)).map((binding) => told(account, binding)) }))));
  app.put('/v1/bindings/:id', { schema: { tags: ['bindings'], summary: 'Note a binding', params: BindingParams, body: BindingBody, response: { 200: Binding, ...problems } } }, may('bindings', async (request, reply, account) => {
    const noted = await noteBinding(storage, account, { id: (request.params as { id: string }).id, ...request.body as { app: string; collection: string; writes: boolean; expiresAt: number } });
    return noted.ok ? reply.send(told(account, noted.value)) : refuse(reply, noted.error);
  }));
  app.delete('/v1/bindings/:id', { schema: { tags: ['bindings'], summary: 'Revoke a binding; its tokens end with it', params: BindingParams, response: { 204: { type: 'null' }, ...problems } } }, may('bindings', async (request, reply, account) => {
    await revokeBinding(storage, account, (request.params as { id: string }).id);
    return reply.code(204).send();
  }));
}

export function accountRoutes(app: FastifyInstance, tools: AccountTools): void {
  const { storage } = tools;
  extentRoutes(app, storage);
  enrolmentRoutes(app, storage);
  bindingRoutes(app, tools);
  app.get('/v1/usage', { schema: { tags: ['usage'], summary: 'Bytes, objects and quota', response: { 200: Usage, ...problems } } }, may('usage', async (_, reply, account) => {
    const { usage, quota } = await readAccount(storage.rows, account);
    const { bytes, objects } = totalOf(usage);
    const collections = Object.fromEntries(Object.entries(usage).map(([kind, [b, n]]) => [kind, { bytes: b, objects: n }]));
    return reply.send({ bytes, objects, quota, collections });
  }));
}
