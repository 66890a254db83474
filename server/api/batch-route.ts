// Owns the batch: many small puts, deletes and gets in one body, written in one transaction.
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { EXTENTS } from '../../src/sync/wire/collections.ts';
import { BATCH_BYTES } from '../../src/sync/wire/limits.ts';
import { PROBLEMS } from '../../src/sync/wire/problems.ts';
import { admit, isKept } from '../storage/admit.ts';
import type { Outcome, Write } from '../storage/decide.ts';
import { findObjects, INLINE_BYTES, type ObjectHead, openObject, storeBytes } from '../storage/objects.ts';
import type { Storage } from '../storage/storage.ts';
import { allows, type Caller } from './access.ts';
import { type Answer, type Operation, readBatch, writeAnswers } from './batch-codec.ts';
import { refuse } from './problem.ts';
import { BATCH_DESCRIPTION, BatchQuery } from './schemas.ts';

const STORED_AT_ONCE = 6;
/** Rows that are read at once hold together no more bytes than a batch may carry. */
const FOUND_AT_ONCE = BATCH_BYTES / INLINE_BYTES;

const problem = (code: keyof typeof PROBLEMS, rev?: string): Answer => ({ status: PROBLEMS[code][0], code, rev });

/** What a batch refuses before anything is stored. */
function refusal(caller: Caller, operation: Operation): Answer | undefined {
  if (!allows(caller, operation.op, operation.collection)) return problem('access.scope');
  if (operation.kind !== EXTENTS || operation.op === 'get') return undefined;
  if (operation.op === 'delete') return problem('extent.immutable');
  return createHash('sha256').update(operation.body).digest('hex') === operation.id ? undefined : problem('extent.mismatch');
}

async function writeOf(storage: Storage, operation: Exclude<Operation, { op: 'get' }>): Promise<Write> {
  const { kind, collection, id } = operation;
  if (operation.op === 'delete') return { op: 'delete', kind, collection, id, condition: { rev: operation.ifMatch } };
  const bytes = await storeBytes(storage, operation.body);
  return { op: 'put', kind, collection, id, condition: operation.ifMatch === undefined ? { create: true } : { rev: operation.ifMatch }, bytes };
}

/** In the order given, so many at once. */
async function mapSome<A, B>(all: readonly A[], work: (each: A) => Promise<B>): Promise<B[]> {
  const made: B[] = [];
  for (let at = 0; at < all.length; at += STORED_AT_ONCE) made.push(...await Promise.all(all.slice(at, at + STORED_AT_ONCE).map(work)));
  return made;
}

function answerOf(caller: Caller, outcome: Outcome): Answer {
  if ('refused' in outcome) return problem(outcome.refused, caller.scope === 'storage.courier' ? undefined : outcome.rev);
  return { status: outcome.done === 'created' ? 201 : 200, rev: outcome.rev, seq: outcome.seq };
}

/** What there is under each, with one query for a collection. */
async function findAll(storage: Storage, account: string, gets: readonly Operation[]): Promise<ReadonlyMap<Operation, ObjectHead>> {
  const heads = new Map<Operation, ObjectHead>();
  for (const [collection, asked] of Map.groupBy(gets, (each) => each.collection)) {
    const found = await findObjects(storage, account, { kind: asked[0]!.kind, collection, ids: asked.map(({ id }) => id) });
    for (const operation of asked) {
      const head = found.get(operation.id);
      if (head) heads.set(operation, head);
    }
  }
  return heads;
}

/** Gets see what the batch wrote; together they carry no more than a batch may. */
async function readAll(storage: Storage, account: string, gets: readonly Operation[]): Promise<Map<Operation, Answer>> {
  const answers = new Map<Operation, Answer>();
  let room = BATCH_BYTES;
  for (let at = 0; at < gets.length; at += FOUND_AT_ONCE) {
    const some = gets.slice(at, at + FOUND_AT_ONCE);
    const heads = await findAll(storage, account, some);
    for (const operation of some) {
      const found = heads.get(operation);
      if (!found) answers.set(operation, problem('object.missing'));
      else if (found.size > room) answers.set(operation, problem('body.too_large', found.rev));
      else {
        const body = await openObject(storage, found);
        room -= found.size;
        answers.set(operation, { status: 200, rev: found.rev, body: body instanceof Readable ? await buffer(body) : body });
      }
    }
  }
  return answers;
}

/** Does a whole batch for a caller; `wrote` is told whether anything changed. */
async function runBatch(storage: Storage, caller: Caller, operations: readonly Operation[]): Promise<{ answers: readonly Answer[]; wrote: boolean }> {
  const answers = new Map<Operation, Answer>();
  for (const operation of operations) {
    const refused = refusal(caller, operation);
    if (refused) answers.set(operation, refused);
  }
  const admitted = operations.filter((operation) => !answers.has(operation));
  const changing = admitted.filter((operation) => operation.op !== 'get');
  const writes = await mapSome(changing, (operation) => writeOf(storage, operation));
  const outcomes = writes.length > 0 ? await admit(storage, caller.account, writes) : [];
  for (const [index, operation] of changing.entries()) answers.set(operation, answerOf(caller, outcomes[index]!));
  for (const [operation, answer] of await readAll(storage, caller.account, admitted.filter(({ op }) => op === 'get'))) answers.set(operation, answer);
  return { answers: operations.map((operation) => answers.get(operation)!), wrote: outcomes.some(isKept) };
}

export function batchRoute(app: FastifyInstance, { storage, generation }: { readonly storage: Storage; readonly generation: string }, wrote: (account: string) => void): void {
  app.post('/v1/batch', { bodyLimit: BATCH_BYTES, schema: { tags: ['objects'], summary: 'Many at once', description: BATCH_DESCRIPTION, querystring: BatchQuery, consumes: ['application/cbor'], produces: ['application/cbor'] } }, async (request, reply) => {
    if (!allows(request.caller, 'batch')) return refuse(reply, 'access.scope');
    const { life = generation } = request.query as { readonly life?: string };
    if (life !== generation) return refuse(reply, 'changes.cursor_gone');
    const operations = Buffer.isBuffer(request.body) ? readBatch(request.body) : undefined;
    if (!operations) return refuse(reply, 'request.malformed');
    const done = await runBatch(storage, request.caller, operations);
    if (done.wrote) wrote(request.caller.account);
    return reply.type('application/cbor').send(writeAnswers(done.answers));
  });
}
