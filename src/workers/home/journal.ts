// Keeps the outbox of a linked home: what changed is queued in the transaction that changes it. In a home without an
// account it queues nothing (docs/sync.md, "Outbox").
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import { domainKey, type HomeKeys } from '../../crypto/home-keys.ts';
import { CLOCK_GROUPS, type GroupClock, type HomeNode } from '../../crypto/node.ts';
import { isBytes, isUint } from '../../crypto/canonical-cbor.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import type { Database, WriteTransaction } from '../store/database.ts';
import type { HomeRows, NodeRow, OutboxRow } from '../store/home-schema.ts';
import { objectName, type Outbox, type Queued, OUTBOX_STORES, withOutbox } from '../store/outbox/outbox.ts';
import { clocksOf, compareClocks, type GroupClocks } from './group-clocks.ts';
import type { NodeCodec } from './node-codec.ts';
import { extentIdsOf } from './tree.ts';

/** One node before and after a change; `after` is absent where it was deleted for good. */
export interface NodeChange {
  readonly id: string;
  readonly before: NodeRow | undefined;
  readonly after?: HomeNode;
}

/** `known` is what there was before, where that opens. */
type Known = NodeChange & { readonly known: HomeNode | undefined };

export interface Recorded {
  readonly waits: readonly string[];
  readonly rests: readonly string[];
  /** Extents that wait from then on. */
  readonly brought: readonly string[];
}

export interface Journal {
  /** Whether changes are queued: set when a home is linked to an account. */
  linked: boolean;
  /** Whether content may be at a server alone: of a home that is linked, or was. */
  wasLinked: boolean;
  /** Ids of nodes that wait to be sent or deleted at the server, kept while the home is open. */
  readonly waiting: Set<string>;
  /** Ids of extents that wait to be sent, kept likewise. */
  readonly pieces: Set<string>;
  /** Stores that a transaction must name so that `record` may write. */
  stores(): readonly (typeof JOURNAL_STORES)[number][];
  /** Gives what `committed` is to be told once the transaction is through. */
  record(tx: WriteTransaction<HomeRows>, changes: readonly NodeChange[]): Promise<Recorded>;
  committed(recorded: Recorded): void;
  sealBase(node: HomeNode): Bytes;
  openBase(nodeId: Bytes, sealed: Bytes): GroupClocks | undefined;
  /** Whether what waits was changed here since all knew it; of what is only sent again it was not. */
  isChanged(node: HomeNode, queued: OutboxRow): boolean;
  /** Reads what waits. */
  load(): Promise<void>;
}

const isGroupClock = (value: unknown): value is GroupClock =>
  Array.isArray(value) && value.length === 3 && isUint(value[0]) && isUint(value[1]) && isBytes(value[2], 16);

/** A folder before what lies in it, where both change at once. */
function foldersFirst(changes: readonly NodeChange[]): readonly NodeChange[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const placed = new Set<NodeChange>();
  const ordered: NodeChange[] = [];
  for (const change of changes) {
    const above: NodeChange[] = [];
    for (let next: NodeChange | undefined = change; next && !placed.has(next); next = next.after && byId.get(toHex(next.after.parent))) {
      placed.add(next);
      above.push(next);
    }
    ordered.push(...above.reverse());
  }
  return ordered;
}

/** What a change lets go of is noted with it. Something else may name it: whoever collects looks at that. */
async function noteLetGo(tx: WriteTransaction<HomeRows>, known: HomeNode | undefined, after: HomeNode | undefined): Promise<void> {
  const [before, named] = [new Set(known ? extentIdsOf(known) : []), new Set(after ? extentIdsOf(after) : [])];
  for (const id of before) if (!named.has(id)) await tx.put('letGo', { name: objectName('extents', id) });
}

export interface JournalDeps {
  readonly keys: HomeKeys;
  readonly aead: Aead;
  readonly random: Random;
  readonly db: Database<HomeRows>;
  readonly codec: NodeCodec;
}

const WINDOW = 10_000;
/** What a transaction must name that changes nodes of a linked home. */
export const JOURNAL_STORES = [...OUTBOX_STORES, 'letGo'] as const;
export const NODES_PREFIX = objectName('nodes', '');
const EXTENTS_PREFIX = objectName('extents', '');

/** Reads the ids of one collection that are queued, in windows. */
async function loadQueued(db: Database<HomeRows>, prefix: string, ids: Set<string>): Promise<void> {
  ids.clear();
  for (let after: string | undefined; ;) {
    const from = after;
    const names = await db.read(['queued'], (tx) => tx.keys('queued', { prefix, limit: WINDOW, ...(from !== undefined && { after: from }) }));
    for (const name of names) ids.add(name.slice(prefix.length));
    if (names.length < WINDOW) return;
    after = names.at(-1);
  }
}

export async function createJournal({ keys, aead, random, db, codec }: JournalDeps): Promise<Journal> {
  const key = await domainKey(keys, 'base');
  const nameOf = (id: Bytes) => ({ kind: 'base', homeId: keys.homeId, id }) as const;

  /** What is queued already keeps its place, unless something that it needs now stands behind it. */
  async function queueAgain(outbox: Outbox, { number, ...before }: OutboxRow, { after, brings }: { readonly after: HomeNode; readonly brings: boolean }): Promise<void> {
    // Of what is sent over again nobody knows the change that comes now. Nor was what it changes known to all: that is no base to merge over.
    const { knew: _, ...waiting } = before;
    const queued: Queued = before.base ? waiting : { ...waiting, changed: true };
    const folder = await outbox.row(objectName('nodes', toHex(after.parent)));
    const needsLater = brings || (folder !== undefined && folder.number > number);
    if (!needsLater) return outbox.queue({ ...queued, op: 'put' });
    // Of a folder that the server does not have, what lies in it may be queued before it.
    if (after.kind === 'folder' && queued.baseRev === undefined) return outbox.queue({ ...queued, op: 'put', late: true });
    await outbox.queueLast({ ...queued, op: 'put' });
  }

  /** Extents that a change brings go first: whoever sends in this order never sends a node before what it names. */
  async function recordPut(outbox: Outbox, { id, before, known, after }: Known & { readonly after: HomeNode }): Promise<readonly string[]> {
    const named = new Set(known ? extentIdsOf(known) : []);
    const brought = [...new Set(extentIdsOf(after))].filter((extent) => !named.has(extent));
    for (const extent of brought) await outbox.queue({ name: objectName('extents', extent), op: 'put' });
    const name = objectName('nodes', id);
    const queued = await outbox.row(name);
    const base = before?.rev !== undefined && known && journal.sealBase(known);
    if (queued) await queueAgain(outbox, queued, { after, brings: brought.length > 0 });
    else await outbox.queue({ name, op: 'put', ...(before?.rev !== undefined && { baseRev: before.rev }), ...(base ? { base } : { changed: true }) });
    return brought;
  }

  /** Whether there is something to be deleted at the server. */
  async function recordRemoval(outbox: Outbox, { id, before, known }: Known): Promise<boolean> {
    const name = objectName('nodes', id);
    const queued = await outbox.row(name);
    await outbox.remove(name);
    // It may have been sent, and never heard of: the server is looked at before that is forgotten.
    const isUnheard = before?.rev === undefined;
    if (isUnheard && !(queued && known)) return false;
    const knew = known && journal.sealBase(known);
    const base = queued && !isUnheard ? queued.base : knew;
    await outbox.queue({ name, op: 'delete', ...(!isUnheard && { baseRev: before.rev }), ...(base && { base }), ...(knew && base !== knew && { knew }) });
    return true;
  }

  const journal: Journal = {
    linked: false,
    wasLinked: false,
    waiting: new Set(),
    pieces: new Set(),
    stores: () => (journal.linked ? JOURNAL_STORES : journal.wasLinked ? ['letGo'] : []),
    async record(tx, changes) {
      const [waits, rests, brought]: [string[], string[], string[]] = [[], [], []];
      if (!journal.linked) {
        // What was sent before is there still, and nobody else may know of it.
        for (const { before, after } of journal.wasLinked ? changes : []) await noteLetGo(tx, before && codec.openHere(before), after);
        return { waits, rests, brought };
      }
      await withOutbox(tx, async (outbox) => {
        for (const change of foldersFirst(changes)) {
          const { id, before, after } = change;
          const known = before && codec.openHere(before);
          await noteLetGo(tx, known, after);
          if (after) brought.push(...await recordPut(outbox, { ...change, known, after }));
          const stays = after !== undefined || (await recordRemoval(outbox, { ...change, known }));
          (stays ? waits : rests).push(id);
        }
      });
      return { waits, rests, brought };
    },
    committed({ waits, rests, brought }) {
      for (const id of waits) journal.waiting.add(id);
      for (const id of brought) journal.pieces.add(id);
      for (const id of rests) journal.waiting.delete(id);
    },
    sealBase: (node) => sealFields({ aead, random }, key, nameOf(node.id), { ...clocksOf(node) }),
    openBase(nodeId, sealed) {
      const opened = openFields(aead, key, nameOf(nodeId), sealed);
      const clocks = opened.ok ? CLOCK_GROUPS.map((group) => opened.value.get(group)) : [];
      return clocks.length > 0 && clocks.every(isGroupClock) ? (Object.fromEntries(CLOCK_GROUPS.map((group, at) => [group, clocks[at]])) as GroupClocks) : undefined;
    },
    isChanged(node, queued) {
      const base = queued.base && journal.openBase(node.id, queued.base);
      const clocks = clocksOf(node);
      return base ? CLOCK_GROUPS.some((group) => compareClocks(clocks[group], base[group]) !== 0) : queued.changed === true;
    },
    async load() {
      await loadQueued(db, NODES_PREFIX, journal.waiting);
      await loadQueued(db, EXTENTS_PREFIX, journal.pieces);
    },
  };
  return journal;
}
