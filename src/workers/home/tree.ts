// The tree as it stands: nodes by id and by folder, opened when asked for and kept while they fit. Every change goes
// through `commit`, so what is kept here is what is stored.
import { toHex } from '../../crypto/bytes.ts';
import { extentsOf, type HomeNode } from '../../crypto/node.ts';
import type { Database, WriteTransaction } from '../store/database.ts';
import type { HomeRows, NodeRow } from '../store/home-schema.ts';
import type { Change } from './change.ts';
import type { Journal, NodeChange } from './journal.ts';
import type { LogicalClock } from './logical-clock.ts';
import type { Pins } from './mounted-home.ts';
import { createNodeCache, type Folder, type KeptNode } from './node-cache.ts';
import { type NodeCodec, TRASH } from './node-codec.ts';

export interface Tree {
  /** Undefined where there is no such row; 'damaged' where it does not open. */
  node(id: string): Promise<HomeNode | 'damaged' | undefined>;
  folder(id: string): Promise<Folder>;
  /** The live child of this name. */
  named(folder: string, name: string): Promise<HomeNode | undefined>;
  /** Whether a name is taken in a folder, by what it holds at the time of asking. */
  taken(folder: string): Promise<(name: string) => boolean>;
  /** Which of these nodes there are, in one read. */
  present(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Those of these nodes that open, in one read; they are not kept. */
  several(ids: readonly string[]): Promise<readonly HomeNode[]>;
  /** Ids of all that lies in a folder, and of every row; nothing is opened. */
  idsIn(folder: string): Promise<readonly string[]>;
  everyId(): Promise<readonly string[]>;
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
  readonly journal: Pick<Journal, 'linked' | 'wasLinked' | 'stores' | 'record' | 'committed'>;
}

const WINDOW = 2000;
const LISTED_AT_ONCE = 1000;

/** Gives every row of a tag to `take`; a window is taken while the next one is read. */
function eachTagged(db: Database<HomeRows>, tag: string, take: (row: NodeRow) => void): Promise<void> {
  return db.read(['nodes'], async (tx) => {
    const windowAfter = (after?: string) => tx.list('nodes', { index: 'tag', only: tag, limit: LISTED_AT_ONCE, ...(after !== undefined && { after }) });
    for (let next: Promise<NodeRow[]> | undefined = windowAfter(); next;) {
      const rows: NodeRow[] = await next;
      next = rows.length === LISTED_AT_ONCE ? windowAfter(rows.at(-1)?.id) : undefined;
      rows.forEach(take);
    }
  });
}

/**
 * Writes one row in place of what is there, or removes that, and gives what was there where somebody wants to know. The
 * record of a row that goes stays where a snapshot names it.
 */
function writerIn(tx: WriteTransaction<HomeRows>, pinned: Pins, apart: boolean): (id: string, row: NodeRow | undefined, wanted?: boolean) => Promise<NodeRow | undefined> {
  return async (id, row, wanted = false) => {
    const before = pinned.records.size > 0 || wanted ? await tx.get('nodes', id) : undefined;
    if (before && pinned.records.has(before.digest)) await tx.put('records', { digest: before.digest, record: before.record });
    if (!row) await tx.remove('nodes', id);
    else await tx.put('nodes', { ...row, ...(row.rev === undefined && before?.rev !== undefined && { rev: before.rev }), ...(apart && { apart: true }) });
    return before;
  };
}

/** Opens rows, and says to the clock what it saw. */
function createOpener(codec: NodeCodec, clock: LogicalClock, kept: (id: string) => KeptNode | undefined) {
  function open(row: NodeRow): HomeNode | undefined {
    const node = codec.openHere(row);
    if (node) clock.saw(node.clock);
    return node;
  }

  return {
    open,
    /** What is in memory already is not opened again, as long as the row holds the same record. */
    openUnlessKept(row: NodeRow): KeptNode | undefined {
      const known = kept(row.id);
      if (known?.digest === row.digest) return known;
      const node = open(row);
      return node && { node, digest: row.digest };
    },
  };
}

/** What is read at once and not kept. */
const createLooks = ({ root, db, codec }: Pick<TreeDeps, 'root' | 'db' | 'codec'>, open: (row: NodeRow) => HomeNode | undefined): Pick<Tree, 'present' | 'several' | 'idsIn' | 'everyId'> => ({
  present: (ids) => db.read(['nodes'], async (tx) => {
    const rows = await Promise.all(ids.map((id) => tx.get('nodes', id)));
    return new Set(rows.flatMap((row) => row?.id ?? []));
  }),
  several: (ids) => db.read(['nodes'], async (tx) => {
    const rows = await Promise.all(ids.map((id) => tx.get('nodes', id)));
    return rows.flatMap((row) => (row && open(row)) ?? []);
  }),
  async idsIn(id) {
    const tag = await codec.tagOf(id);
    return (await db.read(['nodes'], (tx) => tx.keys('nodes', { index: 'tag', only: tag }))).filter((one) => one !== root);
  },
  everyId: () => db.read(['nodes'], (tx) => tx.keys('nodes')),
});

export function createTree({ root, db, codec, clock, pins, journal }: TreeDeps): Tree {
  const cache = createNodeCache(root);
  const { open, openUnlessKept } = createOpener(codec, clock, cache.kept);
  let commits = 0;

  function written(node: HomeNode, { digest }: NodeRow): void {
    clock.saw(node.clock);
    cache.written({ node, digest });
  }

  /** Reads again where a commit came in between, so that nothing old is kept. */
  async function upToDate<T, R>(read: () => Promise<T>, keep: (value: T) => R): Promise<R> {
    for (;;) {
      const before = commits;
      const value = await read();
      if (before === commits) return keep(value);
    }
  }

  async function openTagged(tag: string) {
    const [read, damaged]: [KeptNode[], string[]] = [[], []];
    await eachTagged(db, tag, (row) => {
      const kept = row.id === root ? undefined : openUnlessKept(row);
      if (kept) read.push(kept);
      else if (row.id !== root) damaged.push(row.id);
    });
    return { read, damaged };
  }

  async function folder(id: string): Promise<Folder> {
    const known = cache.folder(id);
    if (known) return known;
    const tag = await codec.tagOf(id);
    return upToDate(() => openTagged(tag), ({ read, damaged }) => {
      cache.keepFolder(id, read, damaged);
      return { nodes: new Map(read.map(({ node }) => [toHex(node.id), node])), damaged };
    });
  }

  const load = async (id: string) => void (cache.lists(id) || (await folder(id)));

  return {
    async named(id, name) {
      await load(id);
      return cache.named(id, name);
    },
    async taken(id) {
      await load(id);
      return (name) => cache.named(id, name) !== undefined;
    },
    async node(id) {
      const known = cache.node(id);
      if (known) return known;
      return upToDate(() => db.read(['nodes'], (tx) => tx.get('nodes', id)), (row) => {
        const node = row && open(row);
        if (node) cache.keep({ node, digest: row.digest });
        return row && (node ?? 'damaged');
      });
    },
    ...createLooks({ root, db, codec }, open),
    folder,
    trash: () => folder(TRASH),
    async *all(onDamaged) {
      for (let after: string | undefined; ;) {
        const from = after;
        const rows = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
        for (const row of rows) {
          const node = open(row);
          if (node) yield node;
          else onDamaged?.(row.id);
        }
        if (rows.length < WINDOW) return;
        after = rows.at(-1)?.id;
      }
    },
    async commit({ put = [], adopt = [], remove = [], drop = [], also, durability = 'strict' }) {
      const rows = await Promise.all(put.map((node) => codec.seal(node)));
      const adopted = await Promise.all(adopt.map(async ({ node, record, rev }) => ({ ...(await codec.rowOf(node, record)), rev })));
      const pinned = await pins();
      const stores = journal.stores();
      const recorded = await db.write(['nodes', 'records', 'extents', 'staging', ...stores], async (tx) => {
        const write = writerIn(tx, pinned, journal.wasLinked && !journal.linked);
        const isRecorded = stores.length > 0;
        const changes: NodeChange[] = [];
        for (const [at, row] of rows.entries()) changes.push({ id: row.id, before: await write(row.id, row, isRecorded), after: put[at]! });
        for (const id of remove) changes.push({ id, before: await write(id, undefined, isRecorded) });
        await Promise.all(adopted.map((row) => write(row.id, row)));
        for (const id of drop) await write(id, undefined);
        const what = await journal.record(tx, changes);
        await also?.(tx);
        return what;
      }, { durability });
      commits += 1;
      journal.committed(recorded);
      [...remove, ...drop].forEach(cache.removed);
      put.forEach((node, at) => { written(node, rows[at]!); });
      adopt.forEach(({ node }, at) => { written(node, adopted[at]!); });
    },
    forget: cache.clear,
  };
}

/** Ids, in hex, of every extent that a node keeps alive. */
export const extentIdsOf = (node: HomeNode): readonly string[] => extentsOf(node).map(([id]) => toHex(id));
