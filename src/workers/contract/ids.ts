// Branded ids: only these parsers make one, so a string that was not checked cannot pass for an id.

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A local user: `u1`, `u2` … allocated once, never reused. */
export type Uid = Branded<'Uid'>;
/** A local session: 32 hex digits. */
export type Sid = Branded<'Sid'>;
/** A file or folder: 32 hex digits of its 16 bytes. */
export type NodeId = Branded<'NodeId'>;
/** A command: 32 hex digits, chosen by the page; sent again after a takeover, it is done once. */
export type CommandId = Branded<'CommandId'>;
/** A snapshot or bundle: `<created ns>-<12 hex digits>`. */
export type BundleId = Branded<'BundleId'>;
/** A bundle that was opened for a restore, good while its page stays: 32 hex digits. */
export type RestoreId = Branded<'RestoreId'>;
/** A one-time name for a stream: 64 hex digits. */
export type StreamId = Branded<'StreamId'>;

/** An online account on this device: 32 hex digits, drawn from issuer and subject. */
export type AccountId = Branded<'AccountId'>;
/** A sign-in under way: 32 hex digits. */
export type AttemptId = Branded<'AttemptId'>;
/** A device that asks to be approved, as the server calls it: 32 hex digits. */
export type EnrolmentId = Branded<'EnrolmentId'>;
/** What a device says of itself in an account; the list of devices beside these is none. */
export type CheckpointId = Branded<'CheckpointId'>;
/** A sign-in of an account, as its server calls it: up to 128 letters, digits, `-` and `_`. */
export type SignInId = Branded<'SignInId'>;
/** An app in one home: 32 hex digits, a keyed digest of where it came from. */
export type AppId = Branded<'AppId'>;
/** An app that runs: 32 hex digits, new with each start. */
export type InstanceId = Branded<'InstanceId'>;
/** A permission that a person gave: 32 hex digits. */
export type GrantId = Branded<'GrantId'>;
/** A question that waits for an answer: 32 hex digits. */
export type PromptId = Branded<'PromptId'>;
/** The Web Lock that an app's page holds while it is there: `nexus.app.` and a UUID, so that no other lock can be meant. */
export type LeashName = Branded<'LeashName'>;

const idParser = <Id extends string>(pattern: RegExp) => (value: unknown): Id | undefined =>
  typeof value === 'string' && pattern.test(value) ? (value as Id) : undefined;

export const parseUid = idParser<Uid>(/^u[1-9][0-9]{0,8}$/);
export const parseSid = idParser<Sid>(/^[0-9a-f]{32}$/);
export const parseNodeId = idParser<NodeId>(/^[0-9a-f]{32}$/);
export const parseCommandId = idParser<CommandId>(/^[0-9a-f]{32}$/);
export const parseBundleId = idParser<BundleId>(/^[0-9]{1,20}-[0-9a-f]{12}$/);
export const parseRestoreId = idParser<RestoreId>(/^[0-9a-f]{32}$/);
export const parseStreamId = idParser<StreamId>(/^[0-9a-f]{64}$/);
export const parseAccountId = idParser<AccountId>(/^[0-9a-f]{32}$/);
export const parseAttemptId = idParser<AttemptId>(/^[0-9a-f]{32}$/);
export const parseEnrolmentId = idParser<EnrolmentId>(/^[0-9a-f]{32}$/);
export const parseCheckpointId = idParser<CheckpointId>(/^(?!0{32}$)[0-9a-f]{32}$/);
export const parseSignInId = idParser<SignInId>(/^[A-Za-z0-9_-]{1,128}$/);
export const parseAppId = idParser<AppId>(/^[0-9a-f]{32}$/);
export const parseInstanceId = idParser<InstanceId>(/^[0-9a-f]{32}$/);
export const parseGrantId = idParser<GrantId>(/^[0-9a-f]{32}$/);
export const parsePromptId = idParser<PromptId>(/^[0-9a-f]{32}$/);
export const parseLeashName = idParser<LeashName>(/^nexus\.app\.[0-9a-f-]{36}$/);
