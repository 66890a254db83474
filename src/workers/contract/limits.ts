// Every bound that both sides of the door know (docs/users-and-sessions.md, docs/formats.md).

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const LIMITS = {
  users: 32,
  sessions: 8,
  userNameChars: 64,
  passwordChars: { min: 8, max: 1024 },
  pinDigits: { min: 6, max: 12 },
  /** UTF-8 bytes of any secret that crosses the door. */
  secretBytes: 4096,
  passkey: { prfBytes: 32, saltBytes: 32, credBytes: 256 },
  nodeNameBytes: 255,
  fileBytes: 64 * 1024 ** 3,
  /** Plaintext that is handed over as bytes; more goes through a stream. */
  previewBytes: 1024 * 1024,
  /** Files in one add, and nodes in one move, trash or restore. */
  itemsPerCommand: 100_000,
  pathBytes: 4096,
  folderDepth: 128,
  listPage: 20_000,
  searchHits: 200,
  searchChars: 256,
  snapshots: 100,
  /** Bundles that the account's list has. */
  cloudBackups: 200,
  /** Of retention: one more has no spelling in the sealed settings (docs/decisions/0006-read-cbor.md). */
  retentionBytes: Number.MAX_SAFE_INTEGER - 1,
  /** Folders that are kept on a device by choice. */
  keptFolders: 1000,
} as const;

export const LOCKOUT = {
  failures: 5,
  windowMs: 15 * MINUTE,
  firstMs: 30 * SECOND,
  longestMs: HOUR,
  pinFailures: 5,
} as const;

export const AUTO_LOCK = { defaultMs: 5 * MINUTE, minMs: MINUTE, maxMs: 8 * HOUR } as const;

/** Waits of the door and the election. */
export const PATIENCE = {
  /** An ordinary call is answered by then, or its worker is asked whether it lives. */
  callMs: 120 * SECOND,
  /** No answer to a ping by then: the office is taken over. */
  pingMs: 5 * SECOND,
  /** After a lock, what was admitted before it is waited for this long; then the worker ends with it. */
  leaveMs: 5 * SECOND,
  /** A stream nobody reads from is closed. */
  idleStreamMs: 60 * SECOND,
} as const;

/** The audit log (docs/audit.md). */
export const AUDIT = {
  entries: 10_000,
  /** So many of the oldest go at once, once there are more. */
  dropped: 500,
  /** Read at a time. */
  window: 500,
  /** Notes for a closed home. */
  inbox: 256,
  page: 500,
} as const;

/** Apps and what they may reach (docs/apps.md). */
export const GRANTS = {
  apps: 64,
  perApp: 256,
  instances: 16,
  urlChars: 1024,
  originChars: 512,
  bindingMs: HOUR,
  persistentMs: 30 * 24 * HOUR,
  deniedMs: 24 * HOUR,
  /** An unanswered question goes away. */
  promptMs: 2 * MINUTE,
  /** What one binding may move before it is to be asked for again. */
  bindingBytes: 4 * 1024 ** 3,
  bindingUses: 100_000,
  /** What was allowed is passed on from app to app no further, by a ticket that is taken in this time, so many at once. */
  delegationDepth: 3,
  ticketMs: 2 * MINUTE,
  /** Of each app that passes something on. */
  tickets: 64,
  /** Dead bindings that are remembered as such. */
  deadBindings: 4096,
  accessLog: 200,
  /** The access log is written when nothing came for so long. */
  accessLogMs: 2 * SECOND,
  /** An app makes a snapshot no more often. */
  backUpEveryMs: HOUR,
  /** Keys that an app makes, rotates or revokes within the time: each is noted, and they are not to push everything else out of the log. */
  keyChanges: { most: 100, withinMs: HOUR },
  /** Tickets that an app takes within the time, for the same reason. */
  accepts: { most: 100, withinMs: HOUR },
  /** A value of an app's dataset as it leaves the device, with names and clocks of as many fields as it may have had. */
  datasetObjectBytes: 1536 * 1024,
  /** Nodes that are counted before a person says yes. */
  reachNodes: 50_000,
} as const;

/** The event port (decision 0010). */
export const EVENTS = {
  /** Messages posted to a page that it did not say to have taken yet; no more go out meanwhile. */
  untaken: 16,
  /** A page says how many it took after so many more; well below `untaken`, so that one that reads never waits for long. */
  saidAfter: 8,
  /** Facts that are kept for pages that are behind; who is further behind gets a snapshot. */
  kept: 128,
} as const;

/** Sync (docs/sync.md). */
export const SYNC_LIMITS = {
  deviceNameChars: 64,
} as const;

/** The account service (docs/account.md). */
export const ACCOUNT = {
  accounts: 8,
  providers: 8,
  attemptMs: 10 * MINUTE,
  issuerChars: 512,
  clientIdChars: 256,
  /** The query of a callback. */
  answerChars: 8192,
  eventsKept: 128,
  /** Keys that an app may have tokens bound to at a time, by one binding. */
  keysOfApp: 8,
  /** Bindings that an app may have within the time: the server remembers 256 of an account until their hour is over. */
  bindingsOfApp: { most: 32, withinMs: HOUR },
  /** An access token is refreshed when the smaller of these is left. */
  refreshAheadMs: 30 * SECOND,
  refreshAheadShare: 1 / 3,
  /** Waits after a refresh that got no answer; then it is left until the network comes back or somebody asks. */
  refreshAgainMs: [2, 4, 8, 16, 32].map((seconds) => seconds * SECOND),
} as const;
