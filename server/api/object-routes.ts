// Owns the calls on one object: put, get, head, delete, and what it was before.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { EXTENTS, isIdOf, kindOf, REVISED } from '../../src/sync/wire/collections.ts';
import { OBJECT_BYTES } from '../../src/sync/wire/limits.ts';
import type { ByteRange } from '../blobs/blobs.ts';
import { admit, isKept } from '../storage/admit.ts';
import type { Condition, Outcome } from '../storage/decide.ts';
import { findObject, openObject, putObject, type ObjectName } from '../storage/objects.ts';
import { listRevisions, restoreRevision } from '../storage/revisions.ts';
import type { Storage } from '../storage/storage.ts';
import { allows, type Call } from './access.ts';
import { refuse } from './problem.ts';
import { Problem, Revisions, Written } from './schemas.ts';
import { sendBlob } from './send-blob.ts';

const tag = /^"(\d{1,15})"$/;

/** `If-None-Match: *` or `If-Match: "<rev>"`; undefined for neither, both, or anything else. */
export function conditionOf(headers: { 'if-match'?: string | undefined; 'if-none-match'?: string | undefined }): Condition | undefined {
  const { 'if-match': match, 'if-none-match': none } = headers;
  if (none !== undefined) return none === '*' && match === undefined ? { create: true } : undefined;
  const rev = tag.exec(match ?? '')?.[1];
  return rev === undefined ? undefined : { rev };
}

/** One range of bytes (RFC 9110, section 14); undefined for none that we serve, `outside` for one beyond the end. */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'outside' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, from, to] = match;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return start >= size || start > end ? 'outside' : { start, end };
}

interface NameParams { collection?: string; dataset?: string; id: string }

/** The object that a path names; undefined for a name that none can have. */
function nameOf(params: NameParams): ObjectName | undefined {
  const collection = params.dataset === undefined ? params.collection ?? '' : `datasets/${params.dataset}`;
  const kind = kindOf(collection);
  return kind !== undefined && isIdOf(kind, params.id) ? { kind, collection, id: params.id } : undefined;
}

/** Tells what became of a write; the courier learns no revision that it did not bring. */
function tell(request: FastifyRequest, reply: FastifyReply, outcome: Outcome): FastifyReply {
  if ('refused' in outcome) return refuse(reply, outcome.refused, request.caller.scope === 'storage.courier' ? {} : { rev: outcome.rev });
  return reply.code(outcome.done === 'created' ? 201 : 200).header('etag', `"${outcome.rev}"`).send({ rev: outcome.rev, seq: outcome.seq });
}

type Named = (request: FastifyRequest, reply: FastifyReply, name: ObjectName) => Promise<FastifyReply>;

/** Both spellings of a path: a collection by itself, a dataset by its name. */
const paths = (rest: string): readonly string[] => [`/v1/objects/:collection/:id${rest}`, `/v1/objects/datasets/:dataset/:id${rest}`];

/** Registers the calls. `wrote` hears of every account that changed. */
export function objectRoutes(app: FastifyInstance, storage: Storage, wrote: (account: string) => void): void {
  const named = (call: Call, work: Named) => async (request: FastifyRequest, reply: FastifyReply) => {
    const name = nameOf(request.params as NameParams);
    if (!name) return refuse(reply, 'request.malformed');
    return allows(request.caller, call, name.collection) ? work(request, reply, name) : refuse(reply, 'access.scope');
  };
  const told = (request: FastifyRequest, reply: FastifyReply, outcome: Outcome) => {
    if (isKept(outcome)) wrote(request.caller.account);
    return tell(request, reply, outcome);
  };

  const put = named('put', async (request, reply, name) => {
    const condition = conditionOf(request.headers);
    if (!condition) return refuse(reply, 'object.precondition');
    if (request.headers['content-length'] === undefined) return refuse(reply, 'request.length');
    const size = Number(request.headers['content-length']);
    if (size > OBJECT_BYTES) return refuse(reply, 'body.too_large');
    if (name.kind === EXTENTS && !('create' in condition)) return refuse(reply, 'extent.immutable');
    const body = size === 0 ? Readable.from([]) : request.body;
    // JSON and CBOR are taken elsewhere, and arrive as what they mean.
    if (!(body instanceof Readable)) return refuse(reply, 'request.media_type');
    const result = await putObject(storage, request.caller.account, name, { condition, body, size });
    return result.ok ? told(request, reply, result.value) : refuse(reply, result.error);
  });

  const get = named('get', async (request, reply, name) => {
    const found = await findObject(storage, request.caller.account, name);
    if (!found) return refuse(reply, 'object.missing');
    const range = rangeOf(request.headers.range, found.size);
    reply.headers({ etag: `"${found.rev}"`, 'accept-ranges': 'bytes', 'cache-control': 'no-store', 'content-type': 'application/octet-stream' });
    if (range === 'outside') return refuse(reply.header('content-range', `bytes */${found.size}`), 'object.range');
    if (request.headers['if-none-match'] === `"${found.rev}"`) return reply.code(304).send();
    reply.header('content-length', String(range ? range.end - range.start + 1 : found.size));
    if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${found.size}`);
    if (request.method === 'HEAD') return reply.send();
    if (found.blob !== null) return sendBlob(reply, storage.blobs, found.blob, range ?? { start: 0, end: found.size - 1 });
    return reply.send(await openObject(storage, found, range));
  });

  const remove = named('delete', async (request, reply, name) => {
    if (name.kind === EXTENTS) return refuse(reply, 'extent.immutable');
    const condition = conditionOf(request.headers);
    if (!condition || 'create' in condition) return refuse(reply, 'object.precondition');
    const [outcome] = await admit(storage, request.caller.account, [{ op: 'delete', ...name, condition }]);
    return told(request, reply, outcome!);
  });

  const revisions = named('revisions', async (request, reply, name) => (
    reply.send({ revisions: REVISED.includes(name.kind) ? await listRevisions(storage, request.caller.account, name) : [] })));

  const restore = named('restore', async (request, reply, name) => {
    const condition = conditionOf(request.headers);
    if (!condition) return refuse(reply, 'object.precondition');
    const { rev } = request.params as { rev: string };
    if (!/^\d{1,15}$/.test(rev)) return refuse(reply, 'request.malformed');
    const result = await restoreRevision(storage, request.caller.account, name, { rev: Number(rev), condition });
    return result.ok ? told(request, reply, result.value) : refuse(reply, result.error);
  });

  const answers = { '4xx': Problem, '5xx': Problem };
  const bytes = { consumes: ['application/octet-stream'] };
  for (const url of paths('')) {
    app.put(url, { schema: { tags: ['objects'], summary: 'Create or replace an object', ...bytes, response: { 200: Written, 201: Written, ...answers } } }, put);
    const reading = { exposeHeadRoute: false, schema: { tags: ['objects'], summary: 'The bytes of an object', produces: ['application/octet-stream'] } };
    app.get(url, reading, get);
    app.head(url, reading, get);
    app.delete(url, { schema: { tags: ['objects'], summary: 'Delete an object; a tombstone stays in the feed', response: { 200: Written, ...answers } } }, remove);
  }
  for (const url of paths('/revisions')) app.get(url, { schema: { tags: ['revisions'], summary: 'What an object was', response: { 200: Revisions, ...answers } } }, revisions);
  for (const url of paths('/revisions/:rev/restore')) app.post(url, { schema: { tags: ['revisions'], summary: 'Make a revision the present object again', response: { 200: Written, 201: Written, ...answers } } }, restore);
}
