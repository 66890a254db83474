// A snapshot to the account: what the account lacks of it, and then what it is made of. Extents and parts have the names of
// their content, so nothing is sent twice, whichever bundle or file brought it there.
import { extentId } from '../../crypto/extent.ts';
import { packPart, planParts } from '../../crypto/nbk/cloud-parts.ts';
import { nodePath } from '../../crypto/nbk/entry-name.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure, ExtentBody } from '../../sync/cloud.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import { sendExtents } from '../../sync/send-extents.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { LongWorkRun } from '../contract/long-work.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { extentData, storedBody } from '../store/extent-form.ts';
import type { SnapshotRow } from '../store/home-schema.ts';
import { unpackExtents, unpackNodes } from '../store/snapshot-lists.ts';
import type { CloudBundle } from './cloud-index.ts';
import { entriesOf } from './snapshot.ts';

export type UploadFailure = CloudFailure | NexusError;

interface Upload {
  readonly cloud: CloudClient;
  readonly home: MountedHome;
  readonly row: SnapshotRow;
  readonly run: Pick<LongWorkRun, 'signal' | 'report'>;
}

const DAMAGED = nexusError('backup.damaged');

/** Not where it cannot be read. */
async function isIntact(body: ExtentBody | undefined, id: string): Promise<boolean> {
  const bytes = body instanceof Blob ? await extentData(body).catch(() => undefined) : body;
  return bytes !== undefined && (await extentId(bytes)) === id;
}

/** Sends what the server lacks of these. What is not here as its name says has no place in a bundle. */
async function sendMissing({ cloud, run }: Upload, ids: readonly string[], { read, sent }: { readonly read: (id: string) => Promise<ExtentBody | undefined>; readonly sent: (id: string) => void }): Promise<Result<void, UploadFailure>> {
  let broken = false;
  const done = await sendExtents({
    cloud, read, mayGoOn: () => !run.signal.aborted,
    async told(id, became) {
      if (became.ok && became.value !== 'nowhere') {
        sent(id);
        return ok();
      }
      if (!became.ok && became.error !== 'protocol') return became;
      broken ||= !(await isIntact(await read(id), id));
      return err('protocol');
    },
  }, ids);
  return !done.ok && broken ? err(DAMAGED) : done;
}

/** Packs the node records, and sends the parts that are new. */
async function sendParts(upload: Upload): Promise<Result<readonly string[], UploadFailure>> {
  const nodes = unpackNodes(upload.row.nodes);
  if (!nodes) return err(DAMAGED);
  const { read } = entriesOf(upload.home.db, upload.row);
  const ids: string[] = [];
  for (const members of planParts(nodes)) {
    const records = await read(members.map(nodePath));
    if (records.includes(undefined)) return err(DAMAGED);
    const part = packPart(members.map((id, at) => ({ id, record: records[at]! })));
    const id = await extentId(part);
    const done = await sendMissing(upload, [id], { read: () => Promise.resolve(part.slice()), sent: () => undefined });
    if (!done.ok) return done;
    ids.push(id);
  }
  return ok(ids);
}

/** Settles when the account has all of its content; gives what it is made of. */
export async function sendSnapshot(upload: Upload): Promise<Result<CloudBundle, UploadFailure>> {
  const { home, row, run } = upload;
  const extents = unpackExtents(row.extents);
  if (!extents) return err(DAMAGED);
  const sizes = new Map(extents.map(({ id, size }) => [id, size]));
  const totalBytes = extents.reduce((sum, { size }) => sum + size, 0);
  let doneBytes = 0;
  const sent = (id: string): void => {
    doneBytes += sizes.get(id) ?? 0;
    run.report({ phase: 'working', doneBytes, totalBytes, doneItems: 0, totalItems: 0 });
  };
  const contents = await sendMissing(upload, [...sizes.keys()], { read: (id) => storedBody(home.db, id), sent });
  if (!contents.ok) return contents;
  const parts = await sendParts(upload);
  if (!parts.ok) return parts;
  const { manifest, seal, sealed, created, bytes } = row;
  return ok({ manifest, seal, sealed, created, bytes, extents: row.extents, parts: parts.value });
}
