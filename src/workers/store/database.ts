// The storage that authorities see: transactions over named stores of rows. IndexedDB implements it; a Node
// implementation can follow. One suite (test/workers/store) runs over every implementation.
//
// Guarantees: a transaction sees one state of the stores it names; a write happens whole or not at all; with
// `durability: 'strict'` a write that has settled survives the loss of power. Nothing but calls on the transaction
// may be awaited inside its body. A write by a past term fails with StaleTermError and changes nothing.

/** Rows by store name; each row holds its own key in the field that the schema names. */
export type Rows = Record<string, object>;

export interface Query {
  /** Name of an index: only rows that have the value `only` there. */
  readonly index?: string;
  /** Only the row with this key, or rows with this value of the index. Rows come in the order of keys. */
  readonly only?: string;
  /** Only rows whose key starts with this (not together with `index`). */
  readonly prefix?: string;
  /** Only rows after this key: for reading in windows. */
  readonly after?: string;
  readonly limit?: number;
}

export interface ReadTransaction<R extends Rows> {
  get<S extends keyof R & string>(store: S, key: string): Promise<R[S] | undefined>;
  list<S extends keyof R & string>(store: S, query?: Query): Promise<R[S][]>;
  /** The keys of `list` without their rows. */
  keys<S extends keyof R & string>(store: S, query?: Query): Promise<string[]>;
}

export interface WriteTransaction<R extends Rows> extends ReadTransaction<R> {
  put<S extends keyof R & string>(store: S, row: R[S]): Promise<void>;
  /** Removes one row, or every row whose key starts with `prefix`. */
  remove<S extends keyof R & string>(store: S, key: string | { readonly prefix: string }): Promise<void>;
}

export interface Database<R extends Rows> {
  readonly name: string;
  read<T>(stores: readonly (keyof R & string)[], body: (tx: ReadTransaction<R>) => Promise<T>): Promise<T>;
  write<T>(stores: readonly (keyof R & string)[], body: (tx: WriteTransaction<R>) => Promise<T>, options?: { readonly durability?: 'strict' | 'relaxed' }): Promise<T>;
  close(): void;
}

/** What a caller can do something about; anything else that storage throws is a bug. */
export type StorageFault = 'quota' | 'blocked' | 'newer_schema' | 'evicted' | 'failed';

export class StorageError extends Error {
  readonly fault: StorageFault;
  constructor(fault: StorageFault, options?: ErrorOptions) {
    super(`storage: ${fault}`, options);
    this.fault = fault;
  }
}

/** This worker's office is over: a later one has taken the database. */
export class StaleTermError extends Error {}
