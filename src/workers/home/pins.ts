// What snapshots hold fast, read once and kept while the home is open.
import type { Database } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';
import { unpackExtents, unpackNodes } from '../store/snapshot-lists.ts';
import type { Pins } from './mounted-home.ts';

export interface PinReader {
  read(): Promise<Pins>;
  forget(): void;
}

/** A snapshot whose lists cannot be read pins nothing; fsck tells of it. */
export function createPinReader(db: Database<HomeRows>): PinReader {
  let known: Promise<Pins> | undefined;

  async function readAll(): Promise<Pins> {
    const [records, extents] = [new Set<string>(), new Set<string>()];
    for (const { nodes, extents: packed } of await db.read(['snapshots'], (tx) => tx.list('snapshots'))) {
      for (const { digest } of unpackNodes(nodes) ?? []) records.add(digest);
      for (const { id } of unpackExtents(packed) ?? []) extents.add(id);
    }
    return { records, extents };
  }

  return {
    // What could not be read is read again by the next change.
    read: () => (known ??= readAll().catch((fault: unknown) => {
      known = undefined;
      throw fault;
    })),
    forget: () => { known = undefined; },
  };
}
