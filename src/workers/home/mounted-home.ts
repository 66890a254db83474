// An open home: what session mounts, and what backup is handed to work on the same rows.
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import type { Clock, Content, FileNode, HomeNode } from '../../crypto/node.ts';
import type { Result } from '../../result.ts';
import type { NexusError } from '../contract/errors.ts';
import type { NodeId } from '../contract/ids.ts';
import type { ByteRange } from '../contract/stream.ts';
import type { Database, WriteTransaction } from '../store/database.ts';
import type { ExtentForm } from '../store/extent-form.ts';
import type { HomeRows, NodeRow } from '../store/home-schema.ts';
import type { Change } from './change.ts';
import type { RemoteContent } from './context.ts';
import type { HomeSync } from './home-reconciler.ts';
import type { KeyringRows } from './keyring-row.ts';

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
  /** This device's id. */
  readonly device: Bytes;
  readonly extentsAs: ExtentForm;
  /** The next moment of the home's hybrid logical clock. */
  tick(): Clock;
  node(id: string): Promise<HomeNode | 'damaged' | undefined>;
  /** A range of a file's plaintext, in order, in pieces of at most 4 MiB; throws where one does not hold. */
  read(content: Content, range: ByteRange): AsyncIterable<Bytes>;
  /** Live children of a folder, by its hex id. */
  children(folder: string): Promise<readonly HomeNode[]>;
  /** Fails where nothing new may go into that folder: it is none, or it lies in the trash. */
  openFolder(folder: string): Promise<Result<unknown, NexusError>>;
  /** One transaction, as every change of the home: to be called within `alone`. */
  commit(change: Change): Promise<void>;
  /** The tag that the row of this node must have. */
  tagFor(node: HomeNode): Promise<string>;
  /** The row that keeps this node; throws where its record would be too large. */
  rowOf(node: HomeNode): Promise<NodeRow>;
  /** `node` with another content, its content so far kept as a version; `also` belongs into the same transaction. */
  replaced(node: FileNode, content: Content): Promise<{ readonly node: FileNode; readonly also: (tx: WriteTransaction<HomeRows>) => Promise<void> }>;
  pins(): Promise<Pins>;
  /** Keys of earlier epochs at rest, and those of a renewal. */
  readonly keyring: KeyringRows;
  /** Goes on sealing by the newest key what an earlier one sealed; false while there is no room for that. Not to be called within `alone`. */
  sealAnew(): Promise<boolean>;
  /** Commands that stage extents right now: fsck leaves their staging rows alone. Whoever stages adds its own, and takes it out again. */
  readonly staging: Set<string>;
  /** A snapshot was made: to be called in the very turn that wrote its row, or the next change drops a record that it holds fast. */
  pinsAdded(): void;
  /** Snapshots were deleted: what nothing names any more is collected. It takes its own turn: not to be called within `alone`. */
  pinsRemoved(): Promise<void>;
  /** Backup calls it after a restore wrote nodes: caches are dropped and pages hear of it. */
  contentChanged(folders: readonly NodeId[]): void;
  /** Whoever read what the devices of this home are called, by hex id, says so; pages hear of it where that is news. */
  devicesCalled(names: ReadonlyMap<string, string>): void;
  /** What sync moves, and whether the home is linked to an account. */
  readonly sync: HomeSync;
  /** Where content comes from that is not here: whoever can bring it says so. */
  readonly remote: RemoteContent;
  /** Aborted when the home is closed. */
  readonly closing: AbortSignal;
  /** Nothing else changes the home while `body` runs. */
  alone<T>(body: () => Promise<T>): Promise<T>;
}
