// Owns the webhook by which entitlements are granted and revoked: no token lets anybody in here, only the secret that the host
// agreed on with the sender. Without one there is nothing at this address.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isTooDeep } from '../../src/sync/wire/json-depth.ts';
import { err } from '../../src/result.ts';
import { HOOK } from '../../src/sync/wire/limits.ts';
import { takeEvent } from '../storage/entitlements.ts';
import type { Storage } from '../storage/storage.ts';
import { refuse } from './problem.ts';
import { ENTITLEMENT_GRANTED, EntitlementEvent, HookHeaders, Problem } from './schemas.ts';
import { checkHook } from './webhook.ts';

export const ENTITLEMENTS_HOOK = '/v1/hooks/entitlements';

interface Message { readonly type: string; readonly timestamp: string; readonly data: { readonly account: string; readonly app: string; readonly product: string; readonly until: number } }
export interface HookTools { readonly storage: Storage; readonly entitlementsSecret: Uint8Array | undefined }

/** What a body says; undefined for what is no JSON. Its shape is for the schema. */
function read(body: Buffer): unknown {
  const text = body.toString('utf8');
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lets a message past whose bytes are signed; nothing in them is looked at before. */
const checked = ({ storage, entitlementsSecret }: HookTools) => async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const answer = entitlementsSecret ? checkHook(entitlementsSecret, { id, timestamp, signature, body, now: storage.clock() }) : err('request.not_found' as const);
  if (!answer.ok) {
    await refuse(reply, answer.error);
    return;
  }
  request.body = read(body);
  if (request.body === undefined) await refuse(reply, 'request.malformed');
};

/** Registers the hook in a scope of its own: what is signed are the bytes of the body, not what they say. */
export async function hookRoutes(app: FastifyInstance, tools: HookTools): Promise<void> {
  const { storage, entitlementsSecret } = tools;
  const problems = { '4xx': Problem, '5xx': Problem };
  await app.register((scope, _, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: HOOK.bytes }, (_request, body, parsed) => { parsed(null, body); });
    scope.post(ENTITLEMENTS_HOOK, {
      schema: { tags: ['entitlements'], summary: 'Grant or revoke one: a webhook (Standard Webhooks)', security: [], headers: HookHeaders, body: EntitlementEvent, response: { 204: { type: 'null' }, ...problems } },
      onRequest: async (_request, reply) => { if (!entitlementsSecret) await refuse(reply, 'request.not_found'); },
      preValidation: checked(tools),
    }, async (request, reply) => {
      const { type, timestamp, data } = request.body as Message;
      const happened = Date.parse(timestamp);
      if (Number.isNaN(happened)) return refuse(reply, 'request.malformed');
      const taken = await takeEvent(storage, { id: String(request.headers['webhook-id']), granted: type === ENTITLEMENT_GRANTED, happened, ...data });
      return taken.ok ? reply.code(204).send() : refuse(reply, taken.error);
    });
    done();
  });
}
