// The system database: who lives on this device. In the clear by design: user names and seals (docs/security.md).
import type { Seal } from '../contract/device.ts';
import { addStores, type Migration } from './migrations.ts';
import type { DatabaseSchema } from './schema.ts';

export const SYSTEM_SCHEMA = {
  version: 2,
  stores: {
    meta: { key: 'key', cleared: 'never' },
    users: { key: 'uid', cleared: 'user deleted' },
    attempts: { key: 'uid', cleared: 'user deleted' },
    slots: { key: 'key', indexes: { home: 'home' }, cleared: 'user deleted' },
    deviceKeys: { key: 'home', cleared: 'user deleted' },
    sessions: { key: 'sid', cleared: 'logout' },
    auditKeys: { key: 'home', cleared: 'user deleted' },
    auditInbox: { key: 'key', cleared: 'user deleted' },
  },
} as const satisfies DatabaseSchema;

export const SYSTEM_MIGRATIONS: readonly Migration[] = [
  { to: 2, run: (db) => Promise.resolve(addStores(db, SYSTEM_SCHEMA, 'auditKeys', 'auditInbox')) },
];

export interface UserRow {
  readonly uid: string;
  /** Allocation order; uids are never reused. */
  readonly number: number;
  readonly name: string;
  readonly seal: Seal;
  /** Hex of the home's id. */
  readonly home: string;
  readonly created: number;
  readonly recoveryConfirmed: boolean;
  /** The command that made it: sent again after a takeover, it is done once. */
  readonly command: string;
  /** Set first when a user is deleted, so that a crash half-way is finished at the next start. */
  readonly leaving?: true;
}

/** Wrong secrets of one user; `latest` is the largest time ever seen, so that a clock set back shortens nothing. */
export interface AttemptRow {
  readonly uid: string;
  readonly failures: readonly number[];
  readonly lockedUntil: number;
  readonly nextLockMs: number;
  readonly pinFailures: number;
  readonly latest: number;
}

export interface SlotRow {
  /** `<home hex>/<slot id hex>` */
  readonly key: string;
  readonly home: string;
  readonly kind: string;
  /** The command that made it. */
  readonly command: string;
  /** The slot's CBOR (docs/formats.md). */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface DeviceKeyRow {
  readonly home: string;
  /** A non-extractable HMAC key: half of what opens a PIN slot. */
  readonly key: CryptoKey;
}

export interface SessionRow {
  readonly sid: string;
  readonly uid: string;
  readonly openedAt: number;
  readonly front: boolean;
  /** Times it was locked: keys that a standby got before are void. */
  readonly lockings: number;
}

/** The public key to which notes for a closed home are sealed. */
export interface AuditKeyRow {
  readonly home: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** A note for a closed home, which that home alone can open. */
export interface AuditInboxRow {
  /** `<home hex>/<number>` */
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface SystemMetaRow {
  readonly key: 'term' | 'users' | 'device';
  readonly term?: number;
  /** The number of the last user ever made. */
  readonly lastUser?: number;
  /** Hex of this device's id, for node clocks. */
  readonly device?: string;
}

export type SystemRows = {
  meta: SystemMetaRow; users: UserRow; attempts: AttemptRow; slots: SlotRow; deviceKeys: DeviceKeyRow; sessions: SessionRow;
  auditKeys: AuditKeyRow; auditInbox: AuditInboxRow;
};
