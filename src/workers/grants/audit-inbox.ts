// Notes for a home that is closed: sealed to its own key, so that nobody at this device can read them, and chained when it opens
// (docs/audit.md). What lies here in the clear is how many there are.
import { type Bytes, equal, fromHex, utf8 } from '../../crypto/bytes.ts';
import { decodeMap, encodeMap } from '../../crypto/canonical-cbor.ts';
import { type BoxKeys, type BoxName, openBox, sealToBox } from '../../crypto/hpke-box.ts';
import { AUDIT } from '../contract/limits.ts';
import type { Database } from '../store/database.ts';
import type { SystemRows } from '../store/system-schema.ts';
import { type AuditNote, noteFields, noteOf } from './audit-entry.ts';

export interface AuditInbox {
  /** Leaves a note for a home, by its hex id; past a bound, or for a home that never opened here, none is taken. */
  leave(home: string, note: AuditNote): Promise<void>;
  /** What was left, in order; `unreadable` counts what does not open. */
  collect(home: string, keys: BoxKeys): Promise<{ readonly notes: readonly AuditNote[]; readonly unreadable: number }>;
  /** Drops what was collected. */
  empty(home: string): Promise<void>;
  /** The key that notes are sealed to; false where another one had been there. */
  publish(home: string, publicKey: Bytes): Promise<boolean>;
}

const nameOf = (home: string): BoxName => ({ info: utf8('nexus/audit-inbox/v1'), aad: fromHex(home, 16) ?? new Uint8Array(0) });
const keyOf = (home: string, number: number): string => `${home}/${String(number).padStart(4, '0')}`;

export function createAuditInbox(db: Database<SystemRows>): AuditInbox {
  const list = (home: string) => db.read(['auditInbox'], (tx) => tx.list('auditInbox', { prefix: `${home}/` }));

  return {
    async leave(home, note) {
      const box = await db.read(['auditKeys'], (tx) => tx.get('auditKeys', home));
      if (!box) return;
      const bytes = await sealToBox(box.publicKey, nameOf(home), encodeMap({ v: 1, ...noteFields(note) }));
      await db.write(['auditInbox'], async (tx) => {
        const count = (await tx.keys('auditInbox', { prefix: `${home}/` })).length;
        if (count < AUDIT.inbox) await tx.put('auditInbox', { key: keyOf(home, count), bytes });
      });
    },
    async collect(home, keys) {
      const rows = await list(home);
      const notes: AuditNote[] = [];
      for (const { bytes } of rows) {
        const plain = await openBox(keys, nameOf(home), bytes);
        const map = plain && decodeMap(plain, 'audit');
        const note = map?.ok ? noteOf(map.value) : undefined;
        if (note) notes.push(note);
      }
      return { notes, unreadable: rows.length - notes.length };
    },
    empty: (home) => db.write(['auditInbox'], (tx) => tx.remove('auditInbox', { prefix: `${home}/` })),
    async publish(home, publicKey) {
      const before = await db.read(['auditKeys'], (tx) => tx.get('auditKeys', home));
      if (before && equal(before.publicKey, publicKey)) return true;
      await db.write(['auditKeys'], (tx) => tx.put('auditKeys', { home, publicKey }));
      return before === undefined;
    },
  };
}
