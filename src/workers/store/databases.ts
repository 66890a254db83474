// Databases as a whole: which are here, and dropping one.
import { deleteDB } from 'idb';
import { StorageError } from './database.ts';
import { asStorageError } from './storage-fault.ts';

/** Names that start with `prefix`. */
export async function databaseNames(prefix: string): Promise<readonly string[]> {
  const infos = await indexedDB.databases();
  return infos.flatMap(({ name }) => (name?.startsWith(prefix) ? [name] : [])).sort();
}

/** Absent is well. `blocked` where another connection does not let go in time. */
export async function dropDatabase(name: string, blockedMs = 3000): Promise<void> {
  let giveUp: (error: Error) => void;
  const blocked = new Promise<never>((_, reject) => { giveUp = reject; });
  try {
    await Promise.race([blocked, deleteDB(name, { blocked: () => void setTimeout(() => giveUp(new StorageError('blocked')), blockedMs) })]);
  } catch (error) {
    throw asStorageError(error);
  }
}
