// The tree as it stands: nodes by id and by folder, opened when asked for and kept while they fit. Every change goes
// through `commit`, so what is kept here is what is stored.
import { toHex } from '../../crypto/bytes.ts';
import { extentsOf, type HomeNode } from '../../crypto/node.ts';
import type { Database, WriteTransaction } from '../store/database.ts';
import type { HomeRows, NodeRow } from '../store/home-schema.ts';
import type { Change } from './change.ts';
import type { LogicalClock } from './logical-clock.ts';
import type { Pins } from './mounted-home.ts';
import { type NodeCodec, TRASH } from './node-codec.ts';

/** Nodes of opened folders that are kept in memory. */
const KEPT_NODES = 60_000;

export interface Folder {
  readonly nodes: ReadonlyMap<string, HomeNode>;
  /** Ids of rows that do not open. */
  readonly damaged: readonly string[];
}

export interface Tree {
  /** Undefined where there is no such row; 'damaged' where it does not open. */
  node(id: string): Promise<HomeNode | 'damaged' | undefined>;
  folder(id: string): Promise<Folder>;
  trash(): Promise<Folder>;
  /** Every node, opened in windows; each call reads them all. Rows that do not open are told by their ids. */
  all(onDamaged?: (id: string) => void): AsyncIterable<HomeNode>;
  /** One transaction; afterwards memory says the same as storage. */
  commit(change: Change): Promise<void>;
  forget(): void;
}

interface TreeDeps {
  /** The root, which is its own parent: it is in no listing. */
  readonly root: string;
  readonly db: Database<HomeRows>;
  readonly codec: NodeCodec;
  readonly clock: LogicalClock;
  readonly pins: () => Promise<Pins>;
}

const WINDOW = 2000;
const homeOf = (node: HomeNode): string => (node.trashed === undefined ? toHex(node.parent) : TRASH);

export function createTree({ root, db, codec, clock, pins }: TreeDeps): Tree {
  const nodes = new Map<string, HomeNode>();
  /** By folder; the one used longest ago comes first. */
  const folders = new Map<string, { readonly ids: Set<string>; readonly damaged: readonly string[] }>();
  let commits = 0;

  /** Reads again where a commit came in between, so that nothing old is kept. */
  async function upToDate<T>(read: () => Promise<T>, keep: (value: T) => void): Promise<void> {
    for (;;) {
      const before = commits;
      const value = await read();
      if (before === commits) return keep(value);
    }
  }

  function openRow(row: NodeRow): HomeNode | undefined {
    const node = codec.open(row);
    if (node) clock.saw(node.clock);
    return node;
  }

  /** Drops the folders used longest ago, and with them whatever was read alone. */
  function makeRoom(): void {
    if (nodes.size <= KEPT_NODES) return;
    const listed = new Set([...folders.values()].flatMap(({ ids }) => [...ids]));
    for (const id of nodes.keys()) if (!listed.has(id)) nodes.delete(id);
    for (const [folder, { ids }] of folders) {
      if (nodes.size <= KEPT_NODES || folders.size === 1) return;
      ids.forEach((id) => nodes.delete(id));
      folders.delete(folder);
    }
  }

  const asFolder = ({ ids, damaged }: { readonly ids: ReadonlySet<string>; readonly damaged: readonly string[] }): Folder => ({
    nodes: new Map([...ids].flatMap((id) => {
      const node = nodes.get(id);
      return node ? [[id, node] as const] : [];
    })),
    damaged,
  });

  async function folder(id: string): Promise<Folder> {
    const known = folders.get(id);
    if (known) {
      folders.delete(id);
      folders.set(id, known);
      return asFolder(known);
    }
    const tag = await codec.tagOf(id);
    const opened = { ids: new Set<string>(), damaged: [] as string[] };
    await upToDate(() => db.read(['nodes'], (tx) => tx.list('nodes', { index: 'tag', only: tag })), (rows) => {
      for (const row of rows) {
        if (row.id === root) continue;
        const node = openRow(row);
        if (!node) opened.damaged.push(row.id);
        else {
          opened.ids.add(row.id);
          nodes.set(row.id, node);
        }
      }
      folders.set(id, opened);
      makeRoom();
    });
    return asFolder(opened);
  }

  function forgetOne(id: string): void {
    const node = nodes.get(id);
    if (!node) return;
    nodes.delete(id);
    folders.get(homeOf(node))?.ids.delete(id);
  }

  function remember(node: HomeNode): void {
    const id = toHex(node.id);
    forgetOne(id);
    nodes.set(id, node);
    if (id !== root) folders.get(homeOf(node))?.ids.add(id);
  }

  /** The record of a row that is overwritten or removed stays where a snapshot names it. */
  async function keepPinned(tx: WriteTransaction<HomeRows>, id: string, pinned: Pins): Promise<void> {
    if (pinned.records.size === 0) return;
    const row = await tx.get('nodes', id);
    if (row && pinned.records.has(row.digest)) await tx.put('records', { digest: row.digest, record: row.record });
  }

  return {
    async node(id) {
      const known = nodes.get(id);
      if (known) return known;
      let found: HomeNode | 'damaged' | undefined;
      await upToDate(() => db.read(['nodes'], (tx) => tx.get('nodes', id)), (row) => {
        const node = row && openRow(row);
        if (node) nodes.set(id, node);
        found = row && (node ?? 'damaged');
      });
      return found;
    },
    folder,
    trash: () => folder(TRASH),
    async *all(onDamaged) {
      for (let after: string | undefined; ;) {
        const from = after;
        const rows = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
        for (const row of rows) {
          const node = openRow(row);
          if (node) yield node;
          else onDamaged?.(row.id);
        }
        if (rows.length < WINDOW) return;
        after = rows.at(-1)?.id;
      }
    },
    async commit({ put = [], remove = [], also, durability = 'strict' }) {
      const rows = await Promise.all(put.map((node) => codec.seal(node)));
      const pinned = await pins();
      await db.write(['nodes', 'records', 'extents', 'staging'], async (tx) => {
        for (const row of rows) {
          await keepPinned(tx, row.id, pinned);
          await tx.put('nodes', row);
        }
        for (const id of remove) {
          await keepPinned(tx, id, pinned);
          await tx.remove('nodes', id);
        }
        await also?.(tx);
      }, { durability });
      commits += 1;
      remove.forEach(forgetOne);
      put.forEach(remember);
      makeRoom();
    },
    forget() {
      folders.clear();
      nodes.clear();
    },
  };
}

/** Ids, in hex, of every extent that a node keeps alive. */
export const extentIdsOf = (node: HomeNode): readonly string[] => extentsOf(node).map(([id]) => toHex(id));
