// What an app and the authority say to one another over their MessagePort, version 1 (docs/apps.md). Numbered requests one way,
// answers and events the other. Imports nothing: authors of apps get this file with the SDK.

export const APP_PROTOCOL = 1;

/** The catalog `nexus-v1`: what an app can ask for. Never changed once published; what is not here is refused. */
export const SCOPES = [
  'read:profile', 'read:files', 'write:files', 'read:dataset', 'write:dataset', 'read:backups', 'write:backups', 'read:entitlements', 'grant:delegate',
] as const;
export type Scope = (typeof SCOPES)[number];

/** `once`: one access. `session`: while the app stays open. `persistent`: until a day that was named. */
export const GRANT_MODES = ['once', 'session', 'persistent'] as const;
export type GrantMode = (typeof GRANT_MODES)[number];

/** A scope, and on what: `home:/Photos/*` or `dataset:self`; absent where a scope has no resource. */
export interface Ask {
  readonly scope: Scope;
  readonly resource?: string;
}

/** `nexus-app.json`, beside what it names. */
export interface AppManifest {
  readonly v: 1;
  /** As its author writes it, `org.example.notes`; for people to read. Who an app is, its address tells. */
  readonly id: string;
  readonly name: string;
  /** Of an embedded app: its one script, an ECMAScript module that imports nothing. */
  readonly start?: string;
  /** Everything that it may ever ask for, each with a reason. */
  readonly scopes: readonly (Ask & { readonly why: string })[];
  /** Absent where what it keeps is not to be carried to other devices. */
  readonly dataset?: { readonly conflicts: DatasetPolicy };
}

/** What becomes of a value that two devices changed: of each field, what was written last; or the app decides. */
export const DATASET_POLICIES = ['last-writer', 'app'] as const;
export type DatasetPolicy = (typeof DATASET_POLICIES)[number];

export const APP_LIMITS = {
  manifestBytes: 64 * 1024,
  startBytes: 4 * 1024 * 1024,
  idChars: 128,
  nameChars: 64,
  whyChars: 1024,
  resourceBytes: 256,
  scopes: 32,
  /** Requests that are not answered yet; one more is refused. */
  inFlight: 32,
  pathBytes: 4096,
  /** Bytes that one `read` gives, and that any message may hold beside a Blob. */
  readBytes: 4 * 1024 * 1024,
  datasetKeyBytes: 256,
  datasetValueBytes: 1024 * 1024,
  datasetEntries: 10_000,
  datasetBytes: 16 * 1024 * 1024,
  /** Of a value that is put by field. */
  datasetFields: 256,
  /** Names that an app's dataset has on all devices, with those that were deleted, which are remembered. */
  datasetNames: 20_000,
  /** In force; and with the revoked ones, which are remembered. */
  keys: 64,
  keysEver: 256,
  keyVersions: 64,
  purposeChars: 64,
  keyDataBytes: 1024 * 1024,
  aadBytes: 1024,
  /** What sealed bytes are longer by than what they hold. */
  sealBytes: 68,
  vaultKeyBytes: 64,
  vaultValueBytes: 16 * 1024,
  vaultEntries: 256,
} as const;

/** A permission in force: the handle that calls carry. It works on this port alone, and a dead one stays dead. */
export interface Access {
  readonly binding: string;
  readonly resource?: string;
  readonly scopes: readonly Scope[];
  /** ms since 1970; asked for again after it, it is given without a question while the person's consent lasts. */
  readonly expiresAt: number;
  /** What the person chose for a `home:` resource, by its own name. */
  readonly target?: { readonly kind: 'folder' | 'file'; readonly name: string };
}

export type AppEntry =
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string; readonly size: number; readonly modified: number; readonly mediaType: string };

export interface AppEntitlement {
  readonly product: string;
  /** ms since 1970. */
  readonly until: number;
  /** A compact JWS, for an app that wants to check it too (docs/cloud-api.md, "Entitlements"). */
  readonly statement: string;
}

/** For an app with a network of its own: good for minutes, at one address, with the key that it was asked for by. */
export interface AppToken {
  readonly token: string;
  /** ms since 1970. */
  readonly expiresAt: number;
  /** The storage API, and its one collection where the token is good (docs/cloud-api.md). */
  readonly api: string;
  readonly collection: string;
  /** What the server calls the person to this app: another for every app. */
  readonly subject: string;
}

/** `sign`: Ed25519 (RFC 8032). `seal`: XChaCha20-Poly1305, for opening too. */
export const KEY_USES = ['sign', 'seal'] as const;
export type KeyUse = (typeof KEY_USES)[number];

/** A key of the app's own, as far as anybody is told of it. */
export interface AppKey {
  /** 32 hex digits; the same over every rotation. */
  readonly key: string;
  /** In the app's own words. */
  readonly purpose: string;
  readonly use: KeyUse;
  readonly algorithm: 'Ed25519' | 'XChaCha20-Poly1305';
  readonly state: 'active' | 'revoked';
  /** The newest, which signs and seals; from 1. */
  readonly version: number;
  /** ms since 1970, as are the next two: the last rotation, and the end. */
  readonly created: number;
  readonly rotated?: number;
  readonly revoked?: number;
  /** Of a key that signs, 32 bytes for each version, the oldest first: what an earlier one signed is still to be checked. */
  readonly publicKeys: readonly Uint8Array<ArrayBuffer>[];
}

/** Bytes, at most APP_LIMITS.readBytes, with what they are; or a Blob, which browsers may put on disk in the clear where it is large. */
export type AppContent = Blob | { readonly bytes: Uint8Array<ArrayBuffer>; readonly mediaType: string };

/** A value that two devices changed: as it is here, as it is in the account, and what both began with; null where it was not there, or is not known. */
export interface DatasetConflict {
  readonly version: string;
  readonly local: Uint8Array<ArrayBuffer> | null;
  readonly remote: Uint8Array<ArrayBuffer> | null;
  readonly ancestor: Uint8Array<ArrayBuffer> | null;
}

type Bound = { readonly binding: string };
/** Names by slashes, from what was granted; empty is that itself. */
type At = Bound & { readonly path: string };
type OfKey = Bound & { readonly key: string };

export interface AppCalls {
  hello(args: { readonly v: typeof APP_PROTOCOL }): { readonly v: typeof APP_PROTOCOL; readonly name: string };
  /** All or nothing; whoever sits at the device may be asked. One binding for each resource. */
  request(args: { readonly asks: readonly Ask[] }): readonly Access[];
  release(args: Bound): void;
  profile(args: Bound): { readonly name: string };
  list(args: At): readonly AppEntry[];
  stat(args: At): AppEntry;
  read(args: At & { readonly from: number; readonly length: number }): Uint8Array<ArrayBuffer>;
  /** The whole content; folders on the way are made, what was there stays as an earlier version. */
  write(args: At & { readonly content: AppContent }): AppEntry;
  rename(args: At & { readonly name: string }): void;
  /** To the trash, where the person finds it. */
  remove(args: At): void;
  /** From here on `changed` events tell that something below it is different. */
  watch(args: Bound): void;
  datasetKeys(args: Bound): readonly string[];
  datasetGet(args: Bound & { readonly key: string }): Uint8Array<ArrayBuffer> | null;
  /** `fields`: the bytes are a JSON object in UTF-8, of which other devices may change other fields at the same time. */
  datasetPut(args: Bound & { readonly key: string; readonly value: Uint8Array<ArrayBuffer>; readonly fields?: boolean }): void;
  datasetDelete(args: Bound & { readonly key: string }): void;
  /** Keys that this device and another changed, and that wait for the app's decision. */
  datasetConflicts(args: Bound): readonly string[];
  /** One of them; null where it is not so, or no more. */
  datasetConflict(args: Bound & { readonly key: string }): DatasetConflict | null;
  /** `value` null deletes. `grants.conflict_over` where it is not as `version` told any more. */
  datasetResolve(args: Bound & { readonly key: string; readonly version: string; readonly value: Uint8Array<ArrayBuffer> | null }): void;
  backups(args: Bound): readonly { readonly created: number; readonly bytes: number; readonly downloaded?: number; readonly verified?: number }[];
  /** What was bought for this app by whoever is signed in, as the seller's server signed it; empty where nobody is. */
  entitlements(args: Bound): readonly AppEntitlement[];
  /**
   * Passes a part of a binding on files on to another app, by a ticket that it hands over itself; `by` is the binding for `grant:delegate`.
   * `to` is that app's origin, or the address of its manifest where it is an embedded one.
   */
  delegate(args: At & { readonly by: string; readonly to: string; readonly scopes: readonly Scope[] }): { readonly ticket: string; readonly expiresAt: number };
  /** What another app passed on; a ticket is good once, for the app that it names. */
  accept(args: { readonly ticket: string }): Access;
  /** Of a binding on `dataset:account`; `jkt` is the thumbprint of the app's own key (RFC 7638, SHA-256, base64url). */
  token(args: Bound & { readonly jkt: string }): AppToken;
  backUp(args: Bound): { readonly created: number; readonly bytes: number };
  /** All of the app's own, revoked ones too. */
  keys(args: Bound): readonly AppKey[];
  keyCreate(args: Bound & { readonly purpose: string; readonly use: KeyUse }): AppKey;
  /** From here on a new version signs and seals; what older ones sealed still opens. */
  keyRotate(args: OfKey): AppKey;
  /** For good: it signs, seals and opens nothing any more. */
  keyRevoke(args: OfKey): AppKey;
  /** 64 bytes over the data as they are, by the version that is told. */
  keySign(args: OfKey & { readonly data: Uint8Array<ArrayBuffer> }): { readonly version: number; readonly signature: Uint8Array<ArrayBuffer> };
  /** `aad` is bound to it and not in it: the same has to be shown when it is opened. */
  keySeal(args: OfKey & { readonly data: Uint8Array<ArrayBuffer>; readonly aad: Uint8Array<ArrayBuffer> }): Uint8Array<ArrayBuffer>;
  /** Which key and version sealed it, it says itself. */
  keyUnseal(args: Bound & { readonly sealed: Uint8Array<ArrayBuffer>; readonly aad: Uint8Array<ArrayBuffer> }): Uint8Array<ArrayBuffer>;
  vaultList(args: Bound): readonly string[];
  vaultGet(args: Bound & { readonly key: string }): Uint8Array<ArrayBuffer> | null;
  vaultPut(args: Bound & { readonly key: string; readonly value: Uint8Array<ArrayBuffer> }): void;
  vaultDelete(args: Bound & { readonly key: string }): void;
}
export type AppCall = keyof AppCalls;
export type AppArgs<C extends AppCall> = Parameters<AppCalls[C]>[0];
export type AppValue<C extends AppCall> = ReturnType<AppCalls[C]>;

export interface AppRequest<C extends AppCall = AppCall> {
  readonly id: number;
  readonly call: C;
  readonly args: AppArgs<C>;
}

export interface AppFailure {
  /** Of the list in docs/apps.md. */
  readonly code: string;
  readonly retryAfterMs?: number;
}

export type AppMessage =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: AppFailure }
  | { readonly event: 'changed'; readonly binding: string }
  /** What the app keeps was changed by another device, or waits for its decision. */
  | { readonly event: 'dataset'; readonly binding: string }
  /** A binding ended before its time. */
  | { readonly event: 'revoked'; readonly binding: string }
  /** Nothing more comes: the home was locked, the app was removed, or it broke the protocol. */
  | { readonly event: 'closed' };

/** The shell → the frame of an embedded app, with the port; from then on the app runs. */
export interface FrameRun {
  readonly type: 'nexus.run';
  readonly code: string;
}

/** The frame → the shell: it is of opaque origin and waits. */
export interface FrameReady {
  readonly type: 'nexus.ready';
}

/** A connected app → `/connect`: said again and again until it is heard; then the port, once. */
export type ToConnect = { readonly type: 'nexus.connect'; readonly v: typeof APP_PROTOCOL } | { readonly type: 'nexus.port' };

/** `/connect` → the page that opened it, at its very origin. */
export type FromConnect = { readonly type: 'nexus.ready' } | { readonly type: 'nexus.refused'; readonly code: string };
