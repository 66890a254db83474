// What may be of no use at the server any more: noted in the transactions that let it go, and read by whoever collects there
// (docs/sync.md, "Collecting"). A note says that asking is worth it, and no more.
import type { Database, WriteTransaction } from '../store/database.ts';
import type { HomeRows, LetGoRow } from '../store/home-schema.ts';
import { objectName } from '../store/outbox/outbox.ts';
import type { HomeContext } from './context.ts';
import { NODES_PREFIX } from './journal.ts';
import { extentIdsOf } from './tree.ts';

export interface LetGo {
  /** Extents that bundles named, to be asked for soon: of such as nothing but bundles names, no other device has to know. */
  note(extents: readonly string[], named: 'by bundles alone' | 'by files too'): Promise<void>;
  /** Marks what was noted, where nothing waits to be sent: whoever takes what the server has by now knows of it. */
  markSent(): Promise<void>;
  /** Gives what was marked before all that is new was taken its number; `at` in ms since 1970. */
  number(at: number): Promise<void>;
  /** In windows, by name. */
  rows(): AsyncIterable<readonly LetGoRow[]>;
  /** The server was asked to drop them, and did not: what it does not drop a week after it was asked first is gone already, and forgotten. */
  asked(names: readonly string[], at: number): Promise<void>;
  /** One that was noted anew meanwhile stays. */
  forget(names: readonly string[]): Promise<void>;
  /** Which of these extents files still name; undefined where a file cannot be read, and may name any. */
  named(extents: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined>;
  /** When the server was asked last, in ms since 1970. */
  last(): Promise<number | undefined>;
  setLast(at: number): Promise<void>;
}

const WINDOW = 5_000;
/** Much more than a server keeps what somebody asked about, whose clock may be another. */
const LONG_ASKED_MS = 7 * 24 * 60 * 60_000;

type Tx = WriteTransaction<HomeRows>;

/** A home that is linked to another account has nothing to collect there. */
export async function forgetLetGo(tx: Tx): Promise<void> {
  await tx.remove('letGo', { prefix: '' });
  await tx.remove('meta', 'letGo');
}

/** Numbers of another life of the server say nothing, nor do its revisions: graves stay there. */
export async function letGoAnew(tx: Tx): Promise<void> {
  for (const { name } of await tx.list('letGo')) {
    if (name.startsWith(NODES_PREFIX)) await tx.remove('letGo', name);
    else await tx.put('letGo', { name });
  }
}

async function* windows(db: Database<HomeRows>): AsyncIterable<readonly LetGoRow[]> {
  for (let after: string | undefined; ;) {
    const from = after;
    const rows = await db.read(['letGo'], (tx) => tx.list('letGo', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
    if (rows.length > 0) yield rows;
    if (rows.length < WINDOW) return;
    after = rows.at(-1)?.name;
  }
}

export function createLetGo({ db, tree }: Pick<HomeContext, 'db' | 'tree'>): LetGo {
  /** Changes rows as they are by then; a window at a time, and not where `may` says no. */
  async function change(pick: (row: LetGoRow) => LetGoRow | undefined, may: (tx: Tx) => Promise<boolean> = () => Promise.resolve(true)): Promise<void> {
    for await (const window of windows(db)) {
      await db.write(['letGo', 'queued'], async (tx) => {
        const rows = (await may(tx)) ? await Promise.all(window.map(({ name }) => tx.get('letGo', name))) : [];
        for (const row of rows) {
          const next = row && pick(row);
          if (next) await tx.put('letGo', next);
        }
      });
    }
  }

  const forget: LetGo['forget'] = async (names) => db.write(['letGo'], async (tx) => {
    for (const name of names) if ((await tx.get('letGo', name))?.since !== undefined) await tx.remove('letGo', name);
  });

  const feed = () => db.read(['meta'], (tx) => tx.get('meta', 'feed'));

  return {
    async note(extents, named) {
      if (extents.length === 0) return;
      await db.write(['letGo', 'meta'], async (tx) => {
        await tx.remove('meta', 'letGo');
        for (const id of extents) await tx.put('letGo', { name: objectName('extents', id), ...(named === 'by bundles alone' && { since: 0 }) });
      }, { durability: 'strict' });
    },
    markSent: () => change(
      (row) => (row.since === undefined && !row.sent ? { ...row, sent: true } : undefined),
      async (tx) => (await tx.keys('queued', { prefix: NODES_PREFIX, limit: 1 })).length === 0,
    ),
    async number(at) {
      const newest = (await feed())?.newest ?? 0;
      await change(({ sent, ...row }) => (sent ? { ...row, since: newest, numbered: at } : undefined));
    },
    rows: () => windows(db),
    async asked(names, at) {
      const some = new Set(names);
      const over: string[] = [];
      await change((row) => {
        if (!some.has(row.name) || row.since === undefined) return undefined;
        if (row.asked === undefined) return { ...row, asked: at };
        if (Math.abs(at - row.asked) > LONG_ASKED_MS) over.push(row.name);
        return undefined;
      });
      await forget(over);
    },
    forget,
    async named(extents) {
      const named = new Set<string>();
      const said = await feed();
      let damaged = [...said?.unreadable ?? [], ...said?.passed ?? []].length > 0;
      for await (const node of tree.all(() => { damaged = true; })) for (const id of extentIdsOf(node)) if (extents.has(id)) named.add(id);
      return damaged ? undefined : named;
    },
    last: async () => (await db.read(['meta'], (tx) => tx.get('meta', 'letGo')))?.asked,
    setLast: async (at) => db.write(['meta'], (tx) => tx.put('meta', { key: 'letGo', asked: at })),
  };
}
