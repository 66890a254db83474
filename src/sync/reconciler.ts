// What the engine needs of a home: it moves sealed objects by their names and revisions, and knows nothing of what they say.
// `home` implements it (docs/sync.md).
import type { ExtentBody } from './cloud.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** An object of the collection `nodes` that changed at the server. */
export interface RemoteChange {
  readonly id: string;
  readonly rev: string;
  readonly size: number;
  readonly deleted: boolean;
  /** Its number among the changes of the account. */
  readonly seq: number;
}

/** A page of changes that is through. */
export interface Through {
  /** How far changes were read. */
  readonly cursor: string;
  /** The number of the newest change of a node in it; absent where there is none. */
  readonly newest?: number;
}

/** One as it is there now; without `record` it is deleted. */
export interface RemoteRecord {
  readonly id: string;
  readonly rev: string;
  readonly record?: Bytes;
}

/** A node to be put at the server; of one that was deleted, the record says so. */
export interface OutgoingNode {
  readonly id: string;
  readonly op: 'put' | 'delete';
  /** The revision that it replaces; absent where it makes the object. */
  readonly baseRev?: string;
  readonly record: Bytes;
  /** What it names: all of it must be at the server first. */
  readonly extents: readonly string[];
}

/** Empty when nothing waits. */
export interface Outgoing {
  /** Extents that wait by themselves, ahead of nodes that are too many to be sent at once. */
  readonly extents: readonly string[];
  /** Folders before what lies in them. */
  readonly nodes: readonly OutgoingNode[];
  /** How far the outbox was looked through. */
  readonly through?: string;
}

export interface Most {
  /** Ids of nodes and extents that are not to be tried again in this round. */
  readonly skip: ReadonlySet<string>;
  readonly nodes: number;
  readonly bytes: number;
  readonly extents: number;
  /** Nodes alone, behind a place in the outbox: those may go whose content is there. */
  readonly ahead?: { readonly after: string | undefined };
}

export interface Reconciler {
  /** How far the server's changes were taken; undefined = from the beginning. */
  cursor(): Promise<string | undefined>;
  /** The cursor that was gone when everything began anew, until the first page is through. */
  gone(): Promise<string | undefined>;
  /** Of changes, those that are news here. */
  news(changes: readonly RemoteChange[]): Promise<readonly RemoteChange[]>;
  /** Extents that are needed to tell contents apart before these are taken. */
  comparable(records: readonly RemoteRecord[]): Promise<readonly string[]>;
  /** Takes what is there now, merged with what is here, in one transaction; `through` where a page is. */
  take(records: readonly RemoteRecord[], through?: Through): Promise<void>;
  /** Everything was taken: what concerns several nodes is put right. */
  mend(): Promise<void>;
  /** Numbers of another life of the server: everything is queued. Its changes are those that were known here up to `common`; where that is undefined, none may be. */
  restart(common: number | undefined): Promise<void>;
  /** Queues everything there is, where that was begun. */
  finishLinking(): Promise<void>;
  outgoing(most: Most): Promise<Outgoing>;
  /** The server has them: `rev` is what it calls a node now. True where one changed meanwhile, and waits again in its place. */
  sent(nodes: readonly { readonly node: OutgoingNode; readonly rev: string }[], extents: readonly string[]): Promise<boolean>;
  /** An extent as it lies here, or a copy of its bytes; undefined where it does not. The server takes none that is not what the name says. */
  extent(id: string): Promise<ExtentBody | undefined>;
  /** Whether an extent lies here as its name says. */
  isIntact(id: string): Promise<boolean>;
  /** Extents to be brought here, at most so many. */
  wanted(most: number): Promise<readonly string[]>;
  /** Keeps an extent that came, where it is what its id names. */
  keep(id: string, bytes: Bytes): Promise<'kept' | 'wrong' | 'no_room'>;
  /** The server has no such extent. */
  lacks(id: string): void;
  /** Nodes that wait to be sent. */
  waiting(): number;
}
