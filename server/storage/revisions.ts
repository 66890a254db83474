// Owns what was replaced or deleted in the last thirty days, and its way back: a restored revision is a new change, made
// under the same rules as any other.
import { type Result, err, ok } from '../../src/result.ts';
import { REVISION_MS } from '../../src/sync/wire/limits.ts';
import { blobName } from '../blobs/blobs.ts';
import { admit } from './admit.ts';
import type { Bytes, Condition, Outcome } from './decide.ts';
import type { ObjectName } from './objects.ts';
import type { Storage } from './storage.ts';

export interface Revision { readonly rev: string; readonly size: number; readonly replacedAt: number }

const REVISIONS_TOLD = 1_000;

/** What an object was, newest first. */
export async function listRevisions({ rows, clock }: Storage, account: string, { collection, id }: ObjectName): Promise<readonly Revision[]> {
  const found = await rows.read((db) => db.selectFrom('revisions').select(['rev', 'size', 'replaced_at'])
    .where('account', '=', account).where('collection', '=', collection).where('id', '=', id).where('replaced_at', '>', clock() - REVISION_MS)
    .orderBy('rev', 'desc').limit(REVISIONS_TOLD).execute());
  return found.map(({ rev, size, replaced_at }) => ({ rev: String(rev), size, replacedAt: replaced_at }));
}

/** Bytes of its own for the restored object: a blob has one owner. */
async function copied({ blobs, clock, random }: Storage, bytes: Bytes): Promise<Bytes> {
  if (bytes.blob === null) return bytes;
  const body = await blobs.get(bytes.blob);
  if (!body) throw new Error(`the bytes of a revision are not there: ${bytes.blob}`);
  const blob = blobName(clock(), random(16));
  await blobs.put(blob, body, bytes.size);
  return { ...bytes, blob };
}

/** Makes a revision the present object again; `condition` is the caller's view of what is there now. */
export async function restoreRevision(storage: Storage, account: string, name: ObjectName, { rev, condition }: { rev: number; condition: Condition }): Promise<Result<Outcome, 'object.missing'>> {
  const row = await storage.rows.read((db) => db.selectFrom('revisions').select(['size', 'sha256', 'inline', 'blob'])
    .where('account', '=', account).where('collection', '=', name.collection).where('id', '=', name.id).where('rev', '=', rev)
    .where('replaced_at', '>', storage.clock() - REVISION_MS).executeTakeFirst());
  if (!row) return err('object.missing');
  const bytes = await copied(storage, row);
  const [outcome] = await admit(storage, account, [{ op: 'put', ...name, condition, bytes }]);
  return ok(outcome!);
}
