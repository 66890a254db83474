// Owns who may do what at the storage API: the token, the key that proves it, and the scope's list of calls. Default deny.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemCode } from '../../src/sync/wire/problems.ts';
import { type Result, err, ok } from '../../src/result.ts';
import { accessTokenFacts, type AccessTokenFacts } from '../oidc/credentials.ts';
import { provenKey } from '../oidc/dpop.ts';
import type { Nonces } from '../oidc/nonces.ts';
import { activeBinding, type Binding } from '../storage/bindings.ts';
import type { Storage } from '../storage/storage.ts';
import { refuse } from './problem.ts';

/** Every call by name; a scope allows a list of them. */
export type Call = 'put' | 'get' | 'delete' | 'batch' | 'changes' | 'missing' | 'collect' | 'revisions' | 'restore' | 'enrol' | 'bindings' | 'sessions' | 'entitlements' | 'usage';

const OWNER: readonly Call[] = ['put', 'get', 'delete', 'batch', 'changes', 'missing', 'collect', 'revisions', 'restore', 'enrol', 'bindings', 'sessions', 'entitlements', 'usage'];

/** What each scope allows (docs/cloud-api.md, "Tokens"). */
const ALLOWED: Readonly<Record<string, readonly Call[]>> = {
  storage: OWNER,
  'storage.courier': ['put', 'batch', 'missing'],
  'storage.app': ['put', 'get', 'delete', 'batch', 'changes', 'entitlements'],
};
const WRITES: readonly Call[] = ['put', 'delete'];

export interface Caller {
  readonly account: string;
  /** The sign-in that the token came from. */
  readonly session: string;
  readonly scope: 'storage' | 'storage.courier' | 'storage.app';
  /** An app's only. */
  readonly binding: Binding | undefined;
  readonly expiresAt: number;
  /** Whether the token still holds. */
  stillHolds(): Promise<boolean>;
}

/** An app is counted for itself: what it asks keeps nobody else of the account from asking. */
export const askerOf = ({ account, binding }: Pick<Caller, 'account' | 'binding'>): string => (binding ? `${account} ${binding.app}` : account);

/** Who asks: a live token, proven by its key for this request. `audience` and `url` are what this server is called. */
export type Authenticate = (request: { authorization: string | undefined; proof: string | undefined; method: string; url: string }) => Promise<Result<Caller, ProblemCode>>;

export function createAuthenticate(storage: Storage, audience: string, nonces: Nonces): Authenticate {
  async function standing(token: string): Promise<{ facts: AccessTokenFacts; binding: Binding | undefined } | undefined> {
    const facts = await accessTokenFacts(storage, token);
    if (facts?.audience !== audience || !Object.hasOwn(ALLOWED, facts.scope)) return undefined;
    const binding = facts.binding === undefined ? undefined : await activeBinding(storage, facts.account, facts.binding);
    return facts.scope === 'storage.app' && binding === undefined ? undefined : { facts, binding };
  }
  return async ({ authorization, proof, method, url }) => {
    const token = /^DPoP ([A-Za-z0-9_-]{20,256})$/.exec(authorization ?? '')?.[1];
    if (token === undefined) return err('access.missing');
    const found = await standing(token);
    if (!found) return err('access.refused');
    const { facts, binding } = found;
    const proven = await provenKey(storage, nonces, proof, { method, url, token });
    if (!proven.ok) return proven;
    if (proven.value !== facts.jkt) return err('access.proof');
    return ok({
      account: facts.account, session: facts.session, scope: facts.scope as Caller['scope'], binding, expiresAt: facts.expiresAt,
      stillHolds: async () => await standing(token) !== undefined,
    });
  };
}

/** Whether a caller may make a call; where it names a collection, in that one. */
export function allows({ scope, binding }: Caller, call: Call, collection?: string): boolean {
  if (!ALLOWED[scope]!.includes(call)) return false;
  if (binding === undefined) return true;
  return (collection === undefined || collection === binding.collection) && (binding.writes || !WRITES.includes(call));
}

type Work = (request: FastifyRequest, reply: FastifyReply, account: string) => Promise<FastifyReply>;

/** A route's work, done for callers who may make the call and refused to all others. */
export const may = (call: Call, work: Work) => async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => (
  allows(request.caller, call) ? work(request, reply, request.caller.account) : refuse(reply, 'access.scope'));

declare module 'fastify' {
  interface FastifyRequest { caller: Caller }
}

