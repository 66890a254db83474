// What pages know of sync: whether a home is carried between devices, how far that is, and the way onto a new device.
import type { SignInCard } from './account.ts';
import type { Seal } from './device.ts';
import type { Command, SecretBytes } from './home.ts';
import type { AppId, CheckpointId, EnrolmentId, NodeId, SignInId, Uid } from './ids.ts';
import type { LongWork, SecretKind } from './surface.ts';

export const SYNC_STATES = [
  /** The home stays on this device. */
  'off',
  /** Something is being taken or sent, or is about to be. */
  'working',
  /** Nothing waited and nothing was new, when last looked. */
  'synced',
  /** The server does not answer; it is asked again. */
  'unreachable',
  /** The account that the home is linked to is not the one that is signed in here. */
  'signed_out',
  /** By the person. */
  'paused',
  /** Names are alike; content waits for a connection that costs nothing. */
  'metered',
  /** Names are alike; this device has no room for the content that is to come, or not for all names. */
  'device_full',
  /** The account has no more room; what waits stays here. */
  'full',
  /** The home's keys were renewed on another device: what waits stays here until this one has them. */
  'renewed',
  /** This device has no room to seal the home by its newest key: what waits stays here until it has. */
  'no_room',
  /** The server answers what it must not; it is asked again. */
  'refused',
] as const;
export type SyncState = (typeof SYNC_STATES)[number];

export interface SyncStatus {
  readonly state: SyncState;
  /** Files and folders that wait to be sent. */
  readonly waiting: number;
  /** Pieces of content that are still to be brought here. */
  readonly toCome: number;
  /** Pieces of content that wait to be sent; absent where there are none. */
  readonly toGo?: number;
  /** How long all these pieces still take, in ms, as far as the last half minute tells; absent where it does not. */
  readonly leftMs?: number;
  /** This device has the home from the account, and not every name of it yet; while sync is off too. */
  readonly partial?: true;
  /** Files and folders of the server that do not open with this home's keys. */
  readonly unreadable: number;
  /** When all was alike last, in ms since 1970; absent where that is not known. */
  readonly at?: number;
  /** The server does not have what it had: all is sent again; or what `device` knows it to have, and then nothing here can mend that. Absent where it is well. */
  readonly behind?: { readonly device?: string };
  /** Whether this device shares the person's settings; `unreadable`: what the account has of them was left alone. Absent where the home is not linked. */
  readonly settings?: 'off' | 'on' | 'unreadable';
}

/** Which content is to be on this device; the choice is this device's own. */
export interface ContentStatus {
  /** False: what is opened, and what lies in folders that are kept. */
  readonly all: boolean;
  readonly kept: readonly NodeId[];
  /** It moves on connections that cost too. */
  readonly anyConnection: boolean;
  /** Pieces of content that are at the server alone; where they were to be counted. */
  readonly absent?: number;
}

/** What "Free up space" did. */
export interface FreedSpace {
  readonly bytes: number;
  /** Pieces of content that went from here. */
  readonly extents: number;
  /** Files whose content comes back when they are opened. */
  readonly files: number;
  /** Pieces that stay: the server does not have them, did not answer, or they were changed meanwhile. */
  readonly left: number;
}

/** A new device that asks to be approved. */
export interface WaitingDevice {
  readonly id: EnrolmentId;
  /** ms since 1970, by the server's clock. */
  readonly until: number;
}

/** Whoever is signed in to the account; `name` where it is a device that carries this home. */
export interface DeviceCard extends SignInCard {
  readonly name?: string;
}

/** A device that others have to wait for: it may have changed what they deleted. */
export interface WaitedFor {
  readonly id: CheckpointId;
  /** Absent where that cannot be read. */
  readonly name?: string;
  /** When it said so last, in ms since 1970, by its own clock. */
  readonly at?: number;
}

/** What an account keeps for a device that does not have its home yet. */
export interface AccountHome {
  /** Whether there is one. */
  readonly found: boolean;
  /** It is on this device already. */
  readonly here?: Uid;
}

export interface SyncSurface {
  syncStatus(args: Record<never, never>): SyncStatus;
  /** Links the open home to the active account: everything that is in it goes there, sealed. */
  startSync(args: Command): SyncStatus;
  /** What is here stays here, what is there stays there. */
  stopSync(args: Command): SyncStatus;
  pauseSync(args: Command & { readonly paused: boolean }): SyncStatus;
  /** Looks now; settles when that was begun. */
  syncNow(args: Record<never, never>): SyncStatus;
  /** Counting looks at every file. */
  contentChoice(args: { readonly count: boolean }): ContentStatus;
  /** Nothing goes from here by it: `freeUpSpace` does that. */
  setContentChoice(args: Command & { readonly all: boolean }): void;
  /** Whether content moves on connections that cost, and where data is to be saved; names always do. */
  setContentConnection(args: Command & { readonly any: boolean }): void;
  /** Whether what lies in a folder stays here, or comes back, whatever else is chosen. */
  keepOnDevice(args: Command & { readonly node: NodeId; readonly kept: boolean }): void;
  /** Drops content that the choice does not want here and the server says to have; never a last copy. */
  freeUpSpace(args: Command & LongWork): FreedSpace;
  /** New devices of this account that ask for the open home. */
  waitingDevices(args: Record<never, never>): readonly WaitingDevice[];
  /** Answers one of them; settles when both can show the same digits. One try. */
  compareDevice(args: Command & LongWork & { readonly id: EnrolmentId }): { readonly digits: string };
  /** The person has compared: the home's key goes to that device, sealed to it alone. */
  approveDevice(args: Command & { readonly id: EnrolmentId; readonly secret: SecretBytes; readonly kind: SecretKind }): void;
  refuseDevice(args: Command & { readonly id: EnrolmentId }): void;
  /** Of the active account, those used last first. */
  accountDevices(args: Record<never, never>): readonly DeviceCard[];
  nameDevice(args: Command & { readonly signInId: SignInId; readonly name: string }): void;
  /** Pieces of content that nothing here names any more and that still take room in the account, and the devices that have not heard of it for a day. */
  roomToFree(args: Record<never, never>): { readonly pieces: number; readonly waitsFor: readonly WaitedFor[] };
  /** What that device changed without knowing of a deletion may have lost its content from then on. */
  stopWaitingFor(args: Command & { readonly id: CheckpointId }): void;
  /** Words for a phrase that opens nothing yet: `renewKeys` makes it one. */
  draftRecoveryPhrase(args: Record<never, never>): { readonly phrase: string };
  /** New keys for the open home, opened by this password and this phrase alone from then on, and the end of a sign-in first; the home locks. `secret` is the password. */
  renewKeys(args: Command & { readonly secret: SecretBytes; readonly phrase: SecretBytes; readonly signInId?: SignInId }): void;
  /** Takes over keys that another device renewed, by their phrase or by a device that has them (`join.digits` tells what both show); the home locks. `secret` is the password here. */
  takeRenewedKeys(args: Command & LongWork & { readonly secret: SecretBytes; readonly phrase?: SecretBytes }): void;
  /** Whether a person's settings are the same here as on their other devices. Nothing is changed where it `asks`: `take` says whose count, this device's or the account's. */
  shareSettings(args: Command & { readonly on: boolean; readonly take?: 'here' | 'there' }): { readonly asks: boolean };
  /** Whether what an app keeps for itself is carried to the person's other devices that have it. Nothing is changed where it `asks`: `take` says whose values count where both have one, this device's or the account's. */
  carryAppData(args: Command & { readonly appId: AppId; readonly on: boolean; readonly take?: 'here' | 'there' }): { readonly asks: boolean };
  /** Where no home is open: from here on one can sign in, for `joinHome`. Nothing of it is kept until then. */
  beginJoin(args: Command): void;
  /** Of the account that is signed in. */
  findAccountHome(args: Record<never, never>): AccountHome;
  /** Brings the account's home here, opened by its recovery phrase, or without one by another device that approves this one (`join.digits` tells what both show); the user that it makes logs in by `password`. `name` and `seal` where others are wanted than the home says. */
  joinHome(args: Command & LongWork & { readonly secret?: SecretBytes; readonly password: SecretBytes; readonly name?: string; readonly seal?: Seal }): { readonly uid: Uid };
  endJoin(args: Command): void;
}
