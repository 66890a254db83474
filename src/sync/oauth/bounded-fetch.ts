// Owns what an answer of a provider may be: ≤ 64 KiB, ≤ 10 s, no redirect, JSON no deeper than 16. Nothing past that is read.
import { isTooDeep } from '../wire/json-depth.ts';
import { BODY } from '../wire/limits.ts';
import { Unreachable } from './failure.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How long a call of the storage API may take: an ordinary one, one that carries content, one that stays open. */
export type StorageFetch = (url: string, init: RequestInit, pace: 'bulk' | 'lasting' | undefined) => Promise<Response>;

export interface BoundedFetchDeps {
  readonly fetch: Fetch;
  /** A signal that aborts after so many ms. */
  readonly deadline: (ms: number) => AbortSignal;
  readonly wait: (ms: number) => Promise<void>;
}

export const ANSWER_BYTES = 64 * 1024;
export const ANSWER_MS = 10_000;
/** The server's own bound for a body. */
const BULK_MS = 10 * 60_000;
const STORAGE_MS = 30_000;
const LATER = [408, 429];
const NO_BODY = [204, 205, 304];
/** Waits before the second and the third try; only what changes nothing is tried again. */
const AGAIN_MS: readonly number[] = [300, 1_200];

async function readBounded(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const bytes = new Uint8Array(ANSWER_BYTES);
  for (let length = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return bytes.slice(0, length);
    if (length + value.length > ANSWER_BYTES) {
      await reader.cancel();
      throw new Error('answer too large');
    }
    bytes.set(value, length);
    length += value.length;
  }
}

async function bounded({ status, headers, body }: Response): Promise<Response> {
  // An opaque redirect has status 0.
  if (status < 200 || (status >= 300 && status < 400)) throw new Error('answer is a redirect');
  if (status >= 500 || LATER.includes(status)) throw new Unreachable();
  const bytes = body ? await readBounded(body) : new Uint8Array();
  if (headers.get('content-type')?.includes('json') && isTooDeep(new TextDecoder().decode(bytes))) throw new Error('answer too deep');
  return new Response(NO_BODY.includes(status) ? null : bytes, { status, headers });
}

/** A fetch for oauth4webapi's `customFetch`. Throws Unreachable where it is worth another try later, Error where the answer is none. */
export function createBoundedFetch({ fetch, deadline, wait }: BoundedFetchDeps): Fetch {
  async function once(url: string, init: RequestInit): Promise<Response> {
    const late = deadline(ANSWER_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, late]) : late;
    let answer: Response;
    try {
      answer = await fetch(url, { ...init, signal, redirect: 'manual', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
    } catch {
      throw new Unreachable();
    }
    try {
      return await bounded(answer);
    } catch (fault) {
      throw signal.aborted ? new Unreachable() : fault;
    }
  }

  return async (url, init) => {
    const waits = (init.method ?? 'GET') === 'GET' ? AGAIN_MS : [];
    for (const ms of waits) {
      try {
        return await once(url, init);
      } catch (fault) {
        if (!(fault instanceof Unreachable) || init.signal?.aborted) throw fault;
      }
      await wait(ms);
    }
    return once(url, init);
  };
}

const lengthOf = ({ body }: RequestInit): number => (typeof body === 'string' ? body.length : body instanceof Uint8Array ? body.byteLength : body instanceof Blob ? body.size : 0);

/** A fetch for the storage API: no redirect, no cookie, no cache, and an end to waiting. The caller bounds what it reads. */
export function createStorageFetch({ fetch, deadline }: Omit<BoundedFetchDeps, 'wait'>): StorageFetch {
  return async (url, init, pace) => {
    const silent = new AbortController();
    const giveUp = (): void => silent.abort();
    // A connection that died unnoticed never answers: a body at the slowest pace that a server takes, and then its word.
    const unanswered = deadline(STORAGE_MS + Math.ceil((lengthOf(init) / BODY.bytesPerSecond) * 1000));
    unanswered.addEventListener('abort', giveUp, { once: true });
    const late = pace === 'lasting' ? [] : [deadline(pace === 'bulk' ? BULK_MS : STORAGE_MS)];
    const signal = AbortSignal.any([...(init.signal ? [init.signal] : []), silent.signal, ...late]);
    try {
      return await fetch(url, { ...init, signal, redirect: 'error', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
    } catch {
      throw new Unreachable();
    } finally {
      unanswered.removeEventListener('abort', giveUp);
    }
  };
}
