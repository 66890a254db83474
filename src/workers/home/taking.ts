// What a portion of the server's records comes to, gathered node by node before it is written in one transaction
// (docs/sync.md, "Taking").
import { toHex } from '../../crypto/bytes.ts';
import type { FileNode, HomeNode } from '../../crypto/node.ts';
import type { RemoteRecord } from '../../sync/reconciler.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeRows, OutboxRow } from '../store/home-schema.ts';
import { objectName, type Outbox } from '../store/outbox/outbox.ts';
import type { Adopted } from './change.ts';
import type { HomeContext } from './context.ts';
import { extentIdsOf } from './tree.ts';

export interface Taking {
  /** Written anew, taken as the server has them, and gone. */
  readonly put: HomeNode[];
  readonly adopt: Adopted[];
  readonly drop: string[];
  /** Conflict copies by their ids, and of them the server may have something too. */
  readonly copies: Map<string, FileNode>;
  /** Each changes the outbox in the transaction of all. */
  readonly steps: ((outbox: Outbox, tx: WriteTransaction<HomeRows>) => Promise<void>)[];
  /** Nodes whose place may not fit any more. */
  readonly touched: Set<string>;
  /** Folders that look different now. */
  readonly folders: Set<string>;
  /** Extents, in hex, that a node named and names no more. */
  readonly dropped: Set<string>;
  /** Ids that wait to be sent, and such that do not any more. */
  readonly waits: Set<string>;
  readonly rests: Set<string>;
  /** The account is whole under the newest key. */
  readonly whole: boolean;
  /** Nodes that are not here, and of which the server has a record of an earlier key: somebody is to send them anew. */
  readonly passed: Set<string>;
}

export const newTaking = (whole: boolean): Taking => ({ put: [], copies: new Map(), adopt: [], drop: [], steps: [], touched: new Set(), folders: new Set(), dropped: new Set(), waits: new Set(), rests: new Set(), passed: new Set(), whole });

export const nameOf = (id: string): string => objectName('nodes', id);

export function adopt(taking: Taking, remote: HomeNode, { rev, record }: Required<RemoteRecord>, queued: OutboxRow | undefined): void {
  const id = toHex(remote.id);
  taking.adopt.push({ node: remote, record, rev });
  if (queued) taking.steps.push((outbox) => outbox.remove(nameOf(id)));
  taking.rests.add(id);
}

/** Nothing of a node that is not here waits any more; a copy that is made in this very portion does. */
export function forgetQueued(taking: Taking, id: string): void {
  taking.steps.push(async (outbox) => { if (!taking.copies.has(id)) await outbox.remove(nameOf(id)); });
  taking.rests.add(id);
}

/** A merged node that the server does not have yet: queued over the revision that it was merged with. */
export function keepMerged({ journal }: HomeContext, taking: Taking, merged: HomeNode, { remote, rev }: { readonly remote: HomeNode; readonly rev: string }): void {
  const id = toHex(merged.id);
  taking.put.push(merged);
  taking.steps.push(async (outbox, tx) => {
    const row = await tx.get('nodes', id);
    if (row) await tx.put('nodes', { ...row, rev });
    await outbox.queue({ name: nameOf(id), op: 'put', baseRev: rev, base: journal.sealBase(remote) });
  });
}

export function noteDropped(taking: Taking, before: HomeNode, after: readonly HomeNode[]): void {
  const named = new Set(after.flatMap(extentIdsOf));
  for (const id of extentIdsOf(before)) if (!named.has(id)) taking.dropped.add(id);
}

/** Once every device has taken it, nobody needs it. */
export function noteGrave(taking: Taking, id: string, rev: string): void {
  taking.steps.push(async (_, tx) => tx.put('letGo', { name: nameOf(id), rev }));
}

export function noteFolders(taking: Taking, ...nodes: readonly HomeNode[]): void {
  for (const node of nodes) taking.folders.add(toHex(node.parent));
}

/** What waits of it, a deletion or a copy that is made anew in this very portion, is to be sent over what the server has. */
export function requeue(taking: Taking, queued: OutboxRow, rev: string): void {
  taking.steps.push(async (outbox) => outbox.queue({ ...(await outbox.row(queued.name)) ?? queued, baseRev: rev }));
}

/** Copies that are neither here nor taken from the server in this very portion. */
export async function makeCopies({ tree }: HomeContext, { copies, put, adopt: adopted, touched }: Taking): Promise<void> {
  const taken = new Set([...put, ...adopted.map(({ node }) => node)].map(({ id }) => toHex(id)));
  for (const [id, copy] of copies) {
    if (taken.has(id) || (await tree.node(id))) copies.delete(id);
    else {
      put.push(copy);
      touched.add(id);
    }
  }
}
