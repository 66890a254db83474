// fsck, third part: the extents that nodes name, and the rows that nothing names. A file whose content is hurt falls back to
// the newest of its versions that is whole.
import { toHex } from '../../crypto/bytes.ts';
import { extentId } from '../../crypto/extent.ts';
import type { ExtentRef, FileNode, HomeNode } from '../../crypto/node.ts';
import { extentData } from '../store/extent-form.ts';
import { unpackExtents, unpackNodes } from '../store/snapshot-lists.ts';
import { findOrphans, removeOrphans } from './collect.ts';
import type { HomeContext } from './context.ts';
import type { Found } from './fsck.ts';
import type { NodesById } from './fsck-tree.ts';
import { stamped } from './stamp.ts';
import { extentIdsOf } from './tree.ts';

type Hurt = 'extent.missing' | 'extent.damaged';

export interface ExtentCheck {
  readonly found: readonly Found[];
  readonly extents: number;
  readonly bytes: number;
}

/** In a home that is synced, content that is not here is at the server: that is no fault. */
async function faultOf({ db, journal }: HomeContext, id: string, content: boolean): Promise<{ hurt?: Hurt; size: number }> {
  const row = await db.read(['extents'], (tx) => tx.get('extents', id));
  if (!row) return journal.wasLinked ? { size: 0 } : { hurt: 'extent.missing', size: 0 };
  if (!content) return { size: row.size };
  const bytes = await extentData(row.data).catch(() => undefined);
  return bytes && bytes.length === row.size && (await extentId(bytes)) === id ? { size: row.size } : { hurt: 'extent.damaged', size: row.size };
}

/** What is damaged here of a file is whole at the server: it is brought again. */
async function bringAgain({ db }: HomeContext, node: HomeNode, hurt: ReadonlyMap<string, Hurt>): Promise<boolean> {
  await db.write(['extents'], async (tx) => { for (const id of extentIdsOf(node)) if (hurt.has(id)) await tx.remove('extents', id); });
  return true;
}

/** Drops the versions that are hurt; content that is hurt gives way to the newest whole one. */
async function fallBack(home: HomeContext, id: string, hurt: ReadonlyMap<string, Hurt>): Promise<boolean> {
  const node = await home.tree.node(id);
  if (!node || node === 'damaged' || node.kind !== 'file') return false;
  const whole = (extents: readonly ExtentRef[] = []) => extents.every(([extent]) => !hurt.has(toHex(extent)));
  const versions = node.versions.filter((version) => whole(version.extents));
  const stamp = { clock: home.clock.tick(), device: home.device };
  if (whole(node.content.extents)) {
    await home.tree.commit({ put: [stamped({ ...node, versions }, 'content', stamp)] });
    return true;
  }
  const [newest, ...older] = versions;
  if (!newest) return false;
  const { device: _, ...content } = newest;
  await home.tree.commit({ put: [stamped({ ...node, content, versions: older }, 'content', stamp)] });
  return true;
}

function ownersOf(nodes: NodesById): Map<string, FileNode[]> {
  const owners = new Map<string, FileNode[]>();
  for (const node of nodes.values()) {
    if (node.kind === 'file') for (const id of new Set(extentIdsOf(node))) owners.set(id, [...(owners.get(id) ?? []), node]);
  }
  return owners;
}

/** `content` reads every byte; without it rows are only looked for. A hurt extent is told by the file that it hurts. */
export async function checkExtents(home: HomeContext, nodes: NodesById, { content, onExtent }: { readonly content: boolean; readonly onExtent: (bytes: number) => void }): Promise<ExtentCheck> {
  const hurt = new Map<string, Hurt>();
  const hurtFiles = new Map<string, Hurt>();
  let [extents, bytes] = [0, 0];
  for (const [id, owners] of ownersOf(nodes)) {
    const { hurt: fault, size } = await faultOf(home, id, content);
    extents += 1;
    bytes += size;
    onExtent(size);
    if (!fault) continue;
    hurt.set(id, fault);
    for (const owner of owners) hurtFiles.set(toHex(owner.id), fault);
  }
  const found = [...hurtFiles].map(([id, fault]): Found => ({ fault, id, mend: () => (home.journal.linked && !home.journal.waiting.has(id) ? bringAgain(home, nodes.get(id)!, hurt) : fallBack(home, id, hurt)) }));
  return { found, extents, bytes };
}

/** Rows that nothing names: orphans, stale staging rows, snapshots that cannot be read. */
export async function checkLeftovers(home: HomeContext, pinsForgotten: () => void): Promise<readonly Found[]> {
  const { db } = home;
  const done = (work: Promise<unknown>) => work.then(() => true);
  const staging = (await db.read(['staging'], (tx) => tx.keys('staging'))).filter((key) => !home.staging.has(key.slice(0, key.indexOf('/'))));
  const snapshots = (await db.read(['snapshots'], (tx) => tx.list('snapshots'))).filter(({ nodes, extents }) => !unpackNodes(nodes) || !unpackExtents(extents));
  const { extents, records } = await findOrphans(home);
  const orphans = new Set(extents);
  const staged = new Set((await db.read(['staging'], (tx) => tx.keys('staging'))).map((key) => key.slice(key.indexOf('/') + 1)));
  return [
    ...snapshots.map(({ id }): Found => ({ fault: 'snapshot.unreadable', id, mend: () => done(db.write(['snapshots'], (tx) => tx.remove('snapshots', id)).then(pinsForgotten)) })),
    ...staging.map((key): Found => ({ fault: 'staging.stale', id: key, mend: () => done(db.write(['staging', 'extents'], async (tx) => {
      const id = key.slice(key.indexOf('/') + 1);
      if (orphans.has(id)) await tx.remove('extents', id);
      await tx.remove('staging', key);
    })) })),
    ...extents.filter((id) => !staged.has(id)).map((id): Found => ({ fault: 'extent.orphan', id, mend: () => done(removeOrphans(home, { extents: [id], records: [] })) })),
    ...records.map((digest): Found => ({ fault: 'record.orphan', id: digest, mend: () => done(removeOrphans(home, { extents: [], records: [digest] })) })),
  ];
}
