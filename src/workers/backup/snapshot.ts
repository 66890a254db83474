// One snapshot: its row, what a bundle of it is, and how its entries are read where they lie at rest.
import type { Bytes } from '../../crypto/bytes.ts';
import { type BundleSealedKind, BUNDLE_SEALED_KINDS, entryName, sealedPath } from '../../crypto/nbk/entry-name.ts';
import { bundleAtRest } from '../../crypto/nbk/bundle-at-rest.ts';
import type { BundleFailure } from '../../crypto/nbk/bundle-failure.ts';
import type { EntriesAtRest } from '../../crypto/nbk/entry-reader.ts';
import { parseManifest } from '../../crypto/nbk/manifest.ts';
import type { Bundle } from '../../crypto/nbk/open-bundle.ts';
import { type BundlePlan, plannedSealed } from '../../crypto/nbk/write-bundle.ts';
import { err, ok, type Result } from '../../result.ts';
import type { SnapshotCard } from '../contract/backup.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { type BundleId, parseBundleId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { Database } from '../store/database.ts';
import { extentData } from '../store/extent-form.ts';
import type { HomeRows, SnapshotRow } from '../store/home-schema.ts';
import { unpackExtents, unpackNodes } from '../store/snapshot-lists.ts';

const MANIFEST_DAMAGED: BundleFailure = { kind: 'damaged', what: 'snapshot' };
type Lists = Pick<BundlePlan, 'nodes' | 'extents' | 'sealed'>;

export function cardOf(row: SnapshotRow): SnapshotCard | undefined {
  const id = parseBundleId(row.id);
  const [nodes, extents] = [unpackNodes(row.nodes), unpackExtents(row.extents)];
  if (!id || !nodes || !extents) return undefined;
  const { created, bytes, downloaded, uploaded, verified, partial } = row;
  return {
    id, created, bytes, nodes: nodes.length, extents: extents.length,
    ...(downloaded !== undefined && { downloaded }), ...(uploaded !== undefined && { uploaded }), ...(verified !== undefined && { verified }), ...(partial && { partial }),
  };
}

const kindOf = (path: string): BundleSealedKind | undefined => BUNDLE_SEALED_KINDS.find((kind) => sealedPath(kind) === path);

async function listsOf(row: SnapshotRow): Promise<Lists | undefined> {
  const [nodes, extents] = [unpackNodes(row.nodes), unpackExtents(row.extents)];
  if (!nodes || !extents) return undefined;
  const sealed = await Promise.all(row.sealed.flatMap(({ path, bytes }) => {
    const kind = kindOf(path);
    return kind ? [plannedSealed(kind, bytes)] : [];
  }));
  return { nodes, extents, sealed };
}

/** The plan that the snapshot was made from; the bundle's bytes follow from it. */
export async function planOf(row: SnapshotRow): Promise<Result<BundlePlan, BundleFailure>> {
  const [lists, manifest] = [await listsOf(row), await parseManifest(row.manifest)];
  if (!lists || !manifest.ok) return err(MANIFEST_DAMAGED);
  const { homeId, mode, slots, created } = manifest.value;
  return { ok: true, value: { ...lists, homeId, mode, slots, created } };
}

/** Records of nodes as they were: from their rows, or from where the home put them when they changed. */
function readRecords(db: Database<HomeRows>, digests: ReadonlyMap<string, string>, ids: readonly string[]): Promise<readonly (Bytes | undefined)[]> {
  return db.read(['nodes', 'records'], (tx) => Promise.all(ids.map(async (id) => {
    const digest = digests.get(id);
    const live = await tx.get('nodes', id);
    if (live?.digest === digest) return live?.record;
    return digest === undefined ? undefined : (await tx.get('records', digest))?.record;
  })));
}

async function readExtents(db: Database<HomeRows>, ids: readonly string[]): Promise<readonly (Bytes | undefined)[]> {
  const rows = await db.read(['extents'], (tx) => Promise.all(ids.map((id) => tx.get('extents', id))));
  return Promise.all(rows.map(async (row) => row && extentData(row.data)));
}

/** Each kind of entry is read at once, whatever order the paths have. */
export function entriesOf(db: Database<HomeRows>, row: SnapshotRow): EntriesAtRest {
  const digests = new Map((unpackNodes(row.nodes) ?? []).map(({ id, digest }) => [id, digest]));

  async function read(paths: readonly string[]): Promise<readonly (Bytes | undefined)[]> {
    const names = paths.map(entryName);
    const idsOf = (kind: 'node' | 'extent') => names.flatMap((name) => (name?.kind === kind ? [name.id] : []));
    const [nodeIds, extentIds] = [idsOf('node'), idsOf('extent')];
    const records = nodeIds.length > 0 ? await readRecords(db, digests, nodeIds) : [];
    const extents = extentIds.length > 0 ? await readExtents(db, extentIds) : [];
    const byPath = new Map([...nodeIds.map((id, i) => [`node ${id}`, records[i]] as const), ...extentIds.map((id, i) => [`extent ${id}`, extents[i]] as const)]);
    return names.map((name, i) => (name?.kind === 'node' || name?.kind === 'extent' ? byPath.get(`${name.kind} ${name.id}`) : row.sealed.find(({ path }) => path === paths[i])?.bytes));
  }

  return {
    read,
    async has(path, size) {
      const name = entryName(path);
      if (name?.kind !== 'extent') return (await read([path]))[0]?.length === size;
      return (await db.read(['extents'], (tx) => tx.get('extents', name.id)))?.size === size;
    },
  };
}

export async function bundleOf(db: Database<HomeRows>, row: SnapshotRow): Promise<Result<Bundle, BundleFailure>> {
  const lists = await listsOf(row);
  return lists ? bundleAtRest(lists, { manifestBytes: row.manifest, seal: row.seal }, entriesOf(db, row)) : err(MANIFEST_DAMAGED);
}

export async function snapshotRow({ db }: MountedHome, id: BundleId): Promise<Result<SnapshotRow, NexusError>> {
  const row = await db.read(['snapshots'], (tx) => tx.get('snapshots', id));
  return row ? ok(row) : err(nexusError('backup.unknown'));
}

/** Those that people are shown. */
export async function snapshotRows({ db }: MountedHome): Promise<readonly SnapshotRow[]> {
  return (await db.read(['snapshots'], (tx) => tx.list('snapshots'))).filter(({ passing }) => !passing);
}
