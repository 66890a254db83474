// Gives space on this device back: content that the choice does not want here and that the server has (docs/sync.md, "Free
// up space"). The server is asked right before, and what the answer was about is looked at again in the transaction that
// drops it: the last copy never goes.
import { toHex } from '../../crypto/bytes.ts';
import { extentBytes } from '../../crypto/extent-header.ts';
import { extentsOf, type HomeNode } from '../../crypto/node.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';
import { objectName } from '../store/outbox/outbox.ts';
import { everyKey, stagedIds } from './collect.ts';
import { type ContentChoice, keptFolders } from './content-choice.ts';
import type { HomeContext } from './context.ts';
import type { Link } from './link.ts';
import { extentIdsOf } from './tree.ts';

/** What may go from here, where the server has it. */
export interface FreePlan {
  /** The account that is to be asked. */
  readonly account: string;
  readonly choice: ContentChoice;
  /** Ids of extents, each with the bytes that it takes. */
  readonly extents: Map<string, number>;
  /** Nodes that wait to be sent, and whose content stays here until then. */
  readonly waiting: Set<string>;
}

export interface FreeSpace {
  /** Undefined where the home is not linked. */
  plan(): Promise<FreePlan | undefined>;
  /** Drops what the server just said to have; gives what went, as it goes. Ends early where the plan holds no more. */
  drop(plan: FreePlan, there: readonly string[]): AsyncIterable<readonly string[]>;
  /** Tells pages of what went; gives how many files have their content at the server alone by it. */
  tell(dropped: ReadonlySet<string>): Promise<number>;
}

/** Extents that one transaction drops. */
const BATCH = 64;

type FreeContext = Pick<HomeContext, 'db' | 'tree' | 'journal' | 'pins' | 'alone' | 'staging' | 'choices' | 'changed'>;

/** Extents by what they take, without those that a wanted node or one that waits names too. */
async function unwanted({ tree, journal }: FreeContext, choice: ContentChoice): Promise<Map<string, number>> {
  const [found, stays] = [new Map<string, number>(), new Set<string>()];
  if (choice.all) return found;
  const isKept = keptFolders(tree, choice);
  const isNeeded = async (node: HomeNode) => journal.waiting.has(toHex(node.id)) || (node.trashed === undefined && (await isKept(toHex(node.parent))));
  for await (const node of tree.all()) {
    const extents = extentsOf(node);
    const needed = extents.length > 0 && (await isNeeded(node));
    for (const [id, length] of extents) {
      if (needed) stays.add(toHex(id));
      else found.set(toHex(id), extentBytes(length));
    }
  }
  for (const id of stays) found.delete(id);
  return found;
}

export function createFreeSpace(home: FreeContext, link: Pick<Link, 'read'>): FreeSpace {
  const { db, tree, journal, pins, alone, staging, choices, changed } = home;
  const snapshots = () => db.read(['snapshots'], (tx) => tx.keys('snapshots'));

  /** What began to wait since the plan was made keeps its content. */
  async function leaveWaiting({ waiting, extents }: FreePlan): Promise<void> {
    for (const id of journal.waiting) {
      if (waiting.has(id)) continue;
      waiting.add(id);
      const node = await tree.node(id);
      if (node && node !== 'damaged') for (const extent of extentIdsOf(node)) extents.delete(extent);
    }
  }

  /** In the transaction itself: not while anything is being added or queued, nor where a snapshot came. */
  async function dropIn(tx: WriteTransaction<HomeRows>, ids: readonly string[], pinnedBy: readonly string[]): Promise<string[]> {
    const linking = (await tx.get('meta', 'feed'))?.linking;
    if (staging.size > 0 || linking !== undefined || (await tx.keys('snapshots')).join() !== pinnedBy.join()) return [];
    const staged = await stagedIds(tx);
    const dropped: string[] = [];
    for (const id of ids) {
      if (staged.has(id) || (await tx.get('queued', objectName('extents', id)))) continue;
      if ((await tx.keys('extents', { only: id })).length === 0) continue;
      await tx.remove('extents', id);
      dropped.push(id);
    }
    return dropped;
  }

  /** Within the home's turn: no node and no snapshot changes meanwhile. Undefined where choice or account are others by now. */
  async function dropSome(plan: FreePlan, there: readonly string[]): Promise<readonly string[] | undefined> {
    if (choices.current() !== plan.choice || (await link.read())?.account !== plan.account) return undefined;
    await leaveWaiting(plan);
    const [pinnedBy, pinned] = [await snapshots(), (await pins()).extents];
    const ids = there.filter((id) => plan.extents.has(id) && !pinned.has(id));
    return db.write(['extents', 'staging', 'queued', 'snapshots', 'meta'], (tx) => dropIn(tx, ids, pinnedBy));
  }

  return {
    async plan() {
      const account = (await link.read())?.account;
      if (account === undefined) return undefined;
      const [choice, waiting] = [choices.current(), new Set(journal.waiting)];
      const [extents, here] = [await unwanted(home, choice), await everyKey(db, 'extents')];
      const pinned = (await pins()).extents;
      for (const id of extents.keys()) if (!here.has(id) || pinned.has(id)) extents.delete(id);
      return { account, choice, extents, waiting };
    },
    async *drop(plan, there) {
      for (let at = 0; at < there.length; at += BATCH) {
        const dropped = await alone(() => dropSome(plan, there.slice(at, at + BATCH)));
        if (!dropped) return;
        yield dropped;
      }
    },
    async tell(dropped) {
      const folders = new Set<string>();
      let files = 0;
      for await (const node of tree.all()) {
        if (node.kind !== 'file' || node.trashed !== undefined || !(node.content.extents ?? []).some(([id]) => dropped.has(toHex(id)))) continue;
        files += 1;
        folders.add(toHex(node.parent));
      }
      if (folders.size > 0) changed(folders);
      return files;
    },
  };
}
