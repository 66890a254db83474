// The storage API as the engine asks it (docs/cloud-api.md). How a request gets its token and its proof is whoever hands
// `send` in; what comes back is checked in answers.ts.
import { encode } from 'cborg';
import { err, ok, type Result } from '../result.ts';
import { batchOf, type BatchAnswer, cappedBody, changesOf, collectedOf, commonOf, jsonOf, missingOf, outcomeOf } from './answers.ts';
import type { Cloud, CloudFailure, Cloudy, OtherChange, Write, WriteOutcome } from './cloud.ts';
import { positionOf } from './feed-cursor.ts';
import { OBJECT_BYTES } from './wire/limits.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface StorageRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below the API's address, with a slash and the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Bytes | Blob | string;
  readonly signal?: AbortSignal;
  /** It carries content, and may take its time; or it stays open for as long as its token holds. */
  readonly pace?: 'bulk' | 'lasting';
}

/** Sends with the account's token; the answer has come but for its body. */
export type Send = (request: StorageRequest) => Promise<Result<Response, CloudFailure>>;

/** An object by itself: what the account keeps beside nodes and extents. */
export interface CloudObject {
  readonly rev: string;
  readonly body: Bytes;
}

/** One collection beside nodes and extents, with a feed of its own. */
export interface CloudCollection {
  /** Only of this collection; `cursor_gone` as for the whole. */
  changes(since: string | undefined): Cloudy<{ readonly next: string; readonly more: boolean; readonly changes: readonly OtherChange[] }>;
  /** In the order asked for; undefined where one is not there now. */
  read(ids: readonly string[]): Cloudy<readonly (CloudObject | undefined)[]>;
  /** `life` of the feed by which their revisions are known: in another nothing is written, and the cursor is gone. */
  write(writes: readonly Write[], life?: string): Cloudy<readonly WriteOutcome[]>;
}

export interface CloudClient extends Cloud {
  collection(name: string): CloudCollection;
  object(collection: string, id: string): Cloudy<CloudObject | undefined>;
  /** False where it was changed meanwhile. */
  putObject(collection: string, id: string, put: { readonly rev?: string | undefined; readonly body: Bytes }): Cloudy<boolean>;
  /** Drops those of the extents that nobody asked about for a day; undefined, and nothing is dropped, where anything that names extents changed after `seen`. */
  collect(ids: readonly string[], seen: number): Cloudy<readonly string[] | undefined>;
  /** Drops nodes, at most as many as a batch has, where each is as it was; the others stay. */
  deleteNodes(nodes: readonly { readonly id: string; readonly rev: string }[]): Cloudy<void>;
  /** False where it was changed meanwhile; what is gone already is well. */
  deleteObject(collection: string, id: string, rev: string): Cloudy<boolean>;
}

/** A record of a node is no larger, and those that are asked for at once no larger together. */
const NODE_BYTES = 2 * 1024 * 1024;
const NODES_BYTES = 16 * 1024 * 1024;
const LATER = [408, 425, 429];
const CBOR = { 'content-type': 'application/cbor', accept: 'application/cbor' };
const JSON_TYPE = { 'content-type': 'application/json' };
const BYTES = { 'content-type': 'application/octet-stream' };

/** Of statuses that mean the same for every call. */
function failureOf(status: number): CloudFailure {
  if (status >= 500 ? status !== 507 : LATER.includes(status)) return 'unreachable';
  if (status === 401 || status === 403) return 'signed_out';
  return status === 410 ? 'cursor_gone' : status === 507 ? 'quota' : 'protocol';
}

async function refused<T>(response: Response): Promise<Result<T, CloudFailure>> {
  await response.body?.cancel().catch(() => undefined);
  return err(failureOf(response.status));
}

/** A stream that breaks off in the midst of a body has not answered. */
async function read<T>(work: () => Promise<T | undefined>): Promise<Result<T, CloudFailure>> {
  try {
    const value = await work();
    return value === undefined ? err('protocol') : ok(value);
  } catch {
    return err('unreachable');
  }
}

/** Tells of each event that names changes; `: comments` and anything else is passed over. */
async function eachEvent(body: ReadableStream<Bytes>, changed: () => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let line = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    // Only what an event is called counts, so that a line of any length is never held.
    for (const char of decoder.decode(part.value, { stream: true })) {
      if (char !== '\n') {
        if (line.length < 32) line += char;
        continue;
      }
      if (line === 'event: changes') changed();
      line = '';
    }
  }
}

/** Requests that several calls make alike. */
function requestsOver(send: Send) {
  async function batch(operations: readonly Readonly<Record<string, unknown>>[], life?: string): Promise<Result<readonly BatchAnswer[], CloudFailure>> {
    const response = await send({ method: 'POST', path: `/batch${life === undefined ? '' : `?life=${encodeURIComponent(life)}`}`, headers: CBOR, body: new Uint8Array(encode(operations)), pace: 'bulk' });
    if (!response.ok) return response;
    return response.value.status === 200 ? read(() => batchOf(response.value, operations.length)) : refused(response.value);
  }

  async function json<T>(request: StorageRequest, parse: (said: unknown) => T | undefined): Promise<Result<T, CloudFailure>> {
    const response = await send(request);
    if (!response.ok) return response;
    return response.value.status === 200 ? read(async () => parse(await jsonOf(response.value))) : refused(response.value);
  }

  async function bytes(path: string, most = OBJECT_BYTES): Cloudy<CloudObject | undefined> {
    const response = await send({ method: 'GET', path, pace: 'bulk' });
    if (!response.ok) return response;
    const { status, headers } = response.value;
    if (status === 404) {
      await response.value.body?.cancel();
      return ok(undefined);
    }
    if (status !== 200) return refused(response.value);
    const body = await read(() => cappedBody(response.value, most));
    return body.ok ? ok({ rev: headers.get('etag')?.replaceAll('"', '') ?? '', body: body.value }) : body;
  }

  /** False where it was changed meanwhile. */
  async function swap(request: StorageRequest, well: readonly number[]): Cloudy<boolean> {
    const response = await send(request);
    if (!response.ok) return response;
    const { status } = response.value;
    if (status !== 412 && !well.includes(status)) return refused(response.value);
    await response.value.body?.cancel();
    return ok(status !== 412);
  }

  /** A record that did not fit into the batch's answer, by itself. */
  async function alone(collection: string, id: string, answer: BatchAnswer): Cloudy<CloudObject | undefined> {
    if (answer.status === 413) return bytes(`/objects/${collection}/${id}`, NODE_BYTES);
    if (answer.status === 404) return ok(undefined);
    return answer.status === 200 && answer.rev !== undefined && answer.body ? ok({ rev: answer.rev, body: answer.body }) : err('protocol');
  }

  async function found(collection: string, ids: readonly string[]): Cloudy<readonly (CloudObject | undefined)[]> {
    const answers = await batch(ids.map((id) => ({ op: 'get', collection, id })));
    if (!answers.ok) return answers;
    const all: (CloudObject | undefined)[] = [];
    let room = NODES_BYTES;
    for (const [at, id] of ids.entries()) {
      const one = await alone(collection, id, answers.value[at]!);
      if (!one.ok) return one;
      room -= one.value?.body.length ?? 0;
      // What was asked for together is small together, unless the server said otherwise.
      if (room < 0) return err('protocol');
      all.push(one.value);
    }
    return ok(all);
  }

  async function written(collection: string, writes: readonly Write[], life?: string): Cloudy<readonly WriteOutcome[]> {
    const answers = await batch(writes.map((write) => ({
      op: 'put', collection, id: write.id, body: write.body, ...(write.baseRev !== undefined && { ifMatch: write.baseRev }),
    })), life);
    return answers.ok ? ok(answers.value.map(outcomeOf)) : answers;
  }

  async function deleted(collection: string, objects: readonly { readonly id: string; readonly rev: string }[]): Cloudy<void> {
    const answers = await batch(objects.map(({ id, rev }) => ({ op: 'delete', collection, id, ifMatch: rev })));
    return answers.ok ? ok() : answers;
  }

  return { json, bytes, swap, found, written, deleted };
}

const changesPath = (since: string | undefined): string => `/changes${since === undefined ? '' : `?since=${encodeURIComponent(since)}`}`;

export function createCloudClient(send: Send): CloudClient {
  const { json, bytes, swap, found, written, deleted } = requestsOver(send);
  return {
    changes: (since) => json({ method: 'GET', path: changesPath(since) }, changesOf),

    async common(since) {
      const response = await send({ method: 'GET', path: changesPath(since) });
      if (!response.ok) return response;
      if (response.value.status === 200) {
        await response.value.body?.cancel();
        return ok(positionOf(since).seq);
      }
      if (response.value.status !== 410) return refused(response.value);
      return ok(commonOf(await jsonOf(response.value).catch(() => undefined)));
    },

    nodes: (ids) => found('nodes', ids),
    write: (writes, life) => written('nodes', writes, life),
    deleteNodes: (nodes) => deleted('nodes', nodes),

    collection: (name) => ({
      read: (ids) => found(name, ids),
      write: (writes, life) => written(name, writes, life),
      async changes(since) {
        const page = await json({ method: 'GET', path: `/changes?collection=${encodeURIComponent(name)}${since === undefined ? '' : `&since=${encodeURIComponent(since)}`}` }, changesOf);
        return page.ok ? ok({ next: page.value.next, more: page.value.more, changes: page.value.others.filter(({ collection }) => collection === name) }) : page;
      },
    }),

    missing: (ids) => json({ method: 'POST', path: '/extents/missing', headers: JSON_TYPE, body: JSON.stringify({ ids }) }, (said) => missingOf(said, ids)),

    async putExtent(id, body) {
      const response = await send({ method: 'PUT', path: `/objects/extents/${id}`, headers: { ...BYTES, 'if-none-match': '*' }, body, pace: 'bulk' });
      if (!response.ok) return response;
      if (response.value.status !== 200 && response.value.status !== 201) return refused(response.value);
      await response.value.body?.cancel();
      return ok();
    },

    async extent(id) {
      const found = await bytes(`/objects/extents/${id}`);
      return found.ok ? ok(found.value?.body) : found;
    },

    async watch(since, changed, signal) {
      const response = await send({ method: 'GET', path: `/changes/stream${since === undefined ? '' : `?since=${encodeURIComponent(since)}`}`, headers: { accept: 'text/event-stream' }, signal, pace: 'lasting' });
      if (!response.ok) return response;
      const { status, body } = response.value;
      if (status !== 200 || !body) return refused(response.value);
      try {
        await eachEvent(body, changed);
        return ok();
      } catch {
        return err(signal.aborted ? 'aborted' : 'unreachable');
      }
    },

    async collect(ids, seen) {
      const response = await send({ method: 'POST', path: '/extents/collect', headers: JSON_TYPE, body: JSON.stringify({ ids, seen }) });
      if (!response.ok) return response;
      const { status } = response.value;
      if (status !== 200 && status !== 409) return refused(response.value);
      if (status === 200) return read(async () => collectedOf(await jsonOf(response.value), ids));
      await response.value.body?.cancel();
      return ok(undefined);
    },

    object: (collection, id) => bytes(`/objects/${collection}/${id}`),

    deleteObject: (collection, id, rev) => swap({ method: 'DELETE', path: `/objects/${collection}/${id}`, headers: { 'if-match': `"${rev}"` } }, [200, 404]),

    putObject: (collection, id, { rev, body }) =>
      swap({ method: 'PUT', path: `/objects/${collection}/${id}`, headers: { ...BYTES, ...(rev === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${rev}"` }) }, body }, [200, 201]),
  };
}
