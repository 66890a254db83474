// Owns what the pages of a sitting share: who takes part, how a step is settled, how often one may try.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import { type Allowance, countAttempt } from '../accounts/attempts.ts';
import type { Storage } from '../storage/storage.ts';
import type { Addresses } from './provider.ts';

export interface Interactions {
  readonly provider: Provider;
  readonly storage: Storage;
  readonly addresses: Addresses;
  /** Whether strangers may make accounts. */
  readonly signUp: boolean;
}

/** One person's way through sign-in and consent, as oidc-provider keeps it. */
export type Sitting = Awaited<ReturnType<Provider['interactionDetails']>>;
export type Counters = readonly (readonly [key: string, allowance: Allowance])[];

/** The longest wait that any of the counters asks for, in ms. */
export async function longestWait(storage: Storage, counters: Counters): Promise<number> {
  const waits = [];
  for (const [key, allowance] of counters) waits.push(await countAttempt(storage, key, allowance));
  return Math.max(...waits);
}

/** Notes what a step came to; where to go on. */
export const settleSitting = (provider: Provider, request: FastifyRequest, reply: FastifyReply, result: InteractionResults): Promise<string> => (
  provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: true }));

/** Signed in, by a method (RFC 8176). */
export const loginBy = (account: string, method: 'pwd' | 'hwk'): InteractionResults => ({ login: { accountId: account, remember: true, amr: [method] } });
