// Owns the few things that every process of one server must agree on: the feed's generation, keys, how far the janitor came.
import type { Rows } from '../rows/rows.ts';

export type Note = 'generation' | 'ended-generation' | 'signing-keys' | 'cookie-keys' | 'pairwise-key' | 'nonce-key' | 'swept-hour' | 'backup-at';

/** A note; undefined where it was never made. */
export async function readNote(rows: Rows, name: Note): Promise<string | undefined> {
  const row = await rows.read((db) => db.selectFrom('server').select('value').where('name', '=', name).executeTakeFirst());
  return row?.value;
}

export async function writeNote(rows: Rows, name: Note, value: string): Promise<void> {
  await rows.write((tx) => tx.insertInto('server').values({ name, value }).onConflict((conflict) => conflict.column('name').doUpdateSet({ value })).execute());
}

/** The note, made by whichever process comes first. */
export async function settleNote(rows: Rows, name: Note, make: () => Promise<string> | string): Promise<string> {
  const known = await readNote(rows, name);
  if (known !== undefined) return known;
  const value = await make();
  await rows.write((tx) => tx.insertInto('server').values({ name, value }).onConflict((conflict) => conflict.doNothing()).execute());
  return (await readNote(rows, name)) ?? value;
}
