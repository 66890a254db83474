// Owns the tables and how they came to be: numbered steps, none ever changed once released.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The one type whose name the two databases do not share. */
type BytesType = 'blob' | 'bytea';

const bytesColumns = (bytes: BytesType) => sql`size bigint not null, sha256 text not null, inline ${sql.raw(bytes)}, blob text`;

/** Proofs are put where a crash may lose them: each is worth a minute. SQLite's are in a file of their own (sqlite.ts). */
const proofs = sql`create unlogged table proofs (id text primary key, expires_at bigint not null)`;

/** Version 1. */
const first = (bytes: BytesType) => [
  sql`create table server (name text primary key, value text not null)`,
  sql`create table accounts (id text primary key, name text not null unique, password text, created_at bigint not null,
    disabled integer not null, quota_bytes bigint not null, quota_objects bigint not null, seq bigint not null,
    naming_seq bigint not null, floor_seq bigint not null, usage text not null)`,
  sql`create table passkeys (id text primary key, account text not null references accounts (id) on delete cascade,
    public_key ${sql.raw(bytes)} not null, counter bigint not null, transports text not null, created_at bigint not null)`,
  sql`create index passkeys_by_account on passkeys (account)`,
  sql`create table objects (account text not null references accounts (id) on delete cascade, collection text not null,
    id text not null, seq bigint, deleted integer not null, at bigint not null, ${bytesColumns(bytes)}, primary key (account, collection, id))`,
  sql`create unique index objects_by_seq on objects (account, seq) where seq is not null`,
  sql`create index objects_deleted on objects (at) where deleted = 1`,
  sql`create index objects_by_blob on objects (blob) where blob is not null`,
  sql`create table revisions (account text not null references accounts (id) on delete cascade, collection text not null,
    id text not null, rev bigint not null, replaced_at bigint not null, ${bytesColumns(bytes)}, primary key (account, collection, id, rev))`,
  sql`create index revisions_by_age on revisions (replaced_at)`,
  sql`create index revisions_by_blob on revisions (blob) where blob is not null`,
  sql`create table dead_blobs (blob text primary key, at bigint not null)`,
  sql`create index dead_blobs_by_age on dead_blobs (at)`,
  sql`create table credentials (kind text not null, id text not null, grant_id text, account text, uid text, user_code text,
    rotation integer, rotated_at bigint, consumed_at bigint, expires_at bigint, payload text not null, primary key (kind, id))`,
  sql`create index credentials_by_grant on credentials (grant_id) where grant_id is not null`,
  sql`create index credentials_by_account on credentials (account) where account is not null`,
  sql`create index credentials_by_uid on credentials (uid) where uid is not null`,
  sql`create index credentials_by_user_code on credentials (user_code) where user_code is not null`,
  sql`create index credentials_by_end on credentials (expires_at)`,
  sql`create table bindings (account text not null references accounts (id) on delete cascade, id text not null, app text not null,
    collection text not null, writes integer not null, expires_at bigint not null, revoked_at bigint, primary key (account, id))`,
  sql`create table enrolments (account text not null references accounts (id) on delete cascade, id text not null, steps text not null,
    expires_at bigint not null, primary key (account, id))`,
  ...bytes === 'bytea' ? [proofs] : [],
  sql`create table attempts (key text primary key, since bigint not null, count integer not null)`,
];

/** Version 2: sign-ins that can be listed, and entitlements. */
const second = [
  sql`create index credentials_live on credentials (account, kind) where consumed_at is null`,
  sql`create table entitlements (account text not null references accounts (id) on delete cascade, app text not null, product text not null,
    expires_at bigint not null, revoked integer not null, as_of bigint not null, primary key (account, app, product))`,
  sql`create index entitlements_by_end on entitlements (expires_at)`,
  sql`create table hook_events (id text primary key, expires_at bigint not null)`,
  sql`create index hook_events_by_end on hook_events (expires_at)`,
];

/** Version 3: how far each feed had come when a life of the server ended. */
const third = [
  sql`create table lives (account text not null references accounts (id) on delete cascade, generation text not null, seq bigint not null, primary key (account, generation))`,
];

const step = (statements: readonly ReturnType<typeof sql>[]): Migration => ({
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(db);
  },
});

/** Every step by name, in order. */
export function migrations(bytes: BytesType): Readonly<Record<string, Migration>> {
  return { '0001-first': step(first(bytes)), '0002-entitlements': step(second), '0003-lives': step(third) };
}
