// An open home: what session mounts, and what backup is handed to work on the same rows.
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import type { NodeId } from '../contract/ids.ts';
import type { Database } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';

/** Digests of node records and ids of extents that snapshots hold fast. Kept in memory while the home is open. */
export interface Pins {
  readonly records: ReadonlySet<string>;
  readonly extents: ReadonlySet<string>;
}

export interface MountedHome {
  readonly homeId: Bytes;
  readonly keys: HomeKeys;
  readonly aead: Aead;
  readonly db: Database<HomeRows>;
  /** Hex of this device's id. */
  readonly device: Bytes;
  pins(): Promise<Pins>;
  /** Backup calls it after a snapshot was made or deleted: pins are read anew and what nothing names is collected. */
  pinsChanged(): Promise<void>;
  /** Backup calls it after a restore wrote nodes: caches are dropped and pages hear of it. */
  contentChanged(folders: readonly NodeId[]): void;
}
