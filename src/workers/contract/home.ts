// What pages see of a home: entries, changes and their commands.
import type { CommandId, NodeId, StreamId } from './ids.ts';

/** A secret goes in once, as transferred UTF-8 bytes; the authority zeroes them. */
export type SecretBytes = Uint8Array<ArrayBuffer>;

/** Every change carries who it is and when it was asked for. */
export interface Command {
  readonly command: CommandId;
  /** ms since 1970, by the page's clock. */
  readonly at: number;
}

interface EntryBase {
  readonly id: NodeId;
  readonly name: string;
  readonly parent: NodeId;
  /** When it went to the trash. */
  readonly trashed?: number;
}

export interface FolderEntry extends EntryBase {
  readonly kind: 'folder';
  /** Where not all content of a synced home is to be on this device: whether it stays here, by itself or by a folder above. Absent elsewhere. */
  readonly kept?: 'chosen' | 'within' | 'no';
}

/** A file that was kept beside a later one, since two devices had changed it before they knew of each other. */
export interface ConflictCopy {
  /** The name of the file that it stands beside. */
  readonly beside: string;
  /** When it was written, in ms since 1970. */
  readonly at: number;
  /** The first digits of the id of the device that wrote it. */
  readonly code: string;
  /** What that device is called, where this one knows. */
  readonly device?: string;
  /** This device wrote it. */
  readonly here?: true;
}

export interface FileEntry extends EntryBase {
  readonly kind: 'file';
  readonly size: number;
  readonly modified: number;
  readonly mediaType: string;
  readonly versions: number;
  /** Where a home is synced: it waits to be sent, or its content is at the server alone. Absent where all is in its place. */
  readonly sync?: 'waiting' | 'online';
  /** In the listing of a folder, as long as it stands beside that file by the name that it was given. */
  readonly conflict?: ConflictCopy;
  /** What the earlier contents were, newest first; the place in this list is the `version` that calls take. */
  readonly earlier?: readonly EarlierContent[];
}

export interface EarlierContent {
  readonly size: number;
  readonly modified: number;
}

export type Entry = FolderEntry | FileEntry;

/** A node whose record does not open: shown, so that nothing vanishes silently. */
export interface DamagedEntry {
  readonly id: NodeId;
  readonly kind: 'damaged';
}

export interface Crumb {
  readonly id: NodeId;
  readonly name: string;
}

export interface FolderListing {
  readonly folder: NodeId;
  /** From the root (whose name is empty) to the folder itself. */
  readonly path: readonly Crumb[];
  /** Folders first, then by name. */
  readonly entries: readonly Entry[];
  readonly damaged: readonly DamagedEntry[];
}

export interface SearchHit {
  readonly entry: Entry;
  readonly path: readonly Crumb[];
}

/** What to do where a name is there already: asked once for all of a command. */
export type ClashChoice = 'replace' | 'keep_both' | 'skip';

export interface AddItem {
  /** Relative, by slashes: folders on the way are made. A path that ends in a slash is an empty folder. */
  readonly path: string;
  readonly file?: File;
}

export interface AddPlan {
  readonly files: number;
  readonly bytes: number;
  readonly clashes: number;
  /** The first few, for the question. */
  readonly examples: readonly string[];
  /** Paths that no home can hold, each with the rule that it breaks. */
  readonly refused: readonly { readonly path: string; readonly rule: string }[];
}

export interface AddReport {
  readonly added: number;
  readonly replaced: number;
  readonly skipped: number;
  readonly failed: readonly { readonly path: string; readonly code: string }[];
}

export interface Progress {
  readonly phase: 'preparing' | 'working' | 'finishing';
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly doneItems: number;
  readonly totalItems: number;
}

/** Content of up to LIMITS.previewBytes, handed over as bytes. */
export interface Preview {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly truncated: boolean;
}

/** Fetched once from `/_open/<id>`, by the page that asked. */
export interface StreamTicket {
  readonly id: StreamId;
  readonly url: string;
}

export type FsckFault =
  | 'node.unreadable' | 'node.orphan' | 'node.loop' | 'node.tag' | 'node.digest' | 'node.name_twice'
  | 'extent.missing' | 'extent.damaged' | 'extent.orphan' | 'staging.stale' | 'snapshot.unreadable' | 'record.orphan';

export interface FsckReport {
  readonly nodes: number;
  readonly extents: number;
  readonly bytes: number;
  readonly faults: readonly { readonly fault: FsckFault; readonly id: string; readonly mended: boolean }[];
  /** Where nodes lie was not looked at: not all that the account has is here. */
  readonly placesLater?: true;
}

export interface HomeUsage {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  readonly trashedBytes: number;
}
