// Owns what becomes of each write: pure, over the rows that the writes name. The rules are those of docs/cloud-api.md,
// "Objects"; admit.ts loads what this needs and writes what it leaves, in one transaction.
import { EXTENTS, type Kind, NAMING, REVISED } from '../../src/sync/wire/collections.ts';
import { type AccountState, chargedOf, counted, type Usage, type UsageKind } from './account-state.ts';

/** Where bytes lie: in the row, or in the blob store. */
export interface Bytes { readonly size: number; readonly sha256: string; readonly inline: Uint8Array | null; readonly blob: string | null }

/** What is kept of an object without its bytes in memory. */
export interface Stored { readonly seq: number | null; readonly deleted: boolean; readonly size: number; readonly sha256: string; readonly blob: string | null }

/** `create` is `If-None-Match: *`; `rev` is `If-Match`. */
export type Condition = { readonly create: true } | { readonly rev: string };

interface Named { readonly kind: Kind; readonly collection: string; readonly id: string }
export interface Put extends Named { readonly op: 'put'; readonly condition: Condition; readonly bytes: Bytes }
export interface Delete extends Named { readonly op: 'delete'; readonly condition: { readonly rev: string } }
export type Write = Put | Delete;

export type Refusal = 'object.conflict' | 'object.missing' | 'quota.bytes' | 'quota.objects';
export type Outcome =
  | { readonly done: 'created' | 'replaced' | 'unchanged' | 'deleted'; readonly rev: string; readonly seq: number }
  | { readonly refused: Refusal; /** The present revision, where there is one. */ readonly rev?: string };

/** What one write does to the rows. `revision` says that what was there is kept, under the number it had. */
export interface Effect {
  readonly write: Write;
  readonly next: Stored;
  readonly former: Stored | undefined;
  readonly revision: boolean;
}

export interface Decision { readonly outcome: Outcome; readonly state: AccountState; readonly effect?: Effect; /** An extent that somebody has again. */ readonly touched?: true }

/** Extents never change, so they have one revision. */
export const EXTENT_REV = '1';
export const revOf = (kind: Kind, stored: Stored): string => kind === EXTENTS ? EXTENT_REV : String(stored.seq);

const live = (stored: Stored | undefined): Stored | undefined => stored?.deleted === false ? stored : undefined;

function conflict(write: Write, present: Stored | undefined): Outcome | undefined {
  const rev = present && revOf(write.kind, present);
  if ('create' in write.condition) return rev === undefined ? undefined : { refused: 'object.conflict', rev };
  if (rev === undefined) return write.op === 'delete' ? { refused: 'object.missing' } : { refused: 'object.conflict' };
  return write.condition.rev === rev ? undefined : { refused: 'object.conflict', rev };
}

/** What the change adds and frees; what was there moves to `revisions` where that is kept. */
function usageAfter(usage: Usage, write: Write, stored: Stored | undefined, keeps: boolean): Usage {
  const present = live(stored);
  const steps: readonly (readonly [UsageKind, number, number] | false)[] = [
    present !== undefined && [write.kind, -present.size, -1],
    present !== undefined && keeps && ['revisions', present.size, 1],
    stored?.deleted === true && ['tombstones', 0, -1],
    write.op === 'put' ? [write.kind, write.bytes.size, 1] : ['tombstones', 0, 1],
  ];
  return steps.reduce((sum, step) => step === false ? sum : counted(sum, ...step), usage);
}

/** Revisions and tombstones are many only where somebody makes them for their own sake. */
const FORMER_PER_OBJECT = 4;

/** A put that needs no more than there was is always admitted: a quota may have been lowered. */
function overQuota(state: AccountState, usage: Usage, creates: boolean): Outcome | undefined {
  const after = chargedOf(usage);
  const before = chargedOf(state.usage);
  if (after.bytes > state.quota.bytes && after.bytes > before.bytes) return { refused: 'quota.bytes' };
  // A deletion is never refused: what is made in order to be deleted is.
  const most = state.quota.objects * FORMER_PER_OBJECT;
  const isOver = (after.former > most && after.former > before.former) || (creates && before.former >= most);
  if (isOver || (after.objects > state.quota.objects && after.objects > before.objects)) return { refused: 'quota.objects' };
  return undefined;
}

const sameBytes = (write: Put, present: Stored): boolean => present.sha256 === write.bytes.sha256 && present.size === write.bytes.size;

function unchanged(state: AccountState, write: Put, present: Stored): Decision {
  const outcome = { done: 'unchanged', rev: revOf(write.kind, present), seq: present.seq ?? state.seq } as const;
  return write.kind === EXTENTS ? { outcome, state, touched: true } : { outcome, state };
}

/** What becomes of one write, in an account and over what is stored under its id (tombstones too). */
export function decide(state: AccountState, stored: Stored | undefined, write: Write): Decision {
  const present = live(stored);
  // An answer that got lost is no conflict: the same bytes again are well.
  if (write.op === 'put' && present && sameBytes(write, present)) return unchanged(state, write, present);
  const refused = conflict(write, present);
  if (refused) return { outcome: refused, state };
  const keeps = present !== undefined && REVISED.includes(write.kind);
  const usage = usageAfter(state.usage, write, stored, keeps);
  const over = write.op === 'put' ? overQuota(state, usage, stored === undefined) : undefined;
  if (over) return { outcome: over, state };
  const seq = write.kind === EXTENTS ? null : state.seq + 1;
  const after: AccountState = { ...state, usage, seq: seq ?? state.seq, namingSeq: seq !== null && NAMING.includes(write.kind) ? seq : state.namingSeq };
  const next: Stored = write.op === 'put'
    ? { seq, deleted: false, size: write.bytes.size, sha256: write.bytes.sha256, blob: write.bytes.blob }
    : { seq, deleted: true, size: 0, sha256: '', blob: null };
  const done = write.op === 'delete' ? 'deleted' : present ? 'replaced' : 'created';
  return { outcome: { done, rev: revOf(write.kind, next), seq: after.seq }, state: after, effect: { write, next, former: stored, revision: keeps } };
}
