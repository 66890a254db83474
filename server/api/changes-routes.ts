// Owns the change feed, by pages and as a stream of server-sent events that lasts as long as its token holds.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { err, type Result } from '../../src/result.ts';
import { APP_STREAMS, CHANGES_PAGE, HEARTBEAT_MS, STREAMS } from '../../src/sync/wire/limits.ts';
import type { ProblemCode } from '../../src/sync/wire/problems.ts';
import { type ChangesPage, commonWithCursor, type FeedQuery, readChanges } from '../storage/feed.ts';
import type { Storage } from '../storage/storage.ts';
import { allows, askerOf, type Caller } from './access.ts';
import { type ProblemDetails, problemOf, refuse } from './problem.ts';
import { Changes, ChangesQuery, Problem } from './schemas.ts';
import type { Watch } from './watch.ts';

export interface Feed { readonly storage: Storage; readonly generation: string; readonly watch: Watch; readonly streams: Set<() => void>; readonly every: (ms: number, work: () => void) => () => void }

/** A revoked token's stream is sent nothing more, and ends within this. */
const RECHECK_MS = 500;

interface ChangesQueryString { since?: string; limit?: string; collection?: string }

/** Whoever is bound to a collection sees that one, whatever is asked for. */
const queryOf = (caller: Caller, { since, limit, collection }: ChangesQueryString) => ({
  account: caller.account, since, limit: Math.min(Number(limit ?? CHANGES_PAGE), CHANGES_PAGE), collection: caller.binding?.collection ?? collection,
});

/** A page, or why not; whoever must start anew hears what of their changes is still there. */
async function pageOf({ storage: { rows }, generation }: Feed, query: FeedQuery): Promise<Result<ChangesPage, { readonly code: ProblemCode; readonly details: ProblemDetails }>> {
  const page = await readChanges(rows, generation, query);
  return page.ok ? page : err({ code: page.error, details: page.error === 'changes.cursor_gone' ? { common: await commonWithCursor(rows, generation, query) } : {} });
}

/** Until it may be written to again, or is over. */
const drained = (raw: FastifyReply['raw']): Promise<void> => new Promise((resolve) => {
  const settle = () => {
    raw.off('drain', settle).off('close', settle);
    resolve();
  };
  raw.on('drain', settle).on('close', settle);
});

/** Writes pages as they come: an event a page, its cursor as the event's id. */
function stream(feed: Feed, caller: Caller, reply: FastifyReply, { since, collection }: ChangesQueryString): void {
  const { storage, watch, streams, every } = feed;
  const { raw } = reply;
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  raw.write(': here\n\n');
  const stops: (() => void)[] = [];
  const end = () => {
    for (const stop of stops.splice(0)) stop();
    streams.delete(end);
    raw.end();
  };
  let cursor = since;
  let sending = false;
  let again = false;
  const send = async (): Promise<void> => {
    for (let more = true; more && !raw.writableEnded;) {
      if (!await caller.stillHolds()) {
        end();
        return;
      }
      const page = await pageOf(feed, queryOf(caller, { ...(collection !== undefined && { collection }), ...(cursor !== undefined && { since: cursor }) }));
      if (!page.ok) {
        raw.write(`event: problem\ndata: ${JSON.stringify(problemOf(page.error.code, page.error.details))}\n\n`);
        end();
        return;
      }
      const first = cursor === undefined;
      cursor = page.value.next;
      more = page.value.more;
      if (first || page.value.changes.length > 0) raw.write(`id: ${cursor}\nevent: changes\ndata: ${JSON.stringify(page.value)}\n\n`);
      // A reader that does not read is not written to.
      if (raw.writableNeedDrain) await drained(raw);
    }
  };
  const changed = (): void => {
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    send().catch(end).finally(() => {
      sending = false;
      if (!again) return;
      again = false;
      changed();
    });
  };
  const recheck = async (): Promise<void> => { if (storage.clock() >= caller.expiresAt || !await caller.stillHolds()) end(); };
  stops.push(
    watch.subscribe({ account: caller.account, asker: askerOf(caller) }, 0, changed),
    every(HEARTBEAT_MS, () => { raw.write(': still here\n\n'); }),
    every(RECHECK_MS, () => { recheck().catch(end); }),
  );
  streams.add(end);
  raw.once('close', end);
  changed();
}

export function changesRoutes(app: FastifyInstance, feed: Feed): void {
  app.get('/v1/changes', { schema: { tags: ['changes'], summary: 'What changed after a cursor', querystring: ChangesQuery, response: { 200: Changes, '4xx': Problem, '5xx': Problem } } }, async (request, reply) => {
    if (!allows(request.caller, 'changes')) return refuse(reply, 'access.scope');
    const page = await pageOf(feed, queryOf(request.caller, request.query as ChangesQueryString));
    return page.ok ? reply.header('cache-control', 'no-store').send(page.value) : refuse(reply, page.error.code, page.error.details);
  });
  app.get('/v1/changes/stream', { schema: { tags: ['changes'], summary: 'The same as server-sent events', querystring: ChangesQuery, produces: ['text/event-stream'] } }, async (request, reply) => {
    if (!allows(request.caller, 'changes')) return refuse(reply, 'access.scope');
    if (feed.watch.watching(askerOf(request.caller)) >= (request.caller.binding ? APP_STREAMS : STREAMS)) return refuse(reply, 'request.too_many', { retryAfterMs: HEARTBEAT_MS });
    stream(feed, request.caller, reply, request.query as ChangesQueryString);
    return reply;
  });
}
