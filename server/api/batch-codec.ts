// Owns the bytes of a batch: CBOR in, checked field by field; CBOR out.
import { decode, encode } from 'cborg';
import { EXTENTS, isIdOf, kindOf } from '../../src/sync/wire/collections.ts';
import { BATCH_OPERATIONS } from '../../src/sync/wire/limits.ts';
import type { ObjectName } from '../storage/objects.ts';

export type Operation = ObjectName & (
  | { readonly op: 'put'; readonly ifMatch: string | undefined; readonly body: Uint8Array }
  | { readonly op: 'delete'; readonly ifMatch: string }
  | { readonly op: 'get' });

export interface Answer { readonly status: number; readonly rev?: string | undefined; readonly seq?: number; readonly body?: Uint8Array; readonly code?: string }

const FIELDS = ['op', 'collection', 'id', 'ifMatch', 'body'];
const REV = /^\d{1,15}$/;

function decoded(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, { useMaps: true, strict: true, allowIndefinite: false, allowUndefined: false, allowNaN: false, allowInfinity: false, rejectDuplicateMapKeys: true });
  } catch {
    // What is too deep for the stack is as malformed as what is no CBOR.
    return undefined;
  }
}

function operationOf(value: unknown): Operation | undefined {
  if (!(value instanceof Map) || ![...value.keys()].every((key) => FIELDS.includes(key as string))) return undefined;
  const fields = Object.fromEntries(value) as Record<string, unknown>;
  const { op, collection, id, ifMatch, body } = fields;
  const kind = typeof collection === 'string' ? kindOf(collection) : undefined;
  if (kind === undefined || typeof id !== 'string' || !isIdOf(kind, id)) return undefined;
  const name = { kind, collection: collection as string, id };
  const rev = typeof ifMatch === 'string' && REV.test(ifMatch) ? ifMatch : undefined;
  if (ifMatch !== undefined && (rev === undefined || kind === EXTENTS)) return undefined;
  if (op === 'put') return body instanceof Uint8Array ? { op, ...name, ifMatch: rev, body } : undefined;
  if (body !== undefined) return undefined;
  if (op === 'delete') return rev === undefined ? undefined : { op, ...name, ifMatch: rev };
  return op === 'get' && rev === undefined ? { op, ...name } : undefined;
}

/** The operations of a batch; undefined for what is none, and where one object is named twice. */
export function readBatch(bytes: Uint8Array): readonly Operation[] | undefined {
  const value = decoded(bytes);
  if (!Array.isArray(value) || value.length > BATCH_OPERATIONS) return undefined;
  const operations = value.map(operationOf);
  const names = new Set(operations.map((each) => each && `${each.collection}/${each.id}`));
  return operations.every((each) => each !== undefined) && names.size === operations.length ? operations : undefined;
}

/** The answers as CBOR; absent fields are left out. */
export function writeAnswers(answers: readonly Answer[]): Uint8Array {
  return encode(answers.map((answer) => Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined))));
}
