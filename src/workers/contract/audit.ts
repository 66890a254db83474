// The audit log as pages see it: who did what, when, and what came of it. Ids and codes alone; never a name, a path or a secret.

export const AUDIT_CODES = [
  'session.opened', 'session.unlocked', 'session.locked',
  'user.created', 'user.changed', 'user.deleted',
  'way_in.password_changed', 'way_in.pin_set', 'way_in.pin_removed', 'way_in.passkey_set', 'way_in.passkey_removed', 'way_in.phrase_renewed', 'way_in.phrase_tried', 'way_in.phrase_confirmed', 'way_in.keys_renewed', 'way_in.keys_taken',
  'backup.created', 'backup.deleted', 'backup.downloaded', 'backup.verified', 'backup.opened', 'backup.restored', 'backup.retention_set',
  'backup.uploaded', 'backup.brought', 'backup.cloud_deleted', 'backup.schedule_set',
  'home.checked', 'account.signed_in', 'account.sign_in_failed', 'account.signed_out', 'account.switched', 'account.refresh_failed', 'account.unreadable',
  'account.provider_added', 'account.provider_removed', 'account.sign_in_ended', 'account.sync_started', 'account.sync_stopped', 'account.sync_paused', 'account.device_approved', 'account.device_refused', 'account.settings_shared', 'account.settings_taken',
  'home.content_chosen', 'home.content_connection', 'home.folder_kept', 'home.space_freed',
  'app.installed', 'app.removed', 'app.opened', 'app.asked', 'app.allowed', 'app.denied', 'app.used', 'app.revoked', 'app.refused', 'app.replayed', 'app.delegated', 'app.asks_again',
  'app.key_created', 'app.key_rotated', 'app.key_revoked', 'app.vault_emptied', 'app.data_carried', 'app.data_taken', 'audit.began', 'audit.key_replaced', 'audit.note_unreadable',
] as const;
export type AuditCode = (typeof AUDIT_CODES)[number];

/** `person`: whoever used the pages; `nexus`: by itself; `app`: one that runs here. */
export type AuditActor = 'person' | 'nexus' | 'app';

export interface AuditEntry {
  /** From 1, without a gap. */
  readonly number: number;
  /** ms since 1970. */
  readonly at: number;
  readonly actor: AuditActor;
  readonly what: AuditCode;
  /** `ok`, or the code of what refused it. */
  readonly result: string;
  /** An id or a code: of a bundle, a user, an account, a reason. */
  readonly about?: string;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** Of the oldest that is kept. */
  readonly first: number;
  /** Of the newest. */
  readonly last: number;
}

export interface AuditCheck {
  readonly whole: boolean;
  readonly first: number;
  readonly last: number;
  /** The first number at which the chain does not hold. */
  readonly brokenAt?: number;
  /** SHA-256 over the chain, hex: to be compared with one written down earlier. */
  readonly head: string;
}

export interface AuditSurface {
  /** At most `limit`, before a number, or the newest. */
  listAudit(args: { readonly before?: number; readonly limit: number }): AuditPage;
  checkAudit(args: Record<never, never>): AuditCheck;
}
