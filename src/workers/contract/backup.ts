// What pages see of snapshots, bundles and restores.
import type { NexusError } from './errors.ts';
import type { BundleId, RestoreId, Uid } from './ids.ts';

export interface SnapshotCard {
  readonly id: BundleId;
  /** ms since 1970. */
  readonly created: number;
  readonly nodes: number;
  readonly extents: number;
  /** Of the bundle that downloading it gives. */
  readonly bytes: number;
  /** Only what was downloaded whole, or is in an account, is called a backup; this is when. */
  readonly downloaded?: number;
  readonly uploaded?: number;
  readonly verified?: number;
  /** Of a part of the home: made before all of it had come to this device. It stays out of the account. */
  readonly partial?: true;
}

/** A bundle that the account keeps. */
export interface CloudBackupCard {
  readonly id: BundleId;
  /** ms since 1970. */
  readonly created: number;
  readonly nodes: number;
  readonly bytes: number;
  /** Whether it is a snapshot here too. */
  readonly here: boolean;
}

export const CLOUD_BACKUP_TIMES = ['never', 'day', 'week'] as const;
export type CloudBackupTime = (typeof CLOUD_BACKUP_TIMES)[number];

/** What a person chose for backups in the account; the choice is this device's own. */
export interface CloudBackupChoice {
  /** How often one is made without being asked for. */
  readonly every: CloudBackupTime;
  /** Newest that are kept there, whichever device made them; null: all. */
  readonly keep: number | null;
}

export interface CloudBackupSchedule extends CloudBackupChoice {
  /** When one that was due went to the account whole, in ms since 1970. */
  readonly made?: number;
  /** When it was last looked: later than `made` where nothing had changed since. */
  readonly looked?: number;
  /** When the next is due; absent where none is. */
  readonly next?: number;
  readonly working: boolean;
  /** What the next one waits for, though it is due: that sync goes on, that this device has the home's new keys, or all of its names, that somebody signs in, a connection that costs nothing. */
  readonly waits?: 'paused' | 'renewed' | 'arriving' | 'signed_out' | 'metered';
  /** Why the last try came to nothing; absent once one did not. */
  readonly fault?: NexusError;
}

export type VerifyDepth = 'quick' | 'sample' | 'full';

export interface VerifyReport {
  readonly ok: boolean;
  readonly depth: VerifyDepth;
  readonly checkedBytes: number;
  readonly files: number;
  /** Paths inside the home that are hurt, or entry names where no path is known. */
  readonly damaged: readonly string[];
}

export type RestoreFate = 'create' | 'replace' | 'keep' | 'refuse';

export interface RestoreLine {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly fate: RestoreFate;
  readonly reason?: string;
}

/** A bundle that a secret opened, before anything is written. */
export interface OpenedBundle {
  readonly restore: RestoreId;
  readonly bundle: BundleId;
  readonly created: number;
  /** Name and seal as the bundle's prefs say, where they do. */
  readonly name?: string;
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  /** The user of this device whose home it is, where there is one. */
  readonly homeOf?: Uid;
}

export interface RestorePlan {
  /** In a fixed order; cut at LIMITS.listPage, while the counts are whole. */
  readonly lines: readonly RestoreLine[];
  readonly counts: Readonly<Record<RestoreFate, number>>;
  readonly bytes: number;
}

export interface RestoreReport {
  readonly created: number;
  readonly replaced: number;
  readonly kept: number;
  /** Paths of files whose content in the bundle does not hold: left out, and everything else restored. */
  readonly damaged: readonly string[];
}

export interface Retention {
  /** Newest that are kept. */
  readonly keep: number;
  /** Past it the oldest go, but one stays. */
  readonly softBytes: number;
  /** Never passed: a snapshot that would is refused. */
  readonly hardBytes: number;
}

export interface BackupOverview {
  readonly snapshots: readonly SnapshotCard[];
  readonly retention: Retention;
  /** When a bundle of this home was last verified, here or from a file. */
  readonly lastVerified?: number;
}
