// What the server has, taken into the home: merged node by node, and written in one transaction together with how far the
// server's changes were read (docs/sync.md, "Taking").
import { equal, fromHex, toHex } from '../../crypto/bytes.ts';
import { CLOCK_GROUPS, type FileNode, type HomeNode } from '../../crypto/node.ts';
import type { RemoteRecord, Through } from '../../sync/reconciler.ts';
import type { NodeRow, OutboxRow } from '../store/home-schema.ts';
import { objectName, withOutbox } from '../store/outbox/outbox.ts';
import { conflictCopy } from './conflict-copy.ts';
import type { HomeContext } from './context.ts';
import { furthest, noteHighest } from './feed-position.ts';
import { isGrave } from './grave.ts';
import { clocksOf, compareClocks } from './group-clocks.ts';
import { type Here, readHere } from './here.ts';
import { isWhole } from './keyring-row.ts';
import { kinshipOf } from './kinship.ts';
import { contentSides, isContested, mergeNodes } from './merge.ts';
import { adopt, forgetQueued, keepMerged, makeCopies, nameOf, newTaking, noteDropped, noteFolders, noteGrave, requeue, type Taking } from './taking.ts';
import type { UnreadableNodes } from './unreadable-nodes.ts';
import { fittedVersions } from './versions.ts';

export interface Taken {
  readonly touched: ReadonlySet<string>;
  readonly dropped: ReadonlySet<string>;
  /** Content that may not be here: of nodes as the server has them. */
  readonly adopted: readonly HomeNode[];
}

/** More are not remembered. */
const MOST_PASSED = 1000;

async function mergeInto(home: HomeContext, taking: Taking, local: HomeNode, { remote, record, queued, earlier = false }: {
  readonly remote: HomeNode; readonly record: Required<RemoteRecord>; readonly queued: OutboxRow | undefined; readonly earlier?: boolean;
}): Promise<void> {
  // What is not queued is as the server had it: nothing was changed here.
  const base = queued ? queued.base && home.journal.openBase(local.id, queued.base) : clocksOf(local);
  const sides = { local, remote, base, changed: queued?.changed };
  const { winner, loser } = contentSides(sides);
  const kinship = isContested(sides) ? await kinshipOf(home, winner as FileNode, loser as FileNode) : 'descends';
  const { node, ...merged } = mergeNodes(sides, kinship);
  const one = node.kind === 'file' ? fittedVersions(node) : node;
  const copy = merged.loser && (await conflictCopy(one, merged.loser));
  if (merged.asRemote && !earlier) adopt(taking, remote, record, queued);
  else keepMerged(home, taking, one, { remote, rev: record.rev });
  if (copy) taking.copies.set(toHex(copy.id), copy);
  noteDropped(taking, local, [one, ...(copy ? [copy] : [])]);
  noteFolders(taking, local, one);
  if (!equal(local.parent, one.parent) || local.name !== one.name || local.trashed !== one.trashed) taking.touched.add(toHex(local.id));
}

/** Whether it is another state than that which was deleted here, and one that this device never knew. */
function isNews({ journal, device }: HomeContext, remote: HomeNode, queued: OutboxRow): boolean {
  const base = queued.base && journal.openBase(remote.id, queued.base);
  if (!base) return true;
  const knew = queued.knew && journal.openBase(remote.id, queued.knew);
  const clocks = clocksOf(remote);
  return CLOCK_GROUPS.some((group) => {
    const order = compareClocks(clocks[group], base[group]);
    // What was sent, and never heard of, may have been moved here since; and whoever deletes here knows what was changed here until then.
    const isMoved = queued.baseRev === undefined && group !== 'content' && order < 0;
    const isOwn = knew !== undefined && equal(clocks[group][2], device) && compareClocks(clocks[group], knew[group]) <= 0;
    return order !== 0 && !isMoved && !isOwn;
  });
}

/** It was deleted here, and nothing was sent of that yet: a change made meanwhile elsewhere counts more. */
function takeDeleted(home: HomeContext, taking: Taking, remote: HomeNode, { record, queued }: { readonly record: Required<RemoteRecord>; readonly queued: OutboxRow }): void {
  if (!isNews(home, remote, queued)) {
    requeue(taking, queued, record.rev);
    return;
  }
  adopt(taking, remote, record, queued);
  taking.touched.add(toHex(remote.id));
  noteFolders(taking, remote);
}

/** It stays here, and is sent over what the server has now; without `rev` the server has nothing. What all knew before it was changed here is kept, or else that they know `grave`: the next deletion may not know of the change either. */
function keepHere({ journal }: HomeContext, taking: Taking, { row, queued }: { readonly row: NodeRow; readonly queued: OutboxRow | undefined }, { rev, grave }: { readonly rev: string | undefined; readonly grave?: HomeNode | undefined }): void {
  const name = nameOf(row.id);
  taking.steps.push(async (outbox, tx) => {
    const { rev: _, ...rest } = row;
    await tx.put('nodes', rev === undefined ? rest : { ...rest, rev });
    const base = queued?.base ?? (grave && !queued?.changed ? journal.sealBase(grave) : undefined);
    await outbox.queue({ name, op: 'put', ...(rev !== undefined && { baseRev: rev }), ...(base && { base }), ...(queued?.changed && { changed: true }), ...(queued?.late && { late: true }) });
  });
  taking.waits.add(row.id);
}

/** Nothing is deleted by a server's word alone: what is here and not there is sent again. So is what it has of an earlier key, which whoever was removed may know too. */
function takeNothing(home: HomeContext, taking: Taking, id: string, { row, queued, rev }: Here & { readonly rev?: string }): void {
  if (row) return keepHere(home, taking, { row, queued }, { rev });
  forgetQueued(taking, id);
}

/** Whether something of a node was changed that whoever deleted it did not know. */
function outlives(home: HomeContext, node: HomeNode, { grave, rev }: { readonly grave: HomeNode; readonly rev: string }, { row, queued }: Here): boolean {
  if (!queued) return false;
  if (queued.base && home.journal.openBase(node.id, queued.base)) return home.journal.isChanged(node, queued);
  // Made here, and that it arrived was never heard, or changed over what nobody may have known: whoever deleted it may have seen an earlier state of it.
  if (queued.changed) return true;
  // A server that was put back shows a grave again that this had come after.
  if (row?.former !== undefined && Number(rev) <= Number(row.former)) return true;
  const clocks = clocksOf(node);
  return CLOCK_GROUPS.some((group) => compareClocks(clocks[group], clocksOf(grave).place) > 0);
}

/** It was deleted for good elsewhere: a change that was made here meanwhile counts more. */
async function takeGrave(home: HomeContext, taking: Taking, { grave, rev }: { readonly grave: HomeNode; readonly rev: string }, { row, queued }: Here): Promise<void> {
  const id = toHex(grave.id);
  if (!row) {
    forgetQueued(taking, id);
    noteGrave(taking, id, rev);
    return;
  }
  const node = home.codec.open(row);
  if (id === home.homeId || (node && outlives(home, node, { grave, rev }, { row, queued }))) return keepHere(home, taking, { row, queued }, { rev, grave });
  taking.drop.push(id);
  taking.steps.push((outbox) => outbox.remove(nameOf(id)));
  noteGrave(taking, id, rev);
  taking.rests.add(id);
  if (!node) return;
  noteDropped(taking, node, []);
  noteFolders(taking, node);
  if (node.kind === 'folder') for (const child of (await home.tree.folder(id)).nodes.keys()) taking.touched.add(child);
}

/** A record of an earlier key. Once the account is whole it is as if it were not there; until then it is what was not sealed anew yet. */
async function takeEarlier(home: HomeContext, taking: Taking, { node, rev }: { readonly node: HomeNode; readonly rev: string }, { row, queued }: Here): Promise<void> {
  const id = toHex(node.id);
  const local = row && home.codec.open(row);
  if (taking.whole && (local || !row)) {
    if (queued?.op === 'delete') requeue(taking, queued, rev);
    else takeNothing(home, taking, id, { row, queued, rev });
    if (!row && queued?.op !== 'delete' && !isGrave(node)) taking.passed.add(id);
    return;
  }
  const isDeleted = queued?.op === 'delete' && (isGrave(node) || !isNews(home, node, queued));
  if (isDeleted || (isGrave(node) && (!local || id === home.homeId))) {
    if (queued) requeue(taking, queued, rev);
    return;
  }
  if (isGrave(node) && local && !outlives(home, local, { grave: node, rev }, { row, queued })) {
    taking.drop.push(id);
    taking.steps.push((outbox) => outbox.queue({ name: nameOf(id), op: 'delete', baseRev: rev }));
    taking.rests.add(id);
    noteDropped(taking, local, []);
    noteFolders(taking, local);
    return;
  }
  if (local && (isGrave(node) || local.kind !== node.kind)) return keepHere(home, taking, { row, queued }, { rev, grave: isGrave(node) ? node : undefined });
  if (local) return mergeInto(home, taking, local, { remote: node, record: { id, rev, record: row.record }, queued, earlier: true });
  keepMerged(home, taking, node, { remote: node, rev });
  taking.waits.add(id);
  taking.touched.add(id);
  noteFolders(taking, node);
}

async function takeRecord(home: HomeContext, taking: Taking, record: Required<RemoteRecord>, { row, queued }: Here): Promise<boolean> {
  const remote = home.codec.open(record);
  const earlier = remote ? undefined : home.codec.openEarlier(record);
  if (earlier) {
    await takeEarlier(home, taking, { node: earlier, rev: record.rev }, { row, queued });
    return true;
  }
  if (!remote) return false;
  if (isGrave(remote)) {
    await takeGrave(home, taking, { grave: remote, rev: record.rev }, { row, queued });
    return true;
  }
  const local = row && home.codec.open(row);
  if (local && local.kind !== remote.kind) return false;
  if (local) await mergeInto(home, taking, local, { remote, record, queued });
  else if (!row && queued?.op === 'delete') takeDeleted(home, taking, remote, { record, queued });
  else {
    adopt(taking, remote, record, queued);
    taking.touched.add(record.id);
    noteFolders(taking, remote);
  }
  return true;
}

/** What is known now of nodes that were passed over; what lay in those that are passed over no more may have to be moved. */
async function passedNow({ db, tree }: HomeContext, taking: Taking, records: readonly RemoteRecord[]): Promise<readonly string[]> {
  const before = (await db.read(['meta'], (tx) => tx.get('meta', 'feed')))?.passed ?? [];
  const seen = new Set(records.map(({ id }) => id));
  for (const id of before) if (seen.has(id) && !taking.passed.has(id)) for (const child of (await tree.folder(id)).nodes.keys()) taking.touched.add(child);
  // Once more were passed over than are remembered, some are unknown for as long as this link lasts.
  if (before.length >= MOST_PASSED) return before;
  return [...before.filter((id) => !seen.has(id)), ...taking.passed].slice(0, MOST_PASSED);
}

interface Known { readonly through: Through | undefined; readonly held: readonly string[]; readonly unreadable: readonly string[]; readonly passed: readonly string[]; readonly revs: readonly string[] }

async function write(home: HomeContext, taking: Taking, { through, held, unreadable, passed, revs }: Known): Promise<void> {
  const { put, adopt: adopted, drop, steps } = taking;
  await home.tree.commit({
    put, adopt: adopted, drop,
    also: async (tx) => {
      await withOutbox(tx, async (outbox) => {
        await Promise.all(steps.map((step) => step(outbox, tx)));
        // It would be refused for ever: it waits until what is there can be read.
        for (const id of held) {
          const row = await outbox.row(nameOf(id));
          if (row) await outbox.queue({ ...row, held: true });
        }
      });
      await noteHighest(tx, revs);
      for (const id of taking.dropped) await tx.put('letGo', { name: objectName('extents', id) });
      const { passed: _, unreadable: __, gone, ...feed } = (await tx.get('meta', 'feed')) ?? {};
      await tx.put('meta', { ...feed, key: 'feed', ...(gone !== undefined && !through && { gone }), ...furthest(feed, through), ...(passed.length > 0 && { passed }), ...(unreadable.length > 0 && { unreadable }), ...(taking.touched.size > 0 && { mending: true }) });
    },
  });
  for (const id of taking.rests) if (!taking.copies.has(id)) home.journal.waiting.delete(id);
  for (const id of taking.waits) home.journal.waiting.add(id);
}

/** Within the home's turn. */
export async function takeRemote(home: HomeContext, records: readonly RemoteRecord[], { through, unreadable: known }: { readonly through: Through | undefined; readonly unreadable: UnreadableNodes }): Promise<Taken> {
  const taking = newTaking(await isWhole(home.db, home.keys));
  const here = await readHere(home, records.map(({ id }) => id));
  const [held, readable]: [string[], string[]] = [[], []];
  for (const record of records) {
    const there = here.get(record.id)!;
    if (fromHex(record.id, 16) === undefined) continue;
    const isTaken = record.record === undefined || (await takeRecord(home, taking, record as Required<RemoteRecord>, there));
    if (record.record === undefined) takeNothing(home, taking, record.id, there);
    (isTaken ? readable : held).push(record.id);
    // What lies in it kept its place for as long as nobody knew what it is.
    if (isTaken && known.has(record.id)) for (const child of (await home.tree.folder(record.id)).nodes.keys()) taking.touched.add(child);
  }
  await makeCopies(home, taking);
  const unreadable = known.after({ unreadable: held, readable });
  await write(home, taking, { through, held, unreadable, revs: records.map(({ rev }) => rev), passed: await passedNow(home, taking, records) });
  known.become(unreadable);
  if (taking.folders.size > 0) home.changed(taking.folders);
  return { touched: taking.touched, dropped: taking.dropped, adopted: [...taking.adopt.map(({ node }) => node), ...taking.put] };
}
