// What is sent next: from the outbox, folders before what lies in them, with the extents that each names
// (docs/sync.md, "Engine").
import { equal, fromHex, toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { Most, Outgoing, OutgoingNode } from '../../sync/reconciler.ts';
import { EXTENTS_NAMED } from '../../sync/wire/limits.ts';
import type { NodeRow, OutboxRow } from '../store/home-schema.ts';
import { idIn, objectName, OUTBOX_STORES, withOutbox } from '../store/outbox/outbox.ts';
import type { HomeContext } from './context.ts';
import { noteHighest } from './feed-position.ts';
import { graveOf } from './grave.ts';
import { JOURNAL_STORES, NODES_PREFIX } from './journal.ts';
import { extentIdsOf } from './tree.ts';

/** Rows that are read together, with what they are about: a node's record may be 2 MiB. */
const WINDOW = 64;

interface Gathering {
  readonly most: Most;
  readonly nodes: Map<string, OutgoingNode>;
  /** Looked at already: two folders may lie in each other, by way of the trash. */
  readonly asked: Set<string>;
  readonly extents: string[];
  /** Names of rows that are about nothing any more. */
  readonly stale: string[];
  bytes: number;
  /** Extents that the nodes name. */
  named: number;
}

const isFull = ({ most, nodes, bytes, extents }: Gathering): boolean => nodes.size >= most.nodes || bytes >= most.bytes || extents.length >= most.extents;

/** What gathered nodes say, so that none is opened again when it was sent. */
const opened = new WeakMap<OutgoingNode, HomeNode>();

interface Pending { readonly row: NodeRow | undefined; readonly queued: OutboxRow | undefined }

/** Rows of the outbox, the nodes that they are about, and those of their extents that are here. */
interface Window { readonly rows: readonly OutboxRow[]; readonly nodes: ReadonlyMap<string, NodeRow | undefined>; readonly extents: ReadonlySet<string> }

const readWindow = ({ db }: HomeContext, { skip, ahead }: Most, after: string | undefined): Promise<Window> => db.read(['outbox', 'nodes', 'extents'], async (tx) => {
  const rows = await tx.list('outbox', { limit: WINDOW, ...(after !== undefined && { after }) });
  const [nodes, extents] = [new Map<string, NodeRow | undefined>(), new Set<string>()];
  await Promise.all(rows.map(async ({ name, op, held }) => {
    const [id, extent] = [idIn('nodes', name), idIn('extents', name)];
    if (held || skip.has(id ?? extent ?? '')) return;
    if (extent !== undefined && !ahead && (await tx.keys('extents', { only: extent })).length > 0) extents.add(extent);
    if (id !== undefined && op === 'put') nodes.set(id, await tx.get('nodes', id));
  }));
  return { rows, nodes, extents };
});

const pendingOf = ({ db }: HomeContext, ids: readonly string[]): Promise<readonly Pending[]> => db.read(['nodes', ...OUTBOX_STORES], (tx) => Promise.all(ids.map(async (id) => {
  const [row, at] = await Promise.all([tx.get('nodes', id), tx.get('queued', objectName('nodes', id))]);
  return { row, queued: at && (await tx.get('outbox', at.number)) };
})));

/** Adds a node, after its folder where that waits too. False where it does not fit any more. */
async function addNode(home: HomeContext, gathering: Gathering, id: string, known?: Pending): Promise<boolean> {
  if (gathering.asked.has(id) || gathering.most.skip.has(id)) return true;
  gathering.asked.add(id);
  const { row, queued } = known ?? (await pendingOf(home, [id]))[0]!;
  if (!queued || !row || queued.held) {
    if (queued?.op === 'put' && !row) gathering.stale.push(queued.name);
    return true;
  }
  const node = home.codec.open(row);
  const extents = node ? [...new Set(extentIdsOf(node))] : [];
  const parent = node && toHex(node.parent);
  if (parent !== undefined && parent !== id && home.journal.waiting.has(parent) && !(await addNode(home, gathering, parent))) return false;
  if (isFull(gathering) || (gathering.bytes > 0 && gathering.bytes + row.record.length > gathering.most.bytes)) return false;
  if (gathering.named > 0 && gathering.named + extents.length > EXTENTS_NAMED) return false;
  const outgoing: OutgoingNode = { id, op: 'put', record: row.record, extents, ...(queued.baseRev !== undefined && { baseRev: queued.baseRev }) };
  if (node) opened.set(outgoing, node);
  gathering.nodes.set(id, outgoing);
  gathering.bytes += row.record.length;
  gathering.named += extents.length;
  return true;
}

/** What is deleted here becomes a grave there. */
async function addGrave(home: HomeContext, gathering: Gathering, id: string, baseRev: string): Promise<void> {
  const idBytes = fromHex(id, 16);
  if (!idBytes || gathering.most.skip.has(id)) return;
  const { record } = await home.codec.seal(graveOf(idBytes, { clock: home.clock.tick(), device: home.device, now: home.now() }));
  gathering.nodes.set(id, { id, op: 'delete', baseRev, record, extents: [] });
  gathering.bytes += record.length;
}

async function addRow(home: HomeContext, gathering: Gathering, queued: OutboxRow, { nodes, extents }: Window): Promise<boolean> {
  const { name, op, baseRev, held } = queued;
  const extent = idIn('extents', name);
  if (extent !== undefined) {
    if (gathering.most.ahead) return true;
    if (gathering.most.skip.has(extent)) return true;
    if (extents.has(extent)) gathering.extents.push(extent);
    else gathering.stale.push(name);
    return !isFull(gathering);
  }
  if (held) return true;
  const id = name.slice(NODES_PREFIX.length);
  if (op === 'put') return addNode(home, gathering, id, { row: nodes.get(id), queued });
  if (baseRev === undefined) gathering.stale.push(name);
  else await addGrave(home, gathering, id, baseRev);
  return !isFull(gathering);
}

/** What waits in the folder that somebody looks at, before all else: of each its content, and with the last of that itself. */
async function addShown(home: HomeContext, gathering: Gathering): Promise<void> {
  const { shown: { folder }, journal, tree } = home;
  const { most: { ahead, skip, extents: room } } = gathering;
  if (ahead || folder === undefined || journal.waiting.size === 0) return;
  const waiting = [...(await tree.folder(folder)).nodes].filter(([id]) => journal.waiting.has(id) && !skip.has(id));
  for (let at = 0; at < waiting.length; at += WINDOW) {
    const some = waiting.slice(at, at + WINDOW);
    const known = await pendingOf(home, some.map(([id]) => id));
    for (const [which, [id, node]] of some.entries()) {
      const pieces = [...new Set(extentIdsOf(node))].filter((extent) => journal.pieces.has(extent) && !skip.has(extent));
      gathering.extents.push(...pieces.slice(0, room - gathering.extents.length));
      if (gathering.extents.length >= room || !(await addNode(home, gathering, id, known[which]))) return;
    }
  }
}

async function forgetStale({ db, journal }: HomeContext, stale: readonly string[]): Promise<void> {
  if (stale.length === 0) return;
  await db.write([...OUTBOX_STORES], (tx) => withOutbox(tx, async (outbox) => { for (const name of stale) await outbox.remove(name); }));
  for (const name of stale) {
    const extent = idIn('extents', name);
    if (extent === undefined) journal.waiting.delete(name.slice(NODES_PREFIX.length));
    else journal.pieces.delete(extent);
  }
}

export async function gatherOutgoing(home: HomeContext, most: Most): Promise<Outgoing> {
  const gathering: Gathering = { most, nodes: new Map(), asked: new Set(), extents: [], stale: [], bytes: 0, named: 0 };
  let through = most.ahead?.after;
  await addShown(home, gathering);
  // Content of others would be on its way before theirs.
  for (let fits = gathering.extents.length === 0; fits;) {
    const window = await readWindow(home, most, through);
    for (const row of window.rows) {
      fits = await addRow(home, gathering, row, window);
      if (!fits) break;
      through = row.number;
    }
    if (window.rows.length < WINDOW) break;
  }
  await forgetStale(home, gathering.stale);
  return { extents: gathering.extents, nodes: [...gathering.nodes.values()], ...(through !== undefined && { through }) };
}

type Sent = readonly { readonly node: OutgoingNode; readonly rev: string }[];

/** One transaction: what was sent is queued no more, unless it changed meanwhile; then it is queued over what was sent. True where something did. */
export async function noteSent(home: HomeContext, sent: Sent, extents: readonly string[]): Promise<boolean> {
  const { db, codec, journal } = home;
  const rests = new Set<string>();
  const folders = new Set<string>();
  await db.write(['nodes', ...JOURNAL_STORES], (tx) => withOutbox(tx, async (outbox) => {
    await Promise.all(sent.map(async ({ node, rev }) => {
      const { id, op, record } = node;
      const name = objectName('nodes', id);
      const row = await tx.get('nodes', id);
      if (row && op === 'put') await tx.put('nodes', { ...row, rev });
      const isAsSent = op === 'put' ? row && equal(row.record, record) : !row;
      if (isAsSent) {
        await outbox.remove(name);
        if (op === 'delete') await tx.put('letGo', { name, rev });
        rests.add(id);
        const known = opened.get(node) ?? codec.open(node);
        if (known) folders.add(toHex(known.parent));
      } else if (op === 'delete') await outbox.queue({ name, op: 'put', baseRev: rev });
      else {
        const known = opened.get(node) ?? codec.open(node);
        await outbox.queue({ name, op: row ? 'put' : 'delete', baseRev: rev, ...(known && { base: journal.sealBase(known) }) });
      }
    }));
    await Promise.all(extents.map((id) => outbox.remove(objectName('extents', id))));
    await noteHighest(tx, sent.map(({ rev }) => rev));
  }));
  for (const id of rests) journal.waiting.delete(id);
  for (const id of extents) journal.pieces.delete(id);
  if (folders.size > 0) home.changed(folders);
  return rests.size < sent.length;
}
