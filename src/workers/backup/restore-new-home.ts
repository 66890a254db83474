// A restore onto a device that does not have this home: records and extents as they are, into a home that nobody sees until
// it is whole. It keeps its id, its keys and its ways in (docs/formats.md, "Bundles": "Restore").
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { NODES } from '../../crypto/nbk/entry-name.ts';
import { readListed } from '../../crypto/nbk/open-bundle.ts';
import { readContent } from '../../crypto/nbk/read-file.ts';
import type { FileNode, HomeNode } from '../../crypto/node.ts';
import { openNode } from '../../crypto/node-record.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import { err, ok, type Result } from '../../result.ts';
import type { RestoreReport } from '../contract/backup.ts';
import { SEAL_COLOURS, SEAL_PICTURES, type Seal } from '../contract/device.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { CommandId, Uid } from '../contract/ids.ts';
import type { LongWorkRun } from '../contract/long-work.ts';
import type { HomeRows, NodeRow } from '../store/home-schema.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { BackupDeps, StagedHome } from './backup-deps.ts';
import type { OpenRestore } from './opened-bundles.ts';
import { copyExtents, type Restoring } from './restore-content.ts';
import { prefsIntoHome } from './sealed-prefs.ts';

const BATCH = { rows: 256, bytes: 8 * 1024 * 1024 } as const;

export interface NewHomeArgs {
  readonly command: CommandId;
  readonly name?: string;
  readonly seal?: Seal;
}

/** Name and seal: as asked for, else as the bundle says. */
export function ownerIn({ prefs }: Pick<OpenRestore, 'prefs'>): { readonly name?: string; readonly seal: Seal } {
  const [name, picture, colour] = ['name', 'picture', 'colour'].map((key): unknown => prefs?.get(key));
  const seal = { picture: SEAL_PICTURES.find((one) => one === picture) ?? 'leaf', colour: SEAL_COLOURS.find((one) => one === colour) ?? 'indigo' } as const;
  return { seal, ...(typeof name === 'string' && { name }) };
}

async function contentHolds(restoring: Restoring, { content }: FileNode): Promise<boolean> {
  if (!content.inline) return copyExtents(restoring, content);
  for await (const piece of readContent(restoring.opened, content)) if (!piece.ok) return false;
  restoring.onBytes(content.size);
  return true;
}

/** The row of one record: as it is where all of it holds, without the versions that do not, undefined where the content does not. */
async function restoredRow(restoring: Restoring, node: HomeNode, record: NodeRow['record']): Promise<NodeRow | undefined> {
  const { home } = restoring;
  if (node.kind === 'file') {
    if (!(await contentHolds(restoring, node))) return undefined;
    const whole = [];
    for (const version of node.versions) if (await copyExtents(restoring, version)) whole.push(version);
    if (whole.length < node.versions.length) return home.rowOf({ ...node, versions: whole });
  }
  return { id: toHex(node.id), tag: await home.tagFor(node), record, digest: toHex(await sha256(record)) };
}

async function write({ home, command }: Restoring, rows: readonly NodeRow[]): Promise<void> {
  const staged = await home.db.read(['staging'], (tx) => tx.keys('staging', { prefix: `${command}/` }));
  await home.db.write(['nodes', 'staging'], async (tx: WriteTransaction<HomeRows>) => {
    for (const row of rows) await tx.put('nodes', row);
    for (const key of staged) await tx.remove('staging', key);
  });
}

/** Every node of the bundle, in batches; gives the paths of files that do not hold. */
async function copyNodes(restoring: Restoring, { tree, opened }: OpenRestore): Promise<{ created: number; damaged: string[] }> {
  const { bundle, aead, keys } = opened;
  const [key, paths] = [await domainKey(keys, 'nodes'), new Map(tree.entries.map(({ id, path }) => [id, path]))];
  const damaged: string[] = [];
  let [created, rows, bytes]: [number, NodeRow[], number] = [0, [], 0];
  for (let index = bundle.nodes.from; index < bundle.nodes.to; index += 1) {
    restoring.signal.throwIfAborted();
    const hex = bundle.directory.path(index).slice(NODES.length);
    const [record, id] = [await readListed(bundle, index), fromHex(hex, 16)];
    const node = record.ok && id ? openNode(aead, key, id, record.value) : undefined;
    const row = node?.ok && record.ok ? await restoredRow(restoring, node.value, record.value.slice()) : undefined;
    if (!row) {
      damaged.push(paths.get(hex) ?? bundle.directory.path(index));
      continue;
    }
    rows.push(row);
    bytes += row.record.length;
    created += 1;
    if (rows.length >= BATCH.rows || bytes >= BATCH.bytes) {
      await write(restoring, rows);
      [rows, bytes] = [[], 0];
    }
  }
  await write(restoring, rows);
  return { created, damaged };
}

/** A root whose record does not hold is made anew: nothing is lost with it, and without one nothing can be seen. */
async function ensureRoot(restoring: Restoring): Promise<void> {
  const { home } = restoring;
  if (await home.node(toHex(home.homeId))) return;
  await write(restoring, [await home.rowOf({ kind: 'folder', id: home.homeId, parent: home.homeId, name: 'home', clock: home.tick(), device: home.device })]);
}

async function fill(deps: BackupDeps, staged: StagedHome, { restore, args, name, seal, run }: {
  readonly restore: OpenRestore; readonly args: NewHomeArgs; readonly name: string; readonly seal: Seal; readonly run: LongWorkRun;
}): Promise<RestoreReport> {
  const total = restore.tree.entries.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const restoring: Restoring = {
    opened: restore.opened, home: staged.mounted, random: deps.random, command: args.command, signal: run.signal,
    onBytes(bytes) {
      done += bytes;
      run.report({ phase: 'working', doneBytes: Math.min(done, total), totalBytes: total, doneItems: 0, totalItems: restore.tree.entries.length });
    },
  };
  staged.mounted.staging.add(args.command);
  if (restore.opened.keyring) await staged.mounted.keyring.keep(restore.opened.keyring);
  const { created, damaged } = await copyNodes(restoring, restore);
  await ensureRoot(restoring);
  await prefsIntoHome(staged.mounted, deps.random, { prefs: restore.prefs, name, seal });
  return { created, replaced: 0, kept: 0, damaged: damaged.sort() };
}

/** All or nothing: the home is adopted when it is whole, and gone otherwise. */
export async function restoreNewHome(deps: BackupDeps, restore: OpenRestore, { args, run }: { readonly args: NewHomeArgs; readonly run: LongWorkRun }): Promise<Result<RestoreReport & { uid: Uid }, NexusError>> {
  const { keys, bundle } = restore.opened;
  const home = toHex(keys.homeId);
  const there = await deps.userOf(home);
  if (there) return err(nexusError('backup.home_exists', { detail: there }));
  const owner = ownerIn(restore);
  const [name, seal] = [args.name ?? owner.name ?? '', args.seal ?? owner.seal];
  const checked = await deps.checkName(name);
  if (!checked.ok) return checked;
  const staged = await deps.stage(keys);
  if (!staged.ok) return staged;
  try {
    const report = await fill(deps, staged.value, { restore, args, name: checked.value, seal, run });
    await staged.value.publish();
    const uid = await deps.adopt({ home, slots: bundle.manifest.slots, name: checked.value, seal, command: args.command });
    if (uid.ok) return ok({ ...report, uid: uid.value });
    await staged.value.discard();
    return uid;
  } catch (fault) {
    // What failed may be no more than what came after: a home that has its user stays.
    if (!(await deps.userOf(home))) await staged.value.discard();
    throw fault;
  }
}
