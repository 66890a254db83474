// Which content is to be brought here: what nodes name, this device does not have, and the choice wants (docs/sync.md, "Only
// online"). Looked for once after a start, and kept up with what changes afterwards. What files are now comes before what
// they were, and before the trash; and before all, what lies in the folder that somebody looks at.
import { toHex } from '../../crypto/bytes.ts';
import { extentId } from '../../crypto/extent.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { StorageError } from '../store/database.ts';
import { asExtentData } from '../store/extent-form.ts';
import { createTurn } from '../store/in-turn.ts';
import { keptFolders } from './content-choice.ts';
import type { HomeContext } from './context.ts';
import { subtree } from './subtree.ts';
import { extentIdsOf } from './tree.ts';
import { createWantedQueues, type Wanted } from './wanted-queues.ts';

export interface WantedExtents {
  /** Nodes that were taken or merged: what they name may not be here. */
  taken(nodes: readonly HomeNode[]): void;
  /** Nodes that were written here: they may lie elsewhere now. */
  written(nodes: readonly HomeNode[]): void;
  /** The next to be brought. Folders that look different by what was kept meanwhile are told. */
  next(most: number): Promise<readonly string[]>;
  /** The next that are not here, whether the choice wants them or not. */
  nextAbsent(most: number): Promise<readonly string[]>;
  /** A folder is shown: what files in it are now comes first. */
  looksAt(folder: string): void;
  keep(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<'kept' | 'wrong' | 'no_room'>;
  /** It cannot be had: it is not asked for again while this home is open. */
  lacks(id: string): void;
  /** The choice is another, or content went from here: all is looked for anew. */
  lookAgain(): void;
  /** How many are to be brought. */
  count(): number;
  /** How many are not here, as far as nodes name them. */
  absent(): Promise<number>;
}

const WINDOW = 20_000;

const contentIds = (node: HomeNode): readonly string[] => (node.kind === 'file' && node.trashed === undefined ? (node.content.extents ?? []).map(([id]) => toHex(id)) : []);

/** Where an extent is named: the folder of its file, whether as what that is now, and whether that lies in the trash; and where else. */
interface Named { readonly folder: string; readonly now: boolean; readonly trashed: boolean; readonly also: Named | undefined }

function* eachNamed(named: Named): Generator<Named> {
  for (let one: Named | undefined = named; one; one = one.also) yield one;
}

/** Notes what a node names. */
function note(unsorted: Map<string, Named>, node: HomeNode): void {
  const now = new Set(contentIds(node));
  const where = { folder: toHex(node.parent), trashed: node.trashed !== undefined };
  for (const id of new Set(extentIdsOf(node))) unsorted.set(id, { ...where, now: now.has(id), also: unsorted.get(id) });
}

/** Whether it is wanted here, for what, and in which folder. */
async function placeOf(named: Named, all: boolean, isKept: (folder: string) => Promise<boolean>): Promise<Wanted> {
  let [wanted, now, { folder }] = [false, false, named];
  for (const one of eachNamed(named)) {
    if (!all && (one.trashed || !(await isKept(one.folder)))) continue;
    [wanted, now, folder] = [true, now || one.now, one.folder];
  }
  return { wanted, now, folder };
}

/** Tells of each that is here, by keys in windows. */
async function eachHere(db: HomeContext['db'], told: (id: string) => void): Promise<void> {
  for (let after: string | undefined; ;) {
    const from = after;
    const keys = await db.read(['extents'], (tx) => tx.keys('extents', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
    keys.forEach(told);
    if (keys.length < WINDOW) return;
    after = keys.at(-1);
  }
}

/** These files, and all that lie in these folders. */
async function* filesUnder(tree: HomeContext['tree'], ids: readonly string[]): AsyncGenerator<HomeNode, void, undefined> {
  for (const id of ids) {
    const top = await tree.node(id);
    if (!top || top === 'damaged') continue;
    for await (const { node } of subtree(tree, top)) if (node.kind === 'file') yield node;
  }
}

export function createWantedExtents({ db, tree, choices, extentsAs, changed }: Pick<HomeContext, 'db' | 'tree' | 'choices' | 'extentsAs' | 'changed'>): WantedExtents {
  const queues = createWantedQueues();
  const unsorted = new Map<string, Named>();
  /** Nodes that may lie elsewhere now. */
  const moved = new Set<string>();
  const filled = new Set<string>();
  const lacking = new Set<string>();
  const inTurn = createTurn();
  let looked = false;

  const want = (node: HomeNode): void => { note(unsorted, node); };

  function forget(id: string): void {
    queues.remove(id);
    unsorted.delete(id);
  }

  const namesAbsent = (node: HomeNode): boolean => extentIdsOf(node).some(queues.has);

  /** What was moved, with all that lies in it, is told anew: as far as it is not here. */
  async function findMoved(): Promise<void> {
    const ids = [...moved];
    moved.clear();
    for await (const node of filesUnder(tree, ids)) if (namesAbsent(node)) want(node);
  }

  const isHere = (id: string) => db.read(['extents'], async (tx) => (await tx.keys('extents', { only: id })).length > 0);

  /** Puts each where the choice has it; `absent` where it is known of all that they are not here. */
  async function sort(absent: boolean): Promise<void> {
    const choice = choices.current();
    const isKept = keptFolders(tree, choice);
    for (const [id, named] of [...unsorted]) {
      const place = await placeOf(named, choice.all, isKept);
      const isOut = lacking.has(id) || (!place.wanted && !absent && (await isHere(id)));
      // It was named anew meanwhile: the next turn has it.
      if (unsorted.get(id) !== named) continue;
      forget(id);
      if (!isOut) queues.put(id, place);
    }
  }

  const lookUp = () => inTurn(async () => {
    const again = !looked;
    try {
      if (again) {
        looked = true;
        for (const each of [queues, unsorted, moved]) each.clear();
        for await (const node of tree.all()) want(node);
        await eachHere(db, forget);
      }
      if (moved.size > 0) await findMoved();
      await sort(again);
    } catch (fault) {
      // What was not looked at to its end would pass for here.
      looked = false;
      throw fault;
    }
  });

  async function take(most: number, online: boolean): Promise<readonly string[]> {
    await lookUp();
    if (filled.size > 0) changed(filled);
    filled.clear();
    // One that is named anew meanwhile may come by twice.
    const found = new Set<string>();
    for (const id of queues.ids(online)) {
      if (found.size >= most) break;
      if (await isHere(id)) forget(id);
      else found.add(id);
    }
    return [...found];
  }

  return {
    taken(nodes) {
      if (looked) nodes.forEach(want);
    },
    written(nodes) {
      const { all, kept } = choices.current();
      if (!looked || all || kept.size === 0) return;
      for (const node of nodes) if (node.kind === 'folder' || namesAbsent(node)) moved.add(toHex(node.id));
    },
    next: (most) => take(most, false),
    nextAbsent: (most) => take(most, true),
    looksAt: queues.looksAt,
    async keep(id, bytes) {
      if ((await extentId(bytes)) !== id) return 'wrong';
      try {
        await db.write(['extents'], (tx) => tx.put('extents', { id, size: bytes.length, data: asExtentData(extentsAs, bytes) }));
      } catch (fault) {
        if (fault instanceof StorageError) return 'no_room';
        throw fault;
      }
      const folder = queues.folderOf(id);
      if (folder !== undefined) filled.add(folder);
      lacking.delete(id);
      forget(id);
      return 'kept';
    },
    lacks(id) {
      lacking.add(id);
      forget(id);
    },
    lookAgain() {
      looked = false;
    },
    count: () => (looked ? queues.count() + (choices.current().all ? unsorted.size : 0) : 0),
    async absent() {
      await lookUp();
      return queues.absent() + lacking.size;
    },
  };
}
