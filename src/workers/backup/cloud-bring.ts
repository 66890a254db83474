// A bundle from the account, as a snapshot here: from then on it is verified, downloaded and restored as any other.
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { extentId } from '../../crypto/extent.ts';
import { unpackPart } from '../../crypto/nbk/cloud-parts.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import { eachOf } from '../../sync/each-of.ts';
import { nexusError } from '../contract/errors.ts';
import type { BundleId, CommandId } from '../contract/ids.ts';
import type { LongWorkRun } from '../contract/long-work.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { asExtentData, storedBytes } from '../store/extent-form.ts';
import type { SnapshotRow } from '../store/home-schema.ts';
import { type ListedNode, packNodes, unpackExtents } from '../store/snapshot-lists.ts';
import { type CloudBundle, objectIdOf, openCloudBundle } from './cloud-index.ts';
import type { UploadFailure } from './cloud-upload.ts';

interface Bringing {
  readonly cloud: CloudClient;
  readonly home: MountedHome;
  readonly id: BundleId;
  readonly command: CommandId;
  readonly run: LongWorkRun;
}

const DAMAGED = nexusError('backup.damaged');
const MISSING = nexusError('backup.unknown');
/** Extents that are looked for at once. */
const WINDOW = 256;

async function fetchNamed({ cloud }: Bringing, id: string): Promise<Result<Bytes, UploadFailure>> {
  const bytes = await cloud.extent(id);
  if (!bytes.ok) return bytes;
  return bytes.value && (await extentId(bytes.value)) === id ? ok(bytes.value) : err(DAMAGED);
}

export async function readCloudBundle({ cloud, home, id }: Pick<Bringing, 'cloud' | 'home' | 'id'>): Promise<Result<CloudBundle, UploadFailure>> {
  const object = await objectIdOf(id);
  const found = await cloud.object('bundles', object);
  if (!found.ok) return found;
  if (!found.value) return err(MISSING);
  const bundle = await openCloudBundle(home, object, found.value.body);
  return bundle ? ok(bundle) : err(DAMAGED);
}

/** Records that only this snapshot will name go where such lie, out of parts that were brought; gives the list of all. */
async function takeRecords({ home, run }: Bringing, parts: readonly string[]): Promise<Result<readonly ListedNode[], UploadFailure>> {
  const listed: ListedNode[] = [];
  for (const part of parts) {
    if (run.signal.aborted) return err('aborted');
    const bytes = await storedBytes(home.db, part);
    const records = bytes && (await extentId(bytes)) === part ? unpackPart(bytes) : undefined;
    if (!records) return err(DAMAGED);
    const digested = await Promise.all(records.map(async ({ id, record }) => ({ id, record, digest: toHex(await sha256(record)) })));
    await home.db.write(['nodes', 'records'], async (tx) => {
      for (const { id, record, digest } of digested) if ((await tx.get('nodes', id))?.digest !== digest) await tx.put('records', { digest, record });
    });
    listed.push(...digested.map(({ id, record, digest }) => ({ id, digest, size: record.length })));
  }
  return ok(listed);
}

/** Of some extents, those that are not here; the others are staged too: whatever names them may let them go meanwhile. */
const stageStored = ({ home, command }: Bringing, ids: readonly string[]): Promise<ReadonlySet<string>> => home.db.write(['extents', 'staging'], async (tx) => {
  const lacking = new Set<string>();
  await Promise.all(ids.map(async (id) => {
    if ((await tx.keys('extents', { only: id })).length === 0) lacking.add(id);
    else await tx.put('staging', { key: `${command}/${id}` });
  }));
  return lacking;
});

/** Content, and the parts that hold records, each staged until something names it. */
async function bringExtents(bringing: Bringing, extents: readonly { readonly id: string; readonly size: number }[]): Promise<Result<void, UploadFailure>> {
  const { home, command, run } = bringing;
  const totalBytes = extents.reduce((sum, { size }) => sum + size, 0);
  const lacking = new Set<string>();
  for (let from = 0; from < extents.length; from += WINDOW) for (const id of await stageStored(bringing, extents.slice(from, from + WINDOW).map((extent) => extent.id))) lacking.add(id);
  let doneBytes = 0;
  let broken = false;
  const done = await eachOf(extents, async ({ id, size }) => {
    if (run.signal.aborted) return err('aborted');
    if (lacking.has(id)) {
      const bytes = await fetchNamed(bringing, id);
      broken ||= !bytes.ok && typeof bytes.error !== 'string';
      if (!bytes.ok) return err(typeof bytes.error === 'string' ? bytes.error : 'protocol');
      await home.db.write(['extents', 'staging'], async (tx) => {
        await tx.put('staging', { key: `${command}/${id}` });
        await tx.put('extents', { id, size: bytes.value.length, data: asExtentData(home.extentsAs, bytes.value) });
      });
    }
    doneBytes += size;
    run.report({ phase: 'working', doneBytes, totalBytes, doneItems: 0, totalItems: 0 });
    return ok();
  });
  return !done.ok && broken ? err(DAMAGED) : done;
}

/** The row that names what was brought; parts are of no use any more. */
async function nameBrought({ home, command }: Bringing, row: SnapshotRow, parts: readonly string[]): Promise<void> {
  await home.db.write(['snapshots', 'staging', 'extents'], async (tx) => {
    const others = new Set((await tx.keys('staging')).filter((key) => !key.startsWith(`${command}/`)).map((key) => key.slice(key.indexOf('/') + 1)));
    for (const part of parts) if (!others.has(part)) await tx.remove('extents', part);
    await tx.put('snapshots', row);
    await tx.remove('staging', { prefix: `${command}/` });
  }, { durability: 'strict' });
  home.pinsAdded();
}

/** What is brought is named by the row that the last transaction writes; where it ends before that, it stays staged, so that the next try has it, until the next start. The server is waited for before the home's turn, in which nothing else changes it. */
export async function bringBundle(bringing: Bringing): Promise<Result<SnapshotRow, UploadFailure>> {
  const { home, id, command } = bringing;
  const there = await home.db.read(['snapshots'], (tx) => tx.get('snapshots', id));
  // One that is here for its upload alone goes with that, and may lack content.
  if (there && !there.passing) return ok(there);
  const bundle = await readCloudBundle(bringing);
  if (!bundle.ok) return bundle;
  const { manifest, seal, sealed, parts, extents, created, bytes } = bundle.value;
  const named = unpackExtents(extents);
  if (!named) return err(DAMAGED);
  home.staging.add(command);
  try {
    const content = await bringExtents(bringing, [...parts.map((part) => ({ id: part, size: 0 })), ...named]);
    if (!content.ok) return content;
    return await home.alone(async () => {
      const nodes = await takeRecords(bringing, parts);
      if (!nodes.ok) return nodes;
      const byId = [...nodes.value].sort((a, b) => (a.id < b.id ? -1 : 1));
      const row: SnapshotRow = { id, command, created, manifest, seal, sealed, bytes, extents, nodes: packNodes(byId), uploaded: created };
      await nameBrought(bringing, row, parts);
      return ok(row);
    });
  } finally {
    home.staging.delete(command);
  }
}
