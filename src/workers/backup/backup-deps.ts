// What backup is handed: the open home, ways to make a new one, and nothing else.
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import type { Slot } from '../../crypto/slot.ts';
import type { Result } from '../../result.ts';
import type { CloudFailure } from '../../sync/cloud.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import type { Retention } from '../contract/backup.ts';
import type { Seal } from '../contract/device.ts';
import type { NexusError } from '../contract/errors.ts';
import type { Command, SecretBytes } from '../contract/home.ts';
import type { Fact } from '../contract/events.ts';
import type { BundleId, CommandId, Uid } from '../contract/ids.ts';
import type { StreamDesk } from '../contract/stream.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { CloudPlans } from './cloud-plan.ts';

/** A new home that nobody sees until it is adopted. */
export interface StagedHome {
  readonly mounted: MountedHome;
  /** It is whole: lets go of it. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

export interface BackupDeps {
  readonly aead: Aead;
  readonly random: Random;
  /** ms since 1970. */
  readonly clock: () => number;
  /** The open home; `session.locked` without one. */
  readonly current: () => Result<MountedHome, NexusError>;
  /** Whether this opens the home that is open, under lockout. */
  readonly checkSecret: (kind: 'password' | 'phrase', secret: SecretBytes) => Promise<Result<void, NexusError>>;
  /** Slots that a portable bundle carries. */
  readonly portableSlots: (homeId: string) => Promise<readonly Bytes[]>;
  /** Whose home this is on this device. */
  readonly userOf: (homeId: string) => Promise<Uid | undefined>;
  readonly stage: (keys: HomeKeys) => Promise<Result<StagedHome, NexusError>>;
  readonly adopt: (home: { readonly home: string; readonly slots: readonly Slot[]; readonly name: string; readonly seal: Seal; readonly command: CommandId }) => Promise<Result<Uid, NexusError>>;
  /** Checks a name before anything is written. */
  readonly checkName: (name: string) => Promise<Result<string, NexusError>>;
  readonly retention: { read(): Promise<Result<Retention, NexusError>>; write(change: Command & { readonly retention: Retention }): Promise<Result<void, NexusError>> };
  /** The account that the open home is linked to; undefined where it is not, or is signed out. */
  readonly cloud: () => Promise<CloudClient | undefined>;
  /** What this device does for backups there. */
  readonly plans: CloudPlans;
  /** Takes all that is new there; nothing is sent. */
  readonly look: () => Promise<Result<void, CloudFailure>>;
  /** Up to which change of a node all other devices took everything. */
  readonly knownToAll: () => Promise<Result<number, CloudFailure>>;
  /** Into the audit log: what was done without being asked for. */
  readonly note: (done: { readonly what: 'backup.uploaded' | 'backup.cloud_deleted'; readonly about: BundleId }) => void;
  readonly desk: StreamDesk;
  readonly announce: (fact: Fact) => void;
  /** Aborted when this worker leaves. */
  readonly closing: AbortSignal;
}
