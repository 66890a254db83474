// Owns pairwise subjects: what an app knows an account by. The same for as long as the server lives, another for every app, and
// nothing that leads back to the account without the server's key.
import { createHmac } from 'node:crypto';
import { settleNote } from '../storage/server-notes.ts';
import type { Storage } from '../storage/storage.ts';

const KEY_BYTES = 32;
const SUBJECT_BYTES = 16;

/** The pairwise subject of an account for an app, in base64url. */
export type SubjectOf = (account: string, app: string) => string;

/** Subjects under this server's key, which is drawn once and kept in its backups. */
export async function pairwiseSubjects({ rows, random }: Pick<Storage, 'rows' | 'random'>): Promise<SubjectOf> {
  const key = Buffer.from(await settleNote(rows, 'pairwise-key', () => Buffer.from(random(KEY_BYTES)).toString('base64url')), 'base64url');
  return (account, app) => createHmac('sha256', key).update(JSON.stringify([account, app])).digest().subarray(0, SUBJECT_BYTES).toString('base64url');
}
