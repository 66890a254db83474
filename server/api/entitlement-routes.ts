// Owns the call that tells what an account may use of its apps, as statements that anybody can check; an app hears of its own.
import type { FastifyInstance } from 'fastify';
import type { StatementsOf } from '../oidc/statements.ts';
import { listEntitlements } from '../storage/entitlements.ts';
import type { Storage } from '../storage/storage.ts';
import { may } from './access.ts';
import { Entitlements, EntitlementsQuery, Problem } from './schemas.ts';

export interface EntitlementTools { readonly storage: Storage; readonly statementsOf: StatementsOf }

export function entitlementRoutes(app: FastifyInstance, { storage, statementsOf }: EntitlementTools): void {
  app.get('/v1/entitlements', { schema: { tags: ['entitlements'], summary: 'What the account may use, signed', querystring: EntitlementsQuery, response: { 200: Entitlements, '4xx': Problem, '5xx': Problem } } }, may('entitlements', async ({ caller, query }, reply, account) => {
    const held = await listEntitlements(storage, account, caller.binding?.app ?? (query as { app?: string }).app);
    return reply.header('cache-control', 'no-store').send({ entitlements: await statementsOf(account, held) });
  }));
}
