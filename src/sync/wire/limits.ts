// Owns the budgets of the storage API; both sides read them here (docs/cloud-api.md, "Budgets").

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const OBJECT_BYTES = 8 * MIB;
export const BATCH_OPERATIONS = 256;
export const BATCH_BYTES = 4 * MIB;
export const JSON_BYTES = MIB;
/** Levels of arrays and maps in JSON and CBOR. */
export const DEPTH = 16;
export const HEADER_BYTES = 16 * KIB;
export const HEADER_MS = 10 * SECOND;

/** A body may not pause longer, keeps this pace after its first while, and ends in time. */
export const BODY = { pauseMs: 15 * SECOND, bytesPerSecond: 8 * KIB, freeMs: 30 * SECOND, totalMs: 10 * MINUTE } as const;

/** An account gets this much unless an administrator says otherwise. */
export const QUOTA = { bytes: 5 * 1024 * MIB, objects: 1_000_000 } as const;

export const CHANGES_PAGE = 1_000;
export const EXTENTS_NAMED = 10_000;
/** An extent that a client asked about is safe from collection for this long. */
export const EXTENT_SAFE_MS = DAY;
export const TOMBSTONE_MS = 90 * DAY;
export const REVISION_MS = 30 * DAY;
export const HEARTBEAT_MS = 25 * SECOND;
/** Event streams that an account, and each of its apps, may have open at one process. */
export const STREAMS = 32;
export const APP_STREAMS = 4;

export const ENROLMENT = { stepBytes: 4 * KIB, steps: 8, open: 8, ms: 5 * MINUTE } as const;
export const BINDINGS = 256;
/** Those that an account holds, and how long a signed statement of one may be believed without asking again. */
export const ENTITLEMENTS = { held: 256, statementMs: 30 * DAY } as const;
/** Messages of a webhook: how far their time may lie from ours, and how long their ids are remembered. */
export const HOOK = { bytes: 16 * KIB, toleranceMs: 5 * MINUTE, rememberedMs: 30 * DAY } as const;
/** Sign-ins that are told at once, those used last first. */
export const SESSIONS = 256;

export const ACCESS_TOKEN_S = 5 * 60;
export const COURIER_TOKEN_S = 24 * 60 * 60;
