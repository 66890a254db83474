// Takes a snapshot: every node record as it is, every extent by its name. Nothing is sealed anew and nothing stored twice.
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { extentBytes } from '../../crypto/extent-header.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import { type BundleSealedKind, sealedPath } from '../../crypto/nbk/entry-name.ts';
import { type BundleHead, type BundlePlan, createBundle, plannedSealed } from '../../crypto/nbk/write-bundle.ts';
import { extentsOf } from '../../crypto/node.ts';
import { openNode } from '../../crypto/node-record.ts';
import { parseSlot, type Slot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import type { SnapshotCard } from '../contract/backup.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { CommandId } from '../contract/ids.ts';
import type { LongWorkRun } from '../contract/long-work.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { SnapshotRow } from '../store/home-schema.ts';
import { packExtents, packNodes } from '../store/snapshot-lists.ts';
import type { BackupDeps } from './backup-deps.ts';
import { auditForBundle } from './sealed-audit.ts';
import { prefsForBundle } from './sealed-prefs.ts';
import { cardOf } from './snapshot.ts';

const WINDOW = 2000;

interface Listed {
  readonly nodes: BundlePlan['nodes'];
  readonly extents: BundlePlan['extents'];
}

/** Every node row, and every extent that one of them names. */
async function listHome({ db, keys, aead }: MountedHome, run: Pick<LongWorkRun, 'signal' | 'report'>): Promise<Listed> {
  const key = await domainKey(keys, 'nodes');
  const nodes: { id: string; digest: string; size: number }[] = [];
  const extents = new Map<string, number>();
  for (let after: string | undefined; ;) {
    run.signal.throwIfAborted();
    const from = after;
    const rows = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
    for (const { id, digest, record } of rows) {
      nodes.push({ id, digest, size: record.length });
      const idBytes = fromHex(id, 16);
      const node = idBytes && openNode(aead, key, idBytes, record);
      if (node?.ok) for (const [extent, length] of extentsOf(node.value)) extents.set(toHex(extent), extentBytes(length));
    }
    run.report({ phase: 'preparing', doneBytes: 0, totalBytes: 0, doneItems: nodes.length, totalItems: nodes.length });
    if (rows.length < WINDOW) return { nodes, extents: [...extents].map(([id, size]) => ({ id, size })) };
    after = rows.at(-1)?.id;
  }
}

const EXTENT_WINDOW = 20_000;

/** The first extent that a node names and the store does not have. */
async function missingExtent({ db }: MountedHome, extents: Listed['extents']): Promise<string | undefined> {
  const missing = new Set(extents.map(({ id }) => id));
  for (let after: string | undefined; ;) {
    const from = after;
    const keys = await db.read(['extents'], (tx) => tx.keys('extents', { limit: EXTENT_WINDOW, ...(from !== undefined && { after: from }) }));
    keys.forEach((key) => missing.delete(key));
    if (keys.length < EXTENT_WINDOW) return [...missing][0];
    after = keys.at(-1);
  }
}

async function slotsOf({ portableSlots }: BackupDeps, homeId: string): Promise<readonly Slot[]> {
  return (await portableSlots(homeId)).flatMap((bytes) => {
    const slot = parseSlot(bytes);
    return slot.ok ? [slot.value] : [];
  });
}

/** What goes along beside the tree, each under the bundle's key. */
async function sealedOf(home: MountedHome, random: BackupDeps['random']): Promise<readonly { readonly kind: BundleSealedKind; readonly bytes: Uint8Array<ArrayBuffer> }[]> {
  const [prefs, audit, keyring] = await Promise.all([prefsForBundle(home, random), auditForBundle(home, random), home.keyring.read()]);
  return [...(keyring ? [{ kind: 'keyring', bytes: keyring } as const] : []), ...(prefs ? [{ kind: 'prefs', bytes: prefs } as const] : []), ...(audit ? [{ kind: 'audit', bytes: audit } as const] : [])];
}

function rowOf(command: CommandId, created: number, { head, listed, sealed }: { head: BundleHead; listed: Listed; sealed: SnapshotRow['sealed'] }): SnapshotRow {
  const byId = <T extends { readonly id: string }>(list: readonly T[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    id: head.manifest.id, command, created, manifest: head.manifestBytes, seal: head.seal, bytes: head.bytes, sealed,
    nodes: packNodes(byId(listed.nodes)), extents: packExtents(byId(listed.extents)),
  };
}

interface How {
  readonly command: CommandId;
  readonly run: Pick<LongWorkRun, 'signal' | 'report'>;
  /** For an upload alone: what is at the account need not be here, and what is kept here has no say. */
  readonly passing?: true;
}

/** A bundle has records of one key: what an earlier one sealed is sealed anew first. In the home's turn nothing changes between the list and the row. */
export const snapshotInTurn = async (deps: BackupDeps, home: MountedHome, how: How): Promise<Result<SnapshotCard, NexusError>> =>
  (await home.sealAnew()) ? home.alone(() => createSnapshot(deps, home, how)) : err(nexusError('storage.quota'));

async function createSnapshot(deps: BackupDeps, home: MountedHome, { command, run, passing }: How): Promise<Result<SnapshotCard, NexusError>> {
  const { aead, random, clock } = deps;
  const before = (await home.db.read(['snapshots'], (tx) => tx.list('snapshots'))).find((row) => row.command === command);
  const known = before && cardOf(before);
  if (known) return ok(known);
  const retention = await deps.retention.read();
  if (!retention.ok) return retention;
  const listed = await listHome(home, run);
  const missing = passing ? undefined : await missingExtent(home, listed.extents);
  if (missing !== undefined) return err(nexusError((await home.sync.link.read()) ? 'sync.not_here' : 'integrity.tampered', { detail: missing }));
  const sealed = await sealedOf(home, random);
  const created = clock();
  const homeId = toHex(home.homeId);
  const plan: BundlePlan = {
    ...listed, homeId, mode: 'portable', slots: await slotsOf(deps, homeId), created: BigInt(created) * 1_000_000n,
    sealed: await Promise.all(sealed.map(({ kind, bytes }) => plannedSealed(kind, bytes))),
  };
  const head = await createBundle({ aead, random, keys: home.keys }, plan);
  if (!passing && head.bytes > retention.value.hardBytes) return err(nexusError('backup.too_large', { detail: 'retention' }));
  run.signal.throwIfAborted();
  const row = { ...rowOf(command, created, { head, listed, sealed: sealed.map(({ kind, bytes }) => ({ path: sealedPath(kind), bytes })) }), ...(passing && { passing }), ...(home.sync.isPartial() && { partial: true as const }) };
  await home.db.write(['snapshots'], (tx) => tx.put('snapshots', row), { durability: 'strict' });
  home.pinsAdded();
  const card = cardOf(row);
  return card ? ok(card) : err(nexusError('internal'));
}

