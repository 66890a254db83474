// The audit log of an open home: sealed entries, each number bound into its seal, each bound to all before it by a chain of
// SHA-256. Head, count and the point from which entries are kept lie sealed beside them, in the same transaction: a cut tail shows
// (docs/audit.md).
import { type Bytes, concat, equal, toHex, u64 } from '../../crypto/bytes.ts';
import { isBytes, isUint } from '../../crypto/canonical-cbor.ts';
import { sha256 } from '../../crypto/digest.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import type { AuditCheck, AuditEntry, AuditPage } from '../contract/audit.ts';
import { AUDIT } from '../contract/limits.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { type AuditNote, noteFields, noteOf } from './audit-entry.ts';

/** What is sealed under `audit` in the home. */
export interface ChainHead {
  /** Number of the newest entry. */
  readonly last: number;
  /** Of the oldest that is kept; the chain before it is summed up in `base`. */
  readonly first: number;
  readonly head: Bytes;
  readonly base: Bytes;
  /** Notes that were taken down while the home was closed open with it. */
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

export interface AuditChain {
  readonly state: ChainHead;
  append(notes: readonly AuditNote[]): Promise<void>;
  list(before: number, limit: number): Promise<AuditPage>;
  check(): Promise<AuditCheck>;
}

export const HEAD_ROW = 'audit';
const NO_ID = new Uint8Array(0);
const keyOf = (number: number): string => String(number).padStart(12, '0');
const idOf = (number: number): Bytes => concat(u64(number), u64(0));
const link = (before: Bytes, bytes: Bytes): Promise<Bytes> => sha256(concat(before, bytes));

/** `damaged` where there is a head that does not open. */
export async function readHead({ db, keys, aead, homeId }: MountedHome): Promise<ChainHead | 'none' | 'damaged'> {
  const row = await db.read(['sealed'], (tx) => tx.get('sealed', HEAD_ROW));
  if (!row) return 'none';
  const map = openFields(aead, await domainKey(keys, 'audit'), { kind: 'audit', homeId, id: NO_ID }, row.bytes);
  if (!map.ok) return 'damaged';
  const [last, first, head, base, publicKey, privateKey] = ['last', 'first', 'head', 'base', 'publicKey', 'privateKey'].map((name) => map.value.get(name));
  if (!isUint(last) || !isUint(first) || ![head, base, publicKey, privateKey].every((each) => isBytes(each, 32))) return 'damaged';
  return { last, first, head, base, publicKey, privateKey } as ChainHead;
}

export async function createAuditChain({ db, keys, aead, homeId }: MountedHome, random: Random, begin: ChainHead): Promise<AuditChain> {
  const key = await domainKey(keys, 'audit');
  let state = begin;
  const seal = (id: Bytes, fields: Parameters<typeof sealFields>[3]) => sealFields({ aead, random }, key, { kind: 'audit', homeId, id }, fields);

  function opened(number: number, bytes: Bytes): AuditEntry | undefined {
    const map = openFields(aead, key, { kind: 'audit', homeId, id: idOf(number) }, bytes);
    const note = map.ok ? noteOf(map.value) : undefined;
    return note && { number, ...note };
  }

  /** The oldest go, in one go of many, once there are more than may be kept. */
  async function checkpoint(last: number): Promise<Pick<ChainHead, 'first' | 'base'>> {
    if (last - state.first + 1 <= AUDIT.entries) return state;
    const first = last - AUDIT.entries + AUDIT.dropped + 1;
    const rows = await db.read(['audit'], (tx) => tx.list('audit', { limit: first - state.first }));
    let { base } = state;
    for (const { bytes } of rows) base = await link(base, bytes);
    return { first, base };
  }

  return {
    get state() { return state; },
    async append(notes) {
      const rows = notes.map((note, index) => ({ key: keyOf(state.last + 1 + index), bytes: seal(idOf(state.last + 1 + index), noteFields(note)) }));
      let { head } = state;
      for (const { bytes } of rows) head = await link(head, bytes);
      const last = state.last + rows.length;
      const next: ChainHead = { ...state, ...await checkpoint(last), last, head };
      const headRow = { key: HEAD_ROW, bytes: seal(NO_ID, { ...next }) };
      await db.write(['sealed', 'audit'], async (tx) => {
        for (const row of rows) await tx.put('audit', row);
        for (let number = state.first; number < next.first; number += 1) await tx.remove('audit', keyOf(number));
        await tx.put('sealed', headRow);
      });
      state = next;
    },
    async list(before, limit) {
      const upTo = Math.min(before - 1, state.last);
      const from = Math.max(state.first, upTo - limit + 1);
      const rows = upTo < from ? [] : await db.read(['audit'], (tx) => tx.list('audit', { after: keyOf(from - 1), limit: upTo - from + 1 }));
      const entries = rows.flatMap(({ key: name, bytes }) => opened(Number(name), bytes) ?? []);
      return { entries: entries.reverse(), first: state.first, last: state.last };
    },
    async check() {
      const { first, last, head } = state;
      let at = state.base;
      for (let number = first; number <= last;) {
        const rows = await db.read(['audit'], (tx) => tx.list('audit', { after: keyOf(number - 1), limit: AUDIT.window }));
        for (const { key: name, bytes } of rows) {
          if (name !== keyOf(number) || number > last || !opened(number, bytes)) return { whole: false, first, last, brokenAt: number, head: toHex(head) };
          at = await link(at, bytes);
          number += 1;
        }
        if (rows.length === 0) return { whole: false, first, last, brokenAt: number, head: toHex(head) };
      }
      return equal(at, head) ? { whole: true, first, last, head: toHex(head) } : { whole: false, first, last, brokenAt: last, head: toHex(head) };
    },
  };
}
