// Reads what a storage server answers: capped before it is held, checked field by field. Nothing of it is taken on trust.
import { decode } from 'cborg';
import { EXTENTS, isIdOf, kindOf } from './wire/collections.ts';
import { BATCH_BYTES, BATCH_OPERATIONS, CHANGES_PAGE, EXTENTS_NAMED, JSON_BYTES } from './wire/limits.ts';
import { positionOf } from './feed-cursor.ts';
import { isTooDeep } from './wire/json-depth.ts';
import type { ChangesPage, OtherChange, WriteOutcome, Missing } from './cloud.ts';
import type { RemoteChange } from './reconciler.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a batch may say beside the bytes in it. */
const BATCH_ROOM = 256 * 1024;
const REV = /^\d{1,15}$/;
const CURSOR = /^[0-9a-f]{16}\.\d{1,15}$/;
const EXTENT_ID = /^[0-9a-f]{64}$/;

/** The body, or undefined where it is longer than `most`; it is not read further than that. */
export async function cappedBody(response: Response, most: number): Promise<Bytes | undefined> {
  if (Number(response.headers.get('content-length') ?? 0) > most) {
    await response.body?.cancel();
    return undefined;
  }
  const parts: Bytes[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    length += read.value.length;
    if (length > most) {
      await reader?.cancel();
      return undefined;
    }
    parts.push(read.value);
  }
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** JSON of a bounded size and depth; undefined for anything else. */
export async function jsonOf(response: Response): Promise<unknown> {
  const bytes = await cappedBody(response, JSON_BYTES);
  if (!bytes) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined);
const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Undefined for a change that is none. */
function changeOf(said: unknown): (RemoteChange & OtherChange) | undefined {
  const [collection, id, rev, size, deleted, seq] = ['collection', 'id', 'rev', 'size', 'deleted', 'seq'].map((name) => field(said, name));
  const kind = typeof collection === 'string' ? kindOf(collection) : undefined;
  if (typeof collection !== 'string' || !kind || kind === EXTENTS || typeof id !== 'string' || !isIdOf(kind, id)) return undefined;
  if (!isText(rev, REV) || !isCount(size) || !isCount(seq) || typeof deleted !== 'boolean') return undefined;
  return { collection, id, rev, size, deleted, seq };
}

/** A page of the feed; undefined where one part of it is not as it should be. */
export function changesOf(said: unknown): ChangesPage | undefined {
  const [next, more, changes] = ['next', 'more', 'changes'].map((name) => field(said, name));
  if (!isText(next, CURSOR) || typeof more !== 'boolean' || !Array.isArray(changes) || changes.length > CHANGES_PAGE) return undefined;
  const all = changes.map(changeOf).filter((change) => change !== undefined);
  // None is later than where the page ends: what it says of a node is how far that was taken.
  if (all.length < changes.length || all.some(({ seq }) => seq > positionOf(next).seq)) return undefined;
  return {
    next, more,
    nodes: all.filter(({ collection }) => collection === 'nodes').map(({ id, rev, size, deleted, seq }) => ({ id, rev, size, deleted, seq })),
    others: all.filter(({ collection }) => collection !== 'nodes').map(({ collection, id, rev, size, deleted }) => ({ collection, id, rev, size, deleted })),
  };
}

/** What is left of the changes that were read by a cursor that is gone. */
export function commonOf(said: unknown): number | undefined {
  const common = field(said, 'common');
  return isCount(common) ? common : undefined;
}

/** Some of the extents that were asked about. */
function extentsIn(said: unknown, name: string, asked: readonly string[]): readonly string[] | undefined {
  const ids = field(said, name);
  if (!Array.isArray(ids) || ids.length > EXTENTS_NAMED || !ids.every((id) => isText(id, EXTENT_ID))) return undefined;
  const known = new Set(asked);
  return ids.every((id: string) => known.has(id)) ? (ids as string[]) : undefined;
}

/** Which extents are missing, and for how many bytes there is room. */
export function missingOf(said: unknown, asked: readonly string[]): Missing | undefined {
  const [missing, room] = [extentsIn(said, 'missing', asked), field(said, 'room')];
  return missing && { missing, ...(isCount(room) && { room }) };
}
/** Which extents were dropped. */
export const collectedOf = (said: unknown, asked: readonly string[]): readonly string[] | undefined => extentsIn(said, 'collected', asked);

/** What a batch says of one operation. */
export interface BatchAnswer {
  readonly status: number;
  readonly rev: string | undefined;
  readonly body: Bytes | undefined;
  readonly code: string | undefined;
}

function batchAnswerOf(said: unknown): BatchAnswer | undefined {
  if (!(said instanceof Map)) return undefined;
  const [status, rev, body, code] = ['status', 'rev', 'body', 'code'].map((name): unknown => said.get(name));
  if (!isCount(status) || (rev !== undefined && !isText(rev, REV)) || (body !== undefined && !(body instanceof Uint8Array)) || (code !== undefined && typeof code !== 'string')) return undefined;
  return { status, rev, body: body && new Uint8Array(body), code };
}

/** The answers of a batch, as many as were asked for. */
export async function batchOf(response: Response, asked: number): Promise<readonly BatchAnswer[] | undefined> {
  const bytes = await cappedBody(response, BATCH_BYTES + BATCH_ROOM);
  if (!bytes || asked > BATCH_OPERATIONS) return undefined;
  try {
    const said: unknown = decode(bytes, { useMaps: true, strict: true, allowIndefinite: false, allowUndefined: false, rejectDuplicateMapKeys: true });
    const answers = Array.isArray(said) && said.length === asked ? said.map(batchAnswerOf) : [undefined];
    return answers.includes(undefined) ? undefined : (answers as BatchAnswer[]);
  } catch {
    return undefined;
  }
}

const WHY: Readonly<Record<number, 'conflict' | 'quota'>> = { 412: 'conflict', 507: 'quota' };

export function outcomeOf({ status, rev }: BatchAnswer): WriteOutcome {
  if ((status === 200 || status === 201) && rev !== undefined) return { done: true, rev };
  return { done: false, why: WHY[status] ?? 'refused' };
}
