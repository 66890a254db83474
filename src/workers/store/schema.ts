// The schema as one table a database: store, key, indexes, and when its rows are cleared (docs/home-layout.md).

export type ClearedOn = 'lock' | 'logout' | 'user deleted' | 'snapshot deleted' | 'signed out' | 'app removed' | 'sent' | 'collected' | 'next start' | 'never';

export interface StoreSchema {
  /** The field of a row that is its key. */
  readonly key: string;
  /** Index name → field. Rows of one value lie in the order of their keys, so that they can be read in windows. */
  readonly indexes?: Readonly<Record<string, string>>;
  readonly cleared: ClearedOn;
}

export interface DatabaseSchema {
  readonly version: number;
  readonly stores: Readonly<Record<string, StoreSchema>>;
}

/** Present in every database: the term, and small singletons. */
export const META_STORE = 'meta';
