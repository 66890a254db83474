// Every expected failure that can cross the door: plain data, from one list. Sentences for people stand with the pages.

export const ERROR_CODES = [
  // door; `unavailable` = this worker leaves, and the page's side of the door asks the next one
  'internal', 'door.bad_argument', 'door.unavailable', 'aborted',
  // identity and session
  'auth.rejected', 'auth.locked_out', 'auth.pin_disabled', 'auth.weak_password', 'auth.bad_pin', 'auth.bad_passkey',
  'user.name_invalid', 'user.name_taken', 'user.too_many', 'user.unknown',
  'session.locked', 'session.none', 'session.too_many',
  // crypto and keystore
  'crypto.out_of_memory', 'crypto.unsupported', 'integrity.tampered', 'format.malformed', 'format.unsupported', 'format.too_large',
  'keystore.device_mismatch', 'keystore.kdf_bounds', 'keystore.phrase_invalid', 'keystore.slots_changed', 'keystore.key_unknown', 'keystore.key_revoked',
  // home
  'home.not_found', 'home.name_invalid', 'home.name_taken', 'home.not_a_folder', 'home.not_a_file', 'home.loop', 'home.too_deep',
  'home.file_too_large', 'home.file_changed', 'home.file_unreadable',
  // storage
  'storage.quota', 'storage.blocked', 'storage.newer_schema', 'storage.evicted', 'storage.failed',
  // backup
  'backup.wrong_secret', 'backup.earlier_keys', 'backup.damaged', 'backup.not_a_bundle', 'backup.unsupported', 'backup.too_large', 'backup.unknown', 'backup.stale_plan',
  'backup.home_exists', 'backup.too_many', 'backup.account_full',
  // apps
  'apps.unreachable', 'apps.manifest_invalid', 'apps.too_large', 'apps.other_package', 'apps.unknown', 'apps.too_many', 'apps.not_embedded', 'apps.not_carried',
  'grants.scope_unknown', 'grants.not_declared', 'grants.resource_invalid', 'grants.denied', 'grants.busy', 'grants.not_granted', 'grants.revoked', 'grants.expired',
  'grants.used_up', 'grants.limit', 'grants.replayed', 'grants.too_many', 'grants.prompt_over', 'grants.policy', 'grants.withheld', 'grants.conflict_over',
  // account
  'account.invalid_transition', 'account.unavailable', 'account.unknown', 'account.none', 'account.too_many', 'account.same',
  'account.attempt_unknown', 'account.login_refused', 'account.provider_unknown', 'account.provider_invalid', 'account.provider_in_use',
  'account.provider_unreachable', 'account.provider_refused', 'account.provider_broken', 'account.reauth_required',
  'account.not_offered', 'account.sign_in_over',
  // sync; `not_here` = the content is at the server alone, and that does not answer
  'sync.not_here', 'sync.arriving', 'sync.partial', 'sync.other_home', 'sync.no_home', 'sync.not_linked', 'sync.not_joining', 'sync.home_open', 'sync.too_many_kept', 'sync.settings_unreadable', 'sync.paused',
  // keys: renewed on another device; not renewed anywhere; not those of this home
  'sync.keys_renewed', 'sync.not_renewed', 'sync.other_keys', 'sync.renewal_unclear',
  // approval of a device; `mismatch` = what was revealed is not what was promised: somebody is in between
  'approval.over', 'approval.refused', 'approval.mismatch',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface NexusError {
  readonly code: ErrorCode;
  readonly retryAfterMs?: number;
  /** Ids, field names and rule names only; never a name, a path or a secret. */
  readonly detail?: string;
}

export const nexusError = (code: ErrorCode, extra: Omit<NexusError, 'code'> = {}): NexusError => ({ code, ...extra });
