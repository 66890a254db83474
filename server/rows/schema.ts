// Owns the shape of the server's rows, the same in SQLite and PostgreSQL. Times are in ms since 1970, ids and hashes in
// lower-case hex, booleans 0 or 1. What each table is for stands in docs/server.md.

/** One row a server: what must be the same in every process. `value` is JSON. */
export interface ServerRow { name: string; value: string }

export interface AccountRow {
  id: string;
  /** What the person signs in with, in lower case. */
  name: string;
  /** An Argon2id record (server/accounts/passwords.ts); null for who signs in by passkey alone. */
  password: string | null;
  created_at: number;
  disabled: number;
  quota_bytes: number;
  quota_objects: number;
  /** The last number of the account's feed. */
  seq: number;
  /** The last number that a node, dataset or bundle took. */
  naming_seq: number;
  /** Feeds from before this number may lack tombstones. */
  floor_seq: number;
  /** JSON: kind → [bytes, objects] (server/storage/account-state.ts). */
  usage: string;
}

export interface PasskeyRow {
  id: string;
  account: string;
  public_key: Uint8Array;
  counter: number;
  /** JSON: a list of transports. */
  transports: string;
  created_at: number;
}

/** Where an object's bytes lie: in the row while they are few, else in the blob store under `blob`. */
interface BytesColumns { size: number; sha256: string; inline: Uint8Array | null; blob: string | null }

export interface ObjectRow extends BytesColumns {
  account: string;
  collection: string;
  id: string;
  /** The number in the feed that the object took when it last changed; null for extents, which are in no feed. */
  seq: number | null;
  deleted: number;
  /** When it changed; for extents, when somebody last asked about it. */
  at: number;
}

/** What an object was before it was replaced or deleted. `rev` is the `seq` it had. */
export interface RevisionRow extends BytesColumns { account: string; collection: string; id: string; rev: number; replaced_at: number }

/** Bytes that no row names any more, to be dropped when nobody can still be reading them. */
export interface DeadBlobRow { blob: string; at: number }

/** What oidc-provider keeps: tokens, sessions, grants. `id` is the SHA-256 of the bearer's secret. */
export interface CredentialRow {
  kind: string;
  id: string;
  grant_id: string | null;
  account: string | null;
  uid: string | null;
  user_code: string | null;
  rotation: number | null;
  /** A refresh token that was exchanged; its repeat is still answered until a successor was used. */
  rotated_at: number | null;
  consumed_at: number | null;
  expires_at: number | null;
  payload: string;
}

export interface BindingRow {
  account: string;
  id: string;
  app: string;
  /** The collection that the app may reach. */
  collection: string;
  writes: number;
  expires_at: number;
  revoked_at: number | null;
}

export interface EnrolmentRow { account: string; id: string; steps: string; expires_at: number }

/** What an account may use of an app. A revoked one stays until its time is over, so that an older event changes nothing. */
export interface EntitlementRow {
  account: string;
  app: string;
  product: string;
  expires_at: number;
  revoked: number;
  /** When that happened which the row says. */
  as_of: number;
}

/** Ids of webhook messages that were taken. */
export interface HookEventRow { id: string; expires_at: number }

/** Ids of DPoP proofs that were seen. */
export interface ProofRow { id: string; expires_at: number }

/** How often something was tried in the window that began at `since`. */
export interface AttemptRow { key: string; since: number; count: number }

/** How far an account's feed had come when a life of the server ended. */
export interface LifeRow { account: string; generation: string; seq: number }

export interface Schema {
  server: ServerRow;
  accounts: AccountRow;
  passkeys: PasskeyRow;
  objects: ObjectRow;
  revisions: RevisionRow;
  dead_blobs: DeadBlobRow;
  credentials: CredentialRow;
  bindings: BindingRow;
  enrolments: EnrolmentRow;
  entitlements: EntitlementRow;
  hook_events: HookEventRow;
  lives: LifeRow;
  proofs: ProofRow;
  attempts: AttemptRow;
}

/** Tables that a backup of the server carries, parents first; the others are short-lived, or let somebody in. */
export const KEPT = ['server', 'accounts', 'passkeys', 'objects', 'revisions', 'dead_blobs', 'bindings', 'entitlements', 'hook_events', 'lives'] as const satisfies readonly (keyof Schema)[];

