// What the engine asks of a server, and how it may fail. The client over HTTP is cloud-client.ts.
import type { Result } from '../result.ts';
import type { RemoteChange } from './reconciler.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export type CloudFailure =
  /** No answer, or one that is worth another try later. */
  | 'unreachable'
  /** Nobody is signed in, or the sign-in holds no more. */
  | 'signed_out'
  /** The numbers are of another life of the server: begin anew. */
  | 'cursor_gone'
  /** The account has no more room. */
  | 'quota'
  /** The home's keys were renewed on another device: nothing is taken or sent before this one has them. */
  | 'renewed'
  /** This device has no room to seal anew what an earlier key sealed: nothing is taken or sent before it has. */
  | 'no_room'
  /** The provider of this account keeps no homes. */
  | 'absent'
  /** An answer that breaks the protocol. */
  | 'protocol'
  | 'aborted';

export type Cloudy<T> = Promise<Result<T, CloudFailure>>;

/** An object that changed and is no node. */
export interface OtherChange {
  readonly collection: string;
  readonly id: string;
  readonly rev: string;
  readonly size: number;
  readonly deleted: boolean;
}

/** A page of the feed: nodes and other objects that changed, and the cursor after it. */
export interface ChangesPage {
  readonly next: string;
  readonly more: boolean;
  readonly nodes: readonly RemoteChange[];
  readonly others: readonly OtherChange[];
}

/** Of a node; without `baseRev` it makes the object. */
export interface Write {
  readonly id: string;
  readonly baseRev?: string;
  readonly body: Bytes;
}

export type WriteOutcome =
  | { readonly done: true; readonly rev: string }
  | { readonly done: false; readonly why: 'conflict' | 'quota' | 'refused' };

/** Extents that the server lacks. */
export interface Missing {
  readonly missing: readonly string[];
  /** Bytes that the account has room for; absent where the server does not tell. */
  readonly room?: number;
}

/** A sealed extent: its bytes, or a Blob of them, which an engine sends without a copy of ours. */
export type ExtentBody = Bytes | Blob;

export interface Cloud {
  changes(since: string | undefined): Cloudy<ChangesPage>;
  /** Of a cursor that is gone: up to which number the server's changes are those that were read by it; undefined where it does not know. */
  common(since: string): Cloudy<number | undefined>;
  /** Records of nodes, in the order asked for; undefined where one is not there now. */
  nodes(ids: readonly string[]): Cloudy<readonly ({ readonly rev: string; readonly body: Bytes } | undefined)[]>;
  /** In one transaction of the server, each admitted or refused. */
  /** `life` is that of the feed by which revisions are known; in another, where the same numbers mean something else, nothing is written: `cursor_gone`. */
  write(writes: readonly Write[], life: string | undefined): Cloudy<readonly WriteOutcome[]>;
  missing(extents: readonly string[]): Cloudy<Missing>;
  /** What it is made of is the caller's again once it settles. */
  putExtent(id: string, body: ExtentBody): Cloudy<void>;
  /** Undefined where it is not there. Whoever keeps it checks that it is what its name says. */
  extent(id: string): Cloudy<Bytes | undefined>;
  /** Calls `changed` whenever there may be news; settles when the stream is over. */
  watch(since: string | undefined, changed: () => void, signal: AbortSignal): Cloudy<void>;
}
