// What the courier needs of a home: names and sealed bytes of what waits, in an order in which each may go once all before it
// is there. The store implements it (docs/sync.md, "Courier").
import type { ExtentBody } from '../cloud.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A node as it lies here, and where it stands in the outbox. */
export interface CarriedNode {
  readonly number: string;
  readonly id: string;
  /** The revision that it replaces; absent where it makes the object. */
  readonly baseRev?: string;
  readonly record: Bytes;
}

export interface CourierOutbox {
  /** Extents that wait, at most so many, after a number of the outbox. */
  extents(most: number, after: string | undefined): Promise<readonly { readonly number: string; readonly id: string }[]>;
  /** Undefined where it is not here any more. */
  extent(id: string): Promise<ExtentBody | undefined>;
  /** Nodes after a number, as far as they may be sent blindly and fit; none at the end. */
  nodes(most: { readonly nodes: number; readonly bytes: number }, after: string | undefined): Promise<readonly CarriedNode[]>;
  /** Of the server's feed, as revisions are known here; undefined where none are. */
  life(): Promise<string | undefined>;
  /** The server has them under these revisions: they wait no more, unless they changed meanwhile. */
  sent(nodes: readonly { readonly node: CarriedNode; readonly rev: string }[]): Promise<void>;
  /** Extents up to this number are at the server, and so is every node that named them. */
  extentsCarried(through: string): Promise<void>;
  /** Whether any node still waits, also one that only the authority can send: it may name extents that were carried. */
  waits(): Promise<boolean>;
}
